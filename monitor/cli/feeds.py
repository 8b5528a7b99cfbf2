"""`sources discover, add, import, export` -> the feeds of a page, new ones in the configuration, all as OPML."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from monitor.cli.options import Config, Json, answer, counted, say, settings_of, table, tested
from monitor.cli.progress import progress
from monitor.errors import ConfigError, MonitorError
from monitor.ingest import (
    Discovery,
    FeedSource,
    Fetcher,
    Found,
    OpmlSource,
    Polled,
    Workers,
    discover,
    expand,
    feeds_of,
    free_name,
    read_opml,
    write_opml,
)
from monitor.match import RuleSet
from monitor.report import Report
from monitor.settings import Settings, check_written, find
from monitor.values import without_secrets
from monitor.yaml.edit import add_sources

QuietStart = Annotated[
    bool, typer.Option("--quiet-start", help="Store at once what the feed holds already, without an alert.")
]
POLLED = "a running daemon polls it from now on"


def add_to(app: typer.Typer) -> None:
    """Hang these verbs on the noun `sources`."""
    app.command("discover")(discover_feeds)
    app.command("add")(add_feed)
    app.command("import")(import_opml)
    app.command("export")(export_opml)


# ---- discover and add ----


def discover_feeds(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A web page, or a feed itself.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Find the feeds of a web page; each is fetched and read. Exits 1 when there is none."""
    try:
        settings = settings_of(context, config)
    except ConfigError:
        raise
    except MonitorError:
        if config or context.obj:
            raise
        settings = Settings(version=1)
    found = asyncio.run(_discovered(settings, url))
    if as_json:
        answer([_shown(one) for one in found.found])
    else:
        _show(found)
    if not found.found:
        raise MonitorError(f"no feed was found at {without_secrets(url)}")


async def _discovered(settings: Settings, url: str) -> Discovery:
    workers = Workers(1)
    try:
        async with Fetcher(settings.http) as fetcher:
            return await discover(url, fetcher, workers, datetime.now(UTC))
    finally:
        await asyncio.to_thread(workers.close)


def _shown(found: Found) -> dict[str, Any]:
    newest = found.newest.isoformat(timespec="seconds") if found.newest else None
    return {"url": found.url, "title": found.title, "type": found.type, "items": found.items, "newest": newest}


def _show(found: Discovery) -> None:
    if found.found:
        rows = [_shown(one) for one in found.found]
        columns = ("type", "items", "newest", "title", "url")
        table([column.upper() for column in columns], [[row[column] for column in columns] for row in rows])
    if found.left:
        say(f"not looked at: {counted(found.left, 'more link')} of the page", err=True)


def add_feed(  # noqa: PLR0913, PLR0917 - each option of the verb is an argument
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed, or a page that has exactly one.")],
    config: Config = None,
    name: Annotated[str | None, typer.Option(help="Its name; by default the feed's title.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag of its articles; may be given again.")] = None,
    language: Annotated[str | None, typer.Option(help="Its language, such as fr.")] = None,
    poll: Annotated[str | None, typer.Option(help="The pause between two polls, such as 15m.")] = None,
    full_text: Annotated[bool, typer.Option("--full-text", help="Read the linked pages.")] = False,
    quiet_start: QuietStart = False,
) -> None:
    """Add a feed to the configuration, whose comments stay as they are."""
    path = find(config or context.obj)
    settings, rules = tested(context, config) if quiet_start else (settings_of(context, config), None)
    sources = expand(settings.sources)
    keys = {"tags": tag, "language": language, "poll": poll, "full_text": full_text}
    said = {key: value for key, value in keys.items() if value}
    _checked({"type": "feed", "name": "new" if name is None else name, "url": url, **said})
    taken = {source.name for source in (*settings.sources, *sources)}
    if name in taken:
        raise MonitorError(f"a source is named {name!r} already")
    _refuse_configured(url, sources)
    found = _one_feed(url, asyncio.run(_discovered(settings, url)))
    _refuse_configured(found.url, sources)
    name = name or free_name(found.title, found.url, taken)
    quiet = _QuietStart(path, rules, [name]) if rules else None
    add_sources(path, [{"type": "feed", "url": found.url, "name": name, **said}], quiet or partial(check_written, path))
    newest = f", the newest of {found.newest:%Y-%m-%d}" if found.newest else ""
    say(f"added {name!r} to {path}: {without_secrets(found.url)}, {counted(found.items, 'item')}{newest}; {POLLED}")
    if quiet:
        quiet.tell()


