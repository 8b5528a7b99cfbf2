"""Text -> its words as one reads them aloud: folded, with signs in words and every number in one form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from monitor.dedup.figures import CHANGED, LONGEST, has_long, in_figures, kinds_of
from monitor.dedup.lexicon import MONTHS
from monitor.text import fold, words

# Signs that change what a figure says; a dash counts as minus only where it touches a figure and no word before it.
# Each expression begins with one class of characters, which the engine looks for much faster than for a look-behind.
_SIGNS = {"%": " pourcent ", "€": " euro ", "$": " dollar ", "£": " livre ", "+": " plus ", "°": " degres "}
_SIGNS |= dict.fromkeys("-−–", " moins ")
_HEADLINE = 300  # characters below which an English text may do without "the"
_MARKED = re.compile(r"[\d%€$£]")
# Where one of the expressions below but those of English dates may find something.
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
_NUMBER = r"(?:[.,][0-9]{1,40}){1,20}(?![a-z0-9])"
_PLAIN_WORDS = re.compile(rf"[0-9]{{1,40}}{_NUMBER}|[a-z0-9]{{1,{LONGEST}}}")
# The same numbers, and their marks while the others become spaces: str.split() takes a third of the time.
_MARK = re.compile(r"[.,](?<=[0-9].)(?=[0-9])")
_DECIMAL = re.compile(rf"[0-9](?<![a-z0-9].)[0-9]{{0,39}}{_NUMBER}")
_POINT, _COMMA = "\1", "\2"
# What is in French or English texts although neither Latin-1 nor ASCII letters and marks have it.
_LIGATURES = [("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE"), ("ß", "ss")]
_TYPED = [("…", "..."), *((sign, " ") for sign in "’‘ʼ“”„«»–—−‑•·©®€\u202f")]
# Signs that Windows-1252 lacks, and one of the same shape that it has.
_LACKED = (("\u202f", "\u00a0"), ("\u2009", "\u00a0"), ("−", "–"), ("‑", "-"), ("ʼ", "’"))
_PICTURE = re.compile(r"[^\w\x00-\x7f\u0300-\u036f]+")
_FOREIGN = re.compile(r"[^\x00-\x7f\u0300-\u036f]")
_UNKNOWN = b"\x80"  # among folded bytes: a letter that is not one ASCII letter

# The shape of a text has one byte for each character, by what it does beside a figure: "n" is a figure, "a" a letter,
# "%" a unit, "-" what may stand before a figure, " " what may stand between two. To look for some of them in a row
# takes 3 us in a long text, an expression 25 to 50.
_SHAPES = {"%€$£°": b"%", "+−–-.,": b"-", " \u00a0:": b" ", "\0": b"\0"}
_ZERO = re.compile(rb"0(?<![0-9a-z]0)")
# One of them is in any longer word but for those with a letter behind a figure.
_LONG, _LONG_FIGURE = b"a" * (LONGEST // 2), b"n" * (LONGEST // 2)


def _latin(letter: str) -> bytes:
    """A character folded, a space for any sign, _UNKNOWN for letters that are not one ASCII letter."""
    plain = fold(letter)
    if len(plain) == 1 and plain.isascii():
        return plain.encode() if plain.isalnum() or plain in (".", ",", _SEPARATOR) else b" "
    return _UNKNOWN if any(map(str.isalnum, plain)) else b" "


def _shape(letter: str) -> bytes:
    """The shape of a character."""
    plain = _latin(letter)
    if plain.isalnum() or plain == _UNKNOWN:
        return b"n" if plain.isdigit() else b"a"
    return next((shape for kind, shape in _SHAPES.items() if letter and letter in kind), b"_")


def _tables(charset: str) -> tuple[bytes, bytes]:
    """What turns the bytes of a charset into folded ones, and into shapes."""
    letters = [bytes([octet]).decode(charset, "ignore") for octet in range(256)]
    return b"".join(map(_latin, letters)), b"".join(map(_shape, letters))


_LATIN_1, _WINDOWS = _tables("latin-1"), _tables("cp1252")
_BARE = bytes(ord(" ") if octet in b".," else octet for octet in range(256))


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
    if "cent" in text and ("r cent" in text or "r\u00a0cent" in text or "r-cent" in text):
        text = _PER_CENT.sub("pourcent", text)
    read = _read(text)
    if (found := _with_signs(text, read and read[1])) is not text:
        text, read = found, _read(found)
    if read is None and (plain := _folded(text)) is not None:
        read = plain, plain.translate(_LATIN_1[1])
    return _in_words(*read) if read else [in_figures(words(piece)) for piece in text.split(_SEPARATOR)]


def _with_signs(text: str, shape: bytes | None) -> str:
    """A text with its signs in words where it has some beside figures; the very same object where it has none."""
    if shape is None:
        signed = _may_be_english(text) or _SIGNED.search(text) is not None
    else:
        beside = b"%" in shape or b"-n" in shape or b"n n" in shape or b"na" in shape
        signed = (beside and _SIGNED.search(text) is not None) or _may_tell_dates(text, shape)
    return _in_signs(text) if signed and _MARKED.search(text) else text


def _may_tell_dates(text: str, shape: bytes) -> bool:
    """Whether there is an English date or hour that a French text puts in another way."""
    return b"n" in shape and _may_be_english(text) and bool(_MONTH_DAY.search(text) or _AM_PM.search(text))


def joined_breton(text: str) -> str:
    """A text with the c'h of Breton names as two letters: Guivarc'h is Guivarch."""
    return _BRETON.sub("ch", text)


def _read(text: str) -> tuple[bytes, bytes] | None:
    """A text in small letters without accents as monitor.text.fold() makes them, with figures, points and commas.

    And its shape. In a fiftieth of the time, but for French and English only: None when there are other letters.
    """
    for sign, plain in _LIGATURES:
        if sign in text:
            text = text.replace(sign, plain)
    try:
        raw, (letters, shapes) = text.encode("latin-1"), _LATIN_1
    except UnicodeEncodeError:
        for sign, like in _LACKED:
            text = text.replace(sign, like)
        try:
            raw, (letters, shapes) = text.encode("cp1252"), _WINDOWS
        except UnicodeEncodeError:
            return None
    found = raw.translate(letters)
    return (found, raw.translate(shapes)) if found.isascii() else None


def _folded(text: str) -> bytes | None:
    """A text as above that has signs, pictures or marks which no charset of one byte has; None for other letters."""
    for sign, plain in (*_LIGATURES, *_TYPED):
        text = text.replace(sign, plain)
    spelt = unicodedata.normalize("NFKD", text)
    if _FOREIGN.search(spelt):
        spelt = unicodedata.normalize("NFKD", _PICTURE.sub(" ", text))
        if _FOREIGN.search(spelt):
            return None
    return spelt.encode("ascii", "ignore").translate(_LATIN_1[0])


def _in_words(plain: bytes, shape: bytes) -> list[list[str]]:
    """The words of each of the folded texts between separators, with their numbers in figures."""
    bare = plain.translate(_BARE)
    if b" euros " in bare:  # by far the most frequent word that is changed
        bare = bare.replace(b" euros ", b" euro ")
    found = [text.split() for text in bare.decode().split(_SEPARATOR)]
    if not _is_odd(plain, shape):
        return [one if CHANGED.isdisjoint(one) else in_figures(one) for one in found]
    for at, (text, looks) in enumerate(zip(plain.split(b"\0"), shape.split(b"\0"), strict=True)):
        if _is_odd(text, looks):
            found[at] = _with_figures(text.decode())
        elif not CHANGED.isdisjoint(found[at]):
            found[at] = in_figures(found[at])
    return found


def _is_odd(plain: bytes, shape: bytes) -> bool:
    """Whether a folded text may hold a number with marks, letters or zeros, or a word that is too long."""
    return (
        b"na" in shape or b"-n" in shape or _LONG in shape or _LONG_FIGURE in shape or _ZERO.search(plain) is not None
    )


def _with_figures(plain: str) -> list[str]:
    """The words of one folded text with any of its numbers in figures."""
    text = _DECIMAL.sub(_hidden, plain) if _MARK.search(plain) else plain
    text = text.replace(".", " ").replace(",", " ").replace(_POINT, ".").replace(_COMMA, ",")
    found = text.split()
    kinds = kinds_of(found)
    return in_figures(_PLAIN_WORDS.findall(plain)) if has_long(kinds) else in_figures(found, kinds)


def _hidden(number: re.Match[str]) -> str:
    return number[0].replace(".", _POINT).replace(",", _COMMA)


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
