"""Texts and names that a page does not hold as a rule asks for them -> the nearest thing it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from monitor.match.conditions import AllOf, AnyTerm, Condition, Mode, Named, Near, Term, Word, any_of, either
from monitor.match.explain.variation import (
    FIELD_COST,
    FIRST_WORD_COST,
    MOST_WORDS_COST,
    Variant,
    Variations,
    alias,
    in_fields,
    pieces,
)
from monitor.match.passages import Evaluation, Hit, Page, occurrences, span
from monitor.match.written import MOST_SLOP, MOST_WORDS_APART
from monitor.model import FIELDS, Article
from monitor.plain import one_line
from monitor.text import Token

NEVER = 100_000
"""The cost of what no change brings about."""

ACROSS_COST = 120
_WORDING_COST = 50
_SCATTERED_COST = 60
_QUOTED = 60  # characters of a passage inside a sentence
_LONGEST = 8  # words of a phrase that is looked for in other wordings
_SURPLUS = 2  # words that may stand for one that is missing
_TRIED = 50  # texts of a choice that are looked for in other wordings, or of which the nearest spelling is told
_WEIGHED = 5  # near misses of a choice of which the change is tried
_FEW = 3  # texts named in a sentence
_NEAREST = 2  # edits within which a spelling is near
# Letters up to which a word has no near spelling, and one only within one edit: UE is not Le, troupe is not rouge. In a
# name one letter less, as fewer words are like it: Lavrov may be Lavroff.
_TINY, _SHORT = 3, 6


@dataclass(frozen=True, slots=True)
class Change:
    """What to write in a rule, `says`, and where, `on`, in the rule's own words.

    `actor` and `alias`: the change belongs in the definition of this actor, where the name is to be written like this.
    """

    says: str
    on: str
    actor: str | None = None
    alias: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a condition does not hold, in words; `condition` is the nearest one that would, None where none is near."""

    because: str
    cost: int = NEVER
    condition: Condition | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What a term would have found: as another term or condition in its place, or as one more text `beside` it."""

    cost: int
    because: str
    says: tuple[str, ...]
    term: Term
    more: Term | Condition
    beside: bool = False


class Choices:
    """Looks for what would have made a choice of texts and names hold."""

    def __init__(self, page: Page, evaluation: Evaluation) -> None:
        self._page = page
        self._evaluation = evaluation
        self._variations = Variations()
        self._words = list(page.words)
        self._near: dict[str, tuple[str, int] | None] = {}
        self._joined: dict[tuple[str, ...], Page] = {}

    def miss(self, choice: AnyTerm, *, inside: bool = False) -> Miss:
        """The nearest miss of a choice that does not hold; `inside`: of a `near`, whose terms must stay texts."""
        ways: list[tuple[Sequence[Term], Callable[[Term], _Found | None]]] = [
            (choice.terms, self._varied), (choice.terms[:_TRIED], self._lacking),
        ]  # fmt: skip
        if not inside:
            ways += [(choice.terms[:_TRIED], self._scattered), (choice.terms[:_TRIED], self._across)]
        for terms, way in ways:
            found = sorted((one for term in terms if (one := way(term))), key=lambda one: one.cost)
            for one in found[:_WEIGHED]:
                changed = self._swapped(choice, one)
                if self._evaluation.hits(changed) is not None:
                    return Miss(one.because, one.cost, changed, _changes(choice, one))
        return Miss(self._absent(choice))

    # ---- The same words under other modifiers ----

    def _varied(self, term: Term) -> _Found | None:
        best: _Found | None = None
        for variant in self._variations.looser(term):
            if best and best.cost <= variant.cost:
                break
            if self._in_reach(variant.term) and (found := self._placed(term, variant)):
                best = found if best is None or found.cost < best.cost else best
        return best

    def _placed(self, term: Term, variant: Variant) -> _Found | None:
        """The variant wherever it stands, also with more words between."""
        anywhere = replace(variant.term, fields=FIELDS)
        hits = occurrences(anywhere, self._page)
        if not hits and len(term.words) > 1:
            anywhere = self._spread(anywhere)
            hits = occurrences(anywhere, self._page)
        if not hits:
            return None
        hit = min(hits, key=lambda hit: (self._field(hit) not in term.fields, hit.last - hit.first, hit.first))
        because, says, cost = [], [], variant.cost
        if variant.says:
            because.append(self._differs(term, variant.term, hit))
            says.append(variant.says)
        if anywhere.slop != term.slop:
            because.append(f"{_counted(anywhere.slop, 'other word')} in '{self.quoted(hit)}', slop is {term.slop}")
            says.append(f"slop: {anywhere.slop}")
            cost += FIRST_WORD_COST + min(anywhere.slop - term.slop, MOST_WORDS_COST)
        fields = widened(term.fields, self._field(hit))
        if fields != term.fields:
            because.append(f"'{self.quoted(hit)}' stands in {self._field(hit)}, not in {' or '.join(term.fields)}")
            says.append(f"in: {listed(fields)}")
            cost += FIELD_COST
        if not says:  # it occurs as it is; what it lacks, its words do not tell
            return None
        return _Found(cost, "; ".join(because), tuple(says), term, replace(anywhere, fields=fields))

    def _spread(self, term: Term) -> Term:
        """The term with the least `slop` under which it occurs, or with the most there can be."""
        widest = replace(term, slop=MOST_SLOP)
        hits = occurrences(widest, self._page)
        if not hits:
            return widest
        slop = min(max(min(hit.last - hit.first + 1 for hit in hits) - len(term.words), term.slop + 1), MOST_SLOP)
        while slop > term.slop + 1 and occurrences(replace(term, slop=slop - 1), self._page):
            slop -= 1  # a glued word counts as one and covers two positions
        return replace(term, slop=slop)

    def _in_reach(self, term: Term) -> bool:
        """Whether the page has each word in some spelling; asked first, as looking for similar words is slow."""
        return all(
            not word.edits
            or word.initials
            or any(form in self._page.words for form in word.forms)
            or ((near := self._nearest(word.folded)) is not None and near[1] <= word.edits)
            for word in term.words
        )

    def _nearest(self, word: str) -> tuple[str, int] | None:
        """The word of the page that is spelled most alike, and how many edits lie between."""
        if word not in self._near:
            found = process.extractOne(word, self._words, scorer=Levenshtein.distance, score_cutoff=_NEAREST + 1)
            self._near[word] = (found[0], int(found[1])) if found else None
        return self._near[word]

    def _differs(self, term: Term, variant: Term, hit: Hit) -> str:
        """How the words of a passage differ from those of the term, as far as they do."""
        told = []
        for piece, word, looser in zip(pieces(term), term.words, variant.words, strict=True):
            if _within(self._page.find(word), hit) is None and (token := _within(self._page.find(looser), hit)):
                told.append(self._difference(piece, word, looser, token))
        mode = term.words[0].mode
        limit = f"fuzzy is {term.edits}" if variant.words[0].mode is Mode.FUZZY else "inflect is false"
        shown = " and ".join(told) or f"'{self.quoted(hit)}' is not '{term.text}'"
        return f"{shown}, {'case is true' if mode is Mode.CASE else limit}"

    def _difference(self, piece: str, word: Word, looser: Word, token: Token) -> str:
        raw = self.raw(token)
        if token.word == word.folded:
            return f"'{raw}' has not the capitals of '{piece}'"
        if looser.mode is Mode.FUZZY:
            return f"'{raw}' is {_counted(Levenshtein.distance(token.word, word.folded), 'edit')} from '{piece}'"
        return f"'{raw}' is another form of '{piece}'"

    # ---- Other words, or the same in another place ----

    def _lacking(self, term: Term) -> _Found | None:
        """A passage that has all words but one in the middle: garanties pour la sécurité."""
        names = pieces(term)
        best: tuple[int, Hit, str] | None = None
        for index in range(1, len(names) - 1) if len(names) <= _LONGEST and not term.name else ():
            rest = (*term.words[:index], *term.words[index + 1 :])
            for hit in occurrences(replace(term, words=rest, slop=term.slop + _SURPLUS), self._page):
                if best is None or hit.last - hit.first < best[0]:
                    best = (hit.last - hit.first, hit, names[index])
        if best is None:
            return None
        passage = " ".join(self._text(best[1]).split())
        more = self._variations.as_written(passage, term)
        because = f"'{one_line(passage, limit=_QUOTED)}' lacks '{best[2]}'"
        return _Found(_WORDING_COST, because, (f"add '{passage}'",), term, more, True) if more.words else None

    def _scattered(self, term: Term) -> _Found | None:
        """The words in another order, or further apart than any `slop`."""
        if not 1 < len(term.words) <= _LONGEST or not all(self._page.find(word) for word in term.words):
            return None
        near = Near(self._apart(term), MOST_WORDS_APART, ordered=False)
        if not (group := self._evaluation.hits(near)):
            return None
        within = max(span(group), 1)
        ordered = sorted(group, key=lambda hit: hit.first)
        if [hit.first for hit in group] == [hit.first for hit in ordered]:
            because = f"the words of '{term.text}' stand {within} positions apart, slop is {term.slop}"
        else:
            because = f"the words of '{term.text}' stand in another order: {quotes(map(self.quoted, ordered))}"
        near = replace(near, within=within)
        return _Found(
            _SCATTERED_COST + min(within, MOST_WORDS_COST),
            because,
            (f"write it as near, within: {within}",),
            term,
            near,
        )

    def _across(self, term: Term) -> _Found | None:
        """The words as asked for, but from the end of one paragraph or field to the start of the next."""
        if len(term.words) == 1 or not all(self._page.find(word) for word in term.words):
            return None
        if not occurrences(replace(term, fields=FIELDS), self._as_one(term.fields)):
            return None
        because = f"'{term.text}' runs from one paragraph or field to the next, which no phrase does"
        return _Found(
            ACROSS_COST, because, ("write it as all of its words, wherever they stand",), term, AllOf(self._apart(term))
        )

    def _apart(self, term: Term) -> tuple[AnyTerm, ...]:
        return tuple(any_of([self._variations.alone(piece, term)]) for piece in pieces(term))

    def _as_one(self, fields: tuple[str, ...]) -> Page:
        """The page with all its paragraphs in one line."""
        if fields not in self._joined:
            line = " ".join(text.replace("\n", " ") for name, text in self._page.fields if name in fields)
            article: Article = replace(self._page.article, title="", title_derived=False, lede="", body=line)
            self._joined[fields] = Page(article, self._page.languages)
        return self._joined[fields]

    # ---- Nothing near ----

    def _absent(self, choice: AnyTerm) -> str:
        told = [self._absence(term) for term in choice.terms[:_TRIED]]
        if len(told) == 1:
            return told[0][0]
        near = next((because for because, near in told if near), None)
        texts = list(dict.fromkeys(term.text for term in choice.terms))
        shown = ", ".join(f"'{one_line(text, limit=_QUOTED)}'" for text in texts[:_FEW])
        more = f" and {len(texts) - _FEW} more" if len(texts) > _FEW else ""
        return f"none of {shown}{more} occurs" + (f"; {near}" if near else "")

    def _absence(self, term: Term) -> tuple[str, bool]:
        """Which words of a term do not occur, and whether there is one that is spelled like each of them."""
        told, near = [], True
        for piece, word in zip(pieces(term), term.words, strict=True):
            if not (places := self._page.find(word)):
                spelling = self._spelling(word, name=term.name)
                near = near and bool(spelling)
                told.append(f"'{piece}' does not occur" + spelling)
            elif len(term.words) == 1:
                token = next(iter(places[min(places)]))[0]
                told.append(f"'{self.raw(token)}' is near '{piece}', but a name begins with a capital")
        return "; ".join(told) or f"the words of '{term.text}' occur, but not together", near

    def _spelling(self, word: Word, *, name: bool) -> str:
        near = self._nearest(word.folded) if len(word.folded) > _TINY else None
        if near is None or near[1] > (1 if len(word.folded) <= _SHORT - name else _NEAREST):
            return ""
        raw = self.raw(self._page.words[near[0]][0])
        return f", nearest is '{raw}' ({_counted(near[1], 'edit')})"

    # ---- The choice after a change ----

    def _swapped(self, choice: AnyTerm, found: _Found) -> Condition:
        """The choice with what was found in the place of the term, or beside it."""
        more = found.more
        if not isinstance(more, Term):
            rest = [one for one in choice.of if one is not found.term]
            return either([any_of(rest), more]) if rest else more
        if found.beside:
            return any_of([*choice.of, more])
        return any_of([new for one in choice.of for new in self._with(one, found, more)])

    def _with(self, one: Term | Named, found: _Found, new: Term) -> Sequence[Term | Named]:
        if isinstance(one, Term):
            return [new if one is found.term else one]
        old = found.term
        if old not in one.terms:
            return [one]
        if any(not said.startswith("in: ") for said in found.says):
            one = self._variations.respelt(one, alias(new, old))
        # What is looked in stands in the rule, unless the name has fields of its own.
        beside = new.fields != old.fields and len({term.fields for term in one.terms}) == 1
        return in_fields(any_of([one]), new.fields).of if beside else [one]

    # ---- Passages ----

    def quoted(self, hit: Hit) -> str:
        """The passage of a hit, short enough for a sentence."""
        return one_line(self._text(hit), limit=_QUOTED)

    def raw(self, token: Token) -> str:
        """A word as the article writes it."""
        return self._page.fields[self._page.field(token.position)][1][token.start : token.end]

    def _text(self, hit: Hit) -> str:
        return self._page.fields[self._page.field(hit.first)][1][hit.start : hit.end]

    def _field(self, hit: Hit) -> str:
        return self._page.fields[self._page.field(hit.first)][0]


def _within(places: Mapping[int, Sequence[tuple[Token, int]]], hit: Hit) -> Token | None:
    found = (places[at] for at in range(hit.first, hit.last + 1) if at in places)
    return next((token for choice in found for token, _ in choice), None)


def _changes(choice: AnyTerm, found: _Found) -> tuple[Change, ...]:
    """What to write: how a name is taken where its actor is defined, all else in the rule."""
    more, name = found.more, f"'{found.term.text}'"
    for one in choice.of:
        if isinstance(one, Named) and found.term in one.terms and isinstance(more, Term):
            here = [said for said in found.says if said.startswith("in: ")]
            there = [said for said in found.says if said not in here]
            defined = Change(", ".join(there), f"{name} of actor {one.id}", one.id, alias(more, found.term))
            return (*([defined] if there else []), *(Change(said, f"actor {one.id}") for said in here))
    return (Change(", ".join(found.says), name),)


def widened(fields: tuple[str, ...], field: str) -> tuple[str, ...]:
    """Fields and one more, in reading order."""
    return tuple(name for name in FIELDS if name in fields or name == field)


def listed(values: Sequence[str]) -> str:
    """Values as a rule file writes them: without brackets around a single one."""
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def quotes(texts: Iterable[str]) -> str:
    """Texts in quotes: 'a', 'b' and 'c'."""
    *first, last = [f"'{text}'" for text in texts]
    return f"{', '.join(first)} and {last}" if first else last


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
