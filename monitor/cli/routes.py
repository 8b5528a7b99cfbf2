"""`routes show, test` -> the tree of routes; who would be told of an alert, when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.alert import (
    EVENTS,
    HEARTBEAT,
    Asked,
    Destination,
    Due,
    InhibitRule,
    Route,
    Silence,
    StoredSilence,
    asked,
    due,
    effective,
    group,
    inhibited,
    nodes,
    operator_alert,
    silenced,
)
from monitor.cli.options import Config, Json, answer, configured, say, settings_of, table
from monitor.cli.sources import polled_now
from monitor.cli.times import clock, moment, told
from monitor.dispatch import following, is_urgent, stored
from monitor.errors import MonitorError
from monitor.match import RuleSet
from monitor.model import Alert, DeliveryKind, Level, Reason
from monitor.settings import Settings
from monitor.store import Store, is_there
from monitor.values import write_duration
from monitor.yaml import suggestion

app = typer.Typer(no_args_is_help=True)

_OPERATOR = "monitor."
# A story that nobody was told of yet; a name that no story has.
_NEW_STORY = "(new)"


@app.command("show")
def show_routes(context: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """The tree of routes as it works, with what each takes from the one around it; quiet hours and inhibition."""
    settings = settings_of(context, config)
    if as_json:
        answer(_tree(effective(settings.route)))
        return
    rows = [
        ("  " * here.path.count(".") + (here.path or "root"), node.match, here.receiver or None, _how(here, node))
        for here, node in nodes(settings.route)
    ]
    table(("ROUTE", "ALERTS", "RECEIVER", "HOW"), rows)
    for interval in settings.time_intervals:
        say(f"time interval {interval.name}: {interval}")
    for rule in settings.inhibit:
        say(f"inhibition: {rule}")


def _tree(node: Route, path: str = "") -> dict[str, Any]:
    written = node.model_dump(mode="json", by_alias=True, exclude={"routes"})
    inner = [_tree(child, f"{path}.{index}" if path else str(index)) for index, child in enumerate(node.routes)]
    return {"path": path, **written, "routes": inner}


def _how(here: Destination, node: Route) -> str:
    """How a route tells, in the words of the configuration."""
    if here.digest:
        told = [f"digest {here.digest}"]
    else:
        told = [f"group_by {', '.join(here.group_by)}"]
        told += [f"group_wait {write_duration(here.group_wait)}"] if here.group_wait else []
        told += [f"group_interval {write_duration(here.group_interval)}"]
    told += [f"repeat_interval {write_duration(here.repeat_interval)}"] if here.repeat_interval else []
    told += [f"hold {', '.join(here.hold)}"] if here.hold else []
    told += ["continue"] if node.go_on else []
    return "; ".join(told)


@app.command("test")
def try_routes(  # noqa: PLR0913, PLR0917 - each option of the verb is an argument
    context: typer.Context,
    rule: Annotated[str, typer.Option("--rule", help="The rule that matched, or an event: monitor.source-failing.")],
    at: Annotated[str | None, typer.Option("--at", help="When: 2026-11-22T23:30, here or with an offset.")] = None,
    level: Annotated[Level | None, typer.Option("--level", help="In place of the rule's own.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="In place of the rule's own; may be repeated.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="The article's; else the source's.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="The source's name in the configuration.")] = None,
    story: Annotated[str, typer.Option("--story", help="The id of its story; else a new one.")] = _NEW_STORY,
    told: Annotated[list[str] | None, typer.Option("--told", help="A rule that told of the story before.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Which receivers an alert would reach, when, and why; what would keep it back. Nothing is sent or stored."""
    settings, rules = configured(context, config)
    now = _at(at, settings.zone)
    alert = _alert(rule, rules, story, now)
    alert = replace(alert, level=level or alert.level, tags=alert.tags if tag is None else tuple(tag))
    alert = _from_source(alert, settings, source)
    alert = replace(alert, language=language or alert.language)
    before = [_alert(one, rules, story, now) for one in told or ()]
    found = _found(alert, before, settings, now)
    if as_json:
        answer(_document(found, settings))
    else:
        _show(found, settings)


