"""Texts -> the language they are written in, how sure that is, and what each detector said."""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from bisect import bisect
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import repeat
from operator import add
from typing import NamedTuple

from langdetect import DetectorFactory, LangDetectException, detect_langs, detector_factory

from monitor.model import LanguageScore
from monitor.normalise.function_words import FUNCTION_WORDS

# Unseeded, langdetect changed its answer on 8 of 300 headlines in 5 runs.
DetectorFactory.seed = 0

OTHER = "other"

# What is read, in characters; 150 are clear in 99 of 100 articles. More than 400 costs time and brings no accuracy.
_OFTEN_ENOUGH = 150
_ENOUGH = 400

# How far ahead of every other answer the best one is, in nats, decides. Measured on 719 French headlines without
# accents and 7,800 lines of 15 letters and more, the translations of a program into 37 languages, with French and
# English asked for: of leads from 16 on (81 %) 1 in 6,900 was wrong, of 8 to 16 1 in 94, of 5 to 8 1 in 23, of 3 to 5
# 1 in 7, below 3 1 in 3. Where langdetect agreed with 3 to 8, 1 in 33 was.
_CLEAR = 8.0
_LIKELY = 3.0
_HALF = 0.5
_TEMPERATURE = 2.0
# What langdetect adds when it agrees, in the same unit.
_SECONDED = 2.0
# The declaration of the feed is worth a function word and a half; that somebody asks for a language, half a word.
_DECLARED = 6.0
_ASKED_FOR = 2.0

# Letters that tell one language from all others; a name may be left in its own.
_TOO_FEW = 4
# Letters in words without a capital, to those in words with one: fewer, and capitals are no sign of names.
_MOSTLY = 0.33
# What a letter is worth against the average of its language: .72 and more in 98 of 100 French and English lines, .6 in
# those of other languages in Latin letters, .5 on average in Irish (unknown here). Below that, a long text is in a
# language without a profile, a short one (names, a list) in none.
_FOREIGN_BODY = 0.58
_MEASURABLE = 25
_CERTAINLY_TEXT = 80

# A word is one integer with a lane of bits for each language, so that adding words adds all languages at once. A lane
# counts eighths of a nat up to 8,191 nats; no text of _ENOUGH letters reaches more than 4,800 (400 trigrams at the most
# log(1 / _UNSEEN) each, 200 words of _BONUS).
_LANE = 16
_STEPS = 8
_BONUS = 4.0
# langdetect's own smoothing: half a hit in ten thousand.
_UNSEEN = 0.5 / 10_000

# With a lead of 10 and more, trigrams were wrong in 8 of 11,000 lines, trigrams and pairs of letters in 24.
_GRAM = 3

_REMEMBERED = 20_000  # words

_WORD = re.compile(r"[^\W\d_]+")
_FOLDED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "ı": "i"})

# Letters that the profiles have in another form only: Romanian with a comma, Persian yeh, all doubly marked Vietnamese.
_SPELLED = {0x0219: "ş", 0x021B: "ţ", 0x06CC: "ي", **dict.fromkeys(range(0x1EA0, 0x1F00), "ể")}
_FIRST_SPELLED = chr(min(_SPELLED))

