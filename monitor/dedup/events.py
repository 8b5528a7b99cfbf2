"""Words of a sentence -> what kinds of event it tells: a death, an arrest, an agreement; none that it denies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from typing import NamedTuple

from monitor.dedup.predicates import PREDICATES

_REMEMBERED = 20_000  # words
_LONGEST = 20  # letters of a beginning of words
_NONE = "-"  # the kind of words that tell of no event
_REACH = 6  # words after a denial of grammar that it may deny
_BETWEEN = 8  # words between "ne" and its "pas": n'a cause la mort d'aucun
_BEFORE = 4  # words before one that rules them out: la dissolution est ecartee
_NEGATIONS = frozenset(
    "pas jamais aucun aucune personne ni sans nul nulle no not never nor none nobody neither without t cannot".split()
)
DENIED = frozenset("deny denies denied denying dement dementent dementi nie nient".split())
"""Words by which somebody says that he did not do a thing."""
_RULED_OUT = frozenset("exclu exclue exclus exclues ecarte ecartee ecartes ecartees".split())
# ... and what somebody does not do: refused to resign.
_UNDONE = frozenset("refuse refusent refuser refused refuses refusing declined declines failed fails echoue".split())
_TO_DO = frozenset({"to", "de", "d", "a"})
_DENYING = _NEGATIONS | DENIED | _RULED_OUT | _UNDONE
# Words after which something else is said: nobody was hurt and a man was arrested.
_JOINTS = frozenset("et mais tandis alors que qui and but while after as who which".split())


# Words before an event that is only aimed at or feared, so many at most between them: they discuss a ceasefire.
_AIMS = frozenset(
    "discuss discussed discussing discussions negotiate negotiating demand demands demanded seek seeks seeking sought "
    "propose proposes proposed proposal plan plans planned could may might would threat threats threaten threatens "
    "threatened call calls called urge urges urged want wants hope hopes possible potential discuter negocier reclame "
    "reclament reclamer exige exigent projet projets menace menacent menacer risque risquent risquerait eventuel "
    "eventuelle envisage envisagent pourrait pourraient propose proposent appelle appellent appel veut veulent espere "
    "esperent tentative possible".split()
)
_AIMED = 5
_HAPPENED = frozenset("ont ete avait avaient sont was were been has have had".split())
_PARTICIPLE = ("ed", "ee", "ees")


class Event(NamedTuple):
    """The words by which a sentence claims an event, the kinds of which it may be, and whether it surely happened."""

    said: str
    kinds: frozenset[str]
    happened: bool

    @property
    def otherwise(self) -> frozenset[str]:
        """The kinds of an event that is denied, as they are told when nobody denies them."""
        return frozenset(one.removeprefix("not ") for one in self.kinds)

    def is_told(self, told: Set[str]) -> bool:
        """Whether events of the kinds given tell this one; one that happened is not told by what was aimed at."""
        return not told.isdisjoint(self.kinds | self.otherwise) or (
            not self.happened and any(f"{one}?" in told for one in self.kinds)
        )


class Events(NamedTuple):
    """The events that a sentence claims, in order, and every kind of which it tells; `arrest?` is one aimed at."""

    claims: tuple[Event, ...]
    told: frozenset[str]


# The kinds that some words claim, and these with those of which they may tell.
_Telling = tuple[frozenset[str], frozenset[str]]
_Row = tuple[tuple[str, ...], _Telling]
_REST = "*"  # at the end of what may be the beginning of a word


def _lists() -> tuple[dict[str, _Telling], dict[str, list[_Row]]]:
    """What each word or beginning of words tells, and the rows by their first word, the longest first."""
    claims, hints = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for line in PREDICATES.replace("\n ", " ").strip().splitlines():
        kind, _, words = line.partition(": ")
        for word in words.split():
            hints[word.removeprefix("?")].add(kind)
            if word[0] != "?":
                claims[word].add(kind)
    telling = {
        one: (frozenset[str](), frozenset[str]()) if _NONE in kinds else (frozenset(claims[one]), frozenset(kinds))
        for one, kinds in hints.items()
    }
    rows = defaultdict[str, list[_Row]](list)
    for one in sorted(telling, key=lambda row: row.count("_"), reverse=True):
        if "_" in one:
            rows[one.partition("_")[0]].append((tuple(one.split("_")), telling.pop(one)))
    return telling, rows


_TELLING, _ROWS = _lists()


class _Entries(dict[str, tuple[_Telling, Sequence[_Row]] | None]):
    """Word -> what it tells, with the rows it begins; None for nothing, numbers without end are not remembered."""

    def __missing__(self, word: str) -> tuple[_Telling, Sequence[_Row]] | None:
        if word[0].isdigit():
            return None
        if len(self) >= _REMEMBERED:
            self.clear()
        found = [
            _TELLING.get(word),
            *(_TELLING.get(word[:end] + _REST) for end in range(1, min(len(word), _LONGEST) + 1)),
        ]
        told = [one for one in found if one]
        if found[0] and not found[0][1]:
            told = []
        claims, kinds = (frozenset[str]().union(*some) for some in (zip(*told, strict=True) if told else ((), ())))
        rows = _ROWS.get(word, ())
        return self.setdefault(word, ((claims, kinds), rows) if kinds or rows else None)


_ENTRIES = _Entries()
_NOTHING = Events((), frozenset())


def events(words: Sequence[str]) -> Events:
    """The events that the words of a sentence, as spoken, tell; one that is denied is not told."""
    entries = list(map(_ENTRIES.__getitem__, words))
    if not any(entries):
        return _NOTHING
    denied = {} if _DENYING.isdisjoint(words) else _denied(words)
    may_aim = not _AIMS.isdisjoint(words)
    claims, told, done = [], set[str](), 0
    for at, entry in enumerate(entries):
        if entry is None or at < done:
            continue
        (claimed, kinds), rows = entry
        said = words[at]
        if rows and (row := _row_at(rows, words, at)):
            done = at + len(row[0])
            claimed, kinds = row[1]
            said = " ".join(row[0])
        if at in denied:
            # "No one was hurt" is a denial of its own; what somebody denies is what he is accused of.
            accused = denied[at] in DENIED
            told.update(f"{one}?" for one in kinds if accused)
            claimed = frozenset(f"not {one}" for one in claimed if accused)
            kinds = frozenset(f"not {one}" for one in kinds)
        aimed = may_aim and not _AIMS.isdisjoint(words[max(0, at - _AIMED) : at])
        told.update([f"{one}?" for one in kinds] if aimed else kinds)
        if claimed:
            claims.append(Event(said, claimed, not aimed and _has_happened(words, at, max(done, at + 1))))
    return Events(tuple(claims), frozenset(told))


def _has_happened(words: Sequence[str], at: int, end: int) -> bool:
    """Whether the form of the words from a place to an end tells that it happened: was signed, ont ete liberes."""
    return words[end - 1].endswith(_PARTICIPLE) or not _HAPPENED.isdisjoint(words[max(0, at - 2) : end])


def _row_at(rows: Sequence[_Row], words: Sequence[str], at: int) -> _Row | None:
    """The longest of some rows of words that stands at a place."""
    return next((row for row in rows if tuple(words[at : at + len(row[0])]) == row[0]), None)


def _denied(words: Sequence[str]) -> dict[int, str]:
    """The places of words that a word denies, and this: between "ne" and "pas", after it, before "ecarte"."""
    found: dict[int, str] = {}
    for at, word in enumerate(words):
        if word in _RULED_OUT:
            found.update(dict.fromkeys(range(max(0, at - _BEFORE), at), word))
        elif (
            word in _NEGATIONS or word in DENIED or (word in _UNDONE and not _TO_DO.isdisjoint(words[at + 1 : at + 2]))
        ):
            begins = next((place for place in range(max(0, at - _BETWEEN), at) if words[place] in ("ne", "n")), at)
            ends = at + 1
            while ends < len(words) and ends <= at + _REACH and words[ends] not in _JOINTS:
                ends += 1
            found.update(dict.fromkeys([*range(begins, at), *range(at + 1, ends)], word))
    return found
