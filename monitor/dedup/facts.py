"""Article -> Said: its sentences as spoken words, and the names, numbers, dates, quotations and denials of each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from monitor.dedup.events import Events, events
from monitor.dedup.figures import GROUPS
from monitor.dedup.lexicon import ACRONYMS, BEFORE_MONTHS, DENIALS, FUNCTION, MONTHS, TELLING, WEEKDAYS
from monitor.dedup.names import CAPITAL, Name, names_in
from monitor.dedup.spoken import joined_breton, spoken
from monitor.dedup.told import REMEMBERED, Told, is_short, told
from monitor.model import Article, Held

_WORDS = 20_000  # words that are remembered

_QUOTED = re.compile(r"«([^«»\n]*)(?:»|$)|[“„]([^“”\n]*)(?:”|$)|\"([^\"\n]*)(?:\"|$)|(?<!\w)‘([^‘\n]*?)(?:’(?!\w)|$)")
_RUBRIC = re.compile(r"([^:.!?]{2,40}?)[ \u00a0\u202f]?:[ \u00a0]")
_SHOUTED = 0.6  # share of capitals above which letter case tells nothing
_TITLE_CASE = 0.8  # share of capitalised long words, of at least five: "Ferry Runs Aground Off Mull"
_STOPS = frozenset('.!?…»”"')
_LONG = 4  # letters of a word that a headline in title case capitalises whatever it is

# The time at which a live ticker tells something, before it on its line: 10h17 - , 10:17, 2.30 pm: , 14.30 Uhr.
_TICKED = re.compile(
    r"[\[(]?(?:[01]?\d|2[0-3])(?:[ \u00a0]?[hH][ \u00a0]?|[:.])[0-5]\d(?![\d%€$£])"
    r"(?: ?(?:[ap]\.?m\b\.?|Uhr|GMT|UTC|CES?T|BST|E[SD]?T))?[\])]?[ \u00a0]*"
    r"(?:[-‒–—―:|>•.,][ \u00a0]+|(?=[A-ZÀ-ÖØ-Þ«“\"])|\n|\Z)"
)
_BULLETS = " \t\u00a0-–—*•·>"

_UNITS = {
    unit: one
    for one, units in {
        "%": "pourcent", "euro": "euro", "dollar": "dollar", "livre": "livre", "h": "h heure heures hour hours",
        "jour": "jour jours journee journees day days", "semaine": "semaine semaines week weeks",
        "mois": "mois month months",
        "an": "an ans annee annees year years yearold", "min": "minute minutes", "s": "seconde secondes second seconds",
        "degre": "degre degres degree degrees celsius c f fahrenheit", "km": "km kilometre kilometres kms",
        "m": "m metre metres meter meters", "mile": "mile miles mph", "foot": "foot feet ft", "ha": "hectare hectares",
        "acre": "acre acres", "mm": "mm millimetre millimetres", "cm": "cm centimetre centimetres",
        "kg": "kg kilo kilos kilogramme kilogrammes", "t": "tonne tonnes ton tons",
    }.items()
    for unit in units.split()
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number in figures with its unit ("" for none of the common ones) and its place among the spoken words."""

    value: str
    unit: str
    at: int


