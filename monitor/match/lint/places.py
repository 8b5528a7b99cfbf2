"""A rule or an actor and a text in it -> the place in its file where that is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.errors import ConfigError, Problem
from monitor.match.ruleset import Rule
from monitor.yaml import Loc, YamlFile, read


class Places:
    """Looks things up in rule files, each of which is read when something in it is asked for.

    The tree of conditions does not know its places: 100,000 rules would need twice the memory for what only a few
    messages tell.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = tuple(dict.fromkeys(files))
        self._opened: dict[Path, YamlFile | None] = {}
        self._rules: dict[Path, dict[str, Loc]] = {}

    def of_rule(self, rule: Rule, *texts: str) -> Problem:
        """The place of the first of the texts that stands in the condition of a rule; else that of its id."""
        file = self._open(rule.path)
        loc = self._rules[rule.path].get(rule.id)
        if file is None or loc is None:  # changed since it was loaded
            return Problem(rule.path, rule.line, 1, "")
        found = (_find(file, (*loc, "when"), file.data["rules"][loc[1]].get("when"), text) for text in texts)
        return next(filter(None, found), file.problem((*loc, "id"), ""))

    def of_key(self, rule: Rule, key: str) -> Problem:
        """The place of a key of a rule; that of its id where it has no such key."""
        file = self._open(rule.path)
        loc = self._rules[rule.path].get(rule.id)
        if file is None or loc is None or not file.has((*loc, key)):
            return self.of_rule(rule)
        return file.problem((*loc, key), "")

    def of_actor(self, name: str, text: str) -> Problem | None:
        """The place of a spelling of an actor, None where it cannot be found."""
        for path in self._files:
            file = self._open(path)
            actors = file.data.get("actors") if file and isinstance(file.data, dict) else None
            if file and isinstance(actors, dict) and name in actors:
                return _find(file, ("actors", name), actors[name], text) or file.problem(("actors", name), "", key=True)
        return None

    def _open(self, path: Path) -> YamlFile | None:
        if path not in self._opened:
            try:
                self._opened[path] = read(path)
            except ConfigError:
                self._opened[path] = None
            self._rules[path] = dict(_rules(self._opened[path]))
        return self._opened[path]


def _rules(file: YamlFile | None) -> Iterator[tuple[str, Loc]]:
    data = file.data if file else None
    rules = data.get("rules") if isinstance(data, dict) else None
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, dict) and "when" in rule:
            yield str(rule.get("id")), ("rules", index)


def _find(file: YamlFile, loc: Loc, data: Any, text: str) -> Problem | None:
    """Where a text is written: as a value of its own, else inside a query string."""
    values = list(_texts(data, loc))
    for place, value in values:
        if value == text:
            return file.problem(place, "")
    for place, value in values:
        if (at := value.find(text)) >= 0:
            # In a block of several lines the place is that of the block: `problem_inside` then adds the character.
            return replace(file.problem_inside(place, at, ""), message="")
    return None


def _texts(data: Any, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(data, str):
        yield loc, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*loc, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*loc, index))
