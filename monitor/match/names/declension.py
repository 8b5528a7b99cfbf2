"""A name in Cyrillic letters -> its forms in the other cases of Russian and Ukrainian, of one person or place.

The forms are made by the end of the word alone. Whether it is a woman's name or a man's is not known, so some are made
that nobody writes; a form that is another name is not made: Лавров does not become Лавровой, who is a woman.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_NAME = re.compile(r"[А-Яа-яЁёІіЇїЄєҐґ]+")
# Ending -> what stands in its place; the longest one that fits decides. "" is any consonant.
_ENDINGS: Mapping[str, tuple[str, str]] = {
    "ский": ("ск", "ого ому им ом"), "цкий": ("цк", "ого ому им ом"),
    "ський": ("ськ", "ого ому им ому"), "цький": ("цьк", "ого ому им ому"),
    "ий": ("", "ого ому им ом его ему ем ия ию ием ии"), "ій": ("", "ія ію ієм ії"),
    "ый": ("", "ого ому ым ом"), "ой": ("", "ого ому ым ом оя ою оем ое"),
    "ей": ("е", "я ю ем е"), "ай": ("а", "я ю ем е"), "уй": ("у", "я ю ем е"), "яй": ("я", "я ю ем е"),
    "ая": ("", "ой ую ою"), "яя": ("", "ей юю"), "ия": ("и", "и ю ей"), "ья": ("ь", "и ю ей е"),
    "я": ("", "и е ю ей"), "ь": ("", "я ю ем ём е и ью"),
    "ова": ("ов", "ой у ы е"), "ева": ("ев", "ой у ы е"), "ёва": ("ёв", "ой у ы е"), "ина": ("ин", "ой у ы е"),
    "га": ("г", "и е у ой"), "ка": ("к", "и е у ой"), "ха": ("х", "и е у ой"), "а": ("", "ы е у ой ей"),
    "ов": ("ов", "а у ым ом е"), "ев": ("ев", "а у ым ом е"), "ёв": ("ёв", "а у ым ом е"),
    "ин": ("ин", "а у ым ом е"), "ын": ("ын", "а у ым ом е"),
    "ец": ("ц", "а у ем ом е"),
}  # fmt: skip
_LONGEST = max(map(len, _ENDINGS))
_CONSONANTS = "бвгджзйклмнпрстфхцчшщ"
_OF_CONSONANTS = "а у ом ем е".split()
_IRREGULAR = {"павел": "павл", "лев": "льв", "пётр": "петр"}
_FEWEST = 2


@lru_cache(maxsize=20_000)
def declined(word: str) -> tuple[str, ...]:
    """The other cases of a name (not folded) in small letters; none for what is not declined (НАТО, Порошенко)."""
    if len(word) < _FEWEST or not _NAME.fullmatch(word) or (word.isupper() and len(word) > 1):
        return ()
    word = word.lower()
    for length in range(min(_LONGEST, len(word) - 1), 0, -1):
        if found := _ENDINGS.get(word[-length:]):
            stem, endings = word[:-length] + found[0], found[1].split()
            return tuple(form for ending in endings if (form := stem + ending) != word)
    if word[-1] in _CONSONANTS:
        stem = _IRREGULAR.get(word, word)
        return tuple(stem + ending for ending in _OF_CONSONANTS)
    return ()
