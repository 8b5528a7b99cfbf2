"""Text of a sentence -> the names in it, by their capitals and by what stands before and after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.dedup.events import events
from monitor.dedup.figures import NUMBER_WORDS
from monitor.dedup.lexicon import ACRONYMS, COMPASS, FUNCTION, MONTHS, PARTICLES, RANKS, TELLING, WEEKDAYS
from monitor.text import fold

CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž](?<![^\W_].)[^\W_]*")
"""A word that begins with a capital."""

_OPENING = re.compile(r"[«“„\"‘:.!?…•]")
# The last word before a name, and what stands between them.
_BEFORE = re.compile(r"[^\W_]([\W_]*)\Z")
_NAMED = re.compile(r"[ -](?!(?:Est|Ouest|East|West)\b)[A-ZÀ-ÖØ-Þ][^\W_]")
# What follows a name that opens a sentence: a verb of grammar, or another that is looked up.
_VERB = re.compile(
    r" (?:(a|est|était|avait|aurait|sera|va|ne|n['’]|se|s['’]|veut|revient|promet|arrive|has|is|was|had|arrives|meets"
    r"|wants|warns|urges)\b|([a-zß-öø-ÿ]+))"
)
# Nouns that English and French use without an article, by their endings (plurals too) or one by one.
_COMMON = ("s", "ing", "tion", "sion", "ment", "ity", "ité", "ness", "ance", "ence", "ure", "age", "ism", "ship")
_MASSES = frozenset(
    "cela ceci ca celui celle chacun chacune certain seul seule personne rien nul nulle aucun aucune plainte ordre"
    " preuve decision rendez tout toute police work power traffic water rain snow fire smoke fog ice oil gas gold"
    " trade trading weather research news evidence demand money food mail play half much little few others more most"
    " less enough reste mieux pire idem quiconque autrui beaucoup peu tant plus moins children women men people"
    " staff crew revenue income profit turnover output growth death health anger grief hope fear support interest"
    " debate concern music love life time school crime poverty care help relief aid industry nobody everyone someone"
    " everybody somebody anyone everything something nothing anything parliament congress talk speculation construct"
    " progress".split()
)
_GAP = 12  # characters in which that word is looked for
_JOINT = re.compile(rf"(?:[ \u00a0\u202f‑'’-]|\. ?)?(?:(?:{'|'.join(sorted(PARTICLES))})[ \u00a0\u202f'’-])*")
# A sentence that ends so is none of a headline, whose nouns may be without an article.
_FULL = frozenset('.!?…»”"')


@dataclass(frozen=True)
class Name:
    """A name as folded words without titles and particles; `sure` unless it is only the first word of a sentence."""

    words: tuple[str, ...]
    sure: bool


def names_in(said: str) -> Iterator[Name]:
    """Runs of capitalised words, joined by spaces, hyphens and particles."""
    run: list[str] = []
    opens, end = False, 0
    for found in CAPITAL.finditer(said):
        word = found[0]
        if not _is_name(word) and not _is_part(word, run, said, end, found):
            continue
        if run and not _JOINT.fullmatch(said, end, found.start()):
            yield from _name(run, opens)
            run = []
        if not run:
            before = _BEFORE.search(said, max(0, found.start() - _GAP), found.start())
            opens = before is None or _OPENING.search(before[1]) is not None
            opens = opens and not (said[-1] in _FULL and _is_subject(word, said, found.end()))
        run.append(word)
        end = found.end()
    if run:
        yield from _name(run, opens)


def _is_subject(word: str, said: str, end: int) -> bool:
    """Whether a word that opens a full sentence names who does it: a common noun has an article before it."""
    found = _VERB.match(said, end)
    if found is None or word.endswith(_COMMON) or fold(word) in _MASSES or events([fold(word)]).told:
        return False
    return found[1] is not None or fold(found[2]) in TELLING or bool(events([fold(found[2])]).claims)


def _is_part(word: str, run: list[str], said: str, end: int, found: re.Match[str]) -> bool:
    """Whether a direction is part of a name: South Korea, Corée du Nord; the south is none."""
    if fold(word) not in COMPASS:
        return False
    return _NAMED.match(said, found.end()) is not None or bool(run and _JOINT.fullmatch(said, end, found.start()))


def _is_name(word: str) -> bool:
    """Whether a word that begins with a capital may name somebody; an initial names nobody."""
    if len(word) < 2 or not word[0].isupper():  # noqa: PLR2004
        return False
    folded = fold(word)
    if folded in ACRONYMS:
        return word.isupper()
    return not (folded in _NO_NAMES or folded in WEEKDAYS or folded in MONTHS)


_NO_NAMES = FUNCTION | RANKS | TELLING | NUMBER_WORDS


def _name(run: list[str], opens: bool) -> Iterator[Name]:
    """A run as a name; a first word that opens a sentence is sure only when it is written in capitals."""
    found = tuple(fold(word) for word in run)
    if not opens or run[0].isupper():
        yield Name(found, True)
        return
    yield Name(found[:1], False)
    if found[1:]:
        yield Name(found[1:], True)
