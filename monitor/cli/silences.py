"""`silences add, list, expire` -> alerts that nobody is told of for a while, who wanted that and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError

from monitor.alert import Silence, StoryMatcher, named
from monitor.cli.names import known_to
from monitor.cli.options import Config, Json, answer, by, opened, opened_store, say, table
from monitor.cli.times import clock, moment, told
from monitor.dispatch import stored
from monitor.errors import MonitorError
from monitor.settings import Settings, find, stranger
from monitor.store import SilenceRow, Store
from monitor.values import parse_positive_duration

app = typer.Typer(no_args_is_help=True)

_WHEN = ("location", "times", "weekdays", "days_of_month", "months", "years")

Many = list[str] | None
Rules = Annotated[Many, typer.Option("--rule", help="Alerts of this rule; repeatable, as all that follow.")]
Levels = Annotated[Many, typer.Option("--level", help="Alerts of this level.")]
Tags = Annotated[Many, typer.Option("--tag", help="Alerts with this tag.")]
Stories = Annotated[Many, typer.Option("--story", help="Alerts of the story of this id.")]
Languages = Annotated[Many, typer.Option("--language", help="Alerts of articles in this language.")]
Names = Annotated[Many, typer.Option("--source", help="Alerts of articles of this source.")]
SourceTags = Annotated[Many, typer.Option("--source-tag", help="Alerts of articles of sources with this tag.")]
Comment = Annotated[str, typer.Option("--comment", help="Why.")]
Author = Annotated[str | None, typer.Option("--author", help="Who wants it; default the user's name.")]
Starts = Annotated[str | None, typer.Option("--starts", help="From when, such as 2026-11-22T18:00; default now.")]
Ends = Annotated[str | None, typer.Option("--ends", help="Until when.")]
Lasting = Annotated[str | None, typer.Option("--for", help="For how long, such as 2h.")]
Times = Annotated[Many, typer.Option("--times", help="Only at these hours of each day, such as 22:00-07:00.")]
Weekdays = Annotated[Many, typer.Option("--weekdays", help="Only on these days, such as saturday:sunday.")]
Location = Annotated[str | None, typer.Option("--location", help="The time zone of --times; default `timezone`.")]


@app.command("add")
def add_silence(  # noqa: PLR0913 - one for each option
    context: typer.Context,
    *,
    comment: Comment,
    rule: Rules = None,
    level: Levels = None,
    tag: Tags = None,
    story: Stories = None,
    language: Languages = None,
    source: Names = None,
    source_tag: SourceTags = None,
    author: Author = None,
    starts: Starts = None,
    ends: Ends = None,
    lasting: Lasting = None,
    times: Times = None,
    weekdays: Weekdays = None,
    location: Location = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Tell nobody of some alerts until a time, or at times that come again; each option given must fit."""
    now = datetime.now(UTC)
    matchers = {"rule": rule, "level": level, "tag": tag, "story": story, "language": language, "source": source}
    written: dict[str, Any] = {"match": matchers | {"source_tag": source_tag}, "comment": comment}
    written |= {"times": times, "weekdays": weekdays, "location": location, "author": by(author)}
    with opened(context, config) as (store, zone, settings):
        written["starts"], written["ends"] = _span(starts, ends, lasting, now, zone)
        if written["ends"] is None and not (times or weekdays):
            raise MonitorError("say until when: --for 2h, --ends TIME, or --times and --weekdays that come again")
        silence = _checked(written, zone.key)
        matching, recurring = _documents(silence)
        id_ = store.silence(matching, recurring, silence.author, silence.comment, silence.starts, silence.ends, now)
        if as_json:
            answer(_about(id_, silence, now))
        else:
            say(f"silence {id_} {_when(silence, zone)}")
        # It is in force: whoever stops what may take a while, or sees it fail, knows its id.
        for doubt in _doubts(silence.match, find(config or context.obj), settings, store):
            say(f"warning: {doubt}; `news-monitor silences expire {id_}` takes the silence back", err=True)


@app.command("list")
def list_silences(
    context: typer.Context,
    config: Config = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    as_json: Json = False,
) -> None:
    """The silences of the configuration, which have no ID, and those that were added, the oldest first."""
    now = datetime.now(UTC)
    with opened(context, config) as (store, zone, settings):
        added = [stored(row).located(zone.key) for row in store.silences(None if everything else now)]
    written = settings.silences if settings else ()
    rows = [_about(None, one, now) for one in written if everything or one.ends is None or one.ends > now]
    rows += [_about(one.id, one, now) for one in added]
    if as_json:
        answer(rows)
        return
    shown = [(row["id"], _state(row), _told(row, zone), row["author"], row["comment"]) for row in rows]
    table(("ID", "STATE", "ALERTS AND TIMES", "AUTHOR", "COMMENT"), shown)


