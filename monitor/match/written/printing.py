"""The tree of conditions -> how it is written, as a mapping or as a query string; both are read as the same tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any, assert_never

from monitor.errors import MonitorError
from monitor.match.conditions import (
    AllOf,
    AnyTerm,
    AtLeast,
    Condition,
    LanguageIs,
    Mode,
    Named,
    Near,
    Not,
    Regex,
    SourceIs,
    Term,
    Unit,
)
from monitor.match.written.query import OPERATORS
from monitor.model import FIELDS

_PLAIN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_UNIT = re.compile(r"\\.|.", re.DOTALL)


class NoQueryError(MonitorError):
    """A condition that only a mapping can say; the text names the part that no query string has a word for."""


def to_mapping(condition: Condition) -> dict[str, Any]:
    """A condition as `when:` takes it, in dicts, lists, texts, numbers and truth values."""
    found: dict[str, Any]
    match condition:
        case AnyTerm():
            found = _choice_mapping(condition.of)
        case Near():
            terms = [_few([_term(one) for one in choice.of]) for choice in condition.terms]
            within = condition.within.value if isinstance(condition.within, Unit) else condition.within
            found = {"near": {"terms": terms, "within": within, **({"ordered": True} if condition.ordered else {})}}
        case Regex():
            found = {"regex": condition.text, **_in(condition.fields)}
        case AllOf():
            found = {"all": [to_mapping(one) for one in condition.of]}
        case AtLeast(count=1):
            found = {"any": [to_mapping(one) for one in condition.of]}
        case AtLeast():
            found = {"at_least": {"count": condition.count, "of": [to_mapping(one) for one in condition.of]}}
        case Not():
            found = {"not": to_mapping(condition.of)}
        case SourceIs():
            facts = {"name": condition.names, "tag": condition.tags}
            found = {"source": {key: _few(sorted(values)) for key, values in facts.items() if values is not None}}
        case LanguageIs():
            found = {"language": _few(sorted(condition.languages))}
        case _:
            assert_never(condition)
    return found


def _choice_mapping(of: Sequence[Term | Named]) -> dict[str, Any]:
    """Texts and actors, any of them: one node where they are of one kind, else one for each run of a kind."""
    runs = []
    for _, run in groupby(of, key=lambda one: one.modifiers if isinstance(one, Named) else None):
        written = [_term(one) for one in run]
        if isinstance(written[0], dict) and "actor" in written[0]:
            runs.append({**written[0], "actor": _few([one["actor"] for one in written])})
        else:
            runs.append({"phrase": _few(written)})
    return runs[0] if len(runs) == 1 else {"any": runs}


def _term(one: Term | Named) -> Any:
    """A text or an actor with its modifiers."""
    modifiers = _modifiers(one)
    if isinstance(one, Named):
        return {"actor": one.id, **modifiers}
    return {"text": one.text, **modifiers} if modifiers else one.text


def _modifiers(one: Term | Named) -> dict[str, Any]:
    if isinstance(one, Term):
        return {**_in(one.fields), **_mode(one), **({"slop": one.slop} if one.slop else {})}
    said = one.modifiers
    keys = {"inflect": said.inflect, "case": said.case, "fuzzy": said.fuzzy, "slop": said.slop}
    return {
        **({} if said.fields is None else {"in": _few(said.fields)}),
        **{key: value for key, value in keys.items() if value is not None},
    }


def _in(fields: tuple[str, ...]) -> dict[str, Any]:
    return {} if fields == FIELDS else {"in": _few(fields)}


def _mode(term: Term) -> dict[str, Any]:
    """How the words of a text may differ from those written, where it is not what a text allows anyway."""
    match term.words[0].mode:
        case Mode.INFLECT:
            return {}
        case Mode.EXACT:
            return {"inflect": False}
        case Mode.CASE:
            return {"case": True}
        case Mode.FUZZY:
            return {"fuzzy": term.edits}


def _few(values: Sequence[Any]) -> Any:
    """A list as people write it: without brackets around a single value."""
    return values[0] if len(values) == 1 else list(values)


def to_query(condition: Condition) -> str:
    """A condition as a query string; raises NoQueryError for `near`, `at_least` and most modifiers."""
    match condition:
        case AnyTerm():
            found = " OR ".join(map(_query_term, condition.of))
        case Regex():
            found = _scoped(condition.fields, f"/{_slashed(condition.text)}/")
        case AllOf():
            found = " AND ".join(map(_inner, condition.of))
        case AtLeast(count=1):
            found = " OR ".join(map(_inner, condition.of))
        case Not():
            found = f"NOT {_inner(condition.of)}"
        case SourceIs():
            names = " OR ".join(f"source:{_word(name)}" for name in sorted(condition.names or ()))
            tags = " OR ".join(f"tag:{_word(tag)}" for tag in sorted(condition.tags or ()))
            found = f"({names}) AND ({tags})" if names and tags else names or tags
        case LanguageIs():
            found = " OR ".join(f"lang:{language}" for language in sorted(condition.languages))
        case Near():
            raise NoQueryError("'near' has no form in a query string")
        case AtLeast():
            raise NoQueryError("'at_least' has no form in a query string")
        case _:
            assert_never(condition)
    return found


def _inner(condition: Condition) -> str:
    """A condition inside another one."""
    match condition:
        case AnyTerm():
            several = len(condition.of) > 1
        case SourceIs():
            several = len(condition.names or ()) + len(condition.tags or ()) > 1
        case LanguageIs():
            several = len(condition.languages) > 1
        case _:
            several = isinstance(condition, AllOf | AtLeast)
    return f"({to_query(condition)})" if several else to_query(condition)


def _query_term(one: Term | Named) -> str:
    unsaid = {key: value for key, value in _modifiers(one).items() if key != "in"}
    if isinstance(one, Named):
        if unsaid:
            raise NoQueryError(f"'{next(iter(unsaid))}' of the actor '{one.id}' has no form in a query string")
        return _scoped(one.modifiers.fields or FIELDS, f"actor:{_word(one.id)}", whole=one.modifiers.fields == FIELDS)
    slop = unsaid.pop("slop", 0)
    if unsaid:
        raise NoQueryError(f"'{next(iter(unsaid))}' of '{one.text}' has no form in a query string")
    return _scoped(one.fields, f"{_quoted(one.text)}~{slop}" if slop else _word(one.text))


def _scoped(fields: tuple[str, ...], query: str, *, whole: bool = False) -> str:
    """A leaf behind the fields it is looked for in; `whole`: also when these are all."""
    return query if fields == FIELDS and not whole else f"{','.join(fields)}:{query}"


def _word(text: str) -> str:
    """A text, in quotes where it would be read otherwise without."""
    return text if _PLAIN.fullmatch(text) and text.upper() not in OPERATORS else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _slashed(pattern: str) -> str:
    r"""An expression with a backslash before each slash. `\/` in the middle of `\Q..\E` cannot be told from `/`."""
    units = _UNIT.findall(pattern)
    if r"\/" in units:
        raise NoQueryError(f"the expression '{pattern}' has no form in a query string")
    return "".join("\\/" if unit == "/" else unit for unit in units)
