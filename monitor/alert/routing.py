"""Alert -> receivers: a tree of routes with Alertmanager's meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from monitor.model import Level
from monitor.values import Written


def _listed(value: Any) -> Any:
    """One word stands for a list of one."""
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Matcher(Written):
    """Which alerts a route takes: each key given must fit, by any of its values."""

    later: ClassVar[frozenset[str]] = frozenset({"language", "source", "source_tag"})

    rule: Words = ()
    level: Annotated[tuple[Level, ...], BeforeValidator(_listed)] = ()
    tag: Words = ()

    def fits(self, rule: str, level: Level, tags: tuple[str, ...]) -> bool:
        """Whether an alert with these facts is taken."""
        return (
            (not self.rule or rule in self.rule)
            and (not self.level or level in self.level)
            and (not self.tag or not set(self.tag).isdisjoint(tags))
        )


class Route(Written):
    """A node of the routing tree; without a receiver of its own it uses that of its parent."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"group_by", "group_wait", "group_interval", "repeat_interval", "digest", "hold"}
    )

    receiver: str | None = None
    match: Matcher = Matcher()
    go_on: bool = Field(default=False, alias="continue")
    routes: tuple[Route, ...] = ()


def route(tree: Route, rule: str, level: Level, tags: tuple[str, ...]) -> list[str]:
    """The names of the receivers of an alert, in the order of the tree, each once.

    An alert enters the first child that takes it, and the following ones while `continue` is set; where no child takes
    it, the node itself delivers (Alertmanager's routing). The root takes every alert.
    """
    return list(dict.fromkeys(_walk(tree, tree.receiver, rule, level, tags)))


def _walk(node: Route, inherited: str | None, rule: str, level: Level, tags: tuple[str, ...]) -> Iterator[str]:
    receiver = node.receiver or inherited
    taken = False
    for child in node.routes:
        if child.match.fits(rule, level, tags):
            taken = True
            yield from _walk(child, receiver, rule, level, tags)
            if not child.go_on:
                break
    if not taken and receiver is not None:
        yield receiver


def receivers_of(written: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every (location of the key, receiver name) in a routing tree as it is written, whatever else is wrong in it."""
    if not isinstance(written, dict):
        return
    if isinstance(written.get("receiver"), str):
        yield (*at, "receiver"), written["receiver"]
    routes = written.get("routes")
    for index, child in enumerate(routes if isinstance(routes, list) else ()):
        yield from receivers_of(child, (*at, "routes", index))
