"""Texts and names as a rule writes them, with their modifiers -> terms to look for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from monitor.errors import Problem
from monitor.match import inflection, names
from monitor.match.conditions import NOTHING, Mode, Modifiers, Named, Regex, Term, Word
from monitor.match.regex import Pattern, plain
from monitor.model import FIELDS
from monitor.text import fold, visible
from monitor.yaml import Loc, YamlFile, suggestion

MODIFIERS = ("in", "inflect", "case", "fuzzy", "slop")
MOST_EDITS = 3
MOST_SLOP = 50
LONGEST = 1_000
"""Characters of a phrase or name."""

NO_WORD = "has no word in it"
PERSON = "person"
"""The kind of actor that has given names and a surname."""
# A written word of up to 4 letters is taken exactly, one of 5 or 6 with one edit at most: Otan is not Oman.
_EXACT_LETTERS = 4
_ONE_EDIT_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Manner:
    """How words may vary, from what is written at each level; the nearest to the term decides."""

    mode: Mode
    edits: int = 0
    fields: tuple[str, ...] = FIELDS
    slop: int = 0

    def changed(self, by: Modifiers, default: Mode) -> Manner:
        """This manner under the modifiers of the next level; `default` is what switching one off returns to."""
        fields, slop = by.fields or self.fields, self.slop if by.slop is None else by.slop
        if by.case:
            return Manner(Mode.CASE, 0, fields, slop)
        if by.fuzzy:
            return Manner(Mode.FUZZY, by.fuzzy, fields, slop)
        if by.inflect:
            return Manner(Mode.INFLECT, 0, fields, slop)
        if (by.case is False and self.mode is Mode.CASE) or (by.fuzzy == 0 and self.mode is Mode.FUZZY):
            return Manner(Mode.EXACT if by.inflect is False else default, 0, fields, slop)
        if by.inflect is False and self.mode is Mode.INFLECT:
            return Manner(Mode.EXACT, 0, fields, slop)
        return Manner(self.mode, self.edits, fields, slop)


def joined(outer: Modifiers, inner: Modifiers) -> Modifiers:
    """The modifiers that mean the same for an actor as `outer` and then, nearer to it, `inner`."""
    fields, slop = inner.fields or outer.fields, outer.slop if inner.slop is None else inner.slop
    if inner.case or inner.fuzzy or inner.inflect:
        return Modifiers(fields, inner.inflect, inner.case, inner.fuzzy, slop)
    if (outer.case and inner.case is False) or (outer.fuzzy and inner.fuzzy == 0):
        return Modifiers(fields, False, False, 0, slop)  # whatever the actor says, its names as written
    if outer.inflect and inner.inflect is False:
        return Modifiers(fields, False, False, 0, slop)
    inflect = outer.inflect if inner.inflect is None else inner.inflect
    case = outer.case if inner.case is None else inner.case
    fuzzy = outer.fuzzy if inner.fuzzy is None else inner.fuzzy
    return Modifiers(fields, inflect, case, fuzzy, slop)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A text as written, its words as (folded, cased, acute), and its own modifiers."""

    text: str
    words: tuple[tuple[str, str, bool], ...]
    modifiers: Modifiers = NOTHING


@dataclass(frozen=True, slots=True)
class Actor:
    """A name with its other spellings, and the modifiers of all of them; `kind` is what people call it (person, ..)."""

    spellings: tuple[Spelling, ...]
    modifiers: Modifiers
    kind: str | None = None


