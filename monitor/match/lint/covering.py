"""Two texts to look for -> whether one is found wherever the other is; the same of a `near` and what it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, permutations, product

from rapidfuzz.distance import Levenshtein

from monitor.match import inflection
from monitor.match.conditions import AnyTerm, Mode, Near, Term, Unit, Word
from monitor.model import FIELDS

_UNKNOWN = ""
"""Stands for every language whose number and gender are not known."""
# How much is tried; what is larger is taken for uncertain.
_MOST_ORDERS = 64  # in which the texts of a `near` can stand
_MOST_TERMS, _MOST_WORDS = 4, 12  # of a `near`, and of a text in which they may stand


@dataclass(frozen=True, slots=True)
class Reading:
    """In what an article may be written: its `languages`, one at a time or several.

    `accents`: whether its words may carry other accents than those of the rule (garantié for garantie), which changes
    what they are forms of.
    """

    languages: frozenset[str]
    accents: bool = True


def reading(languages: frozenset[str] | None = None, *, accents: bool = True) -> Reading:
    """An article in one of these languages, None for any."""
    known = frozenset(inflection.LANGUAGES)
    others = languages is None or bool(languages - known)
    return Reading((known if languages is None else languages & known) | ({_UNKNOWN} if others else set()), accents)


ANYWHERE = reading()


def covers(one: Term, other: Term, how: Reading = ANYWHERE) -> bool:
    """Whether wherever the other term occurs, this one does (false where that is not certain)."""
    return set(other.fields) <= set(one.fields) and holds(one, other, how)


def holds(one: Term, other: Term, how: Reading) -> bool:
    """The same where both are looked for in the same fields."""
    if one.words == other.words and one.edits >= other.edits and one.slop == other.slop and one.name == other.name:
        return True
    return any(_stands(one, other, at, how) for at in range(len(other.words) - len(one.words) + 1))


def _stands(one: Term, other: Term, at: int, how: Reading) -> bool:
    """Whether a term stands where the other one has its words from `at` on, wherever that occurs."""
    part = other.words[at : at + len(one.words)]
    extra = 0
    for word, of_other in zip(one.words, part, strict=True):
        if (more := _extra(word, of_other, how)) is None:
            return False
        extra += more
    if len(one.words) > 1 and not _closed(one, other):
        return False
    edits = extra + min(other.edits, sum(word.edits for word in part))
    if not edits:
        return True
    if one.name and not one.words[-1].capital:  # its first word must have a capital, as that of the other one has
        return edits <= one.edits and not extra and not at and other.name and not other.words[-1].capital
    return edits <= one.edits


def _closed(one: Term, other: Term) -> bool:
    """Whether no more may stand between the words of the other term than between those of this one.

    The initials of more given names may stand in a name that has one with initials itself, unless it has a `slop`.
    """
    if any(word.initials for word in other.words):
        return one.words == other.words and bool(one.slop) == bool(other.slop) and one.slop >= other.slop
    return one.slop >= other.slop


def _extra(one: Word, other: Word, how: Reading) -> int | None:
    """How many more edits a word costs than the other one at most; None where it may not be found with that."""
    if one is other:
        return 0
    if other.initials or not _may_find(one, other.folded):
        return None
    if one.mode is Mode.CASE:
        return 0 if other.mode is Mode.CASE and one.cased == other.cased else None
    if other.edits and not _slips(one, other):
        return None
    most = 0
    for language in how.languages:
        for word, acute, capital in _tokens(other, language, how):
            if (cost := _cost(one, word, acute, language, capital=capital)) is None:
                return None
            most = max(most, cost)
    return most


def _may_find(one: Word, folded: str) -> bool:
    """Whether a word can be found at all where this one is looked for; asked first, as nearly all words cannot."""
    if one.folded == folded or folded in one.forms:
        return True
    if one.edits:
        return abs(len(one.folded) - len(folded)) <= one.edits
    return one.mode is Mode.INFLECT and folded in inflection.forms(one.folded, one.acute)


def _slips(one: Word, other: Word) -> bool:
    """Whether every slip of the other word is one of this word."""
    distance = Levenshtein.distance(one.folded, other.folded)
    if distance + other.edits > one.edits:
        return False
    if distance:
        return not one.guarded and not one.capital
    return one.guarded <= other.guarded and one.capital <= other.capital


def _tokens(word: Word, language: str, how: Reading) -> Iterator[tuple[str, bool, bool]]:
    """The words that a word finds without an edit: folded, whether with é at the end, and surely with a capital."""
    for acute in _accents(word.folded) if how.accents else (word.acute,):
        yield word.folded, acute, False
    if word.mode is Mode.INFLECT and language:
        mine = frozenset(inflection.keys(word.folded, word.acute, language))
        for form in inflection.forms(word.folded, word.acute) - {word.folded}:
            for acute in _accents(form):
                if not mine.isdisjoint(inflection.keys(form, acute, language)):
                    yield form, acute, False
    for form in word.forms:
        for acute in _accents(form):
            yield form, acute, word.cased[:1].isupper()


def _accents(folded: str) -> tuple[bool, ...]:
    """Whether a folded word may end in an é: it need not."""
    return (False, True) if folded.endswith(("e", "es")) else (False,)


def _cost(one: Word, folded: str, acute: bool, language: str, *, capital: bool) -> int | None:
    """The edits at which a word of an article is found, None where it may not be."""
    if folded in one.initials:  # it costs what an initial does
        return None
    if folded == one.folded or (folded in one.forms and (capital or not one.cased[:1].isupper())):
        return 0
    if one.mode is Mode.INFLECT and language and folded in inflection.forms(one.folded, one.acute):
        mine = inflection.keys(one.folded, one.acute, language)
        if not set(mine).isdisjoint(inflection.keys(folded, acute, language)):
            return 0
    if one.edits and not one.guarded and not one.capital:
        distance = Levenshtein.distance(one.folded, folded, score_cutoff=one.edits)
        return distance if distance <= one.edits else None
    return None


# ---- near ----


def misfit(near: Near) -> str | None:
    """Why the terms of a `near` can never stand together, if so."""
    fields = [{name for term in choice.terms for name in term.fields} for choice in near.terms]
    if not set(FIELDS).intersection(*fields):
        return "the terms of 'near' are looked for in different fields, but must stand in one: change `in`"
    if not isinstance(near.within, int):
        return None
    widths = [min(len(term.words) for term in choice.terms) for choice in near.terms]
    # Of the first and the last term one word counts; unordered, the longest may be the outer ones.
    inner = sum(widths[1:-1]) if near.ordered else sum(sorted(widths)[:-2])
    if near.within <= inner:
        return f"the {len(near.terms)} terms of 'near' do not fit: write `within: {inner + 1}` at least"
    return None


def phrases(near: Near) -> tuple[Term, ...]:
    """Texts one of which occurs wherever a `near` holds; none where too many could, or where that is not certain.

    Each has the words of its terms in one order, and as many other words between them as `within` leaves room for. Its
    text is for messages.
    """
    if not isinstance(near.within, int) or len(near.terms) > _MOST_TERMS:
        return ()
    orders = [near.terms] if near.ordered else permutations(near.terms)
    choices = (one for order in orders for one in product(*(choice.terms for choice in order)))
    found = list(islice(choices, _MOST_ORDERS + 1))
    if len(found) > _MOST_ORDERS:
        return ()
    return tuple(made for one in found if (made := _in_line(one, near.within)))


def _in_line(terms: Sequence[Term], within: int) -> Term | None:
    """Terms in this order as one text; None where they cannot stand so."""
    room = within - 1 - sum(len(term.words) for term in terms[1:-1])
    fields = tuple(name for name in FIELDS if all(name in term.fields for term in terms))
    if room < 0 or not fields:
        return None
    words = tuple(word for term in terms for word in term.words)
    edits, slop = sum(term.edits for term in terms), room + sum(term.slop for term in terms)
    return Term("' near '".join(term.text for term in terms), words, edits, False, fields, slop)


def near_in_text(near: Near, term: Term, how: Reading) -> bool:
    """Whether wherever a text occurs, the terms of a `near` stand together in it, each in words of its own."""
    if near.within is Unit.SENTENCE or len(near.terms) > _MOST_TERMS or len(term.words) > _MOST_WORDS:
        return False
    if any(word.initials for word in term.words):  # between them may stand the initials of more given names
        return False
    return _placed(near, term, how, 0, frozenset(), ())


def _placed(
    near: Near, term: Term, how: Reading, number: int, taken: frozenset[int], spans: tuple[tuple[int, int], ...]
) -> bool:
    """Whether the terms from `number` on find a place beside those that have one: `spans`, first and last word."""
    if number == len(near.terms):
        return _reaches(near, term, spans)
    start = spans[-1][1] + 1 if near.ordered and spans else 0
    sizes = {len(one.words) for one in near.terms[number].terms}
    for first in range(start, len(term.words)):
        for size in sizes:
            words = frozenset(range(first, first + size))
            if first + size > len(term.words) or words & taken:
                continue
            if _there(near.terms[number], term, first, size, how):
                more = (*spans, (first, first + size - 1))
                if _placed(near, term, how, number + 1, taken | words, more):
                    return True
    return False


def _there(choice: AnyTerm, term: Term, at: int, size: int, how: Reading) -> bool:
    return any(
        len(one.words) == size and set(term.fields) <= set(one.fields) and _stands(one, term, at, how)
        for one in choice.terms
    )


def _reaches(near: Near, term: Term, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether `within` is enough for words of a text; one between may be glued of several, of a letter at least."""
    if not isinstance(near.within, int):
        return True
    ordered = sorted(spans)
    between = term.words[ordered[0][1] + 1 : ordered[-1][0]]
    return 1 + term.slop + sum(map(_longest, between)) <= near.within


