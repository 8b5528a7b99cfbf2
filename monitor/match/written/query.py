"""Query string -> the tree of conditions, or the first mistake in it with its character."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from monitor.errors import MonitorError
from monitor.match.conditions import Condition, Not, either, every
from monitor.match.written.terms import MOST_SLOP
from monitor.model import FIELDS
from monitor.yaml import suggestion

MAX_DEPTH = 50
"""How deep parentheses, NOT and fields may stand in one another."""

OPERATORS = ("AND", "OR", "NOT")
QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»"}
_FACTS = ("source", "tag", "lang")
_KINDS = ("actor", *_FACTS)
# What other query languages give a meaning to: taken for a part of a word it would silently mean something else.
_FOREIGN = frozenset("*?~^[]{}|=<>")
_SIGNS = {
    "-": "'-' before a word has no meaning here: write NOT",
    "!": "'!' before a word has no meaning here: write NOT",
    "+": "'+' before a word has no meaning here: all words side by side must occur",
}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SLOP = re.compile(r"~([0-9]{0,9})")


class QueryError(MonitorError):
    """A mistake in a query string; `at` is the index of its character."""

    def __init__(self, at: int, message: str) -> None:
        self.at = at
        self.message = message
        super().__init__(message)


class Kind(StrEnum):
    """What a leaf asks for."""

    PHRASE = "phrase"
    REGEX = "regex"
    ACTOR = "actor"
    SOURCE = "source"
    TAG = "tag"
    LANG = "lang"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing to look for, as written at the character `at`; `fields` and `slop` are None where nothing is said."""

    kind: Kind
    text: str
    at: int
    fields: tuple[str, ...] | None
    slop: int | None


