"""A configuration as it is written -> what is wrong only in the light of the rest: names used twice, or unknown ones.

It looks at what is written, so that these mistakes show beside those of single values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from monitor.alert import TimeInterval, endless, nodes_of, receivers_of
from monitor.errors import Problem
from monitor.ingest import default_name
from monitor.yaml import YamlFile, suggestion

_NAMED = ("sources", "receivers", "time_intervals")


def disagreements(file: YamlFile) -> list[Problem]:
    """Every such mistake, section by section."""
    return [*_used_twice(file), *_routes(file), *_holds(file)]


def names_in(file: YamlFile, section: str) -> list[str | None]:
    """The names written in a section, None where there is none."""
    members = file.data.get(section) if isinstance(file.data, dict) else None
    if not isinstance(members, list):
        return []
    names = [one.get("name", default_name(one)) if isinstance(one, dict) else None for one in members]
    return [name if isinstance(name, str) else None for name in names]


def _used_twice(file: YamlFile) -> Iterator[Problem]:
    for section in _NAMED:
        seen: set[str] = set()
        for index, name in enumerate(names_in(file, section)):
            if name is not None and name in seen:
                yield file.problem((section, index, "name"), f"the name '{name}' is used twice")
            seen.add(name or "")


def _routes(file: YamlFile) -> Iterator[Problem]:
    """Routes to a receiver that does not exist, and a root that would not take every alert."""
    known = [name for name in names_in(file, "receivers") if name]
    route = _tree(file)
    for loc, name in receivers_of(route, ("route",)):
        if name not in known:
            yield file.problem(loc, f"no receiver is named '{name}'{suggestion(name, known)}")
    beat = file.data.get("heartbeat") if isinstance(file.data, dict) else None
    if isinstance(beat, dict) and isinstance(told := beat.get("receiver"), str) and told not in known:
        yield file.problem(("heartbeat", "receiver"), f"no receiver is named '{told}'{suggestion(told, known)}")
    if known and "receiver" not in route:
        yield file.problem(("route",), "'route' needs a receiver, which takes what no other route takes")
    for key in ("match", "continue"):
        if key in route:
            message = f"'{key}' has no meaning at the top: this route takes every alert"
            yield file.problem(("route", key), message, key=True)


def _holds(file: YamlFile) -> Iterator[Problem]:
    """Intervals in the `hold` of a route that do not exist, or that together never end."""
    names = names_in(file, "time_intervals")
    known = [name for name in names if name]
    intervals = dict(zip(names, map(_interval, file.data["time_intervals"]), strict=True)) if names else {}
    for loc, node in nodes_of(_tree(file), ("route",)):
        held = node.get("hold")
        listed = held if isinstance(held, list) else [held]
        for index, name in enumerate(listed):
            at = (*loc, "hold", index) if isinstance(held, list) else (*loc, "hold")
            if name == "off" and isinstance(held, list):
                yield file.problem(at, "'off' stands alone: hold: off")
            elif isinstance(name, str) and name not in [*known, "off"]:
                yield file.problem(at, f"no time interval is named '{name}'{suggestion(name, known)}")
        found = [intervals.get(name) for name in listed if isinstance(name, str)]
        if endless(one for one in found if one):
            yield file.problem((*loc, "hold"), "never ends: what is held would never be sent")


def _interval(written: Any) -> TimeInterval | None:
    """A time interval as far as it can be read; what is wrong in it is told elsewhere."""
    try:
        return TimeInterval.model_validate(written).located("UTC")
    except ValidationError:
        return None


def _tree(file: YamlFile) -> dict[Any, Any]:
    route = file.data.get("route") if isinstance(file.data, dict) else None
    return route if isinstance(route, dict) else {}
