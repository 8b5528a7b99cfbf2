"""Words of two sentences -> the facts that have changed places: Lens 2, Lille 1 is not Lens 1, Lille 2."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set

from rapidfuzz.distance import LCSseq

from monitor.dedup.facts import stem
from monitor.dedup.lexicon import FUNCTION, MONTHS

_MONTH = {(month,) for month in MONTHS}


def moved(kind: Callable[[str], bool], here: Sequence[str], there: Sequence[str]) -> Iterator[str]:
    """The facts of a kind among some words that in others stand in another order, beside other words."""
    ours = _where(kind, here)
    if not (ours and (theirs := _where(kind, there))):
        return
    others = [there[at] for at in theirs]
    kept = [op for op in LCSseq.opcodes([here[at] for at in ours], others) if op.tag == "equal"]
    stay = {place for op in kept for place in range(op.src_start, op.src_end)}
    facts = {here[at] for at in ours}.union(others)
    beside: dict[tuple[int, str], list[int]] = {}
    for at in theirs:
        for side in _sides(there, at, facts):
            beside.setdefault(side, []).append(at)
    for place, at in enumerate(ours):
        if place in stay or here[at] not in others:
            continue
        # Where it still stands beside a word that no other fact stands beside, only the order is another one.
        places = [beside.get(side, ()) for side in _sides(here, at, facts)]
        if not any(_are_of_one(here[at], some, there, here) for some in places):
            yield here[at]


def is_figure(word: str) -> bool:
    """Whether a word has a figure in it."""
    return not word.isalpha() and any(c.isdecimal() for c in word)


def _are_of_one(word: str, places: Sequence[int], words: Sequence[str], other: Sequence[str]) -> bool:
    """Whether some places are of one word, or of a name of several that another text has in the same order."""
    own = [at for at in places if words[at] == word]
    rows = [[words[min(at, one) : max(at, one) + 1] for one in own] for at in places]
    return bool(own) and all(any(_has_row(other, row) for row in some) for some in rows)


def _has_row(words: Sequence[str], row: Sequence[str]) -> bool:
    return any(words[at : at + len(row)] == row for at in range(len(words) - len(row) + 1))


def _where(kind: Callable[[str], bool], words: Sequence[str]) -> list[int]:
    """The places of the facts of a kind, but for the day of a month: it moves with its month."""
    return [at for at, word in enumerate(words) if kind(word) and words[at + 1 : at + 2] not in _MONTH]


def _sides(words: Sequence[str], at: int, facts: Set[str]) -> list[tuple[int, str]]:
    """The next word of content before (-1) and after (1) a place, and both whatever the side (0).

    Facts of the same kind do not count, and no figures: names are of several words, scores and lists of several facts.
    """
    before = next((word for word in reversed(words[:at]) if word not in FUNCTION and word not in facts), "1")
    after = next((word for word in words[at + 1 :] if word not in FUNCTION and word not in facts), "1")
    sides = [(side, stem(word)) for side, word in ((-1, before), (1, after)) if not is_figure(word)]
    return [*sides, *((0, word) for _, word in sides)]
