"""The `when:` of a rule as written -> the tree of conditions, or every mistake in it with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from monitor.match.conditions import (
    NOTHING,
    AnyTerm,
    AtLeast,
    Condition,
    LanguageIs,
    Modifiers,
    Named,
    Near,
    Not,
    SourceIs,
    Term,
    Unit,
    any_of,
    either,
    every,
)
from monitor.match.passages import same_name
from monitor.match.regex import PatternError
from monitor.match.written.query import Kind, Leaf, QueryError, parse
from monitor.match.written.terms import LONGEST, MODIFIERS, NO_WORD, Actor, Spelling, Terms, Texts, joined, spelt
from monitor.model import FIELDS
from monitor.yaml import Loc, suggestion

LANGUAGE = re.compile(r"[a-z]{2,3}|other")
MOST_WORDS_APART = 500
FEWEST_TERMS, MOST_TERMS = 2, 50
LEAVES = ("phrase", "actor", "near")
NODES = (*LEAVES, "regex", "all", "any", "not", "at_least", "source", "language")

Reader = Callable[[Any, Loc, Modifiers], Condition | None]


class ConditionReader:
    """Reads the conditions of one file; each method returns None where a mistake, which it notes, leaves nothing.

    `actors` are those of all files; `actors_complete` is false when some file could not be read, so that an unknown
    actor may be no mistake. `used` gathers the ids of the actors that the conditions name.
    """

    def __init__(self, texts: Texts, terms: Terms, actors: Mapping[str, Actor], *, actors_complete: bool) -> None:
        self._texts = texts
        self._wrong = texts.wrong
        self._terms = terms
        self._actors = actors
        self._actors_complete = actors_complete
        self.used: set[str] = set()
        self._readers: Mapping[str, Reader] = {
            "phrase": lambda value, loc, beside: _choice(self._phrase(value, loc, beside)),
            "actor": lambda value, loc, beside: _choice(self._actor(value, loc, beside)),
            "near": self._near,
            "regex": self._regex,
            "all": lambda value, loc, _: every(of) if (of := self._list(value, loc)) else None,
            "any": lambda value, loc, _: either(of) if (of := self._list(value, loc)) else None,
            "not": lambda value, loc, _: self._not(value, loc),
            "at_least": lambda value, loc, _: self._at_least(value, loc),
            "source": lambda value, loc, _: self._source(value, loc),
            "language": lambda value, loc, _: self._language(value, loc),
        }

    def read(self, value: Any, loc: Loc) -> Condition | None:
        """A condition: a query string, one node, or several nodes in one mapping, which mean all of them."""
        if isinstance(value, str):
            return self._query(value, loc)
        if not isinstance(value, dict):
            self._wrong(loc, "must be a condition such as phrase: some words, or a query string")
            return None
        self._texts.unknown_keys(value, loc, (*NODES, *MODIFIERS))
        beside = self._texts.modifiers(value, loc)
        if value.keys().isdisjoint(LEAVES):
            for key in (key for key in MODIFIERS if key in value and not (key == "in" and "regex" in value)):
                beside_what = "phrase, actor, near or regex" if key == "in" else "phrase, actor or near"
                self._wrong((*loc, key), f"'{key}' must stand beside {beside_what}", key=True)
        if value.keys() <= {*MODIFIERS}:
            self._wrong(loc, "holds no condition")
        written = [key for key in value if key in NODES]
        found = [node for key in written if (node := self._readers[key](value[key], (*loc, key), beside))]
        return every(found) if found else None

    def together(self, condition: Condition, actors: Sequence[str], loc: Loc) -> Condition:
        """The same, and all of these actors."""
        named = self._actor(list(actors), loc, NOTHING)
        return every([condition, *(any_of([one]) for one in named)])

    # Query strings

    def _query(self, text: str, loc: Loc) -> Condition | None:
        try:
            return parse(text, lambda leaf: self._leaf(leaf, loc))
        except QueryError as error:
            self._texts.wrong_inside(loc, error.at, error.message)
            return None

    def _leaf(self, leaf: Leaf, loc: Loc) -> Condition | None:
        """What a query looks for; a mistake in it is noted at its character."""
        found: Condition | None = None
        wrong = None
        match leaf.kind:
            case Kind.PHRASE:
                wrong, found = self._words(leaf)
            case Kind.REGEX:
                try:
                    found = self._terms.of_regex(leaf.text, leaf.fields or FIELDS)
                except PatternError as error:
                    wrong = str(error)
            case Kind.ACTOR:
                named = self._named(leaf.text, Modifiers(fields=leaf.fields))
                found, wrong = (any_of([named]), None) if named and named.terms else (None, self._unknown(leaf.text))
            case Kind.LANG:
                wrong = None if LANGUAGE.fullmatch(leaf.text) else _no_language(leaf.text)
                found = LanguageIs(frozenset({leaf.text}))
            case Kind.SOURCE | Kind.TAG if not leaf.text.strip():
                wrong = f"'{leaf.kind}:' needs a name"
            case Kind.SOURCE:
                found = SourceIs(frozenset({same_name(leaf.text)}), None)
            case Kind.TAG:
                found = SourceIs(None, frozenset({leaf.text}))
        if wrong:
            self._texts.wrong_inside(loc, leaf.at, wrong)
        return found

    # Conditions over conditions

    def _list(self, value: Any, loc: Loc) -> tuple[Condition, ...]:
        if not isinstance(value, list) or not value:
            self._wrong(loc, "must be a list of conditions, at least one")
            return ()
        found = [self.read(one, (*loc, index)) for index, one in enumerate(value)]
        return tuple(one for one in found if one)

    def _not(self, value: Any, loc: Loc) -> Condition | None:
        if isinstance(value, list):
            self._wrong(loc, "takes one condition; for none of several write not: {any: [..]}")
            return None
        inner = self.read(value, loc)
        return Not(inner) if inner else None

    def _at_least(self, value: Any, loc: Loc) -> Condition | None:
        if not self._is_mapping(value, loc, ("count", "of")) or not self._has_all(value, loc, ("count", "of")):
            return None
        count, of = value["count"], self._list(value["of"], (*loc, "of"))
        most = len(value["of"]) if isinstance(value["of"], list) else 1
        if not _is_number(count) or not 1 <= count <= most:
            self._wrong((*loc, "count"), f"'count' must be a number from 1 to {most}, the conditions under 'of'")
            return None
        if not of:
            return None
        return either(of) if count == 1 else AtLeast(count, of)

    # Facts of the article

    def _source(self, value: Any, loc: Loc) -> Condition | None:
        if not self._is_mapping(value, loc, ("name", "tag")):
            return None
        names = self._facts(value, "name", loc, "the name of a source")
        tags = self._facts(value, "tag", loc, "a tag")
        if not value:
            self._wrong(loc, "must hold 'name' or 'tag'")
        if names is None and tags is None:
            return None
        facts = [] if names is None else [SourceIs(frozenset(map(same_name, names)), None)]
        return every([*facts, *([] if tags is None else [SourceIs(None, tags)])])

    def _facts(self, value: Mapping[str, Any], key: str, loc: Loc, what: str) -> frozenset[str] | None:
        if key not in value:
            return None
        return frozenset(text for text, _ in self._texts.strings(value[key], (*loc, key), what))

    def _language(self, value: Any, loc: Loc) -> Condition | None:
        found = self._texts.strings(value, loc, "a language such as fr")
        for text, place in found:
            if not LANGUAGE.fullmatch(text):
                self._wrong(place, _no_language(text))
        return LanguageIs(frozenset(text for text, _ in found)) if found else None

    # Words

    def _words(self, leaf: Leaf) -> tuple[str | None, Condition | None]:
        """What is wrong with the words of a query, or their condition."""
        if len(leaf.text) > LONGEST:
            return f"a phrase is longer than {LONGEST} characters", None
        if not (words := spelt(leaf.text)):
            return f"'{leaf.text}' {NO_WORD}" if leaf.text else NO_WORD, None
        beside = Modifiers(fields=leaf.fields, slop=leaf.slop)
        return None, any_of([self._terms.of_text(Spelling(leaf.text, words), beside)])

    def _regex(self, value: Any, loc: Loc, beside: Modifiers) -> Condition | None:
        if not isinstance(value, str):
            self._wrong(loc, "must be a regular expression in quotes")
            return None
        try:
            return self._terms.of_regex(value, beside.fields or FIELDS)
        except PatternError as error:
            self._wrong(loc, str(error))
            return None

    def _phrase(self, value: Any, loc: Loc, beside: Modifiers) -> list[Term]:
        spellings = [self._texts.spelling(one, place) for one, place in self._each(value, loc)]
        return [self._terms.of_text(spelling, beside) for spelling in spellings if spelling]

    def _actor(self, value: Any, loc: Loc, beside: Modifiers) -> list[Named]:
        found: list[Named] = []
        for name, place in self._texts.strings(value, loc, "the id of an actor"):
            if named := self._named(name, beside):
                found.append(named)
            elif message := self._unknown(name):
                self._wrong(place, message)
        return found

    def _named(self, name: str, beside: Modifiers) -> Named | None:
        if (actor := self._actors.get(name)) is None:
            return None
        self.used.add(name)
        return self._terms.of_actor(name, actor, beside)

    def _unknown(self, name: str) -> str | None:
        """What to say of an actor that nobody knows; nothing where it may stand in a file that could not be read."""
        known = name in self._actors or not self._actors_complete
        return None if known else f"unknown actor '{name}'{suggestion(name, self._actors)}"

    def _near(self, value: Any, loc: Loc, beside: Modifiers) -> Condition | None:
        if not self._is_mapping(value, loc, ("terms", "within", "ordered")):
            return None
        if not self._has_all(value, loc, ("terms", "within")):
            return None
        ordered = value.get("ordered", False)
        if not isinstance(ordered, bool):
            self._wrong((*loc, "ordered"), "'ordered' must be true or false")
        terms = self._near_terms(value["terms"], (*loc, "terms"), beside)
        within = self._within(value["within"], (*loc, "within"))
        return Near(terms, within, bool(ordered)) if within and terms else None

    def _within(self, value: Any, loc: Loc) -> int | Unit | None:
        if isinstance(value, str) and value in tuple(Unit):
            return Unit(value)
        if _is_number(value) and 1 <= value <= MOST_WORDS_APART:
            return int(value)
        most = f"a number of words from 1 to {MOST_WORDS_APART}"
        self._wrong(loc, f"'within' must be {most}, sentence or paragraph")
        return None

    def _near_terms(self, value: Any, loc: Loc, beside: Modifiers) -> tuple[AnyTerm, ...] | None:
        if not isinstance(value, list) or not FEWEST_TERMS <= len(value) <= MOST_TERMS:
            self._wrong(loc, f"must be a list of {FEWEST_TERMS} to {MOST_TERMS} terms")
            return None
        found = [_choice(self._near_term(one, (*loc, index), beside)) for index, one in enumerate(value)]
        return tuple(one for one in found if one) if all(found) else None

    def _near_term(self, value: Any, loc: Loc, beside: Modifiers) -> list[Term | Named]:
        """A text, an actor, or a list of these of which any may occur."""
        found: list[Term | Named] = []
        for one, place in self._each(value, loc):
            if isinstance(one, dict) and "actor" in one:
                self._texts.unknown_keys(one, place, ("actor", *MODIFIERS))
                own = self._texts.modifiers(one, place)
                found += self._actor(one["actor"], (*place, "actor"), joined(beside, own))
            elif spelling := self._texts.spelling(one, place):
                found.append(self._terms.of_text(spelling, beside))
        return found

    # Shapes

    def _each(self, value: Any, loc: Loc) -> list[tuple[Any, Loc]]:
        """One thing, or each thing of a list, with its place."""
        if not isinstance(value, list):
            return [(value, loc)]
        if not value:
            self._wrong(loc, "must hold at least one text")
        return [(one, (*loc, index)) for index, one in enumerate(value)]

    def _is_mapping(self, value: Any, loc: Loc, known: tuple[str, ...]) -> bool:
        if not isinstance(value, dict):
            self._wrong(loc, f"must be a mapping with {', '.join(known)}")
            return False
        self._texts.unknown_keys(value, loc, known)
        return True

    def _has_all(self, value: Mapping[str, Any], loc: Loc, wanted: tuple[str, ...]) -> bool:
        missing = [key for key in wanted if key not in value]
        for key in missing:
            self._wrong(loc, f"'{key}' is missing")
        return not missing


def _choice(written: Sequence[Term | Named]) -> AnyTerm | None:
    found = any_of(written)
    return found if found.terms else None


def _no_language(text: str) -> str:
    return f"'{text}' is not a language (write fr, en, .. or other)"


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