@dataclass(frozen=True, slots=True)
class Found:
    """What becomes of an alert at a moment: what keeps it back, what might, and where it goes."""

    alert: Alert
    now: datetime
    silence: Silence | None
    inhibition: InhibitRule | None
    could_hide: Sequence[InhibitRule]
    destinations: Sequence[Destination]

    @property
    def told(self) -> bool:
        """Whether anybody is told."""
        return not self.silence and not self.inhibition


def _found(alert: Alert, before: Sequence[Alert], settings: Settings, now: datetime) -> Found:
    """What becomes of an alert of whose story the alerts `before` were told."""
    if alert.rule == HEARTBEAT:
        beat = settings.heartbeat
        return Found(alert, now, None, None, [], [Destination(beat.receiver, "", ("alert",))] if beat else [])
    return Found(
        alert,
        now,
        silenced(alert, silences_of(settings), now),
        inhibited(alert, settings.inhibit, before),
        [one for one in settings.inhibit if alert.story and one.target.fits(alert)],
        settings.destinations(alert),
    )


def _asked(found: Found, settings: Settings) -> list[Asked]:
    """The routes that an alert comes to; no sign of life comes to any."""
    return [] if found.alert.rule == HEARTBEAT else asked(settings.route, found.alert)


def silences_of(settings: Settings) -> Sequence[Silence]:
    """The silences of the configuration, and those that were added by commands."""
    if not is_there(settings.database):
        return settings.silences
    with closing(Store.open(settings.database)) as store:
        added = [stored(row).located(settings.timezone) for row in store.silences()]
        return following([*settings.silences, *added], store.swallowed)