class _Token(NamedTuple):
    """`kind` is `(`, `)`, an operator, `word`, `phrase`, `regex`, `field` or `end`; `text` is what it holds."""

    kind: str
    at: int
    text: str
    slop: int | None = None


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the fields before a leaf say of it."""

    kind: Kind = Kind.PHRASE
    fields: tuple[str, ...] | None = None


def parse(text: str, leaf: Callable[[Leaf], Condition | None]) -> Condition | None:
    """Read a query; `leaf` makes a condition of each thing to look for, or None where it notes a mistake.

    Raises QueryError. NOT binds closer than AND and words side by side, these closer than OR.
    """
    return _Parser(text, leaf).query()


class _Parser:
    def __init__(self, text: str, leaf: Callable[[Leaf], Condition | None]) -> None:
        self._tokens = _tokens(text)
        self._leaf = leaf
        self._depth = 0
        self._next = next(self._tokens)

    def query(self) -> Condition | None:
        found = self._either(_Scope(), None)
        if self._next.kind == ")":
            raise QueryError(self._next.at, "')' closes nothing")
        return found

    def _take(self) -> _Token:
        taken, self._next = self._next, next(self._tokens, self._next)
        return taken

    def _either(self, scope: _Scope, after: _Token | None) -> Condition | None:
        parts = [self._every(scope, after)]
        while self._next.kind == "OR":
            parts.append(self._every(scope, self._take()))
        found = [one for one in parts if one is not None]
        return either(found) if found else None

    def _every(self, scope: _Scope, after: _Token | None) -> Condition | None:
        parts = [self._one(scope, after)]
        while self._next.kind not in ("OR", ")", "end"):
            parts.append(self._one(scope, self._take() if self._next.kind == "AND" else None))
        found = [one for one in parts if one is not None]
        return every(found) if found else None

    def _one(self, scope: _Scope, after: _Token | None) -> Condition | None:
        """NOT, a field or parentheses with what they hold, or a leaf."""
        token = self._next
        if token.kind in ("AND", "OR", ")", "end"):
            raise _misplaced(token, after)
        self._take()
        if token.kind in ("word", "phrase", "regex"):
            return self._leaf(_leaf(token, scope))
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(token.at, f"is nested deeper than {MAX_DEPTH} levels")
        found = self._around(token, scope)
        self._depth -= 1
        return found

    def _around(self, token: _Token, scope: _Scope) -> Condition | None:
        """What follows NOT, a field or an opening parenthesis."""
        if token.kind == "NOT":
            inner = self._one(scope, token)
            return Not(inner) if inner else None
        if token.kind == "field":
            return self._one(_narrowed(scope, token), token)
        found = self._either(scope, token)
        if self._take().kind != ")":
            raise QueryError(token.at, "'(' is never closed")
        return found


def _misplaced(token: _Token, after: _Token | None) -> QueryError:
    """What to say of a token that stands where a condition should."""
    if after is not None and after.kind == "(":
        if token.kind == "end":
            return QueryError(after.at, "'(' is never closed")
        if token.kind == ")":
            return QueryError(after.at, "nothing stands between '(' and ')'")
    elif after is not None:
        return QueryError(after.at, f"'{after.text}' needs a condition after it")
    if token.kind == "end":
        return QueryError(token.at, "holds no condition")
    if token.kind == ")":
        return QueryError(token.at, "')' closes nothing")
    return QueryError(token.at, f"'{token.text}' needs a condition before it")


def _narrowed(scope: _Scope, token: _Token) -> _Scope:
    """The scope behind a field such as `title:`, or `title,lede:` for several."""
    name = token.text.removesuffix(":")
    if name in _KINDS:
        return replace(scope, kind=Kind(name))
    wanted = name.split(",")
    for one in wanted:
        if one not in FIELDS:
            known = suggestion(one, (*FIELDS, *_KINDS))
            raise QueryError(token.at, f"unknown field '{one}'{known}: a text with a colon stands in quotes")
    return replace(scope, fields=tuple(field for field in FIELDS if field in wanted))


def _leaf(token: _Token, scope: _Scope) -> Leaf:
    kind = scope.kind
    if kind in _FACTS and scope.fields:
        raise QueryError(token.at, f"'{kind}:' cannot stand in a field of the text")
    if kind is not Kind.PHRASE and token.kind == "regex":
        raise QueryError(token.at, f"'{kind}:' takes no regular expression")
    if kind is not Kind.PHRASE and token.slop is not None:
        raise QueryError(token.at, f"'{kind}:' takes no '~'")
    if kind is Kind.PHRASE and token.kind == "word" and token.text.upper() in OPERATORS:
        upper = token.text.upper()
        raise QueryError(token.at, f"'{token.text}' is written {upper}, or in quotes if the word is meant")
    return Leaf(Kind.REGEX if token.kind == "regex" else kind, token.text, token.at, scope.fields, token.slop)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _token(text, at)
        yield token
    yield _Token("end", len(text), "")


def _token(text: str, at: int) -> tuple[_Token, int]:
    """The token at a character, and where the text goes on behind it."""
    first = text[at]
    if first in "()":
        return _Token(first, at, first), at + 1
    if first in QUOTES:
        return _phrase(text, at)
    if first == "/":
        end = _closing(text, at, "/")
        if text[end + 1 : end + 2].isalnum():
            raise QueryError(end + 1, "letters behind a regular expression mean nothing: for any letter case, /(?i)../")
        return _Token("regex", at, unescaped(text[at + 1 : end], "/")), end + 1
    return _word(text, at)


def unescaped(text: str, only: str = "") -> str:
    """A text without the backslashes that make a character ordinary, or without those before one character only."""
    return _ESCAPED.sub(lambda pair: pair[1] if not only or pair[1] == only else pair[0], text)


def _closing(text: str, at: int, closer: str) -> int:
    """Where what is opened at a character is closed."""
    end = at + 1
    while end < len(text) and text[end] != closer:
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise QueryError(at, f"{text[at]} is never closed")
    return end


def _phrase(text: str, at: int) -> tuple[_Token, int]:
    """A text in quotes, and the number of other words that may stand in it."""
    end = _closing(text, at, QUOTES[text[at]])
    words, slop, end = unescaped(text[at + 1 : end]), None, end + 1
    if found := _SLOP.match(text, end):
        slop, end = int(found[1] or MOST_SLOP + 1), found.end()
        if slop > MOST_SLOP or _goes_on(text, end):
            raise QueryError(found.start(), f"'~' takes a number of words from 0 to {MOST_SLOP}")
    return _Token("phrase", at, words, slop), end


def _word(text: str, at: int) -> tuple[_Token, int]:
    """A word without quotes, an operator, or a field with its colon."""
    if text[at] in _SIGNS:
        raise QueryError(at, _SIGNS[text[at]])
    end = at
    while _goes_on(text, end):
        if text[end] == ":":
            if end == at:
                raise QueryError(at, "':' needs a field before it, such as title:")
            return _Token("field", at, text[at : end + 1]), end + 1
        if text[end] in _FOREIGN:
            raise QueryError(end, f"'{text[end]}' has no meaning here: a text that holds it stands in quotes")
        end += 2 if text[end] == "\\" else 1
    if end > len(text):
        raise QueryError(len(text) - 1, "a backslash needs a character after it")
    word = text[at:end]
    return _Token(word if word in OPERATORS else "word", at, unescaped(word)), end


def _goes_on(text: str, at: int) -> bool:
    """Whether a word goes on at a character."""
    return at < len(text) and not text[at].isspace() and text[at] not in "()" and text[at] not in QUOTES
