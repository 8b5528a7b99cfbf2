"""The names that rules look for and the pages of an archive -> other spellings of them that stand there unfound."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from monitor.match.conditions import NOTHING, AnyTerm, Mode, Modifiers, Named, Term
from monitor.match.lint.findings import choices
from monitor.match.names import is_ordinary
from monitor.match.passages import Hit, Page, occurrences
from monitor.match.percolator import Percolator
from monitor.match.ruleset import Rule
from monitor.match.written import Actor, Spelling, Terms, spelt
from monitor.model import Article, Published
from monitor.text import sentences

Words = tuple[str, ...]

_LETTERS = 6
_MOST = 1_000  # passages of one article that are compared with one name: more of them say nothing more
_PARTICLE = 3  # letters of a word of a name that may be small: de, van, von der
# Letters that languages, or ways of writing one alphabet in another, use for the same sound. Of a single word only such
# an edit counts: any one letter more, less or other makes Italien of Italie, Marin of Martin.
_SAME_SOUND = tuple(map(frozenset, ("ijy", "vwfu", "ckq", "sz", "ou")))
_SILENT = frozenset({"h"})
_BESIDE = frozenset({"ou", "uo", "ck", "kc", "tc", "iy", "yi", "ij", "ji"})
_INSIDE = frozenset(",;.'’ʼ-")  # a stop inside a sentence is that of a title: M. Zelensky


class Variant(NamedTuple):
    """A spelling that stands `seen` times in the archive, beside the term of a rule, or of an actor, that is close."""

    text: str
    seen: int
    term: Term
    rule: Rule
    actor: str | None


class _Name(NamedTuple):
    term: Term
    words: tuple[tuple[str, str, bool], ...]
    rule: Rule
    actor: str | None
    slips: Term


class Spellings:
    """Counts, page by page, what differs from a name in one letter and is likely the same name."""

    def __init__(self, rules: Iterable[Rule], languages: Sequence[str]) -> None:
        self._languages = languages
        self._terms = Terms()
        self._names = list(self._gather(rules))
        self._percolator = Percolator([AnyTerm((one.slips,), (one.slips,)) for one in self._names])
        self._seen: dict[tuple[int, Words], Counter[str]] = {}

    def _gather(self, rules: Iterable[Rule]) -> Iterator[_Name]:
        held: set[Term] = set()
        for rule in rules:
            for choice in choices(rule.condition, excluded=False):
                actor = choice.id if isinstance(choice, Named) else None
                for term in choice.terms if isinstance(choice, Named) else (choice,):
                    words = spelt(term.text)
                    written = tuple(word.folded for word in term.words) == tuple(word for word, *_ in words)
                    if term not in held and written and _is_name(term, words):
                        held.add(term)
                        fuzzy = Actor((Spelling(term.text, words),), Modifiers(fuzzy=1))
                        yield _Name(term, words, rule, actor, self._terms.of_actor("", fuzzy, NOTHING).terms[0])

    def add(self, page: Page) -> None:
        """Look through one page."""
        starts: dict[int, list[int]] = {}  # of the sentences, by field: a field is split once, not for each passage
        for number in self._percolator.candidates(page):
            name = self._names[number]
            for hit in islice(occurrences(name.slips, page), _MOST):
                field = page.field(hit.first)
                text = page.fields[field][1]
                found = spelt(text[hit.start : hit.end])
                if not _differs(name, found):
                    continue
                if field not in starts:
                    starts[field] = [start for start, _ in sentences(text)]
                if len(found) > 1 or _is_inside(text, starts[field], hit):
                    shown = " ".join(text[hit.start : hit.end].split())
                    counts = self._seen.setdefault((number, tuple(word for word, *_ in found)), Counter())
                    counts[shown] += 1

    def found(self, times: int) -> list[Variant]:
        """The spellings seen so often that no term of their rule finds; of one inside another only the shorter."""
        listed = {tuple(word for word, *_ in one.words) for one in self._names}
        kept: list[tuple[Variant, Words]] = []
        for (number, words), counts in sorted(self._seen.items(), key=lambda one: (len(one[0][1]), one[0])):
            name, seen = self._names[number], counts.total()
            text = counts.most_common(1)[0][0]
            if seen < times or words in listed or self._is_found(name.rule, text):
                continue
            if not any(_is_part(other, words) and one.actor == name.actor for one, other in kept):
                kept.append((Variant(text, seen, name.term, name.rule, name.actor), words))
        return [one for one, _ in kept]

    def _is_found(self, rule: Rule, text: str) -> bool:
        """Whether the rule finds this spelling, or a part of it, by another of its terms."""
        article = Article(
            source="", guid="", url=None, title="", title_derived=False, lede="", body=text, agency=None,
            published=Published(), language=next(iter(rule.languages or self._languages), None),
        )  # fmt: skip
        page = Page(article, self._languages)
        terms = (t for one in choices(rule.condition) for t in (one.terms if isinstance(one, Named) else (one,)))
        return any(occurrences(term, page) for term in terms)


def _is_name(term: Term, words: Sequence[tuple[str, str, bool]]) -> bool:
    """Whether a term is written like a name, and long enough that one letter more or less says little."""
    cased = [word for _, word, _ in words]
    return (
        term.words[0].mode in (Mode.EXACT, Mode.INFLECT)
        and sum(map(len, cased)) >= _LETTERS
        and _is_capital(cased[0])
        and _is_capital(cased[-1])
        and all(_is_capital(word) or len(word) <= _PARTICLE for word in cased)
    )


def _is_capital(word: str) -> bool:
    return word[:1].isupper() and not word.isupper()


def _differs(name: _Name, found: Sequence[tuple[str, str, bool]]) -> bool:
    """Whether a passage is the name with one word that is likely another spelling of its word."""
    pairs = [
        (one, other)
        for (one, cased, _), (other, written, _) in zip(name.words, found, strict=False)
        if one != other or _is_capital(cased) != _is_capital(written)
    ]
    if len(found) != len(name.words) or len(pairs) != 1:
        return False
    (one, other), written = pairs[0], [cased for _, cased, _ in found]
    if not all(_is_capital(word) or len(word) <= _PARTICLE for word in written) or is_ordinary(other):
        return False
    return _sounds_alike(one, other) or (len(found) > 1 and not _ends_otherwise(one, other))


def _sounds_alike(one: str, other: str) -> bool:
    """Whether two words differ in one letter that languages use for the same sound, or a double or silent one."""
    edits = list(Levenshtein.editops(one, other))
    if len(edits) != 1:
        return False
    edit = edits[0]
    if edit.tag == "replace":
        return any({one[edit.src_pos], other[edit.dest_pos]} <= sound for sound in _SAME_SOUND)
    word, at = (one, edit.src_pos) if edit.tag == "delete" else (other, edit.dest_pos)
    before, letter, after = word[at - 1 : at] if at else "", word[at], word[at + 1 : at + 2]
    return letter in (before, after) or letter in _SILENT or not _BESIDE.isdisjoint((before + letter, letter + after))


def _ends_otherwise(one: str, other: str) -> bool:
    """Whether two words differ in their ends, as Louis and Louise, Paul and Paula, a name and its plural do."""
    return one[:-1] == other[:-1] or one == other[:-1] or one[:-1] == other


def _is_inside(text: str, starts: Sequence[int], hit: Hit) -> bool:
    """Whether a word stands inside a sentence, where only names have a capital, and opens nothing in it.

    `starts` are those of the sentences of the text.
    """
    start, end = starts[bisect_right(starts, hit.start) - 1], hit.start
    while end > start and text[end - 1].isspace():
        end -= 1
    return end > start and (text[end - 1].isalnum() or text[end - 1] in _INSIDE)


def _is_part(one: Words, other: Words) -> bool:
    return any(other[at : at + len(one)] == one for at in range(len(other) - len(one) + 1))
