"""A word in Cyrillic letters -> the ways in which the press writes it in Latin ones.

Five ways are written out letter by letter: the scientific one (ISO 9 without its marks), the English (BGN/PCGN), the
French, the German and the Polish. What differs within one language (Sergei, Sergey; Lavrov, Lavroff; Maxim, Maksim) is
added behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice, product

_CYRILLIC = re.compile(r"[Ѐ-ӿ]")

_H = "ѓ"  # Macedonian; here the г of Ukrainian, which is an h
# letter: scientific, English, French, German, Polish
_LETTERS: Mapping[str, tuple[str, ...]] = {
    letter: tuple(part.replace("-", "") for part in row.split())
    for letter, row in {
        "а": "a a a a a", "б": "b b b b b", "в": "v v v w w", "г": "g g g g g", "ґ": "g g g g g", "д": "d d d d d",
        "е": "e e e e e", "ё": "e yo io jo io", "є": "je ye ie je je", "ж": "z zh j sch z", "з": "z z z s z",
        "и": "i i i i i", "і": "i i i i i", "ї": "ji yi i ji ji", "й": "j y i i j", "к": "k k k k k", "л": "l l l l l",
        "м": "m m m m m", "н": "n n n n n", "о": "o o o o o", "п": "p p p p p", "р": "r r r r r", "с": "s s s s s",
        "т": "t t t t t", "у": "u u ou u u", "ў": "u w ou u u", "ф": "f f f f f", "х": "h kh kh ch ch",
        "ц": "c ts ts z c", "ч": "c ch tch tsch cz", "ш": "s sh ch sch sz", "щ": "sc shch chtch schtsch szcz",
        "ъ": "- - - - -", "ы": "y y y y y", "ь": "- - - - -", "э": "e e e e e", "ю": "ju yu iou ju ju",
        "я": "ja ya ia ja ja", "ј": "j j j j j", "љ": "lj lj lj lj lj", "њ": "nj nj nj nj nj", "ћ": "c c c c c",
        "ђ": "dj dj dj dj dj", "џ": "dz dj dj dsch dz", _H: "h h h h h", "дж": "dz j dj dsch dz",
        "ия": "ija ia ia ija ija",
    }.items()
}  # fmt: skip
_ENGLISH, _FRENCH, _GERMAN = 1, 2, 3
_PLAIN, _IOTATED = ("e", "e", "e", "e", "e"), ("je", "ye", "ie", "je", "ie")
_VOWELS = "аеёиоуыэюяіїє"
_SOFTENING = "еёиэіє"
# An ending is written in more ways than a word otherwise: Lavrov, Lavroff, Lawrow; Rogozin, Rogozine; Dmitri, Dmitrij.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    ending: tuple(row.split())
    for ending, row in {
        "ов": "ov off ow of", "ев": "ev eff ew ef jew iev yev", "ёв": "ev eff ew ov off ow", "ий": "i y iy ii ij yi yj",
        "ій": "i y iy ii ij", "ый": "i y iy yi yj yy", "ой": "oi oy oj oj", "ей": "ei ey ej", "ай": "ai ay aj",
        "ин": "in ine", "ын": "yn yne", "ия": "ia iya ija iia ya ja", "ич": "ic ich itch itsch icz itz ics",
        "ова": "ova owa", "ева": "eva ewa", "ая": "aya aia aja a", "енко": "enko enka", "ц": "z ts tz c", "кс": "x ks",
    }.items()
}  # fmt: skip
# Shoygu is Shoigu to most.
_GLIDE = re.compile("(?<=[aeiou])[yj](?=[^aeiouyj])")
_LONGEST_ENDING = max(map(len, _ENDINGS))
_UKRAINIAN = str.maketrans({"г": _H, "и": "ы"})
_ONLY_RUSSIAN = re.compile("[ёъыэ]")
_MOST = 96  # of one word; long ones with many doubtful letters are written in no more ways
_MOST_MIXED = 16


def is_cyrillic(word: str) -> bool:
    """Whether a word has Cyrillic letters."""
    return _CYRILLIC.search(word) is not None


@lru_cache(maxsize=20_000)
def romanised(word: str) -> tuple[str, ...]:
    """Ways to write a Cyrillic word (not folded, case does not matter) in Latin letters, small and without marks.

    The usual ones come first; empty for a word with letters of another script.
    """
    word = word.lower()
    letters = {*word}
    if not word or not letters <= _LETTERS.keys():
        return ()
    readings = [word] if _ONLY_RUSSIAN.search(word) else [word, word.translate(_UKRAINIAN)]
    found = dict.fromkeys(form for reading in readings for form in _ways(reading))
    return tuple(found)[:_MOST]


def _ways(word: str) -> Iterator[str]:
    """A word in every way, the kinds of stem with the kinds of ending."""
    ending = next((word[-n:] for n in range(_LONGEST_ENDING, 0, -1) if word[-n:] in _ENDINGS and len(word) > n), "")
    stem = word[: len(word) - len(ending)]
    endings = _ENDINGS.get(ending, ("",))
    if ending.startswith("е") and stem[-1:] in (*_VOWELS, "ь", "ъ"):
        endings = (*endings, *(f"{start}{one}" for one in endings for start in "iyj"))
    for one, last in product(dict.fromkeys(_stems(stem, ending)), endings):
        yield f"{one}{last}"
        if "ks" in one:
            yield f"{one.replace('ks', 'x')}{last}"
        if (plain := _GLIDE.sub("i", one)) != one:
            yield f"{plain}{last}"


def _stems(stem: str, ending: str) -> Iterator[str]:
    """A stem in each way, and between the English and the French one, which the French press mixes: Loukashenko."""
    for iotated, plain_yo in product((False, True), repeat=2):
        rows = [_parts(stem, way, ending, iotated=iotated, plain_yo=plain_yo) for way in range(len(_PLAIN))]
        yield from map("".join, rows)
        mixed = product(*(dict.fromkeys(pair) for pair in zip(rows[_ENGLISH], rows[_FRENCH], strict=True)))
        yield from map("".join, islice(mixed, _MOST_MIXED))


def _parts(stem: str, way: int, ending: str, *, iotated: bool, plain_yo: bool) -> list[str]:
    """The letters of a stem in one way; `iotated`: е at the start or after a vowel is ye, `plain_yo`: ё is e or o."""
    parts, at = [], 0
    while at < len(stem):
        letter = stem[at : at + 2] if stem[at : at + 2] in _LETTERS else stem[at]
        before, after = stem[at - 1 : at], (stem + ending)[at + 1 : at + 2]
        part = _LETTERS[letter][way]
        if letter == "е" and iotated and (not before or before in f"{_VOWELS}ьъ"):
            part = _IOTATED[way]
        elif letter == "ё" and plain_yo:
            part = "o" if before and before in "жчшщ" else "e"
        elif letter == "г" and way == _FRENCH and after and after in _SOFTENING:
            part = "gu"
        elif (
            letter == "с" and way in (_FRENCH, _GERMAN) and before and before in _VOWELS and after and after in _VOWELS
        ):
            part = "ss"
        parts.append(part)
        at += len(letter)
    return parts
