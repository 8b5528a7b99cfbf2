"""Two words -> whether they are one: a typing error, another spelling, another transliteration of the same name."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

# Transliterations of the same sound, longest first: Tchaïkovski and Tchaikovsky, Joldochev and Zholdoshev.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        ("chtch|shch|schtsch", "s"), ("^ou(?=[aeiou])", "v"), ("tsch|tch", "c"),
        ("sch|sh|ch", "s"), ("zh|dj", "j"), ("kh|ck|q", "k"), ("gh|gu(?=[ei])", "g"), ("ph", "f"),
        ("th", "t"), ("ts|tz", "z"), ("x", "ks"), ("c(?=[eiy])", "s"), ("c", "k"), ("w", "v"), ("ou|oo", "u"),
        ("(?<=.)[yj](?=$|[^aeiou])|ij|ii|ie$|ee", "i"), (r"(?<=.)y", "i"),
    ]
]  # fmt: skip
# Two languages' forms of one name that no rule of sounds tells.
_FORMS = [
    frozenset(names.split())
    for names in (
        "kiev kyiv", "kharkov kharkiv", "lvov lviv", "odessa odesa", "mykola nikolai nikolay nikolaï", "pekin beijing",
        "bombay mumbai", "calcutta kolkata", "oussama osama usama", "kadhafi gaddafi qaddafi kaddafi", "serhiy sergei",
        "oleksandr aleksandr alexandre alexander", "mohammed mohamed muhammad mohammad",
    )
]  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiou]+")
_VOWEL = frozenset("aeiouy")
_SHORTEST = 4  # letters of a name that can be spelt otherwise: Iran is not Iraq
_LOOSE = 6  # letters from which other vowels can be those of another alphabet: Jubouri, Jabouri
_CONSONANTS = 3
_TYPED = 7  # letters from which one letter more or less is a typing error


@lru_cache(maxsize=20_000)
def same_name(one: str, other: str) -> bool:
    """Whether two folded words are spellings of one name; a changed consonant or ending makes another name."""
    short = min(len(one), len(other))
    if one == other or short < _SHORTEST or not (one.isalpha() and other.isalpha()):
        return one == other
    if any(one in names and other in names for names in _FORMS) or _is_demonym(one, other) or _is_demonym(other, one):
        return True
    ours, theirs = _sound(one), _sound(other)
    # Hrytsenko is Ukrainian for the Russian Gritsenko.
    eastern = short >= _TYPED and {ours[0], theirs[0]} == {"g", "h"} and ours[1:] == theirs[1:]
    return (
        ours == theirs or eastern or _has_other_vowels(short, ours, theirs) or (short >= _TYPED and is_slip(one, other))
    )


def _has_other_vowels(short: int, ours: str, theirs: str) -> bool:
    """Whether long words with the sounds given have the same consonants, and the same ending: Jubouri, Jabouri."""
    skeleton = _VOWELS.sub("a", ours)
    return (
        short >= _LOOSE
        and ours[-1] == theirs[-1]
        and skeleton == _VOWELS.sub("a", theirs)
        and len(skeleton.replace("a", "")) >= _CONSONANTS
    )


def _is_demonym(place: str, word: str) -> bool:
    """Whether a word is a place with the ending of its people: Cumbria, Cumbrian."""
    return place[-1] in _VOWEL and word in (f"{place}n", f"{place}ns")


@lru_cache(maxsize=20_000)
def is_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter too many, too few, or two exchanged, neither first nor last."""
    if one[0] != other[0] or one[-1] != other[-1] or OSA.distance(one, other, score_cutoff=1) != 1:
        return False
    return len(one) != len(other) or sorted(one) == sorted(other)


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return _DOUBLED.sub(r"\1", word)
