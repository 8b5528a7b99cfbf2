"""YAML text -> plain values in one pass over its events, and where each of them stands."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import ConfigError, Problem

# A rule file of 10,000 rules is about 5 MB; libyaml crashes the process on 100,000 nested brackets and an alias bomb
# of 1 kB explodes when walked, so both are refused while the events are read.
MAX_DEPTH = 50
MAX_ALIASES = 100

# Aliases may make this many times of what is written, and a little more.
_MOST_GROWTH = 10
_SLACK = 10_000

# YAML 1.1 had them, YAML 1.2 has not: a key that a file does not show would be nowhere in it.
_NO_MERGE = "<< merges no mapping here (that was YAML 1.1): write the keys out, or key: *alias for a whole value"

Loc = tuple[int | str, ...]
Place = tuple[int, int]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# No tag, or one of plain values. "!" says that a word is no other value.
_TAGS = {None, "!"} | {
    f"tag:yaml.org,2002:{kind}" for kind in "map seq str int float bool null timestamp value".split()
}
# The core schema of YAML 1.2: `no`, `on` and `off` are words, not truth values (a language `no` must stay one).
_PLAIN: list[tuple[re.Pattern[str], Any]] = [
    (re.compile(r"|~|null|Null|NULL"), lambda _: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]{1,300}"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
]


def _place(found: yaml.Event) -> Place:
    """Line and column, from 1, of an event (libyaml always sets the mark)."""
    mark = found.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


@dataclass(frozen=True, slots=True)
class Places:
    """Where values and keys stand."""

    values: dict[Loc, Place] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)


class Builder:
    """Turns YAML into plain values in one pass over its events, and remembers where those down to `deepest` stood.

    What would hurt is refused where it is met. What an alias stands for is built again from its events.
    """

    def __init__(self, path: Path, text: str, deepest: int) -> None:
        self.problems: list[Problem] = []
        self.places = Places()
        self._path = path
        self._deepest = deepest
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))
        self._anchors: dict[str | None, list[yaml.Event]] = {}
        self._recording: list[list[yaml.Event]] = []
        self._repeating = False
        self._depth = self._aliases = self._documents = self._written = self._built = 0

    def build_all(self) -> Any:
        """The one document of the text; None when there is none. Raises ConfigError for what would hurt."""
        data = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise self._refused(event, "holds a second document; one file is one document")
            elif isinstance(event, yaml.NodeEvent):
                data = self._build(event, ())
        return data

    def _refused(self, event: yaml.Event, message: str) -> ConfigError:
        return ConfigError([Problem(self._path, *_place(event), message)])

    def _next(self) -> yaml.Event:
        event = next(self._events)
        for recorded in self._recording:
            recorded.append(event)
        return event

    def _build(self, event: Any, loc: Loc) -> Any:
        """The value that begins with an event."""
        self._written += not self._repeating
        if isinstance(event, yaml.AliasEvent):
            return self._again(event, loc)
        if event.anchor is None:
            return self._value(event, loc)
        recorded = [event]
        self._recording.append(recorded)
        value = self._value(event, loc)
        self._recording.pop()
        self._anchors[event.anchor] = recorded
        return value

    def _again(self, event: Any, loc: Loc) -> Any:
        """What an alias stands for."""
        self._aliases += not self._repeating
        if self._aliases > MAX_ALIASES:
            raise self._refused(event, f"uses more than {MAX_ALIASES} aliases")
        if (recorded := self._anchors.get(event.anchor)) is None:
            raise self._refused(event, f"not valid YAML: *{event.anchor} stands for nothing that is written above")
        events, recording, repeating = self._events, self._recording, self._repeating
        self._events, self._recording, self._repeating = iter(recorded[1:]), [], True
        value = self._value(recorded[0], loc)
        self._events, self._recording, self._repeating = events, recording, repeating
        return value

    def _value(self, event: Any, loc: Loc) -> Any:
        place = _place(event)
        if len(loc) <= self._deepest:
            self.places.values[loc] = place
        self._built += 1
        if self._built > _MOST_GROWTH * self._written + _SLACK:
            raise self._refused(event, "grows too large through its aliases")
        if event.tag not in _TAGS:
            self.problems.append(Problem(self._path, *place, f"the tag {event.tag} is not allowed"))
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else _scalar(event.value)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refused(event, f"is nested deeper than {MAX_DEPTH} levels")
        value = self._mapping(loc) if isinstance(event, yaml.MappingStartEvent) else self._sequence(loc)
        self._depth -= 1
        return value

    def _sequence(self, loc: Loc) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            result.append(self._build(event, (*loc, len(result))))
        return result

    def _mapping(self, loc: Loc) -> dict[str, Any]:
        result: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            place = _place(event)
            if not isinstance(event, yaml.ScalarEvent):
                self.problems.append(Problem(self._path, *place, "a key must be a word"))
                self._passed_over(event)
                self._passed_over(self._next())
                continue
            key = sys.intern(event.value)
            if key == "<<" and not event.style:
                self.problems.append(Problem(self._path, *place, _NO_MERGE))
                self._passed_over(self._next())
                continue
            if key in lines:
                message = f"'{key}' is given twice (first in line {lines[key]})"
                self.problems.append(Problem(self._path, *place, message))
                self._passed_over(self._next())
                continue
            lines[key] = place[0]
            if len(loc) < self._deepest:
                self.places.keys[(*loc, key)] = place
            result[key] = self._build(self._next(), (*loc, key))
        return result

    def _passed_over(self, event: yaml.Event) -> None:
        """Read a value that does not count."""
        places, problems = self.places, self.problems
        self.places, self.problems = Places(), []
        self._build(event, ())
        self.places, self.problems = places, problems


def _scalar(text: str) -> Any:
    """The value of a word without quotes."""
    for pattern, convert in _PLAIN:
        if pattern.fullmatch(text):
            return convert(text)
    return text
