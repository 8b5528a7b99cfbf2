"""Bytes of unknown charset -> text."""

from __future__ import annotations

import codecs
import re
from operator import itemgetter

from charset_normalizer import from_bytes

# A declaration stands in the first kilobyte (HTML standard, "prescan"); a guess needs no more than a sample.
_DECLARED_WITHIN = 1024
_SAMPLE = 64_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(
    rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})|<meta[^>]{1,300}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"\s*<(?:\?xml|!doctype|html|head|meta)\b", re.IGNORECASE)
# The charsets of the web by Python's names: Python also knows codecs that are none (rot13, unicode_escape, idna).
_SINGLE = re.compile(r"iso8859-\d+|cp125\d|cp85\d|cp866|cp874|koi8-[rut]|mac-(?:roman|cyrillic)")
_DOUBLE = re.compile(r"gb2312|gbk|gb18030|big5(?:hkscs)?|euc_(?:jp|kr)|cp949|shift_jis|cp932|iso2022_jp|hz")

# Letters and signs of the languages written in Latin-1 and Windows-1252 (French first), in Central Europe, in Turkish.
_WEST = "àâäáãåæçéèêëíìîïñóòôöõøœúùûüÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜŸ"
_CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžäöüőűôľĺŕăâîđşţĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŇŘŠŤÚŮÝŽÄÖÜŐŰÔĽĹŔĂÂÎĐŞŢ"
_TURKISH = "çğıöşüâîûÇĞİÖŞÜÂÎÛ"
_SIGNS = "«»“”„‘’‚‹›–—…•·€£°§©®™ª№¡¿\u00a0\u00ad"
_WORDS = "àÀ"
_BEYOND_ASCII = 0x80
_BEYOND = re.compile(r"[^\x00-\x7f]")
# An earlier one wins a tie, and short French text is a tie of many; the others must be better by a margin, because a
# name or two with foreign letters (Žižek) proves nothing.
_WESTERN = (("cp1252", _WEST), ("iso8859-15", _WEST))
_FURTHER = (
    ("cp1254", _TURKISH),
    ("cp1250", _CENTRAL),
    ("iso8859-2", _CENTRAL),
    ("mac-roman", _WEST),
    ("cp850", _WEST),
)
_MARGIN = 0.1
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
# The ten most frequent letters of Russian: over half of a text, and far fewer of one read in a wrong charset. Small
# ones, because Greek read as KOI8-R is a text of frequent capitals.
_FREQUENT = frozenset("оеаинтсрвл")
_FREQUENT_SHARE = 0.4
# Bytes that are no UTF-8, as surrogateescape keeps them: the beginning of a longer character together, others alone.
_FOREIGN = re.compile("[\udce0-\udcef][\udc80-\udcbf]{1,2}|[\udcf0-\udcf4][\udc80-\udcbf]{1,3}|[\udc80-\udcff]")
# The first bytes of longer characters; what proves Windows-1252: its quotes and dashes, its small letters.
_LEADING = range(0xC2, 0xF5)
_QUOTES = range(0x91, 0x97)
_SMALL = 0xE0
_IN_WORD = re.compile("[\udcc0-\udcff]?[A-Za-z]")
# Accented letters stand alone or in pairs; in other scripts whole words lie beyond ASCII.
_RUN = re.compile(rb"[\x80-\xff]{3,}")


def decode(content: bytes, declared: str | None = None) -> str:
    """Read bytes by their mark, their declaration, as UTF-8, or by the likeliest charset; never raises.

    `declared` is what came with them (a server's or a mail's header); it goes before what they declare themselves.
    """
    for mark, charset in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(charset, "replace")
    if unmarked := _unmarked_utf16(content):
        return content.decode(unmarked, "replace")
    charsets = [name for name in (_named(declared or ""), _declared(content)) if name]
    for name in charsets:
        if _DOUBLE.fullmatch(name) and (text := _strictly(content, name)) is not None:
            return text
    # Before a declared single-byte charset: text that is valid UTF-8 beyond ASCII never is anything else.
    if (text := _as_utf8(content)) is not None:
        return text
    for name in charsets:
        if (text := _strictly(content, name)) is not None:
            return text
    return content.decode(_guess(_sample(content)), "replace")


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without a mark: zeros (the high halves of spaces and Latin letters) on one side of each pair only."""
    sample = content[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 10 < max(len(sample) // 2, 1) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _declared(content: bytes) -> str | None:
    """The charset that markup declares for itself."""
    head = content[:_DECLARED_WITHIN]
    if not _MARKUP.search(head) or not (found := _DECLARATION.search(head)):
        return None
    return _named((found[1] or found[2]).decode("ascii", "replace"))


def _named(declared: str) -> str | None:
    """A charset of the web by Python's name; None for what is none."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):  # ValueError: a NUL, a surrogate
        return None
    # Browsers read what calls itself Latin-1 or ASCII as Windows-1252 (WHATWG Encoding), and so do writers.
    name = "cp1252" if name in ("iso8859-1", "ascii") else name
    return name if _SINGLE.fullmatch(name) or _DOUBLE.fullmatch(name) else None


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        return None