def _longest(word: Word) -> int:
    forms = inflection.forms(word.folded, word.acute) if word.mode is Mode.INFLECT else ()
    return max(map(len, (word.folded, *word.forms, *forms))) + word.edits


def near_in_near(wide: Near, narrow: Near, how: Reading) -> bool:
    """Whether wherever one `near` holds, the terms of the other stand together, too."""
    if not _as_far(wide, narrow) or (wide.ordered and not narrow.ordered):
        return False
    if wide.ordered:
        rest = iter(narrow.terms)
        return all(any(_same_place(one, other, how) for other in rest) for one in wide.terms)
    taken: dict[int, int] = {}
    fits = [[at for at, other in enumerate(narrow.terms) if _same_place(one, other, how)] for one in wide.terms]
    return all(_assigned(number, fits, taken, set()) for number in range(len(fits)))


def _as_far(wide: Near, narrow: Near) -> bool:
    if isinstance(wide.within, int):
        return isinstance(narrow.within, int) and narrow.within <= wide.within
    return wide.within is Unit.PARAGRAPH or narrow.within is Unit.SENTENCE


def _same_place(one: AnyTerm, other: AnyTerm, how: Reading) -> bool:
    """Whether wherever one of the other texts stands, one of these stands in just its words."""
    return all(any(len(a.words) == len(b.words) and covers(a, b, how) for a in one.terms) for b in other.terms)


def _assigned(number: int, fits: Sequence[Sequence[int]], taken: dict[int, int], seen: set[int]) -> bool:
    """Give a term one of those it fits, moving others where needed (augmenting paths)."""
    for at in fits[number]:
        if at not in seen:
            seen.add(at)
            if at not in taken or _assigned(taken[at], fits, taken, seen):
                taken[at] = number
                return True
    return False
