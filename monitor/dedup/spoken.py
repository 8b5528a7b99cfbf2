"""Text -> its words as one reads them aloud: folded, with signs in words and every number in one form."""

from __future__ import annotations

import re
import unicodedata

from monitor.dedup.figures import in_figures
from monitor.dedup.lexicon import MONTHS
from monitor.text import words

# Signs that change what a figure says; a dash counts as minus only where it touches a figure and no word before it.
# Each expression begins with one class of characters, which the engine looks for much faster than for a look-behind.
_SIGNS = {"%": " pourcent ", "€": " euro ", "$": " dollar ", "£": " livre ", "+": " plus ", "°": " degres "}
_SIGNS |= dict.fromkeys("-−–", " moins ")
_HEADLINE = 300  # characters below which an English text may do without "the"
_MARKED = re.compile(r"[\d%€$£]")
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
_PLAIN_WORDS = re.compile(r"[0-9]{1,40}(?:[.,][0-9]{1,40}){1,20}(?![a-z0-9])|[a-z0-9]{1,80}")
# What NFKD does not make ASCII letters and marks of, although French or English texts have it.
_TYPED = [("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE"), ("ß", "ss")]
_TYPED += [(sign, " ") for sign in "’‘ʼ“”„«»–—−‑•·©®€"]
_FOREIGN = re.compile(r"[^\x00-\x7f\u0300-\u036f]")


def spoken(text: str) -> list[str]:
    """The folded words of a text as one reads it aloud: +1,2 % is not -1,2 %, 5 % is not 5 €, douze is 12."""
    return all_spoken([text])[0]


def all_spoken(pieces: list[str]) -> list[list[str]]:
    """Each of some texts as spoken; all at once, which takes half the time."""
    text = _SEPARATOR.join(piece.replace(_SEPARATOR, " ") for piece in pieces)
    if "c'h" in text or "c’h" in text:
        text = joined_breton(text)
    if "cent" in text:
        text = _PER_CENT.sub("pourcent", text)
    if _MARKED.search(text):
        text = _in_signs(text)
    plain = text if text.isascii() else _unaccented(text)
    if plain is None:
        return [in_figures(words(piece)) for piece in text.split(_SEPARATOR)]
    return [in_figures(_PLAIN_WORDS.findall(piece)) for piece in plain.lower().split(_SEPARATOR)]


def joined_breton(text: str) -> str:
    """A text with the c'h of Breton names as two letters: Guivarc'h is Guivarch."""
    return _BRETON.sub("ch", text)


def _unaccented(text: str) -> str | None:
    """As monitor.text.unaccented() for a text of French or English letters, in a tenth of the time; None for others."""
    for sign, plain in _TYPED:
        text = text.replace(sign, plain)
    text = unicodedata.normalize("NFKD", text)
    return None if _FOREIGN.search(text) else text.encode("ascii", "ignore").decode("ascii")


def _in_signs(text: str) -> str:
    """A text with its prices, hours and dates in one order, its thousands joined, its signs in words."""
    text = _SPACED.sub(_joined, text)
    if len(text) < _HEADLINE or " the " in text:
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
