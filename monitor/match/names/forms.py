"""A spelling of an actor -> the words it is found by, each with the other forms that may stand in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.match.names.declension import declined
from monitor.match.names.givennames import other_forms
from monitor.match.names.ordinary import is_ordinary
from monitor.match.names.romanisation import is_cyrillic, romanised
from monitor.text import Token, tokens


class How(StrEnum):
    """Where a form comes from."""

    DECLINED = "declined"
    ROMANISED = "in Latin letters"
    GIVEN = "given name"
    PARTICLE = "particle"
    GENITIVE = "with an s"


class Kind(StrEnum):
    """How the words of a pattern follow from the spelling."""

    WRITTEN = "as written"
    JOINED = "joined"
    WITHOUT_ARTICLE = "without the article"


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word as written (folded, and with its letter case), the forms in small letters that may stand for it, with How.

    `initials` are the folded abbreviations (`s`, `ch`) that may, with a full stop, stand for a given name. `raw` is the
    word with its accents, for show.
    """

    folded: str
    cased: str
    raw: str
    forms: tuple[tuple[str, How], ...] = ()
    initials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of writing a spelling: its words in order."""

    kind: Kind
    words: tuple[NameWord, ...]


_ARTICLES = frozenset("al el".split())
_CYRILLIC_ARTICLES = frozenset("аль эль ас аш ар ад ан ат".split())
# The l of the Arabic article becomes the letter that follows: as-Sissi, ach-Charaa, an-Nahyan.
_ASSIMILATED = {"s": ("as",), "sh": ("ash", "ach"), "ch": ("ach", "ash"), "t": ("at",), "d": ("ad",), "r": ("ar",),
                "z": ("az",), "n": ("an",)}  # fmt: skip
# Slips that many make.
_CONFUSED = {"von": ("van",), "van": ("von",)}
_SONS = ("ben", "bin", "ibn")
_JOINING = frozenset("al el ben bin abd abdel abdul abou abu mc mac o".split())
# In one with the surname only behind a given name: Bruno Lemaire; Lemaire alone is somebody else.
_JOINING_BEHIND = frozenset("da de del della den der di du la le van von".split())
_NO_GENITIVE = ("s", "x", "z")
_PARTICLES = frozenset(
    "af al ben bin da das de dei del della den der des di do dos du el ibn la le les lo mac mc o ould san santa ter "
    "van vom von y zu zum zur фон ван дер де ди да ла ле бен бин ибн аль эль".split()
)
_DIGRAPHS = ("ch", "ph", "th", "sh", "kh", "ts", "yu", "ju", "ya", "ye", "ge")
# Monsieur: M. Barnier is any Barnier.
_TITLE = "m"
_SHORTEST_ALONE = 4


def whole(text: str) -> list[Token]:
    """The words of a text with single spaces, glued ones as a whole."""
    found: list[Token] = []
    for token in tokens(text):
        if token.width > 1:
            del found[-token.width :]
        found.append(token)
    return found


def patterns(text: str, *, person: bool, fuzzy: bool) -> tuple[Pattern, ...]:
    """The ways of writing a spelling, as written first; `fuzzy` lets given names stand in their other forms."""
    text = " ".join(text.split())
    found = whole(text)
    surname = _surname(text, found) if person else 0
    written = [_word(text, found, place, surname, fuzzy=fuzzy) for place in range(len(found))]
    if len(written) == 1:
        written = [_alone(written[0])]
    elif person and fuzzy:
        written[-1] = _in_genitive(written[-1])
    result = [Pattern(Kind.WRITTEN, tuple(written))]
    if joined := _joined(text, found, written):
        result.append(Pattern(Kind.JOINED, joined))
    if len(written) > 2 and any(_is_article(one) for one in written[1:-1]):  # noqa: PLR2004 - a name on either side
        without = tuple(one for one in written if one is written[0] or one is written[-1] or not _is_article(one))
        result.append(Pattern(Kind.WITHOUT_ARTICLE, without))
    return tuple(result)


def _surname(text: str, found: Sequence[Token]) -> int:
    """Where the surname begins: at the first particle, else with the last word and those that hyphens tie to it."""
    for place, token in enumerate(found[1:], 1):
        if token.word in _PARTICLES and token is not found[-1]:
            return place
    place = len(found) - 1
    while place > 1 and _gap(text, found, place) == "-":
        place -= 1
    return max(place, 0)


def _gap(text: str, found: Sequence[Token], place: int) -> str:
    """What stands before a word."""
    return text[found[place - 1].end : found[place].start] if place else ""


def _word(text: str, found: Sequence[Token], place: int, surname: int, *, fuzzy: bool) -> NameWord:
    token = found[place]
    raw, given = text[token.start : token.end], place < surname
    forms: dict[str, How] = {}
    following = found[place + 1].word if place + 1 < len(found) else ""
    if following and (particle := _particles(token.word, following, fuzzy=fuzzy)):
        return NameWord(token.word, token.cased.lower(), raw, tuple((one, How.PARTICLE) for one in particle))
    if not raw.isascii() and is_cyrillic(raw):
        forms |= dict.fromkeys(declined(raw), How.DECLINED)
        forms |= dict.fromkeys(romanised(raw), How.ROMANISED)
    initials = _initials([token.word, *(form for form, how in forms.items() if how is How.ROMANISED)]) if given else ()
    if surname == 1:
        initials = tuple(one for one in initials if one != _TITLE)
    if given and fuzzy:
        kin = [one for form in (token.word, *forms) for one in other_forms(form)]
        forms |= dict.fromkeys((one for one in kin if one not in forms), How.GIVEN)
    forms.pop(token.word, None)
    return NameWord(token.word, token.cased, raw, tuple(forms.items()), initials)


def _particles(word: str, following: str, *, fuzzy: bool) -> tuple[str, ...]:
    """The other spellings of a particle before a name."""
    if word in _SONS:
        return tuple(one for one in _SONS if one != word)
    if word in _ARTICLES:
        more = _ASSIMILATED.get(following[:2]) or _ASSIMILATED.get(following[:1], ())
        return tuple(one for one in ("al", "el", *more) if one != word)
    if word in _CYRILLIC_ARTICLES:
        return tuple(one for one in ("аль", "эль", "al", "el") if one != word)
    return _CONFUSED.get(word, ()) if fuzzy else ()


def _is_article(word: NameWord) -> bool:
    return word.folded in _ARTICLES or word.folded in _CYRILLIC_ARTICLES


def _initials(names: Sequence[str]) -> tuple[str, ...]:
    found = dict.fromkeys(name[:1] for name in names if len(name) > 1)
    return tuple(dict.fromkeys((*found, *(name[:2] for name in names if name[:2] in _DIGRAPHS))))


def _alone(word: NameWord) -> NameWord:
    """A name of one word without forms in Latin letters that are short or mean something else: Ким, Марин."""
    kept = tuple((form, how) for form, how in word.forms if how is not How.ROMANISED or _is_telling(form))
    return NameWord(word.folded, word.cased, word.raw, kept, word.initials)


def _in_genitive(word: NameWord) -> NameWord:
    """The last word of a name with the s of the German and English genitive: Theresa Mays."""
    if not word.cased[:1].isupper() or not word.folded.isascii() or word.folded.endswith(_NO_GENITIVE):
        return word
    return NameWord(word.folded, word.cased, word.raw, (*word.forms, (f"{word.folded}s", How.GENITIVE)), word.initials)


def _is_telling(form: str) -> bool:
    return len(form) >= _SHORTEST_ALONE and not is_ordinary(form)


def _joined(text: str, found: Sequence[Token], written: Sequence[NameWord]) -> tuple[NameWord, ...]:
    """The words with particles and hyphened endings written in one with their neighbour; empty when there are none."""
    words: list[NameWord] = []
    for place, word in enumerate(written):
        before = words[-1] if words else None
        if before is not None and _joins(text, found, place):
            words[-1] = _glued(before, word)
        else:
            words.append(word)
    if len(words) == len(written) or (len(words) == 1 and not _is_telling(words[0].folded)):
        return ()
    return tuple(words)


def _joins(text: str, found: Sequence[Token], place: int) -> bool:
    """Whether a word may be written in one with the word before it: Jong-un, al-Assad, Ben Ali, O'Neill."""
    token, before, gap = found[place], found[place - 1], _gap(text, found, place)
    if not token.word.isascii() or not before.word.isascii():
        return False
    if before.word in _JOINING_BEHIND and place > 1:
        return True
    return before.word in _JOINING or (gap == "-" and token.cased[:1].islower() and before.cased[:1].isupper())


def _glued(first: NameWord, second: NameWord) -> NameWord:
    starts = [first.folded, *(form for form, how in first.forms if how is How.PARTICLE and len(form) <= len("ibn"))]
    folded, *others = (start + second.folded for start in starts)
    forms = tuple((other, How.PARTICLE) for other in others)
    return NameWord(folded, first.cased + second.cased, first.raw + second.raw.lower(), forms)


def begins_small(words: Sequence[NameWord]) -> bool:
    """Whether a name begins with a particle: von der Leyen, al-Assad."""
    return words[0].folded in _PARTICLES and words[0].raw[:1].islower() and words[-1].cased[:1].isupper()
