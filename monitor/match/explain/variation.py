"""A term, and how else its words might be taken -> the same term under other modifiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from monitor.match.conditions import (
    NOTHING,
    AllOf,
    AnyTerm,
    AtLeast,
    Condition,
    Mode,
    Modifiers,
    Named,
    Near,
    Not,
    Term,
    Word,
    any_of,
)  # fmt: skip
from monitor.match.names import whole
from monitor.match.written import MOST_EDITS, Manner, Spelling, Terms, spelt
from monitor.model import FIELDS

# What a change costs, to tell the smallest one: no unit, only compared with each other.
FORM_COST = 10
EDIT_COST = 10
FIELD_COST = 15
FIRST_WORD_COST = 10  # of more words between or apart; each of them costs one more, up to
MOST_WORDS_COST = 80
_FAR = 2  # edits to which a word is followed that the rule wants as written


@dataclass(frozen=True, slots=True)
class Variant:
    """A term under other modifiers: what to write for that (nothing where it stays as it is), and how much it is."""

    term: Term
    says: str
    cost: int


class Variations:
    """Makes variants of terms; words that several of them share are made once."""

    def __init__(self) -> None:
        self._terms = Terms()

    def looser(self, term: Term) -> Iterator[Variant]:
        """The term as it is, and with words taken less exactly, in the order of the cost."""
        mode = term.words[0].mode
        yield Variant(term, "", 0)
        if mode is Mode.CASE:
            yield Variant(self._taken(term, Mode.EXACT if term.name else Mode.INFLECT), "case: false", FORM_COST)
        elif mode is not Mode.INFLECT:
            yield Variant(self._taken(term, Mode.INFLECT), "inflect: true", FORM_COST)
        for edits in range(term.edits + 1, min(max(_FAR, term.edits + 1), MOST_EDITS) + 1):
            cost = EDIT_COST * (edits - term.edits) + 1  # of equals the plural is more likely meant than the slip
            yield Variant(self._taken(term, Mode.FUZZY, edits), f"fuzzy: {edits}", cost)

    def stricter(self, term: Term) -> Iterator[Variant]:
        """The term with words taken more exactly, the mildest change first."""
        for edits in range(term.edits - 1, 0, -1):
            yield Variant(self._taken(term, Mode.FUZZY, edits), f"fuzzy: {edits}", EDIT_COST * (term.edits - edits))
        if term.words[0].mode in (Mode.INFLECT, Mode.FUZZY):
            yield Variant(self._taken(term, Mode.EXACT), "inflect: false", FORM_COST * (1 + term.edits))
        if term.words[0].mode is not Mode.CASE:
            yield Variant(self._taken(term, Mode.CASE), "case: true", FORM_COST * (1 + term.edits) + 1)
        if term.slop:
            yield Variant(replace(term, slop=0), "slop: 0", FIRST_WORD_COST)

    def alone(self, text: str, like: Term) -> Term:
        """A text of its own, looked for where and with the freedom that a term has, but not as a name."""
        (word, *_) = like.words
        mode = Mode.EXACT if like.name else word.mode
        said = _modifiers(mode, like.edits, like.fields, 0)
        return self._terms.of_text(Spelling(text, spelt(text), said), NOTHING)

    def as_written(self, text: str, like: Term) -> Term:
        """A text of its own, exactly in these words, looked for where a term is."""
        said = _modifiers(Mode.EXACT, 0, like.fields, 0)
        return self._terms.of_text(Spelling(text, spelt(text), said), NOTHING)

    def _taken(self, term: Term, mode: Mode, edits: int = 0) -> Term:
        """The term with words of another mode; what else they may be read as, as names are, stays."""
        said = _modifiers(mode, edits, FIELDS, 0)
        words = tuple(replace(word, mode=mode, edits=self._edits(word, said)) for word in term.words)
        return replace(term, words=words, edits=edits)

    def everywhere(self, condition: Condition, actor: str, written: Mapping[str, Any]) -> Condition:
        """A condition after a name of an actor was written otherwise where the actor is defined."""
        match condition:
            case AnyTerm():
                return self._choice(condition, actor, written)
            case Near():
                return replace(condition, terms=tuple(self._choice(one, actor, written) for one in condition.terms))
            case AllOf() | AtLeast():
                return replace(condition, of=tuple(self.everywhere(one, actor, written) for one in condition.of))
            case Not():
                return Not(self.everywhere(condition.of, actor, written))
            case _:
                return condition

    def _choice(self, choice: AnyTerm, actor: str, written: Mapping[str, Any]) -> AnyTerm:
        if not any(isinstance(one, Named) and one.id == actor for one in choice.of):
            return choice
        of = (self.respelt(one, written) if isinstance(one, Named) and one.id == actor else one for one in choice.of)
        return any_of(list(of))

    def respelt(self, named: Named, written: Mapping[str, Any]) -> Named:
        """An actor with all that follows from one of its names, written like this where the actor is defined."""
        same = [term for term in named.terms if term.text == written["text"]]
        if not same:
            return named
        mode = next((mode for mode in (Mode.FUZZY, Mode.CASE, Mode.INFLECT) if written.get(mode)), Mode.EXACT)
        slop = written.get("slop", max(term.slop for term in same))
        manner = Manner(mode, written.get("fuzzy", 0), same[0].fields, slop)
        made = self._terms.of_name(_spelling(written["text"]), manner, person=self._is_person(named))
        at = named.terms.index(same[0])
        return replace(named, terms=(*named.terms[:at], *made, *(one for one in named.terms[at:] if one not in same)))

    def _is_person(self, named: Named) -> bool:
        """Whether its terms are those that the names of persons give, where these are others than those of things."""
        for text in dict.fromkeys(term.text for term in named.terms):
            same = [term for term in named.terms if term.text == text]
            first = same[0]
            manner = Manner(first.words[0].mode, first.edits, first.fields, max(term.slop for term in same))
            person, thing = (
                [_shape(term) for term in self._terms.of_name(_spelling(text), manner, person=one)]
                for one in (True, False)
            )
            if person != thing:
                return [_shape(term) for term in same] == person
        return False

    def _edits(self, word: Word, said: Modifiers) -> int:
        """The most edits in a word when these are said of its term: few letters leave room for few."""
        spelling = Spelling(word.folded, ((word.folded, word.cased, False),), said)
        return self._terms.of_text(spelling, NOTHING).words[0].edits


def _spelling(text: str) -> Spelling:
    return Spelling(text, spelt(text))


def _shape(term: Term) -> list[tuple[Any, ...]]:
    return [(word.folded, word.mode, word.edits, word.forms, word.initials) for word in term.words]


def pieces(term: Term) -> list[str]:
    """The words of a term with their accents and capitals where its text has just these."""
    text = " ".join(term.text.split())
    found = [text[one.start : one.end] for one in whole(text)]
    return found if len(found) == len(term.words) else [word.cased for word in term.words]


def in_fields(choice: AnyTerm, fields: tuple[str, ...]) -> AnyTerm:
    """The choice with these fields written beside it and beside none of its texts."""
    found: list[Term | Named] = []
    for one in choice.of:
        if isinstance(one, Term):
            found.append(replace(one, fields=fields))
        else:
            terms = tuple(replace(term, fields=fields) for term in one.terms)
            found.append(replace(one, terms=terms, modifiers=replace(one.modifiers, fields=fields)))
    return any_of(found)


def alias(term: Term, before: Term) -> dict[str, Any]:
    """A name as the definition of its actor holds it when it is to be taken like `term`; `before` is as it was."""
    written: dict[str, Any] = {"text": term.text}
    match term.words[0].mode:
        case Mode.EXACT:
            written |= {"inflect": False, "case": False, "fuzzy": 0}  # whatever the actor says
        case Mode.INFLECT:
            written["inflect"] = True
        case Mode.CASE:
            written["case"] = True
        case Mode.FUZZY:
            written["fuzzy"] = term.edits
    if term.slop or before.slop:
        written["slop"] = term.slop
    return written


def _modifiers(mode: Mode, edits: int, fields: tuple[str, ...], slop: int) -> Modifiers:
    match mode:
        case Mode.EXACT:
            return Modifiers(fields, inflect=False, slop=slop)
        case Mode.INFLECT:
            return Modifiers(fields, slop=slop)
        case Mode.CASE:
            return Modifiers(fields, case=True, slop=slop)
        case Mode.FUZZY:
            return Modifiers(fields, fuzzy=edits, slop=slop)
