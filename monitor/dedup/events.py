"""Words of a sentence -> what kinds of event it tells: a death, an arrest, an agreement; none that it denies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from monitor.dedup.lexicon import FUNCTION
from monitor.dedup.predicates import CLOSE, PREDICATES

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
    "discuss discussed discussing discussions negotiate negotiating demand demands demanded seek seeks "
    "seeking sought propose proposes proposed proposal plan plans planned could may might would threat "
    "threats threaten threatens threatened call calls called urge urges urged want wants hope hopes "
    "possible potential discuter negocier reclame reclament reclamer exige exigent projet projets menace "
    "menacent menacer risque risquent risquerait eventuel eventuelle envisage envisagent pourrait "
    "pourraient propose proposent appelle appellent appel veut veulent espere esperent tentative possible "
    "fear fears feared demandent reclamer craint craignent craindre crainte craintes redoute redoutent si "
    "if whether".split()
)
# What people are asked to do is none of an event, but for what only few of them can do.
_ASKED = frozenset(
    "prie pries priee priees invite invites invitee invitees conseille conseillent recommande recommandent "
    "exhorte exhortent demande demandent appelle appellent appeles asked asks ask urged urges told advised "
    "advises warned warns recommended recommends".split()
)
_FOR_FEW = frozenset("resignation surrender evacuation withdrawal ceasefire release strike protest vote".split())
_INFINITIVE = re.compile(r"[a-z]{2,}(?:er|ir|re)")
_TO = frozenset("de d a to".split())
# A participle between these and a noun tells which: a convicted robber.
_DETERMINERS = frozenset("a an the this that these those his her its their some many several two three".split())
_AFTER_PARTICIPLE = frozenset(
    "by in on at for of to with from after over and or as when while since until before because during near into "
    "against without under but that who which along amid following".split()
)
_ACCUSATIONS = frozenset("accusation accusations allegation allegations charges claims soupcons".split())
_AIMED = 5
_IF = frozenset("si if whether".split())
_IF_HE = (("s", "il"), ("s", "ils"))
_WISHED = frozenset(
    "demand demands demanded demandent reclame reclament exige exigent craint craignent craindre redoute "
    "redoutent fear fears feared".split()
)
_WISHED_FAR = 9  # words after a verb of these in which its object stands, unless another clause begins
_ENDS = _JOINTS | frozenset("apres depuis avant after since before over".split())
_AND, _THE = frozenset({"et", "and"}), frozenset("le la les l the".split())
_NOUN = ("ion", "ions", "ment", "ments", "age", "ages", "ure", "ures", "al", "als", "ing", "ings")
_AIMING = _AIMS | _WISHED | _ASKED | {"il", "ils"}
_OBJECT = 3  # words after a verb in which its object stands
_HAPPENED = frozenset("ont ete avait avaient sont was were been has have had".split())
_PARTICIPLE = ("ed", "ee", "ees")


class Event(NamedTuple):
    """The words by which a sentence claims an event, the kinds of which it may be, and whether it surely happened."""

    said: str
    kinds: frozenset[str]
    happened: bool
    weak: bool = False
    """Told by the way only: a convicted robber, asked to close the windows, whether he is guilty."""

    @property
    def otherwise(self) -> frozenset[str]:
        """The kinds of an event that is denied, as they are told when nobody denies them."""
        return frozenset(one.removeprefix("not ") for one in self.kinds)

    def is_told(self, told: Set[str]) -> bool:
        """Whether events of the kinds given tell this one; one that happened is not told by what was aimed at."""
        return not told.isdisjoint(self.kinds | self.otherwise) or (
            not self.happened and any(f"{one}?" in told for one in self.kinds)
        )

    def is_close(self, claimed: Set[str], told: Set[str]) -> bool:
        """Whether events of the kinds that were claimed, or told in any way, are such that this one is no news."""
        close = [_CLOSE[one] for one in self.kinds if one in _CLOSE]
        return any(not (claimed.isdisjoint(sure) and told.isdisjoint(any_)) for sure, any_ in close)


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
_CLOSE = {
    kind: (
        frozenset(one for one in others.split() if one[0] != "?"),
        frozenset(one[1:] for one in others.split() if one[0] == "?"),
    )
    for kind, _, others in (row.partition(": ") for row in CLOSE.strip().split("\n"))
}


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
    may_aim = not _AIMING.isdisjoint(words)
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
        aimed = may_aim and _is_aimed(words, at)
        told.update([f"{one}?" for one in kinds] if aimed else kinds)
        if claimed:
            end = max(done, at + 1)
            happened = not aimed and _has_happened(words, at, end)
            weak = _is_by_the_way(words, at, end) or ("refusal" in claimed and _is_of_accusations(words, end))
            weak = weak or (may_aim and claimed.isdisjoint(_FOR_FEW) and _is_only_aimed(words, at))
            claims.append(Event(said, claimed, happened, weak))
    return Events(tuple(claims), frozenset(told))


def _has_happened(words: Sequence[str], at: int, end: int) -> bool:
    """Whether the form of the words from a place to an end tells that it happened: was signed, ont ete liberes."""
    if words[end - 1].endswith(_PARTICIPLE) or not _HAPPENED.isdisjoint(words[max(0, at - 2) : end]):
        return True
    # A finite verb has its subject before it, a noun a word of grammar.
    return bool(at) and words[at - 1] not in FUNCTION and not words[at].endswith(_NOUN)


def _is_by_the_way(words: Sequence[str], at: int, end: int) -> bool:
    """Whether the words from a place to an end are a participle that only tells which: a convicted robber."""
    before, after = words[at - 1] if at else "", words[end] if end < len(words) else ""
    if end > at + 1 or not words[at].endswith("ed") or (before and before not in _DETERMINERS):
        return False
    return bool(after) and after not in _AFTER_PARTICIPLE and not after[0].isdigit()


def _is_of_accusations(words: Sequence[str], end: int) -> bool:
    """Whether accusations are what is refused by the verb before a place."""
    return not _ACCUSATIONS.isdisjoint(words[end : end + _OBJECT])


def _is_aimed(words: Sequence[str], at: int) -> bool:
    """Whether an event at a place is only aimed at, feared, asked for or a question."""
    return not _AIMS.isdisjoint(words[max(0, at - _AIMED) : at]) or _is_only_aimed(words, at)


def _is_only_aimed(words: Sequence[str], at: int) -> bool:
    """Whether an event at a place is so much in the air that to speak of it is no news."""
    near = words[max(0, at - _AIMED) : at]
    if not _IF.isdisjoint(near) or any(pair in _IF_HE for pair in pairwise(near)) or _is_wished(words, at):
        return True
    if _ASKED.isdisjoint(near):
        return False
    # A row of words may begin with its "to": to close.
    before = words[at - 1] if at else ""
    return "to" in (before, words[at]) or (before in _TO and _INFINITIVE.fullmatch(words[at]) is not None)


def _is_wished(words: Sequence[str], at: int) -> bool:
    """Whether what stands at a place is what somebody demands or fears."""
    for place in range(at - 1, max(0, at - _WISHED_FAR) - 1, -1):
        if words[place] in _WISHED:
            return True
        # Fears for the noise and the bats are one clause.
        if words[place] in _ENDS and not (words[place] in _AND and words[place + 1] in _THE):
            return False
    return False


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