# Where each block of letters ends (Unicode's Blocks.txt); "" is a mixture or none of ours.
_BLOCKS = {
    0x0250: "latin",
    0x0370: "",
    0x0400: "greek",
    0x0530: "cyrillic",
    0x0590: "armenian",
    0x0600: "hebrew",
    0x0700: "arabic",
    0x0750: "",
    0x0780: "arabic",
    0x0900: "",
    0x0980: "devanagari",
    0x0A00: "bengali",
    0x0A80: "gurmukhi",
    0x0B00: "gujarati",
    0x0B80: "oriya",
    0x0C00: "tamil",
    0x0C80: "telugu",
    0x0D00: "kannada",
    0x0D80: "malayalam",
    0x0E00: "sinhala",
    0x0E80: "thai",
    0x0F00: "lao",
    0x1000: "",
    0x10A0: "burmese",
    0x1100: "georgian",
    0x1200: "hangul",
    0x1380: "ethiopic",
    0x1780: "",
    0x1800: "khmer",
    0x1E00: "",
    0x1F00: "latin",
    0x2000: "greek",
    0x3040: "",
    0x3100: "kana",
    0x4E00: "",
    0xA000: "han",
    0xAC00: "",
    0xD7B0: "hangul",
    0x110000: "",
}
_ENDS = list(_BLOCKS)
_SCRIPTS = sorted(set(_BLOCKS.values()))
_COLUMN = [_SCRIPTS.index(script) for script in _BLOCKS.values()]
# Who writes with letters other than Latin; where it is one language only, its letters are proof enough.
_WRITERS = {
    script: {language}
    for script, language in map(
        str.split,
        "greek el, armenian hy, hebrew he, bengali bn, gurmukhi pa, gujarati gu, oriya or, tamil ta, telugu te, "
        "kannada kn, malayalam ml, sinhala si, thai th, lao lo, burmese my, georgian ka, hangul ko, ethiopic am, "
        "khmer km, kana ja, han zh".split(","),
    )
}
_WRITERS |= {
    "cyrillic": {"ru", "uk", "bg", "mk", "be", "sr", "kk", "ky", "mn", "tg", "tt"},
    "arabic": {"ar", "fa", "ur", "ps", "ku", "sd", "ug"},
    "devanagari": {"hi", "mr", "ne"},
}


class Detected(NamedTuple):
    """What detect() found.

    `language` is a two-letter code of those asked for, "other" or None; `confidence` is the probability, 0 to 1, that
    it is right, None with None. `scores` are the detectors' opinions, the likeliest language of each first.
    """

    language: str | None
    confidence: float | None
    scores: tuple[LanguageScore, ...] = ()


def detect(texts: Iterable[str], languages: Sequence[str], declared: str | None = None) -> Detected:
    """The language of `languages` (BCP 47) the texts are written in, "other" for any other, None for too little text.

    Letters, trigrams and function words decide where they are clear; where they are not, langdetect must agree. What
    the source declares tips the scales for a few words and never against clear text. Never raises.
    """
    wanted, prior = _wanted(tuple(languages)), declared and _primary(declared)
    written = [text for text in texts if text] or [""]
    sample = _sample(written, _OFTEN_ENOUGH)
    lanes, letters = _read(sample)
    by_letters = _by_letters(letters, wanted)
    if by_letters:
        return by_letters
    first = _weighed(lanes, wanted, prior)
    if first.lead < 2 * _CLEAR or _is_foreign(first, sum(letters)):
        sample = _sample(written, _ENOUGH)
        lanes, letters = _read(sample)
        first = _weighed(lanes, wanted, prior)
    size = sum(letters)
    if size < _MEASURABLE and not (first.lead >= _CLEAR and _has_function_word(sample, first.best)):
        return Detected(None, None, first.scores)
    if first.language != OTHER and size >= _MEASURABLE and _is_foreign(first, size):
        first = first._replace(language=OTHER, lead=_LIKELY if size >= _CERTAINLY_TEXT else 0)
    elif _LIKELY <= first.lead < _CLEAR:
        first = _seconded(sample, first)
    if first.lead < _LIKELY or (first.language == OTHER and not wanted.issubset(_codes())):
        return Detected(None, None, first.scores)
    return Detected(first.language, _probability(first.lead), first.scores)


class _First(NamedTuple):
    """The first opinion; in nats, its lead over every other answer, and what the text is worth in `best`."""

    language: str
    best: str
    lead: float
    nats: float
    scores: tuple[LanguageScore, ...]