def _checked(entry: Mapping[str, Any]) -> FeedSource:
    """An entry as the feed it configures; raises MonitorError with the first mistake in words."""
    try:
        return FeedSource.model_validate(entry)
    except ValidationError as error:
        one = error.errors()[0]
        raise MonitorError(f"the {one['loc'][0]} {one['msg'].removeprefix('Value error, ')}") from None


def _refuse_configured(url: str, sources: Iterable[Polled]) -> None:
    for source in sources:
        if isinstance(source, FeedSource) and source.url == url:
            raise MonitorError(f"{without_secrets(url)} is configured already, as {source.name!r}")


def _one_feed(url: str, found: Discovery) -> Found:
    """The only feed found; raises MonitorError, after listing them when there are several."""
    if not found.found:
        raise MonitorError(f"no feed was found at {without_secrets(url)}")
    if len(found.found) > 1:
        _show(found)
        raise MonitorError(f"{len(found.found)} feeds were found at {without_secrets(url)}: add one of them")
    return found.found[0]


@dataclass
class _QuietStart:
    """Checks what the configuration would hold, and stores what the new feeds hold.

    That is done before it is written: a daemon that runs polls them as soon as it is.
    """

    path: Path
    rules: RuleSet
    names: Sequence[str]
    reports: Mapping[str, Report] = field(default_factory=dict)

    def __call__(self, content: bytes) -> None:
        from monitor import daemon

        settings = check_written(self.path, content)
        with progress(len(self.names), "feeds") as advance:
            self.reports = asyncio.run(daemon.quiet_start(settings, self.rules, self.names, advance))

    def tell(self) -> None:
        """Say what was stored; exits 1 when a feed could not be read."""
        total = sum(self.reports.values(), Report())
        stored = counted(total.items - total.known, "article")
        say(f"stored without an alert: {stored} of {counted(len(self.names), 'feed')}")
        for error in total.errors:
            say(error, err=True)
        if any(report.incomplete for report in self.reports.values()):
            raise typer.Exit(1)


# ---- import and export ----


def import_opml(
    context: typer.Context,
    opml: Annotated[Path, typer.Argument(metavar="OPML", help="The OPML file.")],
    config: Config = None,
    quiet_start: QuietStart = False,
) -> None:
    """Add every feed of an OPML file to the configuration, folders and categories as tags.

    Feeds that are configured already are skipped. Exits 1 when an outline could not be taken; the others are.
    """
    path = find(config or context.obj)
    settings, rules = tested(context, config) if quiet_start else (settings_of(context, config), None)
    file = read_opml(opml)
    sources = expand(settings.sources)
    urls = {source.url for source in sources if isinstance(source, FeedSource)}
    taken = {source.name for source in (*settings.sources, *sources)}
    new = [outline for outline in file.outlines if outline.url not in urls]
    feeds = feeds_of(OpmlSource(type="opml", name="import", path=opml), new, taken)
    quiet = _QuietStart(path, rules, [feed.name for feed in feeds]) if rules and feeds else None
    if quiet:
        add_sources(path, [_entry(feed) for feed in feeds], quiet)
    else:
        with progress(len(feeds), "feeds") as advance:
            add_sources(path, [_entry(feed) for feed in feeds], partial(check_written, path), advance)
    for problem in sorted((*file.problems, *file.notes)):
        say(str(problem), err=True)
    skipped = len(file.outlines) - len(feeds)
    say(f"added {counted(len(feeds), 'feed')} to {path}, skipped {skipped} configured already; {POLLED}")
    if quiet:
        quiet.tell()
    if file.problems:
        raise typer.Exit(1)


def _entry(feed: FeedSource) -> dict[str, Any]:
    """A feed as it is written into the configuration; what is not said is left out."""
    more = {"tags": list(feed.tags), "language": feed.language, "opml": dict(feed.opml)}
    return {"type": "feed", "url": feed.url, "name": feed.name, **{key: value for key, value in more.items() if value}}


def export_opml(
    context: typer.Context,
    config: Config = None,
    output: Annotated[Path | None, typer.Option(help="The file to write; by default stdout.")] = None,
) -> None:
    """Write all feeds as OPML 2.0, those of OPML sources too, tags as categories."""
    feeds = [source for source in expand(settings_of(context, config).sources) if isinstance(source, FeedSource)]
    text = write_opml(feeds, datetime.now(UTC))
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise MonitorError(f"{output} cannot be written: {error.strerror}") from None
    say(f"wrote {counted(len(feeds), 'feed')} to {output}")
