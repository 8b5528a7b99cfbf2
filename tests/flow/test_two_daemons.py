"""Two daemons on one PostgreSQL database: they share the sources, and do nothing twice."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import StringIO
from itertools import pairwise
from pathlib import Path

import psycopg
from aiohttp import web
from flow.installation import Installation, article

from monitor import daemon
from monitor.roster import Roster
from monitor.settings import load
from monitor.ticks import Ticks

SOURCES = 40
HOSTS = 20
POLL = 2.0  # seconds between the end of a poll of a source and its next one, at least
GAP = 1.0  # seconds between two requests of one daemon to one host, at least
LATE = 0.15  # seconds that a request may take to arrive on a busy machine
TICK = 0.2  # seconds between two looks at what is due
ENOUGH = 2  # polls of every source
PATIENCE = 40  # seconds for all of it, which takes eight


@dataclass
class Press:
    """Forty feeds on eight hosts, each with one item more every time it is asked; `asked` says when and by whom."""

    asked: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))

    async def answer(self, request: web.Request) -> web.Response:
        number = int(request.path.removeprefix("/"))
        self.asked[request.path].append((time.monotonic(), request.headers["User-Agent"].partition("+")[2]))
        await asyncio.sleep(0.05)
        items = "".join(
            f"<item><guid>{n}</guid><title>Dossier {number}-{n}</title><description>{article(100 * number + n)}"
            "</description></item>"
            for n in range(len(self.asked[request.path]))
        )
        text = f'<rss version="2.0"><channel><title>{number}</title>{items}</channel></rss>'
        return web.Response(text=text, content_type="application/rss+xml")

    def polls(self) -> int:
        """How often the feed was asked that was asked least."""
        return min((len(self.asked[f"/{number}"]) for number in range(SOURCES)), default=0)

    def by(self, host: int) -> dict[str, list[float]]:
        """When each daemon asked a host."""
        found: dict[str, list[float]] = defaultdict(list)
        for number in range(host, SOURCES, HOSTS):
            for when, who in self.asked[f"/{number}"]:
                found[who].append(when)
        return {who: sorted(times) for who, times in found.items()}


@asynccontextmanager
async def served(press: Press) -> AsyncIterator[int]:
    """The press on every address of loopback; gives its port."""
    runner = web.ServerRunner(web.Server(press.answer), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0)
    await site.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def configured(folder: Path, port: int, contact: str, database: str) -> Path:
    """The configuration of a daemon, which differs from that of the other in what it calls itself."""
    folder.mkdir()
    pause = f"poll: {POLL:g}s, poll_min: {POLL:g}s, poll_max: {POLL:g}s, alert_max_age: off"
    urls = (f"http://127.0.0.{number % HOSTS + 1}:{port}/{number}" for number in range(SOURCES))
    feeds = [f"  - {{type: feed, name: s{number}, url: '{url}', {pause}}}\n" for number, url in enumerate(urls)]
    receivers = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
    Installation(folder).configure(f"database: {database}\n{receivers}", sources="sources:\n" + "".join(feeds))
    path = folder / "monitor.yaml"
    polite = f"http: {{contact: {contact}, allow_networks: [127.0.0.0/8], per_host: {{interval: {GAP:g}s}}}}"
    path.write_text(re.sub("http: .*", polite, path.read_text("utf-8")), "utf-8")
    return path


async def watch_until(path: Path, over: asyncio.Event) -> None:
    """A daemon that polls and then stops as the real one does."""
    async with daemon.open_watch(*load(path), StringIO()) as watch:
        ticks = Ticks(watch, await Roster.of(watch))
        while not over.is_set():
            await ticks.poll()
            await asyncio.sleep(TICK)
        await ticks.finish()


async def together(press: Press, folder: Path, database: str) -> None:
    """Both daemons, the second of which joins when the first is at work, until every source was polled often enough."""
    over = asyncio.Event()
    async with served(press) as port, asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        group.create_task(watch_until(configured(folder / "a", port, "a@example.org", database), over))
        while len(press.asked) < HOSTS // 4:
            await asyncio.sleep(TICK)
        group.create_task(watch_until(configured(folder / "b", port, "b@example.org", database), over))
        while press.polls() < ENOUGH:
            await asyncio.sleep(TICK)
        over.set()


def test_two_daemons_share_forty_sources_and_do_nothing_twice(postgres_url: Callable[..., str], tmp_path: Path) -> None:
    database, press = postgres_url(), Press()
    asyncio.run(together(press, tmp_path, database))
    assert len({who for asked in press.asked.values() for _, who in asked}) == 2, "both took part"
    for path, asked in press.asked.items():
        assert all(later - earlier >= POLL for (earlier, _), (later, _) in pairwise(asked)), path
    for host in range(HOSTS):
        for times in press.by(host).values():
            assert all(later - earlier >= GAP - LATE for earlier, later in pairwise(times)), host
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        held = connection.execute(
            "SELECT source, count(*), count(DISTINCT guid) FROM article GROUP BY source"
        ).fetchall()
        told = connection.execute("SELECT count(key), count(DISTINCT key) FROM alert").fetchone()
    assert {source for source, *_ in held} == {f"s{number}" for number in range(SOURCES)}
    for source, articles, items in held:
        assert articles == items, f"{source}: an article is stored twice"
        assert len(press.asked[f"/{source[1:]}"]) - 1 <= items, f"{source}: but for a poll cut at the end"
    assert told
    assert told[0] == told[1] > 0