class Terms:
    """Makes terms, words and expressions, one for each wish: rules that share an actor share its terms."""

    def __init__(self) -> None:
        self._regexes: dict[tuple[str, tuple[str, ...]], Regex] = {}
        self._terms: dict[tuple[str, Manner, bool], Term] = {}
        self._names: dict[tuple[str, Manner, bool], tuple[Term, ...]] = {}
        self._words: dict[tuple[Any, ...], Word] = {}

    def of_text(self, spelling: Spelling, beside: Modifiers) -> Term:
        """The term of a phrase; its words may be inflected unless something else is written."""
        manner = Manner(Mode.INFLECT).changed(beside, Mode.INFLECT).changed(spelling.modifiers, Mode.INFLECT)
        return self._term(spelling, manner, name=False)

    def of_actor(self, name: str, actor: Actor, beside: Modifiers) -> Named:
        """An actor's terms, words exact unless something else is written at the actor, the node or the alias."""
        manner = Manner(Mode.EXACT).changed(actor.modifiers, Mode.EXACT).changed(beside, Mode.EXACT)
        person = actor.kind == PERSON
        each = ((one, manner.changed(one.modifiers, Mode.EXACT)) for one in actor.spellings)
        return Named(name, beside, tuple(term for one, own in each for term in self.of_name(one, own, person=person)))

    def of_name(self, spelling: Spelling, manner: Manner, *, person: bool) -> tuple[Term, ...]:
        """The terms of one spelling of an actor: as written first, then as it may be written otherwise."""
        if manner.mode is Mode.CASE:
            return (self._term(spelling, manner, name=True),)
        wish = (spelling.text, manner, person)
        if wish not in self._names:
            fuzzy = manner.mode is Mode.FUZZY
            ways = names.patterns(spelling.text, person=person, fuzzy=fuzzy)
            self._names[wish] = tuple(self._named(spelling, way, manner) for way in ways)
        return self._names[wish]

    def _named(self, spelling: Spelling, pattern: names.Pattern, manner: Manner) -> Term:
        if manner.slop and len(pattern.words) == 1:
            manner = replace(manner, slop=0)
        if pattern.kind is names.Kind.JOINED:  # Alassad, yet not Alassan
            manner = Manner(Mode.EXACT, 0, manner.fields, manner.slop)
        small = names.begins_small(pattern.words)
        long = sum(len(one.folded) > _EXACT_LETTERS for one in pattern.words)
        words = []
        for one in pattern.words:
            acute = inflection.ends_in_acute(one.raw)
            forms = frozenset(fold(form) for form, _ in one.forms) - {one.folded}
            guarded = long - (len(one.folded) > _EXACT_LETTERS) == 0
            capital = small and one.cased[:1].isupper()
            words.append(self._word(one.folded, one.cased, acute, manner, forms, one.initials, guarded, capital))
        return Term(spelling.text, tuple(words), manner.edits, True, manner.fields, manner.slop)

    def of_regex(self, text: str, fields: tuple[str, ...]) -> Regex:
        """A regular expression, ready to be looked for; raises PatternError."""
        wish = (plain(text), fields)
        if wish not in self._regexes:
            self._regexes[wish] = Regex(*wish, Pattern(wish[0]))
        return self._regexes[wish]

    def _term(self, spelling: Spelling, manner: Manner, *, name: bool) -> Term:
        if manner.slop and len(spelling.words) == 1:
            manner = replace(manner, slop=0)
        wish = (spelling.text, manner, name)
        if wish not in self._terms:
            words = tuple(self._word(*word, manner) for word in spelling.words)
            self._terms[wish] = Term(spelling.text, words, manner.edits, name, manner.fields, manner.slop)
        return self._terms[wish]

    def _word(self, folded: str, cased: str, acute: bool, manner: Manner, *of_name: Any) -> Word:
        most = 0 if len(folded) <= _EXACT_LETTERS else 1 if len(folded) <= _ONE_EDIT_LETTERS else MOST_EDITS
        wish = (folded, cased, acute, manner.mode, min(manner.edits, most), *of_name)
        if wish not in self._words:
            self._words[wish] = Word(*wish)
        return self._words[wish]


