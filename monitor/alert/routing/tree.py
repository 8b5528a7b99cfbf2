"""Alert -> Destinations: a tree of routes with Alertmanager's meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field

from monitor.alert.routing.matching import Matcher
from monitor.alert.routing.schedule import Schedule, WrittenSchedule
from monitor.model import Alert, GroupBy, written_group
from monitor.values import Duration, OptionalDuration, Written, listed


def _alert_alone(by: tuple[GroupBy, ...]) -> tuple[GroupBy, ...]:
    if "alert" in by and len(by) > 1:
        raise ValueError("'alert' stands alone: it makes a message of each alert")
    if not by:
        raise ValueError("must not be empty (write [alert] for a message of each alert)")
    return by


def _names(value: Any) -> Any:
    """`off` is no interval at all."""
    return () if value == "off" else listed(value)


def _off(value: Any) -> Any:
    return None if value == "off" else value


class Route(Written):
    """A node of the routing tree; what it does not say it takes from the node around it, but `match` and `continue`.

    Durations and `hold` are as in Destination; `hold: off` and `digest: off` undo what stands around.
    """

    receiver: str | None = None
    match: Matcher = Matcher()
    go_on: bool = Field(default=False, alias="continue")
    group_by: Annotated[tuple[GroupBy, ...], BeforeValidator(listed), AfterValidator(_alert_alone)] = ("story",)
    group_wait: Duration = timedelta(0)
    group_interval: Duration = timedelta(minutes=5)
    repeat_interval: OptionalDuration = None
    hold: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    digest: Annotated[WrittenSchedule | None, BeforeValidator(_off)] = None
    routes: tuple[Route, ...] = ()


# What a node takes from the one around it.
_INHERITED = ("group_by", "group_wait", "group_interval", "repeat_interval", "hold", "digest")


@dataclass(frozen=True, slots=True)
class Destination:
    """A receiver that an alert goes to, and how.

    `path` names the route that took it: "" the root, "0.2" the third child of its first. Alerts of one receiver,
    address and group travel together: the first waits `group_wait`, the next message of a group at least
    `group_interval` after the one before. A story that goes on without new facts is told again after `repeat_interval`
    (None never). `hold` names the time intervals in which nothing is sent; `digest` when all is sent together.
    """

    receiver: str
    path: str
    group_by: tuple[GroupBy, ...] = ("story",)
    group_wait: timedelta = timedelta(0)
    group_interval: timedelta = timedelta(minutes=5)
    repeat_interval: timedelta | None = None
    hold: tuple[str, ...] = ()
    digest: Schedule | None = None


class Asked(NamedTuple):
    """A route that an alert came to, and whether it was taken there."""

    path: str
    node: Route
    taken: bool


def route(tree: Route, alert: Alert) -> list[Destination]:
    """Where an alert goes, in the order of the tree, each receiver once: the first route to it counts.

    An alert enters the first child that takes it, and the following ones while `continue` is set; where no child takes
    it, the node itself delivers (Alertmanager's routing). The root takes every alert.
    """
    found: dict[str, Destination] = {}
    for one in _walk(tree, alert, Destination("", "")):
        if isinstance(one, Destination):
            found.setdefault(one.receiver, one)
    return list(found.values())


def asked(tree: Route, alert: Alert) -> list[Asked]:
    """The routes that an alert comes to, in their order, without the root."""
    return [one for one in _walk(tree, alert, Destination("", "")) if isinstance(one, Asked)]


def _walk(node: Route, alert: Alert, around: Destination, path: str = "") -> Iterator[Destination | Asked]:
    here = _inside(node, around, path)
    taken = False
    for index, child in enumerate(node.routes):
        below = f"{path}.{index}" if path else str(index)
        takes = child.match.takes(alert)
        yield Asked(below, child, takes)
        if takes:
            taken = True
            yield from _walk(child, alert, here, below)
            if not child.go_on:
                break
    if not taken and here.receiver:
        yield here


def effective(tree: Route, around: Destination = Destination("", "")) -> Route:
    """The same tree with all that its nodes take from those around them written out."""
    here = _inside(tree, around, "")
    told: dict[str, Any] = {name: getattr(here, name) for name in _INHERITED}
    told |= {"receiver": here.receiver or None, "routes": tuple(effective(child, here) for child in tree.routes)}
    return tree.model_copy(update=told)


def nodes(tree: Route) -> list[tuple[Destination, Route]]:
    """Every node of a tree with what it amounts to, the root first; without a receiver anywhere that is ""."""
    return list(_nodes(tree, Destination("", ""), ""))


def _nodes(node: Route, around: Destination, path: str) -> Iterator[tuple[Destination, Route]]:
    here = _inside(node, around, path)
    yield here, node
    for index, child in enumerate(node.routes):
        yield from _nodes(child, here, f"{path}.{index}" if path else str(index))


def _inside(node: Route, around: Destination, path: str) -> Destination:
    """What a node of the tree amounts to inside another."""
    given = node.model_fields_set
    told = {name: getattr(node if name in given else around, name) for name in _INHERITED}
    return Destination(node.receiver or around.receiver, path, **told)


def group(destination: Destination, alert: Alert) -> str:
    """The group of an alert at a destination, as one text; what is of no story is grouped by its rule instead."""
    by: dict[GroupBy, None] = dict.fromkeys(
        "rule" if one == "story" and not alert.story else one for one in destination.group_by
    )
    return written_group(destination.path, {one: _values(one, alert) for one in by})


def alone(alert: Alert) -> str:
    """The group of an alert that is sent by itself, whatever its route says."""
    return written_group("", {"alert": _values("alert", alert)})


def _values(by: GroupBy, alert: Alert) -> Sequence[str]:
    match by:
        case "story":
            return [alert.story]
        case "tag":
            return sorted(alert.tags)
        case "alert":
            return [alert.key or f"{alert.rule}/{alert.story}"]
        case "source":
            return [alert.source or ""]
    return [alert.rule if by == "rule" else alert.level]


def in_zone(tree: Route, zone: str) -> Route:
    """The same tree, its digests without a time zone in this one."""
    changed: dict[str, Any] = {}
    if tree.digest and not tree.digest.zone:
        changed["digest"] = Schedule(tree.digest.cron, zone)
    if tree.routes:
        changed["routes"] = tuple(in_zone(child, zone) for child in tree.routes)
    return tree.model_copy(update=changed)


def receivers_of(written: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every (location of the key, receiver name) in a routing tree as it is written, whatever else is wrong in it."""
    for loc, node in nodes_of(written, at):
        if isinstance(node.get("receiver"), str):
            yield (*loc, "receiver"), node["receiver"]


def nodes_of(written: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[Any, Any]]]:
    """Every (location, node) of a routing tree as it is written."""
    if not isinstance(written, dict):
        return
    yield at, written
    routes = written.get("routes")
    for index, child in enumerate(routes if isinstance(routes, list) else ()):
        yield from nodes_of(child, (*at, "routes", index))