@dataclass(frozen=True)
class Sentence:
    """`text[start:end]` of a field of an article, and its `words` as spoken: folded, with numbers in figures."""

    text: str
    start: int
    end: int
    words: tuple[str, ...]

    @property
    def said(self) -> str:
        """The sentence in the article's own words."""
        return self.text[self.start : self.end]

    @property
    def untimed(self) -> Sentence:
        """The sentence without the time of a live ticker before it: when somebody told a thing is none of its facts."""
        if not self.words[0][0].isdigit():
            return self
        before = self.text[: self.start].rstrip(_BULLETS)
        if before and before[-1] != "\n":
            return self
        time = _TICKED.match(self.text, self.start, self.end)
        if time is None:
            return self
        return Sentence(self.text, time.end(), self.end, tuple(spoken(self.text[time.end() : self.end])))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The words that carry content, in order, without their endings."""
        return tuple(filter(None, map(_STEMS.__getitem__, self.words)))

    @cached_property
    def cased(self) -> bool:
        """Whether capitals tell names from words: not in a headline in capitals or in title case."""
        found = CAPITAL.findall(self.said)
        if sum(len(word) > 1 and word.isupper() for word in found) > _SHOUTED * len(self.words):
            return False
        if self.said[-1] in _STOPS:
            return True
        capital = sum(len(word) >= _LONG and word[0].isupper() for word in found)
        long = sum(len(word) >= _LONG and not word[0].isdigit() for word in self.words)
        return bool(capital <= _LONG or capital < _TITLE_CASE * long)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names in order; none in a headline whose capitals tell nothing."""
        return tuple(names_in(joined_breton(self.said))) if self.cased else ()

    @property
    def rubric(self) -> list[str]:
        """The words before a colon at the beginning: the place or subject of a headline."""
        found = _RUBRIC.match(self.said)
        return spoken(found[1]) if found else []

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers in order, but for those of dates and hours."""
        return tuple(_numbers(self.words)) if self._may_count or not GROUPS.keys().isdisjoint(self.words) else ()

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """Weekdays ("day 1" is Monday), days ("13.1"), months ("month 1") and hours ("8h30") in order."""
        if not self._may_count and _DATED.isdisjoint(self.words):
            return ()
        return tuple(dict.fromkeys(date for date, _ in _dates(self.words)))

    @cached_property
    def _may_count(self) -> bool:
        """Whether a word may begin with a figure: what sorts before ":" does. Most sentences have none."""
        return min(self.words, default="~") < ":"

    @cached_property
    def quotes(self) -> tuple[tuple[str, ...], ...]:
        """The spoken words of each direct quotation, or of the part of it that is in this sentence."""
        before = self.text[self.text.rfind("\n", 0, self.start) + 1 : self.start]
        return tuple(tuple(spoken(piece)) for piece in _quoted(before, self.said))

    @cached_property
    def denials(self) -> tuple[int, ...]:
        """The places of the words that deny something."""
        return tuple(at for at, word in enumerate(self.words) if _denies(self.words, at))

    @cached_property
    def events(self) -> Events:
        """The events it claims, and every kind of which it tells something."""
        return events(self.words)


@dataclass(frozen=True)
class Said:
    """What an article says: its title, None when derived from its first sentence, and the sentences under it.

    `dateline` are the words of a place that stands before the first sentence: where it was written, not what it says.
    """

    title: Sentence | None
    text: tuple[Sentence, ...]
    dateline: tuple[str, ...] = ()

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence in reading order, the title first."""
        return (self.title, *self.text) if self.title else self.text

    @cached_property
    def lines(self) -> frozenset[tuple[str, ...]]:
        """The words of every sentence."""
        return frozenset(sentence.words for sentence in self.sentences)

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """All words in reading order, where a headline ends and a text begins no longer told."""
        return tuple(chain.from_iterable(sentence.words for sentence in self.sentences))

    @cached_property
    def index(self) -> Mapping[str, Sequence[int]]:
        """The places in `sentences` of every stem."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, sentence in enumerate(self.sentences):
            # Not its `stems`, which few sentences are asked for: twice as fast.
            for one in {*map(_STEMS.__getitem__, sentence.words)}:
                places[one].append(place)
        places.pop("", None)
        return places

    @cached_property
    def size(self) -> int:
        """How many words of its text carry content."""
        return sum(len(sentence.stems) for sentence in self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word."""
        return frozenset(self.whole)

    def has(self, word: str) -> bool:
        """Whether a word of a name is told: an acronym that is a word of grammar too only by its capitals."""
        return word in (self.names if word in ACRONYMS else self.words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stem of every word that carries content."""
        return frozenset(one for sentence in self.sentences for one in sentence.stems)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every word of a name, also of one that only opens a sentence."""
        return frozenset(word for sentence in self.sentences for name in sentence.names for word in name.words)

    @cached_property
    def sure_names(self) -> frozenset[str]:
        """Every word of a name that does not only open a sentence."""
        return frozenset(word for one in self.sentences for name in one.names if name.sure for word in name.words)

    @cached_property
    def numbers(self) -> frozenset[tuple[str, str]]:
        """Every number with its unit."""
        return frozenset((one.value, one.unit) for sentence in self.sentences for one in sentence.numbers)

    @cached_property
    def dates(self) -> frozenset[str]:
        """Every date, and the month of every day."""
        found = {date for sentence in self.sentences for date in sentence.dates}
        return frozenset(found | {f"month {date.partition('.')[2]}" for date in found if "." in date})

    @cached_property
    def events(self) -> frozenset[str]:
        """Every kind of event of which a sentence tells something."""
        return frozenset(kind for sentence in self.sentences for kind in sentence.events.told)


def read(article: Article | Held) -> Said:
    """The sentences of an article without the differences that copies have: case, accents, punctuation, white space."""
    return (_remembered if is_short(article) else _read)(told(article))


def _read(found: Told) -> Said:
    read_ = [Sentence(*span, tuple(words)) for span, words in zip(found.spans, found.words, strict=True)]
    return Said(read_[0] if found.titled else None, tuple(read_[found.titled :]), found.dateline)


_remembered = lru_cache(maxsize=REMEMBERED)(_read)


@lru_cache(maxsize=_WORDS)
def stem(word: str) -> str:
    """A word without its ending, so that inflected and derived forms are one: démissionne, démission."""
    if word[0].isdigit():
        return word
    short = word.rstrip("sxe") or word
    return short if len(short) <= 5 else short[: max(5, min(7, len(short) - 3))]  # noqa: PLR2004 - letters


_DATED = frozenset({*WEEKDAYS, *MONTHS})


class _Stems(dict[str, str]):
    """Word -> its stem, "" for one without content; numbers, of which there is no end, are not remembered."""

    def __missing__(self, word: str) -> str:
        if word[0].isdigit():
            return word
        if len(self) >= _WORDS:
            self.clear()
        return self.setdefault(word, "" if word in FUNCTION or word in TELLING else stem(word))


_STEMS = _Stems()


def _dates(said: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Each date with the place of its number, -1 where it has none."""
    for at, word in enumerate(said):
        if word in WEEKDAYS:
            yield f"day {WEEKDAYS[word]}", -1
        elif word in MONTHS:
            before, after = said[at - 1] if at else "", said[at + 1] if at + 1 < len(said) else ""
            if _is_day(before):
                yield f"{before.rstrip('e')}.{MONTHS[word]}", at - 1
            elif before in BEFORE_MONTHS or (after.isdecimal() and len(after) == 4):  # noqa: PLR2004 - a year
                yield f"month {MONTHS[word]}", -1
        elif _HOUR.fullmatch(word):
            hour, _, minutes = word.partition("h")
            yield f"{int(hour)}h{minutes}", at


_HOUR = re.compile(r"\d{1,2}h(?:\d\d)?")


PRISON_YEARS = "an prison"
"""The unit of a sentence in years."""
_PRISON = frozenset("prison reclusion emprisonnement detention jail imprisonment".split())


def _is_day(word: str) -> bool:
    return bool(word) and word.removesuffix("e").isdecimal() and 1 <= int(word.removesuffix("e")[:4]) <= 31  # noqa: PLR2004


def _numbers(said: tuple[str, ...]) -> Iterator[Number]:
    dated = {at for _, at in _dates(said)}
    for at, word in enumerate(said):
        if at in dated:
            continue
        after = next((word for word in said[at + 1 : at + 3] if word not in ("d", "de", "of")), "")
        if word[0].isdecimal():
            unit = _UNITS.get(after, "")
            if unit == "an" and not _PRISON.isdisjoint(said[at + 2 : at + 5]):
                unit = PRISON_YEARS  # thirty years old is not thirty years in prison
            yield Number(word, unit, at)
        elif word in GROUPS:
            yield Number(str(GROUPS[word]), "", at)


def _quoted(before: str, said: str) -> Iterator[str]:
    """What is quoted in a sentence, given its paragraph up to there: a quotation may have begun before it."""
    open_ = max(("«", "»"), ("“", "”"), key=lambda pair: before.rfind(pair[0]))
    inside = before.rfind(open_[0]) > before.rfind(open_[1])
    straight = before.count('"') % 2 == 1
    if inside or straight:
        said = ('"' if straight else open_[0]) + said
    for found in _QUOTED.finditer(said):
        yield next(filter(None, found.groups()), "")


def _denies(said: tuple[str, ...], at: int) -> bool:
    if said[at] == "plus":
        return bool({"ne", "n"} & set(said[max(0, at - 4) : at])) and said[at + 1 : at + 2] != ("que",)
    return said[at] in DENIALS and not _is_idiom(said, at)


def _is_idiom(said: tuple[str, ...], at: int) -> bool:
    """Whether a word of denial denies nothing: non seulement, non loin, pas moins de, not only, la personne."""
    word, after, before = said[at], said[at + 1] if at + 1 < len(said) else "", said[at - 1] if at else ""
    if word == "personne":
        return not {"ne", "n"} & set(said[max(0, at - 4) : at + 3]) or before in ("la", "une", "par", "chaque", "cette")
    if word in _WITH:  # denies only with these words after it: ruled out, failed to, prives de
        return _WITH[word].isdisjoint(said[at + 1 : at + 4])
    if word == "t":
        return before not in _CONTRACTED
    return after in _IDIOMS.get(word, ()) or (word in ("nul", "nulle", "no") and after[:1].isdigit())


_WITH = {
    "ruled": frozenset({"out"}),
    **dict.fromkeys(("fail", "fails", "failed"), frozenset({"to"})),
    **dict.fromkeys(("prive", "privee", "prives", "privees"), frozenset({"de", "d", "des"})),
}
_AT_ONCE = "attendre doute cesse tarder delai precedent delay doubt warning gravite".split()
_ONLY = "seulement loin moins only least less".split()
_IDIOMS = {
    **dict.fromkeys(("non", "not", "pas"), _ONLY),
    **dict.fromkeys(("sans", "without"), _AT_ONCE),
    **dict.fromkeys(("nul", "nulle", "no"), ("doute",)),
    "aucun": ["pretexte"],
}
_CONTRACTED = frozenset(
    "don doesn didn isn aren wasn weren won wouldn can couldn shouldn hasn haven hadn ain mustn needn".split()
)