class Texts:
    """Reads texts and modifiers of one file; what is wrong goes to `problems`."""

    def __init__(self, file: YamlFile, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def wrong(self, loc: Loc, message: str, *, key: bool = False) -> None:
        """Note a mistake at a value, or at a key."""
        self.problems.append(self.file.problem(loc, message, key=key))

    def wrong_inside(self, loc: Loc, at: int, message: str) -> None:
        """Note a mistake at one character of a text."""
        self.problems.append(self.file.problem_inside(loc, at, message))

    def unknown_keys(self, value: Mapping[str, Any], loc: Loc, known: Iterable[str]) -> None:
        """Note every key that a mapping should not have."""
        known = tuple(known)
        for key in value:
            if key in MODIFIERS and key not in known:
                self.wrong((*loc, key), f"'{key}' must stand beside phrase, actor or near, or on one term", key=True)
            elif key not in known:
                self.wrong((*loc, key), f"unknown key '{key}'{suggestion(key, known)}", key=True)

    def spelling(self, value: Any, loc: Loc) -> Spelling | None:
        """A text, or a mapping of `text` and modifiers."""
        if not isinstance(value, dict):
            return self._words(value, loc, NOTHING)
        self.unknown_keys(value, loc, ("text", *MODIFIERS))
        modifiers = self.modifiers(value, loc)
        if "text" not in value:
            self.wrong(loc, "'text' is missing")
            return None
        return self._words(value["text"], (*loc, "text"), modifiers)

    def modifiers(self, value: Mapping[str, Any], loc: Loc) -> Modifiers:
        """The modifiers in a mapping that also holds other keys."""
        fuzzy = self._number(value, loc, "fuzzy", "edits", MOST_EDITS)
        inflect, case = self._switch(value, loc, "inflect"), self._switch(value, loc, "case")
        for one, other in (("fuzzy", "inflect"), ("fuzzy", "case"), ("case", "inflect")):
            written = {"fuzzy": fuzzy, "inflect": inflect, "case": case}
            if written[one] and written[other]:
                self.wrong((*loc, one), f"'{one}' cannot be combined with '{other}'", key=True)
        return Modifiers(
            self._fields(value, loc), inflect, case, fuzzy, self._number(value, loc, "slop", "words", MOST_SLOP)
        )

    def strings(self, value: Any, loc: Loc, what: str) -> list[tuple[str, Loc]]:
        """A text or a list of texts, each with its place."""
        many = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        if not many:
            self.wrong(loc, f"must hold {what}, or several")
        found = []
        for index, one in many:
            place = loc if index is None else (*loc, index)
            if isinstance(one, str) and one.strip():
                found.append((one, place))
            else:
                self.wrong(place, f"must be {what}, or a list of them")
        return found

    def _words(self, value: Any, loc: Loc, modifiers: Modifiers) -> Spelling | None:
        if isinstance(value, (bool, int, float)):
            self.wrong(loc, "must be a text: put it in quotes")
        elif not isinstance(value, str):
            self.wrong(loc, "must be a text, or a mapping with 'text' and modifiers")
        elif len(value) > LONGEST:
            self.wrong(loc, f"is longer than {LONGEST} characters: write the words that matter")
        elif not (words := spelt(value)):
            self.wrong(loc, NO_WORD)
        else:
            return Spelling(value, words, modifiers)
        return None

    def _fields(self, value: Mapping[str, Any], loc: Loc) -> tuple[str, ...] | None:
        if "in" not in value:
            return None
        wanted = []
        for name, place in self.strings(value["in"], (*loc, "in"), "a field (title, lede or body)"):
            if name in FIELDS:
                wanted.append(name)
            else:
                self.wrong(place, f"unknown field '{name}'{suggestion(name, FIELDS)}: title, lede or body")
        return tuple(name for name in FIELDS if name in wanted) or None

    def _switch(self, value: Mapping[str, Any], loc: Loc, key: str) -> bool | None:
        switch = value.get(key)
        if key in value and not isinstance(switch, bool):
            self.wrong((*loc, key), f"'{key}' must be true or false")
            return None
        return switch

    def _number(self, value: Mapping[str, Any], loc: Loc, key: str, what: str, most: int) -> int | None:
        if key not in value:
            return None
        number = value[key]
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
            self.wrong((*loc, key), f"'{key}' must be a number of {what} from 0 to {most}")
            return None
        return number


def spelt(text: str) -> tuple[tuple[str, str, bool], ...]:
    """The words of a text as written (folded, cased, acute): glued ones as a whole, line breaks as spaces."""
    text = " ".join(visible(text).split())
    return tuple(
        (one.word, one.cased, inflection.ends_in_acute(text[one.start : one.end])) for one in names.whole(text)
    )
