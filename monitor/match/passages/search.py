"""Term or expression, and page -> where it occurs."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from monitor.match.conditions import Regex, Term
from monitor.match.passages.page import ABBREVIATED, Page, Places
from monitor.model import FIELDS
from monitor.text import Token


class Hit(NamedTuple):
    """An occurrence of a term: its first and last word position, and its offsets in the text of its field.

    Of a regular expression `first` and `last` are its first and last character, counted from where its field begins.
    """

    first: int
    last: int
    start: int
    end: int
    term: Term | Regex


def passages(regex: Regex, page: Page) -> list[Hit] | None:
    """The passages that a regular expression fits, without empty ones; None when it fits nowhere."""
    found = None
    for index, (name, _) in enumerate(page.fields):
        if name in regex.fields and (spans := regex.pattern.spans(page.encoded[index])) is not None:
            base = page.base(index)
            found = found or []
            found += [Hit(base + start, base + end - 1, start, end, regex) for start, end in spans]
    return found


def occurrences(term: Term, page: Page) -> list[Hit]:
    """Every place where the term stands in the fields it asks for, in reading order, each passage once.

    With other words between its own, a term may stand in several passages with the same first or last word.
    """
    choices: list[Places] = []
    # The surname first: it is rarer than the given name, and cheaper to look for than an initial.
    for word in reversed(term.words) if term.name else term.words:
        if not (places := page.find(word)):
            return []
        choices.append(places)
    if term.name:
        choices.reverse()
    if term.slop:
        hits = _spread(term, choices)
    else:
        initials = page.initials if any(word.initials for word in term.words) else _NONE
        hits = _follow(term, choices, initials)
    if term.fields != FIELDS:
        hits = [hit for hit in hits if page.fields[page.field(hit.first)][0] in term.fields]
    return hits


_NONE: frozenset[int] = frozenset()
_MOST_INITIALS = 3


def _follow(term: Term, choices: list[Places], initials: frozenset[int]) -> list[Hit]:
    """Go from each first word to the next ones; `initials` are the places of middle names that may stand between.

    A word that is read both as parts and as a whole leads to two places, so the states are kept by where the next word
    must stand: the work is linear in what the text holds.
    """
    found: dict[tuple[int, int], Hit] = {}
    rest = choices[1:]
    for place in sorted(choices[0]):
        for first, cost in choices[0][place]:
            after = place + first.width
            if rest and after not in rest[0] and after not in initials:  # nearly always: a word without the next one
                continue
            states = {after: (first.end, cost)}
            for choice in rest:
                if not (states := _step(_past(states, choice, initials) if initials else states, choice)):
                    break
            for after, (end, spent) in states.items():
                short, edits = divmod(spent, ABBREVIATED)
                if edits <= term.edits and not (edits and (short or _is_no_name(term, first))):
                    found.setdefault((place, end), Hit(place, after - 1, first.start, end, term))
    return list(found.values())


States = dict[int, tuple[int, int]]
"""Position of the next word -> where the text so far ends, and its edits (ABBREVIATED for each initial)."""


def _step(states: States, choice: Places) -> States:
    """Where the word after each of these states can end; no two readings of a text lead to the same place."""
    return {
        place + token.width: (token.end, edits + more)
        for place, (_, edits) in states.items()
        for token, more in choice.get(place, ())
    }


def _is_no_name(term: Term, first: Token) -> bool:
    """Whether an inexact hit that begins with a word is none because a name begins with a capital."""
    return term.name and not term.words[-1].capital and first.cased[:1].islower()


def _past(states: States, choice: Places, initials: frozenset[int]) -> States:
    """The states with initials passed over where the next word does not stand."""
    found: States = {}
    for place, state in states.items():
        at = place
        while at not in choice and at in initials and at < place + _MOST_INITIALS:
            at += 1
        found.setdefault(at, state)
    return found


def tightest(hits: list[Hit]) -> list[Hit]:
    """Hits of one term without those that hold another one of them."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.first, hit.last)):
        if not kept or hit.last < kept[-1].last:
            kept.append(hit)
    return kept[::-1]


Reach = set[tuple[int, int, int]]
"""Position of the next word, words between those so far, edits so far."""


def _spread(term: Term, choices: list[Places]) -> list[Hit]:
    """Go from each first word to the next ones within reach of `slop`.

    Between the first word and the last only the nearest of equally good words is taken, so the work is that of the
    last step: for each first word, the last ones within its reach.
    """
    places = [sorted(choice) for choice in choices]
    found: dict[tuple[int, int], Hit] = {}
    for place in places[0]:
        for first, cost in choices[0][place]:
            reach: Reach = {(place + first.width, 0, cost)}
            for choice, ordered in zip(choices[1:-1], places[1:-1], strict=True):
                if not (reach := {one for state in reach for one in _nearest(term, state, choice, ordered)}):
                    break
            for after, between, edits in reach:
                for at in _within(places[-1], after, after + term.slop - between):
                    for last, more in choices[-1][at]:
                        if edits + more <= term.edits and not (edits + more and _is_no_name(term, first)):
                            hit = Hit(place, at + last.width - 1, first.start, last.end, term)
                            found.setdefault((place, last.end), hit)
    return sorted(found.values())


def _nearest(term: Term, state: tuple[int, int, int], choice: Places, ordered: list[int]) -> Reach:
    """How the next word can stand; of those that leave as many edits, the ones behind the nearest are left out."""
    after, between, edits = state
    found: Reach = set()
    end = after + term.slop - between
    for at in _within(ordered, after, end):
        if at > end:
            break
        for token, more in choice[at]:
            if edits + more <= term.edits:
                found.add((at + token.width, between + at - after, edits + more))
                if not more:  # no word that begins behind this one can do better
                    end = min(end, at + token.width - 1)
    return found


def _within(ordered: list[int], first: int, last: int) -> list[int]:
    begin = bisect_left(ordered, first)
    return ordered[begin : bisect_left(ordered, last + 1, begin)]
