"""Occurrences of several terms -> the closest group with one of each, no word used twice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from monitor.match.passages.search import Hit

Group = list[Hit]
# Terms that are phrases sharing words make "no word used twice" a hard puzzle. Looking for groups in one field stops
# after so many hits weighed (30 ms); single words never get there, so only a `near` of many phrases that overlap each
# other in most places of a long text can miss a group.
_PATIENCE = 200_000
# Within a sentence or paragraph the span has no limit: tried first, and by how much more after that.
_FIRST_SPAN, _WIDER = 8, 16


def closest(terms: Sequence[Sequence[Hit]], within: int, *, ordered: bool) -> Group | None:
    """The group of one hit per term, in term order, with the smallest span up to `within`; the earliest of equals.

    The span is the first word of the last hit minus the last word of the first hit, in word positions.
    """
    return _in_order(terms, within) if ordered else _in_any_order(terms, within)


def closest_of(places: Iterable[Sequence[Sequence[Hit]]], *, ordered: bool) -> Group | None:
    """The closest group of all places (each with the hits of every term in it), however wide; the first of equals.

    Each place is tried with ever wider spans: the way to the closest group is short where the span is not much wider.
    """
    best: Group | None = None
    for terms in places:
        widest = max(hit.first for hits in terms for hit in hits) - min(hit.last for hits in terms for hit in hits)
        if best is not None:
            widest = min(widest, span(best) - 1)
        within = _FIRST_SPAN
        group = closest(terms, min(within, widest), ordered=ordered)
        while group is None and within < widest:
            within *= _WIDER
            group = closest(terms, min(within, widest), ordered=ordered)
        best = group or best
    return best


def span(group: Group) -> int:
    """Positions from the last word of the first hit to the first word of the last hit."""
    return max(hit.first for hit in group) - min(group, key=lambda hit: hit.first).last


def _in_order(terms: Sequence[Sequence[Hit]], within: int) -> Group | None:
    """Each term after the one before: from every first hit, always the next that ends soonest leaves the most room."""
    chains = [_Soonest(hits) for hits in terms[1:-1]]
    last = sorted(terms[-1], key=lambda hit: hit.first)
    starts = [hit.first for hit in last]
    best: Group | None = None
    for first in sorted(terms[0], key=lambda hit: (hit.last, hit.first)):
        group: Group = [first]
        for chain in chains:
            if (following := chain.after(group[-1].last)) is None:
                return best
            group.append(following)
        at = bisect_right(starts, group[-1].last)
        if at == len(starts):
            return best
        if (width := starts[at] - first.last) <= within:
            best, within = [*group, last[at]], width - 1
    return best


class _Soonest:
    """Hits of a term, to ask which one after a position ends first."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        ordered = sorted(hits, key=lambda hit: hit.first)
        self.starts = [hit.first for hit in ordered]
        self.best: list[Hit] = []
        for hit in reversed(ordered):
            self.best.append(min(hit, self.best[-1], key=lambda one: one.last) if self.best else hit)
        self.best.reverse()

    def after(self, position: int) -> Hit | None:
        at = bisect_right(self.starts, position)
        return self.best[at] if at < len(self.best) else None


def _in_any_order(terms: Sequence[Sequence[Hit]], within: int) -> Group | None:
    """Slide over the hits; where a window holds a hit of every term, try to choose one of each without overlap.

    Every group found makes the span to beat smaller, so at most `within` windows succeed; the others are mostly
    refused by counting. 20 terms with 1,000 occurrences each take well under a second, whatever the words are.
    """
    ranked = [sorted(hits, key=lambda hit: (hit.first, hit.last)) for hits in terms]
    starts = [[hit.first for hit in hits] for hits in ranked]
    best: Group | None = None
    puzzle = _Puzzle()
    for first, last in sorted({(hit.first, hit.last) for hits in ranked for hit in hits}):
        while within >= len(terms) - 1 and puzzle.patience > 0:
            choices = _window(ranked, starts, first, last, within)
            group = _choose(choices, puzzle) if choices else None
            if group is None:
                break
            best, within = group, span(group) - 1
    return best


def _window(
    ranked: Sequence[Sequence[Hit]], starts: Sequence[Sequence[int]], first: int, last: int, within: int
) -> list[list[Hit]] | None:
    """For each term its hits that can stand in a group opened by the words first..last, or None when one has none."""
    choices = []
    for hits, places in zip(ranked, starts, strict=True):
        begin = bisect_right(places, last)
        end = bisect_right(places, last + within)
        opening = [hit for hit in hits[bisect_left(places, first) : bisect_right(places, first)] if hit.last == last]
        if not opening and begin == end:
            return None
        choices.append(opening + list(hits[begin:end]))
    return choices


def _choose(choices: list[list[Hit]], puzzle: _Puzzle) -> Group | None:
    """One hit of each term without overlap, early ones preferred.

    First every term gets a start of its own (augmenting paths): impossible means there is no group. With single words,
    and wherever the phrases so chosen do not overlap, that is the answer already.
    """
    taken: dict[int, tuple[int, Hit]] = {}
    for term in range(len(choices)):
        if not _augment(term, choices, taken, set()):
            return None
    group = [hit for _, hit in sorted(taken.values(), key=lambda pair: pair[0])]
    return group if _disjoint(group) else puzzle.solve(choices)


def _augment(term: int, choices: list[list[Hit]], taken: dict[int, tuple[int, Hit]], seen: set[int]) -> bool:
    """Give a term a start of its own, moving other terms to other starts where needed."""
    for hit in choices[term]:
        if hit.first in seen:
            continue
        seen.add(hit.first)
        holder = taken.get(hit.first)
        if holder is None or _augment(holder[0], choices, taken, seen):
            taken[hit.first] = (term, hit)
            return True
    return False


def _disjoint(group: Group) -> bool:
    ordered = sorted(group, key=lambda hit: hit.first)
    return all(one.last < other.first for one, other in pairwise(ordered))


class _Puzzle:
    """Choosing by trial, the term with the fewest remaining hits first, as long as patience lasts."""

    def __init__(self) -> None:
        self.patience = _PATIENCE

    def solve(self, choices: list[list[Hit]]) -> Group | None:
        found = self._fill(dict(enumerate(choices)), {})
        return [found[term] for term in range(len(choices))] if found else None

    def _fill(self, left: dict[int, list[Hit]], chosen: dict[int, Hit]) -> dict[int, Hit] | None:
        if not left:
            return chosen
        term = min(left, key=lambda one: len(left[one]))
        others = {other: hits for other, hits in left.items() if other != term}
        for hit in left[term]:
            self.patience -= 1 + sum(map(len, others.values()))
            if self.patience < 0:
                return None
            rest = {
                other: [one for one in hits if one.last < hit.first or one.first > hit.last]
                for other, hits in others.items()
            }
            if all(rest.values()) and (found := self._fill(rest, {**chosen, term: hit})):
                return found
        return None
