"""Words of a sentence -> the same words with every number in figures: douze, twelve and 12 are one number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_SMALL = {
    word: value
    for words in (
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
    )
    for value, word in enumerate(words.split(), 2)
}
_TENS = {
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "octante": 80, "nonante": 90, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_HUNDRED = frozenset({"cent", "cents", "hundred"})
_POWERS = {
    "mille": 10**3, "thousand": 10**3, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9,
    "billion": 10**9, "bn": 10**9, "trillion": 10**12,
}  # fmt: skip
_ORDINALS = {
    word: f"{value}e"
    for words in (
        "deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme onzieme douzieme",
        "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    )
    for value, word in enumerate(words.split(), 2)
    if word != "second"  # the unit of time
}
_TEENS = (13, 14, 15, 16, 20, 30)
_ORDINALS |= {
    f"{word.removesuffix('e')}{ending}": f"{value}e"
    for ending, words in (
        ("ieme", "treize quatorze quinze seize vingt trente"),
        ("th", "thirteen fourteen fifteen sixteen"),
    )
    for word, value in zip(words.split(), _TEENS, strict=False)
}
GROUPS = {
    "dizaine": 10, "dizaines": 10, "douzaine": 12, "douzaines": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30,
    "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "centaines": 100, "millier": 1000,
    "milliers": 1000, "dozen": 12, "dozens": 12, "hundreds": 100, "thousands": 1000,
}  # fmt: skip
"""Words for about so many, and how many."""

_UNITS = {"euros": "euro", "dollars": "dollar", "percent": "pourcent", "pct": "pourcent", "livres": "livre"}
_UNITS |= {"pounds": "livre", "pound": "livre"}
_HOURS = frozenset({"h", "heure", "heures"})
_OF_DAY, _MINUTES = re.compile(r"1?\d|2[0-4]"), re.compile(r"[0-5]\d")
_ORDINAL = re.compile(r"(\d+)(?:er|ere|eme|nd|rd|th|st)")
_GROUPED = re.compile(r"(\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?")
_DECIMAL = re.compile(r"(\d+)[.,](\d+)")
_ONE = frozenset({"un", "une", "one", "a"})

LONGEST = 80
"""Letters of a word: runs without end are cut, since words are remembered."""

_REMEMBERED = 20_000  # words

NUMBER_WORDS = frozenset({*_SMALL, *_TENS, *_HUNDRED, *_POWERS, *_ORDINALS, *GROUPS})
"""Words that are numbers, not names, also where they open a sentence."""
_SPECIALS = NUMBER_WORDS - GROUPS.keys() | _UNITS.keys()
CHANGED = _SPECIALS | _POWERS.keys() | _HOURS
"""Words without figures that `in_figures` may change, or the words beside them."""


# Each word as one letter, so that a regular expression finds the few that may be made another one.
_PLAIN, _LONG, _FIGURE, _POWER, _SPECIAL, _HOUR = "-", "x", "0", "p", "s", "h"
_TO_READ = re.compile(f"[{_SPECIAL}{_POWER}]|{_FIGURE}(?={_POWER})")


class _Kinds(dict[str, str]):
    """Word -> its kind; numbers and runs, of which there is no end, are not remembered."""

    def __missing__(self, word: str) -> str:
        if len(word) > LONGEST:
            return _LONG
        # What sorts before ":" begins with a figure: folded words hold letters and figures only.
        if word < ":":
            return _FIGURE if word.isdecimal() and word[0] != "0" else _SPECIAL
        kind = _POWER if word in _POWERS else _SPECIAL if word in _SPECIALS else _HOUR if word in _HOURS else _PLAIN
        if len(self) >= _REMEMBERED:
            self.clear()
        return self.setdefault(word, kind)


_KINDS = _Kinds()


def kinds_of(words: Iterable[str]) -> str:
    """The kind of each of some folded words, a letter each."""
    return "".join(map(_KINDS.__getitem__, words))


def has_long(kinds: str) -> bool:
    """Whether a word is longer than LONGEST letters."""
    return _LONG in kinds


def in_figures(words: list[str], kinds: str = "") -> list[str]:
    """Folded words with their numbers in figures, decimals after a point, hours as 8h or 8h30; `kinds` if known."""
    kinds = kinds or kinds_of(words)
    found: list[str] = []
    done = 0
    for place in _TO_READ.finditer(kinds):
        at = place.start()
        if at < done:
            continue
        # un million, a hundred: the article is no part of the figure
        article = at > done and words[at - 1] in _ONE and (words[at] in _POWERS or words[at] in _HUNDRED)
        found += words[done : at - article]
        number, done = _number(words, at)
        found.append(number)
    if done:
        words = found + words[done:]
    return _with_hours(words) if _HOUR in kinds else words


def _number(words: Sequence[str], at: int) -> tuple[str, int]:
    """The number that begins at a word, in figures, and where it ends."""
    word = words[at]
    if word in _ORDINALS:
        return _ORDINALS[word], at + 1
    if word in _UNITS:
        return _UNITS[word], at + 1
    if word == "sept" and words[at + 1 : at + 2] and words[at + 1][0].isdigit():
        return word, at + 1  # the month: Sept. 5
    if word[0].isdigit():
        plain = _plain(word)
        power = _POWERS.get(words[at + 1]) if at + 1 < len(words) else None
        if power is None or not _is_number(plain):
            return plain, at + 1
        return _shown(float(plain) * power), at + 2
    return _spelt(words, at)


def _spelt(words: Sequence[str], at: int) -> tuple[str, int]:
    """A number in letters, in figures, and where it ends; what is none is given back as it is."""
    total = current = 0
    first = at
    while at < len(words):
        word = words[at]
        if word in ("et", "and") and at > first and _joins(words, at, current):
            at += 1
            continue
        if (power := _POWERS.get(word)) is not None:
            total, current = (total + max(current, 1) * power, 0)
        elif (more := _grown(word, current, alone=at == first)) is not None:
            current = more
        else:
            break
        at += 1
    return (_shown(total + current), at) if at > first else (words[first], first + 1)


def _grown(word: str, current: int, *, alone: bool) -> int | None:
    """A number below 1,000 with one more word of it; None when the word begins another number."""
    below = current % 100
    if word in _HUNDRED:
        return current * 100 if current in range(2, 100) else 100 if current == 0 and word != "cents" else None
    if (tens := _TENS.get(word)) is not None:
        if (below, tens) == (4, 20):
            return current - 4 + 80  # quatre-vingt
        return current + tens if below == 0 else None
    small = 1 if word in ("un", "une", "one") and not alone else _SMALL.get(word, 0)
    return current + small if small and small in _UPON.get(below, ()) else None


# What may follow in a number: vingt-deux, soixante-douze, quatre-vingt-treize, dix-sept; after hundreds anything.
_UPON = {
    0: range(1, 20),
    10: range(7, 10),
    **dict.fromkeys((20, 30, 40, 50, 70, 90), range(1, 10)),
    **dict.fromkeys((60, 80), range(1, 20)),
}


def _joins(words: Sequence[str], at: int, current: int) -> bool:
    """Whether an "et" or "and" stands inside a number: vingt et un, two hundred and five."""
    after = words[at + 1] if at + 1 < len(words) else ""
    if words[at] == "et":
        return current % 100 in _TENS.values() and after in ("un", "une", "onze")
    return current > 0 and current % 100 == 0 and (after in _SMALL or after in _TENS)


def _with_hours(words: list[str]) -> list[str]:
    found: list[str] = []
    done = 0
    for at in (at for at, word in enumerate(words) if word in _HOURS):
        if at > done and _OF_DAY.fullmatch(words[at - 1]):
            minutes = words[at + 1] if at + 1 < len(words) and _MINUTES.fullmatch(words[at + 1]) else ""
            found += words[done : at - 1]
            found.append(f"{words[at - 1]}h{minutes}")
            done = at + 2 if minutes else at + 1
    return found + words[done:]


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    """A number in figures without marks between thousands, with a point before decimals: 1.200 is 1200, 4,50 is 4.5."""
    if word.isdecimal():
        return word.lstrip("0") or "0"
    if ordinal := _ORDINAL.fullmatch(word):
        return f"{ordinal[1]}e"
    if grouped := _GROUPED.fullmatch(word):
        whole = grouped[1].replace(".", "").replace(",", "")
        return _shown(float(f"{whole}.{grouped[2]}")) if grouped[2] else whole.lstrip("0") or "0"
    if decimal := _DECIMAL.fullmatch(word):
        return _shown(float(f"{decimal[1]}.{decimal[2]}"))
    return word


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdecimal()


def _shown(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 6))
