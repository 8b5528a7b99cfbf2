"""Text that was read in a wrong charset -> the text that was meant ("sÃ©curitÃ©" -> "sécurité")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

# Each round takes back one wrong reading; two are common ("sÃƒÂ©curitÃƒÂ©"), more are played.
_MAX_ROUNDS = 5
# The charsets that UTF-8 is read in by mistake, the usual one first: of Windows (West, Central Europe, Cyrillic), of
# old Macs, of the consoles of Windows.
_READ_AS = ("cp1252", "mac_roman", "cp850", "cp437", "cp1250", "cp1251")
# What is looked for: letters and signs of Latin scripts, punctuation, ligatures, marks of order and of damage.
_MEANT = (
    "".join(map(chr, range(0x80, 0x180)))
    + "ƒˆ˜‐‑‒–—―‘’‚‛“”„†‡•․…\u200b\u200c\u200d\u200e\u200f\u2009\u202f‰′″‹›⁄€™→←−●■►▶★☆✓✔❤ﬁﬂ\ufe0f\ufeff\ufffd"
)
# Greek, Cyrillic, Hebrew and Arabic are told by whole words only, pictures by their first two bytes.
_WORDS = {
    "cp1252": "(?:[ÎÏ]{0}){{3,}}|(?:[ÐÑ]{0}){{3,}}|(?:×{0}){{3,}}|(?:[Ø-Û]{0}){{3,}}|ð[Ÿ\x9f]{0}{{2}}",
    "cp1251": "(?:[РС]{0}){{3,}}|рџ{0}{{2}}",
}
_SHORT_WORDS = {"cp1252": "[ÎÏÐÑ]{0}", "cp1251": "[РС]{0}"}
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyzßàâäáãåæçèéêëìíîïñóòôöõøùúûüœ")
# May stand behind a capital letter or a sign in sound text: they prove nothing.
_USUAL = frozenset("\u00a0«»…“”‘’–—•,;:.²³π∞∂∑∏∫±≤≥≠≈Ω░▒▓│┤╡╢╖╕╣║╗╝╜╛┐")
# The same of names and measures, behind a capital only: BLÅ®, 20 Å°. Of words they are the second half: "RÃ©publique".
_MARKS = frozenset("®™°©")
_SIGNS = _USUAL | _MARKS
# So many proofs tell that the whole text was misread; fewer may be examples, or a part of the text.
_CERTAIN = 3
# What no text holds: "Ã©" misread once more.
_TWICE = re.compile("Ã[ƒ\x83]Â([©®°])")
# The second half of "à" is a no-break space, which many programs make an ordinary one and join with the next.
_A_GRAVE = re.compile(r"(?<=[a-zß-öø-ÿœ])Ã (?=[,.)])|(?:(?<=[a-zß-öø-ÿœ])|(?<![^\s«»“\"'’(-]))Ã(?= )")
# U+0080-U+009F are what Windows-1252 has there; none of them is a control that a text holds, whatever Unicode says.
_CONTROLS = re.compile("[\x80-\x9f]")
_NO_BREAK = re.compile(r"(?<=[a-zß-öø-ÿœ0-9«»)%])Â ")


@dataclass(frozen=True, slots=True)
class _Misreading:
    """How UTF-8 looks when it was read in one charset: characters by what they became, the bytes of each letter."""

    meant: dict[str, str]
    octets: dict[str, int]
    sequences: re.Pattern[str]
    words: re.Pattern[str]
    short_words: re.Pattern[str]

    def repair(self, text: str) -> str:
        """The same text where nothing proves that it was read in this charset."""
        spelt = self.words.sub(self._decode, text)
        if spelt != text:
            spelt = self.short_words.sub(self._decode, spelt)
        proofs = (found for found in self.sequences.finditer(text) if self._proves(text, found))
        proven = sum(1 for _ in islice(proofs, _CERTAIN))
        if spelt == text and not proven:
            return text
        return self.sequences.sub(
            lambda found: self.meant[found[0]] if proven == _CERTAIN else self._meant(spelt, found), spelt
        )

    def _meant(self, text: str, found: re.Match[str]) -> str:
        """A proof or two elsewhere in the text do not make a sign behind a capital the half of a letter."""
        pair, after = found[0], text[found.end() : found.end() + 1]
        doubtful = len(pair) == len("Ã©") and pair[0] in "ÃÅĂĹ" and pair[1] in _SIGNS
        if doubtful and not after.isalpha() and not self._proves(text, found):
            return pair
        return self.meant[pair]

    def _decode(self, found: re.Match[str]) -> str:
        try:
            return bytes(self.octets[char] for char in found[0]).decode()
        except UnicodeDecodeError:
            return found[0]

    def _proves(self, text: str, found: re.Match[str]) -> bool:
        """Whether sound text never holds this: three characters; a pair by what it is and stands between."""
        if found.end() - found.start() > len("Ã©"):
            return True
        first, second = found[0][0], found[0][1]
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        if not first.isalpha():
            return second not in _USUAL and (before in _LOWER or after in _LOWER)
        if before in _LOWER or first not in "ÂÃÅĂĹ":
            return before in _LOWER  # a capital in the middle of a word
        if first == "Â" and second in _SIGNS:
            return (second in "«»®°©" and not before.isupper()) or (second == "’" and after.isalpha())
        if second in _SIGNS:
            opens = after in _LOWER or (second == "\u00a0" and first == "Ã" and after != "»")
            return opens if second in _MARKS else opens and not before.isalnum()
        return not second.isalnum() or (after in _LOWER and not before.isalnum() and first != "Â")


def _windows(char: str) -> str:
    """What Windows-1252 has where Unicode has a control; the five it lacks stay, a second byte may be one of them."""
    return char.encode("latin-1").decode("cp1252", "ignore") or char


def _misreading(charset: str) -> _Misreading:
    reading = [bytes([octet]).decode(charset, "ignore") or _windows(chr(octet)) for octet in range(0x80, 0x100)]
    meant = {"".join(reading[octet - 0x80] for octet in char.encode()): char for char in _MEANT}
    octets = {char: octet for octet, char in enumerate(reading, start=0x80)}
    following = f"[{re.escape(''.join(char for char, octet in octets.items() if octet < 0xC0))}]"  # noqa: PLR2004
    nothing = "(?!)"
    return _Misreading(
        meant,
        octets,
        re.compile("|".join(map(re.escape, sorted(meant)))),
        re.compile(_WORDS.get(charset, nothing).format(following)),
        re.compile(_SHORT_WORDS.get(charset, nothing).format(following)),
    )


_MISREADINGS = tuple(map(_misreading, _READ_AS))
_SECONDS = "".join({char for one in _MISREADINGS for char, octet in one.octets.items() if octet < 0xC0})  # noqa: PLR2004
_FIRSTS = "".join({garbled[0] for one in _MISREADINGS for garbled in one.meant}) + "ÎÏÐÑ×ØÙÚÛðРСр"
_SUSPECT = re.compile(rf"[{re.escape(_FIRSTS)}](?:[{re.escape(_SECONDS)}]|(?<=[ÃÂ]) )")
OPENING = frozenset(_FIRSTS)
"""What the halves of a misread character may begin with."""


def is_suspect(text: str, beyond: str) -> bool:
    """Whether there may be anything to repair in a text; `beyond` are its characters beyond ASCII."""
    return not OPENING.isdisjoint(beyond) and _SUSPECT.search(text) is not None


def repaired(text: str) -> str:
    """Put right what cannot have been meant; sound text, also about Ã and ©, stays as it is. Linear in its length."""
    for _ in range(_MAX_ROUNDS):
        before = text
        text = _CONTROLS.sub(lambda found: _windows(found[0]), text)
        text = _TWICE.sub(lambda found: _MISREADINGS[0].meant["Ã" + found[1]], text)
        if not _SUSPECT.search(text):
            break
        for misreading in _MISREADINGS:
            text = misreading.repair(text)
        text = _NO_BREAK.sub("\u00a0", _A_GRAVE.sub("à", text))
        if text == before:
            break
    return _CONTROLS.sub("", text)