@app.command("expire")
def expire_silence(
    context: typer.Context,
    ident: Annotated[int, typer.Argument(metavar="ID", help="The number that `silences list` shows.")],
    config: Config = None,
) -> None:
    """End a silence now; it stays listed with --all."""
    with opened_store(context, config) as store:
        if not store.expire(ident, datetime.now(UTC)):
            known = any(row.id == ident for row in store.silences())
            raise MonitorError(f"silence {ident} has ended already" if known else f"no silence has the id {ident}")
    say(f"silence {ident} has ended")


def ends_of(added: Iterable[SilenceRow], written: Iterable[Silence]) -> dict[str, datetime | None]:
    """When silences end, by what the alerts that they hide say of them: those added by commands, and the written.

    None for one that never does, and where several are called the same: nobody knows which it was.
    """
    found: dict[str, datetime | None] = {}
    for one in (*written, *map(stored, added)):
        found[named(one)] = None if named(one) in found else one.ends
    return found


def _doubts(match: StoryMatcher, path: Path, settings: Settings | None, store: Store) -> Iterator[str]:
    """What nothing is called that a silence names: it is in force all the same, since names may come later."""
    asked = [key for key in type(match).model_fields if getattr(match, key)]
    known = known_to(asked, path, settings, store)
    for key in asked:
        for value in getattr(match, key):
            if doubt := stranger(key, value, known):
                yield doubt
    yield from (f"no story has the id '{story}'" for story in match.story if store.story(story) is None)


def _span(
    starts: str | None, ends: str | None, lasting: str | None, now: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """From when until when, as people write it; raises MonitorError."""
    if ends and lasting:
        raise MonitorError("--for and --ends say the same: give one of them")
    begin, end = _time("--starts", starts, zone), _time("--ends", ends, zone)
    try:
        end = (begin or now) + parse_positive_duration(lasting) if lasting else end
    except (ValueError, OverflowError) as error:
        raise MonitorError(f"--for: {error}") from None
    if end and end <= now:
        raise MonitorError(f"it would be over: {clock(end, zone)} has passed")
    return begin, end


def _time(option: str, written: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        return moment(written, zone) if written is not None else None
    except ValueError as error:
        raise MonitorError(f"{option}: {error}") from None


def _checked(written: dict[str, Any], zone: str) -> Silence:
    """The silence, its times by the clocks of a zone; raises MonitorError with every mistake."""
    said = {name: value for name, value in written.items() if value}
    said["match"] = {name: some for name, some in written["match"].items() if some}
    try:
        return Silence.model_validate(said).located(zone)
    except ValidationError as error:
        mistakes = []
        for one in error.errors():
            option = next((str(part) for part in reversed(one["loc"]) if isinstance(part, str)), "")
            message = one["msg"].removeprefix("Value error, ")
            named = option and option != "match"
            mistakes.append(f"--{option.replace('_', '-')}: {message}" if named else message)
        raise MonitorError("\n".join(mistakes)) from None


def _documents(silence: Silence) -> tuple[dict[str, Any], dict[str, Any]]:
    """Which alerts, and at which times, as JSON that says no more than was said."""
    written = silence.model_dump(mode="json", exclude_defaults=True)
    return written["match"], {name: written[name] for name in _WHEN if name in written}


def _about(id_: int | None, silence: Silence, now: datetime) -> dict[str, Any]:
    matchers, recurring = _documents(silence)
    ended = silence.ends is not None and silence.ends <= now
    return {
        "id": id_,
        "state": "ended" if ended else "active" if silence.applies(now) else "waiting",
        "match": matchers,
        "times": recurring,
        "starts": told(silence.starts),
        "ends": told(silence.ends),
        "author": silence.author,
        "comment": silence.comment,
    }


def _when(silence: Silence, zone: ZoneInfo) -> str:
    start = f"from {clock(silence.starts, zone)} " if silence.starts else ""
    end = f"until {clock(silence.ends, zone)}" if silence.ends else "until it is expired"
    again = ", at its times" if silence.recurring() else ""
    return f"{start}{end}{again}"


def _never_was(row: dict[str, Any]) -> bool:
    """Whether a silence was expired before it began."""
    return bool(row["starts"] and row["ends"] and row["ends"] <= row["starts"])


def _state(row: dict[str, Any]) -> str:
    return "expired before it began" if _never_was(row) else str(row["state"])


def _told(row: dict[str, Any], zone: ZoneInfo) -> str:
    """Which alerts and when, in one line."""
    parts = [f"{name}: {', '.join(some)}" for name, some in row["match"].items()]
    parts += [f"{name}: {', '.join(some) if isinstance(some, list) else some}" for name, some in row["times"].items()]
    names = ("starts",) if _never_was(row) else ("starts", "ends")
    parts += [f"{name} {clock(row[name], zone)}" for name in names if row[name]]
    return "; ".join(parts)