def _at(text: str | None, zone: ZoneInfo) -> datetime:
    """What stands after --at, or now; raises BadParameter."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return moment(text, zone)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from None


def _alert(rule: str, rules: RuleSet, story: str, now: datetime) -> Alert:
    """The alert that a rule or an event would raise; raises MonitorError for one that there is not."""
    if rule.startswith(_OPERATOR):
        try:
            return operator_alert(rule.removeprefix(_OPERATOR), "example.org", [], now)
        except KeyError:
            raise MonitorError(f"no event is named {rule!r}{suggestion(rule, EVENTS)}") from None
    if rule not in rules.rules:
        raise MonitorError(f"no rule is named {rule!r}{suggestion(rule, rules.rules)}")
    of = rules.rules[rule]
    return Alert(rule, of.version, of.level, of.tags, story, Reason.FIRST, f"{rule}/{story}/1")


def _from_source(alert: Alert, settings: Settings, name: str | None) -> Alert:
    """The alert with what is known of its source; raises MonitorError for one that there is not."""
    if name is None:
        return alert
    known = {one.name: one for one in polled_now(settings)[0]}
    if name not in known:
        raise MonitorError(f"no source is named {name!r}{suggestion(name, known)}")
    return replace(alert, source=name, source_tags=known[name].tags, language=known[name].language)


def _document(found: Found, settings: Settings) -> dict[str, Any]:
    alert = found.alert
    facts = ("rule", "level", "tags", "language", "source", "source_tags")
    about = {name: getattr(alert, name) for name in facts}
    return {
        "alert": {**about, "story": None if alert.story in ("", _NEW_STORY) else alert.story},
        "at": told(found.now),
        "told": found.told,
        "silence": found.silence and _silence(found.silence),
        "inhibition": found.inhibition and str(found.inhibition),
        "could_hide": [str(one) for one in found.could_hide],
        "asked": [
            {"path": one.path, "match": str(one.node.match), "taken": one.taken, "why": one.node.match.misfit(alert)}
            for one in _asked(found, settings)
        ],
        "receivers": [_reached(one, found, settings) for one in found.destinations],
    }


def _silence(silence: Silence) -> dict[str, Any]:
    """What the configuration says of it, its times in UTC."""
    written = silence.model_dump(mode="json", exclude_defaults=True)
    return written | {name: told(getattr(silence, name)) for name in ("starts", "ends") if name in written}


def _reached(one: Destination, found: Found, settings: Settings) -> dict[str, Any]:
    """When a receiver is told, in what, and why then; what is kept back is at most counted in a digest."""
    when = due(one, settings.intervals, found.now, None)
    if found.alert.rule == HEARTBEAT and settings.heartbeat:
        when = replace(when, at=settings.heartbeat.at.next(found.now).at)
    sent = found.told or when.kind is DeliveryKind.DIGEST
    return {
        "receiver": one.receiver,
        "path": None if found.alert.rule == HEARTBEAT else one.path,
        "group": group(one, found.alert),
        "kind": when.kind if sent else None,
        "at": told(when.at) if sent else None,
        "held": when.held and sent,
        "slot": when.slot,
        "why": _why(one, when, found, settings),
    }


def _why(one: Destination, when: Due, found: Found, settings: Settings) -> str:
    at = clock(when.at, settings.zone, exact=True)
    if found.alert.rule == HEARTBEAT and settings.heartbeat:
        return f"sent at {settings.heartbeat.at}, next {at}; it goes to heartbeat.receiver alone, no route is asked"
    quiet = f"quiet hours {', '.join(one.hold)}"
    if when.kind is DeliveryKind.DIGEST:
        told = f"in the digest {one.digest}, next {at}" if found.told else f"only counted in the digest of {at}"
        return f"{told}, when {quiet} end" if when.held else told
    if not found.told:
        return "not sent"
    if when.kind is DeliveryKind.SUMMARY:
        return f"held by {quiet}, sent in one summary when they end, {at}"
    told = f"sent {at}, after group_wait {write_duration(one.group_wait)}" if one.group_wait else f"sent at once, {at}"
    told += f"; the next message of its group at least {write_duration(one.group_interval)} later"
    at_most = next((to.at_most for to in settings.receivers if to.name == one.receiver), None)
    return f"{told}; at most {at_most}, more comes together" if at_most and not is_urgent(found.alert) else told


def _show(found: Found, settings: Settings) -> None:
    alert = found.alert
    told = [f"level {alert.level}", *([f"tags {', '.join(alert.tags)}"] if alert.tags else [])]
    told += [f"language {alert.language}"] if alert.language else []
    told += [f"source {alert.source}"] if alert.source else []
    told += [f"source tags {', '.join(alert.source_tags)}"] if alert.source_tags else []
    say(f"rule {alert.rule}: {', '.join(told)}; at {clock(found.now, settings.zone, exact=True)}")
    for one in _asked(found, settings):
        why = one.node.match.misfit(alert) or ("taken, and the next ones are asked" if one.node.go_on else "taken")
        say(f"route {one.path} ({one.node.match}): {why}")
    if found.silence:
        say(f"silence of {_who(found.silence, settings.zone)}: {found.silence.comment}")
    if found.inhibition:
        say(f"inhibition: {found.inhibition}")
    for rule in found.could_hide if found.told else ():
        say(f"would be hidden once its story has an alert of {rule.source}")
    for to in found.destinations:
        by = f", by route {to.path}" if to.path else ", by the root"
        say(f"{to.receiver}{'' if alert.rule == HEARTBEAT else by}: {_reached(to, found, settings)['why']}")
    if not found.destinations:
        say(
            f"nobody is told: there is no {'heartbeat' if alert.rule == HEARTBEAT else 'receiver'} in the configuration"
        )


def _who(silence: Silence, zone: ZoneInfo) -> str:
    """Whose word a silence is, and for how long."""
    number = f" ({silence.id})" if isinstance(silence, StoredSilence) else ""
    times = f", {silence}" if silence.recurring() else ""
    until = f" until {clock(silence.ends, zone)}" if silence.ends else ""
    return f"{silence.author}{number}{until}{times}"