def _sample(texts: Sequence[str], size: int) -> str:
    """The beginning of each text, of equal length (a title may be a quotation); the last has what the others leave."""
    *openings, last = texts
    parts = [text[: size // len(texts)] for text in openings]
    return " ".join([*parts, last[: size - sum(map(len, parts))]])


def _read(sample: str) -> tuple[Sequence[int], Sequence[int]]:
    """The lanes of all languages and the letters under each script, of the distinct words of a text.

    Words with a capital count only where most have one (a title in capitals, a Title in English): they are names.
    """
    width = len(_codes()) + len(_SCRIPTS)
    both = array("H", sum(map(_WEIGHTS.__getitem__, set(sample.split()))).to_bytes(4 * width, "little"))
    small, capital = both[:width], both[width:]
    if sum(small[len(_codes()) :]) < _MOSTLY * sum(capital[len(_codes()) :]):
        small = array("H", map(add, small, capital))
    return small[: len(_codes())], small[len(_codes()) :]


def _by_letters(letters: Sequence[int], wanted: frozenset[str]) -> Detected | None:
    """The answer where the letters alone give it: none of `wanted` is written with them, or one language only is."""
    most = max(letters)
    script = _SCRIPTS[letters.index(most)]
    if script == "han" and letters[_SCRIPTS.index("kana")]:
        script = "kana"
    writers = _WRITERS.get(script)
    if writers is None or most < _TOO_FEW or (len(writers) > 1 and writers & wanted):
        return None
    language = min(writers & wanted, default=OTHER)
    return Detected(language, 1.0, (LanguageScore("letters", language, 1.0),))


def _weighed(lanes: Sequence[int], wanted: frozenset[str], declared: str | None) -> _First:
    """The first opinion: the best of the languages asked for, and of the others, against each other."""
    codes = _codes()
    asked_for, others = _sides(wanted)
    nats = {at: lanes[at] / _STEPS + _ASKED_FOR for at in asked_for}
    if others:
        theirs = list(map(lanes.__getitem__, others))
        other = others[theirs.index(max(theirs))]
        nats[other] = lanes[other] / _STEPS
    if declared in codes:
        at = codes.index(declared)
        nats[at] = lanes[at] / _STEPS + _ASKED_FOR * (declared in wanted) + _DECLARED
    ranked = sorted(nats, key=nats.__getitem__, reverse=True)
    best = second = ranked[0]
    answer = codes[best] if codes[best] in wanted else OTHER
    for at in ranked:
        if (codes[at] if codes[at] in wanted else OTHER) != answer:
            second = at
            break
    lead = nats[best] - nats[second]
    chance = _probability(lead)
    scores = (
        LanguageScore("trigrams", codes[best], chance),
        LanguageScore("trigrams", codes[second], round(1 - chance, 4)),
    )
    return _First(answer, codes[best], lead, lanes[best] / _STEPS, scores)


@lru_cache(maxsize=64)
def _wanted(languages: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_primary, languages))


@lru_cache(maxsize=64)
def _sides(wanted: frozenset[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The lanes of the languages asked for, and all others."""
    lanes = range(len(_codes()))
    return tuple(at for at in lanes if _codes()[at] in wanted), tuple(at for at in lanes if _codes()[at] not in wanted)


def _is_foreign(first: _First, letters: int) -> bool:
    """Whether that many letters of Latin script are too unlike the language they are most like."""
    return first.best in FUNCTION_WORDS and first.nats < _FOREIGN_BODY * letters * _worth(first.best)


@cache
def _worth(language: str) -> float:
    """What a letter of a text in the language is worth on average, in nats."""
    lane, shares = _codes().index(language), _profiles().word_lang_prob_map.items()
    known: list[float] = [parts[lane] for gram, parts in shares if len(gram) == _GRAM]
    return sum(share * math.log1p(share / _UNSEEN) for share in known)


def _has_function_word(sample: str, language: str) -> bool:
    """Whether one is there; True for a language whose function words we do not know."""
    words = _function_words().get(language)
    return words is None or not words.isdisjoint(_WORD.findall(sample.lower()))


def _seconded(sample: str, first: _First) -> _First:
    """The first opinion with langdetect's beside it: no lead is left where that is another language."""
    chances: dict[str, float] = {}
    try:
        found = detect_langs(sample)
    except LangDetectException:
        return first._replace(lead=0)
    for each in found:
        code = _primary(str(each.lang))
        chances[code] = chances.get(code, 0.0) + float(each.prob)
    agreed = chances.get(first.best, 0.0)
    scores = (*first.scores, *(LanguageScore("langdetect", code, round(chances[code], 4)) for code in chances))
    lead = first.lead + _SECONDED if agreed > _HALF else 0
    return first._replace(lead=lead, scores=scores)


def _probability(lead: float) -> float:
    return round(1 / (1 + math.exp(-lead / _TEMPERATURE)), 4)


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


@cache
def _profiles() -> DetectorFactory:
    """langdetect's profiles; reading them takes it a third of a second."""
    detector_factory.init_factory()
    return detector_factory._factory


@cache
def _codes() -> tuple[str, ...]:
    """The language of each lane; Chinese has two."""
    return tuple(map(_primary, _profiles().langlist))


@cache
def _trigrams() -> dict[str, int]:
    """langdetect's profiles as lanes: how much likelier each trigram is than an unseen one, in any case of letters.

    A trigram without accents stands for those with accents too: headlines leave them off.
    """
    shares: dict[str, list[float]] = {}
    for gram, parts in _profiles().word_lang_prob_map.items():
        for form in {lower := gram.lower(), _bare(lower)} if len(gram) == _GRAM else ():
            if len(form) == _GRAM:
                known = shares.get(form)
                shares[form] = [a + b for a, b in zip(known, parts, strict=True)] if known else parts
    return {gram: _packed(parts) for gram, parts in shares.items() if max(parts) > _UNSEEN}


def _packed(parts: Sequence[float]) -> int:
    """The share of a trigram in each language as nats, in lanes."""
    return sum(
        round(math.log1p(part / _UNSEEN) * _STEPS) << lane * _LANE for lane, part in enumerate(parts) if part > 0
    )


@cache
def _function_words() -> dict[str, frozenset[str]]:
    """The function words of each language, also without accents."""
    return {code: words | {_bare(word) for word in words} for code, words in FUNCTION_WORDS.items()}


@cache
def _bonuses() -> dict[str, int]:
    """What each function word is worth, in lanes."""
    found: dict[str, int] = {}
    for lane, code in enumerate(_codes()):
        for word in _function_words().get(code, ()):
            found[word] = found.get(word, 0) + (round(_BONUS * _STEPS) << lane * _LANE)
    return found


class _Weights(dict[str, int]):
    """What stands between two spaces -> its weight; numbers, of which there is no end, are not remembered."""

    def __missing__(self, written: str) -> int:
        if written.isdecimal() or not (weight := _weigh(written)):
            return 0
        if len(self) >= _REMEMBERED:
            self.clear()
        return self.setdefault(written, weight)


_WEIGHTS = _Weights()


def _weigh(written: str) -> int:
    """Evidence of what stands between two spaces, in lanes: each language, then its letters under their script.

    Words with a capital have theirs after all lanes of the others.
    """
    grams, bonuses, languages, total = _trigrams(), _bonuses(), len(_codes()), 0
    for word in (written,) if written.isalpha() else _WORD.findall(written):
        lower = word.lower()
        if not lower.isascii() and max(lower) >= _FIRST_SPELLED:
            lower = lower.translate(_SPELLED)
        padded = f" {lower} "
        spelt = [padded[at : at + _GRAM] for at in range(len(lower))]
        found = sum(map(grams.get, spelt, repeat(0)), bonuses.get(lower, 0))
        script = bisect(_ENDS, ord(word[0]))
        found += len(word) << (languages + _COLUMN[script]) * _LANE
        total += found if word[0] == lower[0] else found << (languages + len(_SCRIPTS)) * _LANE
    return total


def _bare(word: str) -> str:
    """Without accents."""
    decomposed = unicodedata.normalize("NFD", word.translate(_FOLDED))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