def _as_utf8(content: bytes) -> str | None:
    """UTF-8, also when few of its characters are damaged (a cut file, one foreign byte); None when it is none."""
    if (text := _strictly(content, "utf-8")) is not None:
        return text
    text = content.decode("utf-8", "surrogateescape")
    foreign = _FOREIGN.findall(text)
    broken = len(foreign)
    sound = sum(not char.isascii() for char in text[:_SAMPLE]) - sum(map(len, _FOREIGN.findall(text, 0, _SAMPLE)))
    if broken * 10 <= sound or (broken == 1 and sound and text.endswith(foreign[0])):
        proven = any(map(_is_windows, _FOREIGN.finditer(text)))
        return _FOREIGN.sub(lambda found: _foreign(found, proven=proven), text)
    return None


def _foreign(found: re.Match[str], *, proven: bool) -> str:
    """A byte that is no UTF-8 as the letter of Windows-1252 it is where two texts were put together.

    One that begins a longer character may be what is left of it where the text was cut, so it must stand in a word and
    Windows-1252 be proven.
    """
    octets = found[0].encode("utf-8", "surrogateescape")
    if len(octets) != 1 or found.end() == len(found.string):
        return "\ufffd"
    if octets[0] in _LEADING and not (proven and _IN_WORD.match(found.string, found.end())):
        return "\ufffd"
    return octets.decode("cp1252", "replace")


def _is_windows(found: re.Match[str]) -> bool:
    """Whether a byte that is no UTF-8 is a quote or dash of Windows-1252, or a small accented letter in a word."""
    octets = found[0].encode("utf-8", "surrogateescape")
    if len(octets) != 1:
        return False
    follows = found.string[found.end() : found.end() + 1]
    return octets[0] in _QUOTES or (octets[0] >= _SMALL and follows.isascii() and follows.isalpha())


def _sample(content: bytes) -> bytes:
    """A part of the text that holds what is not ASCII, whole lines where it can be."""
    found = re.search(rb"[\x80-\xff]", content)
    at = found.start() if found else 0
    start = content.rfind(b"\n", 0, at) + 1 if at > _SAMPLE // 2 else 0
    start = max(start, at - _SAMPLE // 2)
    sample = content[start : start + _SAMPLE]
    return sample[: sample.rfind(b"\n") + 1 or None] if start + _SAMPLE < len(content) else sample


def _guess(sample: bytes) -> str:
    """The likeliest charset of bytes that are not UTF-8.

    charset-normalizer 3.5 reads French as cp1250 or Mac Greek and short Russian as cp874 or Shift-JIS (measured on
    sentences of 20 to 120 letters), so text of Latin letters and Russian is decided here and the rest left to it.
    """
    beyond = sum(byte >= _BEYOND_ASCII for byte in sample)
    if sum(map(len, _RUN.findall(sample))) * 2 < beyond:
        return _guess_latin(sample)
    charset = max(_CYRILLIC, key=lambda charset: _frequent_share(sample, charset))
    if _frequent_share(sample, charset) >= _FREQUENT_SHARE:
        return charset
    best = from_bytes(sample).best()
    return best.encoding if best and not best.encoding.startswith("utf") else "cp1252"


def _guess_latin(sample: bytes) -> str:
    score, charset = max(((_latin_score(sample, *entry), entry[0]) for entry in _WESTERN), key=itemgetter(0))
    best, further = max(((_latin_score(sample, *entry), entry[0]) for entry in _FURTHER), key=itemgetter(0))
    return further if best > score + _MARGIN else charset


def _latin_score(sample: bytes, charset: str, letters: str) -> float:
    """The share of the characters beyond ASCII that make sense: expected letters inside words, and signs."""
    text = sample.decode(charset, "replace")
    found = list(_BEYOND.finditer(text))
    return sum(one[0] in _SIGNS or (one[0] in letters and _fits(text, one.start())) for one in found) / max(
        len(found), 1
    )


def _fits(text: str, at: int) -> bool:
    """Whether a letter stands in a word, and no capital behind a small letter: there é of another charset is Ž or Ä."""
    before, char, after = text[at - 1 : at], text[at], text[at + 1 : at + 2]
    if before.isalpha():
        return not (char.isupper() and before.islower())
    return after.isalpha() or char in _WORDS


def _frequent_share(sample: bytes, charset: str) -> float:
    beyond = _BEYOND.findall(sample.decode(charset, "replace"))
    return sum(char in _FREQUENT for char in beyond) / max(len(beyond), 1)
