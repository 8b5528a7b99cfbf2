"""Article -> Traits: the few names, numbers, dates and words that tell what event it is about."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

from monitor.dedup.concepts import CONCEPTS, FREQUENT, NUMBERS, PAIRS
from monitor.dedup.lexicon import FUNCTION, MONTHS, WEEKDAYS
from monitor.model import Article
from monitor.text import fold

TRAITS = 24
"""Traits of an article: enough for the longest headline; each costs one row in a look-up."""

SCANNED = 1_200
"""Characters of lede and body that are read: news tells its event first, and a long text must cost no more."""

# How much a trait says of its article, before it is known how rare it is; tuned on half of the labelled headlines (see
# monitor.dedup.story). Under a title words count less than names: what desks share of an event are its names, what
# articles of one template share are its words (pairs of tests/data). What is said again counts more.
_TITLE = {"name": 1.3, "number": 1.0, "date": 1.0, "word": 1.0}
_OPENING_SENTENCE = {"name": 1.2, "number": 0.8, "date": 0.8, "word": 0.5}  # of a text without a title
_TEXT = {"name": 0.8, "number": 0.5, "date": 0.5, "word": 0.4}
_REPEATED = (0.0, 1.0, 1.25, 1.5, 1.75)  # by how often it is said
_MANY = len(_REPEATED) - 1

_REMEMBERED = 32_000  # words, and numbers of few digits (14 MB)

# Stories in a hundred that are expected to hold a trait, before the archive tells.
_EXPECTED = 1.0
_EXPECTED_OFTEN = 5.0
_EXPECTED_DATE = 10.0
_WORTH = {expected: math.log(100 / expected) for expected in (_EXPECTED, _EXPECTED_OFTEN, _EXPECTED_DATE)}

_PIECE = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|[.!?…:|«“\"\n]")
_OPENING = frozenset('.!?…:|«“"\n')
_COUNTED = re.compile(r"(\d+)(?:er|ere|re|e|eme|nd|st|rd|th|eur|go|gb|h|km|kg|m)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LAST_DAY = 31
_CAPITALS = 0.8  # share of capitalised words above which letter case tells nothing, of at least so many:
_FEW = 5
_FRAME = 2  # words of content that a frame has at least
_DIRECTIONS = frozenset(
    "hausse baisse recul progression gagne perd ouvre ferme nord sud est ouest matin soir rise rises fall falls up "
    "down higher lower opens closes north south east west morning evening".split()
)
_EXCHANGED = frozenset({*WEEKDAYS, *MONTHS}) | _DIRECTIONS
_MONTH_LETTERS = 3
_MONTH_BEGINS = frozenset(month[:_MONTH_LETTERS] for month in MONTHS)
_FIRST_OF_PAIRS = frozenset(first for first, _ in PAIRS)
_SHORT = 4  # letters of a word that has no ending to lose
_ENDINGS = re.compile(
    r"(?:issements?|issantes?|ements?|ments?|ations?|ateurs?|atrices?|itions?|ions?|iseurs?|euses?|eurs?|ures?|iques?|"
    r"istes?|ismes?|ives?|ifs?|ables?|ibles?|eaux|aux|als?|ales?|ees?|es|er|ez|era|eront|erait|aient|ait|ant|ants|"
    r"antes?|ents?|entes?|irs?|ir|it|is|ies?|ing|ed|s|e|x|i)$"
)


class Trait(NamedTuple):
    """Something an article names: `kind` is "name", "number", "date" or "word"; `word` is how it is shown.

    `hash` (signed 64 bits) is what the index holds. `share` is how much it says of its article, `expected` in how many
    stories of a hundred it is expected before the archive tells.
    """

    hash: int
    kind: str
    word: str
    share: float
    expected: float


class _Reading(NamedTuple):
    """A word as a trait: the same wherever it stands.

    `joins`: it may be one trait with the next word. `worth` is the logarithm of its rarity before the archive tells,
    `capital` tells whether it begins with one. `once` is its rank, its hash and what it is when a text says it once.
    """

    hash: int
    kind: str
    word: str
    expected: float
    joins: bool
    worth: float
    capital: bool
    once: tuple[float, int, Trait]


@dataclass(frozen=True, slots=True)
class Profile:
    """What an article is about: its `traits`, those that say most first, and the weekday it names first.

    `day` is 1 for Monday to 7, 0 when it names none.
    """

    traits: tuple[Trait, ...]
    day: int


def profile(article: Article) -> Profile:
    """The at most TRAITS traits of an article and its day; no traits when it has no telling word."""
    text = f"{article.lede}\n{article.body[:SCANNED]}"[: SCANNED + 1]
    if article.title_derived:
        text = text.removeprefix(article.title)
    shares = _OPENING_SENTENCE if article.title_derived else _TITLE
    # The loops over words are most of what a story costs (measured).
    title, named = _telling_words(article.title)
    told, also_named = _telling_words(text)
    named |= also_named
    said = title + told
    hashes = [one[0] for one in said]
    in_title, times = set(hashes[: len(title)]), Counter(hashes)
    first = dict(zip(reversed(hashes), reversed(said), strict=True))
    special = in_title | named
    special.update([hash_ for hash_, often in times.items() if often > 1])
    ranked = [one[7] for hash_, one in first.items() if hash_ not in special]
    for hash_ in special & first.keys():
        _, kind, word, expected, _, worth, _, _ = first[hash_]
        if kind == "word" and hash_ in named:
            kind = "name"
        share = (shares if hash_ in in_title else _TEXT)[kind] * _REPEATED[min(times[hash_], _MANY)]
        ranked.append((-share * worth, hash_, Trait(hash_, kind, word, share, expected)))
    ranked.sort()
    traits = [trait for _, _, trait in ranked[:TRAITS]]
    days = first.keys() & _DAYS.keys()
    return Profile(tuple(traits), next((_DAYS[one] for one in hashes if one in days), 0) if days else 0)


def _telling_words(text: str) -> tuple[list[_Reading], set[int]]:
    """The words of a text that tell something, in order, and the hashes of those that are names by their capitals."""
    pieces = _PIECE.findall(text)
    readings = list(map(_READINGS.__getitem__, pieces))
    for at in [at for at, one in enumerate(readings[:-1]) if one and one[4]]:
        reading, second = readings[at], pieces[at + 1]
        if reading and (reading.kind != "number" or _may_be_month(second)) and (joined := _joined(pieces[at], second)):
            readings[at : at + 2] = joined, None
    named = {
        one[0]
        for one, before in zip(readings, chain(".", pieces), strict=False)
        if one and one[6] and before not in _OPENING
    }
    return [one for one in readings if one], named if named and _is_cased(pieces) else set()


def _may_be_month(piece: str) -> bool:
    return not piece.isascii() or piece[:_MONTH_LETTERS].lower() in _MONTH_BEGINS


def _is_cased(pieces: list[str]) -> bool:
    """Whether capitals tell names from words."""
    if 4 * sum(map(str.islower, pieces)) > len(pieces):
        return True  # almost always, and counted in C
    words = [piece for piece in pieces if piece not in _OPENING]
    return len(words) < _FEW or sum(word[0].isupper() for word in words) < _CAPITALS * len(words)


class _Readings(dict[str, _Reading | None]):
    """Piece -> how it is read; long numbers, of which there is no end, are not remembered."""

    def __missing__(self, piece: str) -> _Reading | None:
        if piece in _OPENING:
            reading = None
        elif piece[0].isdigit() and len(piece) > len("2026"):
            return _number(piece) if piece.isdecimal() and piece.isascii() else _reading(piece)
        else:
            reading = _reading(piece)
        if len(self) >= _REMEMBERED:
            self.clear()
        return self.setdefault(piece, reading)


_READINGS = _Readings()


def _reading(piece: str) -> _Reading | None:
    """A word or number as a trait; None for one that tells nothing by itself."""
    word = piece if piece.isdecimal() and piece.isascii() else fold(piece)
    word = NUMBERS.get(word, word)
    if word[0].isdigit():
        counted = None if word.isdecimal() else _COUNTED.fullmatch(word)
        return _number(counted[1] if counted else word.replace(",", "."))
    if len(word) < 2 or word in FUNCTION:  # noqa: PLR2004 - a letter is an elided article or an initial
        return None
    if word in WEEKDAYS:
        return _made("date", f"day {WEEKDAYS[word]}", piece, _EXPECTED_DATE)
    if word in MONTHS:
        return _made("date", f"month {MONTHS[word]}", piece, _EXPECTED_DATE)
    return _made("word", stem(CONCEPTS.get(word, word)), piece, _expected(word))


def _number(number: str) -> _Reading:
    expected = _EXPECTED_DATE if len(number) == len("2026") and _YEAR.fullmatch(number) else _EXPECTED
    return _made("number", number, number, expected)


def _expected(word: str) -> float:
    return _EXPECTED_OFTEN if word in FREQUENT or CONCEPTS.get(word) in FREQUENT else _EXPECTED


@lru_cache(maxsize=10_000)
def _joined(first: str, second: str) -> _Reading | None:
    """Two words side by side that are one trait: a day with its month, United States."""
    one, two = fold(first), fold(second)
    if concept := PAIRS.get((one, two)):
        return _made("word", stem(CONCEPTS.get(concept, concept)), f"{first} {second}", _expected(concept))
    day, month = (one, two) if two in MONTHS else (two, one)
    day = day.removesuffix("er")
    if month in MONTHS and day.isdecimal() and 1 <= int(day[:3]) <= _LAST_DAY:
        return _made("date", f"{int(day)}.{MONTHS[month]}", f"{first} {second}", _EXPECTED)
    return None


def _made(kind: str, key: str, word: str, expected: float) -> _Reading:
    joins = kind != "word" or fold(word) in _FIRST_OF_PAIRS
    hash_, worth, share = _hash(key), _WORTH[expected], _TEXT[kind]
    once = (-share * worth, hash_, Trait(hash_, kind, word, share, expected))
    return _Reading(hash_, kind, word, expected, joins, worth, word[0].isupper(), once)


def _hash(key: str) -> int:
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


_DAYS = {_hash(f"day {number}"): number for number in range(1, 8)}


def stem(word: str) -> str:
    """A folded word without the endings that inflection and derivation give it."""
    return word if len(word) <= _SHORT else _ENDINGS.sub("", word)


def is_template(one: str, other: str) -> bool:
    """Whether two titles are one frame with other names, dates or directions in the same places.

    Quel temps est prévu à Caen, à Saint-Lô: such articles are about different events, however much they share. Another
    number alone proves nothing, as tolls rise. On the labelled pairs of tests/data it finds 20 of the 29 templates and
    is wrong for none of the 85 others.
    """
    (ours, folded), (theirs, others) = _words(one), _words(other)
    if 2 * len(set(folded) & set(others)) < min(len(folded), len(others)):
        return False  # most pairs: alignment is the dear part
    matcher = SequenceMatcher(None, folded, others, autojunk=False)
    framed, exchanged = 0, False
    for change, a, b, c, d in matcher.get_opcodes():
        left, right = _telling(ours[a:b]), _telling(theirs[c:d])
        if change == "equal":
            framed += len(left)
        elif not left or not right or not all(_is_exchanged(word) for word in left + right):
            return False
        else:
            exchanged = exchanged or any(not _is_number(word) for word in left + right)
    return exchanged and framed >= _FRAME


@lru_cache(maxsize=10_000)
def _words(title: str) -> tuple[list[str], list[str]]:
    """The words of a title, as written and folded."""
    found = [piece for piece in _PIECE.findall(title) if piece not in _OPENING]
    return found, [fold(word) for word in found]


def _telling(words: list[str]) -> list[str]:
    return [word for word in words if fold(word) not in FUNCTION]


def _is_number(word: str) -> bool:
    return word[0].isdigit() or fold(word) in NUMBERS


def _is_exchanged(word: str) -> bool:
    """Whether a word is what the articles of one template differ in."""
    return _is_number(word) or word[0].isupper() or fold(word) in _EXCHANGED
