"""Term and page -> where the term occurs."""

from __future__ import annotations

from typing import NamedTuple

from monitor.match.conditions import Term
from monitor.match.page import Page, Places
from monitor.model import FIELDS


class Hit(NamedTuple):
    """An occurrence of a term: its first and last word position, and its offsets in the text of its field."""

    first: int
    last: int
    start: int
    end: int
    term: Term


def occurrences(term: Term, page: Page) -> list[Hit]:
    """Every place where the term stands in the fields it asks for, in reading order, each passage once."""
    choices: list[Places] = []
    for word in term.words:
        if not (places := page.find(word)):
            return []
        choices.append(places)
    hits = _follow(term, choices)
    if term.fields != FIELDS:
        hits = [hit for hit in hits if page.fields[page.field(hit.first)][0] in term.fields]
    return hits


def _follow(term: Term, choices: list[Places]) -> list[Hit]:
    """Go from each first word to the next ones.

    A word that is read both as parts and as a whole leads to two places, so the states are kept by where the next word
    must stand: the work is linear in what the text holds.
    """
    found: dict[tuple[int, int], Hit] = {}
    rest = choices[1:]
    for place in sorted(choices[0]):
        for first, cost in choices[0][place]:
            if rest and place + first.width not in rest[0]:  # nearly always: a common word without the next one
                continue
            states = {place + first.width: (first.end, cost)}
            for choice in rest:
                if not (states := _step(states, choice)):
                    break
            for after, (end, edits) in states.items():
                if edits <= term.edits and not (edits and term.name and first.cased[:1].islower()):
                    found.setdefault((place, end), Hit(place, after - 1, first.start, end, term))
    return list(found.values())


States = dict[int, tuple[int, int]]
"""Position of the next word -> where the text so far ends, and its edits."""


def _step(states: States, choice: Places) -> States:
    """Where the word after each of these states can end; no two readings of a text lead to the same place."""
    return {
        place + token.width: (token.end, edits + more)
        for place, (_, edits) in states.items()
        for token, more in choice.get(place, ())
    }
