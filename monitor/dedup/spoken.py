"""Text -> its words as one reads them aloud: folded, with signs in words and every number in one form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from monitor.dedup.figures import LONGEST, has_long, in_figures, kinds_of
from monitor.dedup.lexicon import MONTHS
from monitor.text import fold, words

# Signs that change what a figure says; a dash counts as minus only where it touches a figure and no word before it.
# Each expression begins with one class of characters, which the engine looks for much faster than for a look-behind.
_SIGNS = {"%": " pourcent ", "€": " euro ", "$": " dollar ", "£": " livre ", "+": " plus ", "°": " degres "}
_SIGNS |= dict.fromkeys("-−–", " moins ")
_HEADLINE = 300  # characters below which an English text may do without "the"
_MARKED = re.compile(r"[\d%€$£]")
# Where one of the expressions below but those of English dates may find something: one pass instead of five.
_SIGNED = re.compile(r"[0-9%€$£°+−–-](?:(?<=[%€$£°])|(?<=[+−–-])(?=\d)|(?<=\d)(?:[ \u00a0\u2009\u202f:]\d|[mkcbfhtC]))")
_SIGN = re.compile(r"[%€$£°+−–-](?:(?<=[%€$£°])|(?<![^\W_].)(?<![^\W_]\s.)(?=\d))")
_SPACED = re.compile(r"\d(?<![\d.,]\d)\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)")
_PRICE = re.compile(r"([$€£])\s?(\d[\d.,]*)(?:\s?(thousand|million|billion|trillion|bn|m)\b)?")
_GLUED = re.compile(r"(\d)(mph|km|kg|cm|mm|bn|ft|ha|m|t|C)\b")
_COLON = re.compile(r"(\d(?<![\d:]\d)\d?):(\d{2})(?![\d:.])")
_AM_PM = re.compile(r"(\d(?<!\d\d)\d?)(?:[:.](\d{2}))?\s?([apAP])\.?\s?[mM]\b\.?")
# March 3 is 3 March; the 3 of "in March, three men" is none of a date.
_MONTH_DAY = re.compile(r"([JFMASOND][a-z]{2,8})\.? (\d{1,2})(?:st|nd|rd|th)?\b(?![:.,]?\d)")
_PER_CENT = re.compile(r"p(?:our|er)[ \u00a0-]cent\b")
_BRETON = re.compile(r"(?<=\w)c['’]h")
# Between texts that are read at once: in no article (see monitor.normalise), and neither word nor space to re.
_SEPARATOR = "\0"
_BARRIER = "~"  # the same among words: in no word, and nothing that a number may be made of
_NUMBER = r"(?:[.,][0-9]{1,40}){1,20}(?![a-z0-9])"
_PLAIN_WORDS = re.compile(rf"[0-9]{{1,40}}{_NUMBER}|[a-z0-9]{{1,{LONGEST}}}|{_BARRIER}")
# The same numbers, and their marks while the others become spaces: str.split() takes a third of the time.
_MARK = re.compile(r"[.,](?<=[0-9].)(?=[0-9])")
_DECIMAL = re.compile(rf"[0-9](?<![a-z0-9].)[0-9]{{0,39}}{_NUMBER}")
_POINT, _COMMA = "\1", "\2"
# What is in French or English texts although neither Latin-1 nor ASCII letters and marks have it.
_TYPED = [("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE"), ("ß", "ss"), ("…", "...")]
_TYPED += [(sign, " ") for sign in "’‘ʼ“”„«»–—−‑•·©®€\u202f"]
_PICTURE = re.compile(r"[^\w\x00-\x7f\u0300-\u036f]+")
_FOREIGN = re.compile(r"[^\x00-\x7f\u0300-\u036f]")


def _latin(letter: str) -> str:
    """A character of Latin-1 folded, a space for any sign, \x80 for letters that are not one ASCII letter."""
    plain = fold(letter)
    if len(plain) == 1 and plain.isascii():
        return plain if plain.isalnum() or plain in (".", ",", _SEPARATOR) else " "
    return "\x80" if letter.isalnum() else " "


_LATIN = "".join(_latin(chr(code)) for code in range(256)).encode("latin-1")


def spoken(text: str) -> list[str]:
    """The folded words of a text as one reads it aloud: +1,2 % is not -1,2 %, 5 % is not 5 €, douze is 12."""
    return all_spoken([text])[0]


def all_spoken(pieces: Sequence[str]) -> list[list[str]]:
    """Each of some texts, at least one, as spoken; all at once, which takes a third of the time."""
    text = _SEPARATOR.join(pieces)
    if text.count(_SEPARATOR) >= len(pieces):
        text = _SEPARATOR.join(piece.replace(_SEPARATOR, " ") for piece in pieces)
    if "c'h" in text or "c’h" in text:
        text = joined_breton(text)
    if "r cent" in text or "r\u00a0cent" in text or "r-cent" in text:
        text = _PER_CENT.sub("pourcent", text)
    if _MARKED.search(text) and (_may_be_english(text) or _SIGNED.search(text)):
        text = _in_signs(text)
    plain = _folded(text)
    if plain is None:
        return [in_figures(words(piece)) for piece in text.split(_SEPARATOR)]
    return _parted(_in_words(plain), len(pieces))


def joined_breton(text: str) -> str:
    """A text with the c'h of Breton names as two letters: Guivarc'h is Guivarch."""
    return _BRETON.sub("ch", text)


def _folded(text: str) -> str | None:
    """A text in small letters without accents as monitor.text.fold() makes them, with figures, points and commas.

    In a fiftieth of the time, but for French and English only: None when there are other letters.
    """
    if not text.isascii():
        for sign, plain in _TYPED:
            text = text.replace(sign, plain)
    try:
        found = text.encode("latin-1").translate(_LATIN)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", text)
        if _FOREIGN.search(plain):
            plain = unicodedata.normalize("NFKD", _PICTURE.sub(" ", text))
            if _FOREIGN.search(plain):
                return None
        found = plain.encode("ascii", "ignore").translate(_LATIN)
    return found.decode() if found.isascii() else None


def _in_words(plain: str) -> list[str]:
    """The words of a folded text with its numbers in figures, and a barrier for each separator."""
    plain = plain.replace(_SEPARATOR, f" {_BARRIER} ")
    text = _DECIMAL.sub(_hidden, plain) if _MARK.search(plain) else plain
    text = text.replace(".", " ").replace(",", " ").replace(_POINT, ".").replace(_COMMA, ",")
    found = text.split()
    kinds = kinds_of(found)
    return in_figures(_PLAIN_WORDS.findall(plain)) if has_long(kinds) else in_figures(found, kinds)


def _hidden(number: re.Match[str]) -> str:
    return number[0].replace(".", _POINT).replace(",", _COMMA)


def _parted(found: list[str], count: int) -> list[list[str]]:
    """The words of so many texts between barriers."""
    parts, start = [], 0
    for _ in range(count - 1):
        end = found.index(_BARRIER, start)
        parts.append(found[start:end])
        start = end + 1
    return [*parts, found[start:]]


def _may_be_english(text: str) -> bool:
    return len(text) < _HEADLINE or " the " in text


def _in_signs(text: str) -> str:
    """A text with its prices, hours and dates in one order, its thousands joined, its signs in words."""
    text = _SPACED.sub(_joined, text)
    if _may_be_english(text):
        text = _AM_PM.sub(_clock, _MONTH_DAY.sub(_day_month, text))
    if ":" in text:
        text = _COLON.sub(r"\1h\2", text)
    if "€" in text or "$" in text or "£" in text:
        text = _PRICE.sub(_price, text)
    return _SIGN.sub(_sign, _GLUED.sub(r"\1 \2", text))


def _joined(found: re.Match[str]) -> str:
    return "".join(found[0].split())


def _sign(found: re.Match[str]) -> str:
    return _SIGNS[found[0]]


def _day_month(found: re.Match[str]) -> str:
    return f"{found[2]} {found[1]}" if found[1].casefold() in MONTHS else found[0]


def _price(found: re.Match[str]) -> str:
    """An English price as a French one: £1.9m is 1.9 million £."""
    number = found[2].rstrip(".,")
    power = "million" if found[3] == "m" else found[3] or ""
    return f"{number} {power} {found[1]}{found[2][len(number) :]}"


def _clock(found: re.Match[str]) -> str:
    """An English hour as a French one: 6:40 p.m. is 18h40."""
    hour = int(found[1]) % 12 + (12 if found[3] in "pP" else 0)
    return f"{hour}h{found[2] or ''} "
