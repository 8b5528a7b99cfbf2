"""The pages: what they say of a daemon that starts, works, was given a bad edit, falls silent or has lost its store."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from flow.installation import RULES, SECRET, Installation
from prometheus_client.parser import text_string_to_metric_families
from reloading import CONSOLE, Running, away, journey

from monitor.listening import WebSettings
from monitor.readiness import SILENCE
from monitor.store import Store
from monitor.ticks import Ticks
from monitor.web import Site, site

ANYWHERE = WebSettings(listen="127.0.0.1:0")
BAD = RULES + "  - {id: x, when: {phrse: hunter2}}\n"
Answer = tuple[int, str]


class Asked:
    """A site with a daemon, and what it answers."""

    def __init__(self, opened: Site, running: Running) -> None:
        self.site = opened
        self.running = running
        self.ticks = Ticks(running.watch, running.reloads.roster)

    async def get(self, path: str) -> Answer:
        assert self.site._front
        assert self.site._front._server
        port = self.site._front._server.sockets[0].getsockname()[1]
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
            return response.status, await response.text()

    async def all(self) -> list[Answer]:
        return [await self.get(path) for path in ("/healthz", "/readyz")]

    async def metric(self, name: str) -> dict[tuple[str, ...], float]:
        status, text = await self.get("/metrics")
        assert status == 200, text
        return {
            tuple(sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == f"news_monitor_{name}"
        }

    def tell(self) -> None:
        self.site.tell(self.running.watch, self.running.reloads, self.ticks)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    made.configure(CONSOLE)
    return made


def asked(installation: Installation, steps: Callable[[Asked], Awaitable[None]], *, told: bool = True) -> None:
    async def run(running: Running) -> None:
        one = Asked(await Site.open(ANYWHERE), running)
        if told:
            one.tell()
        try:
            await steps(one)
        finally:
            await one.site.close()

    journey(installation, run)


def test_without_settings_nothing_listens() -> None:
    async def run() -> None:
        one = await Site.open(None)
        assert one._front is None
        await one.close()

    asyncio.run(run())


def test_one_that_starts_is_neither_healthy_nor_ready(installation: Installation) -> None:
    async def steps(one: Asked) -> None:
        starting = (503, "the daemon is starting\n")
        assert [*await one.all(), await one.get("/metrics")] == [starting] * 3
        one.tell()
        assert [*await one.all()] == [(200, "ok\n")] * 2

    asked(installation, steps, told=False)


def test_one_that_fell_silent_is_neither_until_it_is_heard_again(installation: Installation) -> None:
    async def steps(one: Asked) -> None:
        reloads = one.running.reloads
        reloads.heard -= SILENCE
        heard = reloads.heard.isoformat(timespec="seconds")
        assert await one.all() == [(503, f"not running: the daemon was heard of last at {heard}\n")] * 2
        await reloads.beat()
        assert await one.all() == [(200, "ok\n")] * 2

    asked(installation, steps)


def test_a_beat_that_the_store_does_not_take_is_none(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(one: Asked) -> None:
        reloads = one.running.reloads
        reloads.heard -= SILENCE
        monkeypatch.setattr(Store, "lives", away)
        await reloads.beat()
        assert [status for status, _ in await one.all()] == [503, 503]

    asked(installation, steps)


def test_a_bad_edit_costs_the_readiness_until_it_is_mended(installation: Installation) -> None:
    async def steps(one: Asked) -> None:
        since = await one.metric("config_last_reload_success_timestamp_seconds")
        one.running.write(BAD)
        await one.running.looks()
        healthy, (status, text) = await one.all()
        assert (healthy, status) == ((200, "ok\n"), 503)
        assert text.startswith("not ready: what is written was refused at ")
        assert text.endswith(", the rules before stay live; `news-monitor check` shows the mistakes\n")
        assert "hunter2" not in text
        assert await one.metric("config_last_reload_successful") == {(): 0}
        assert await one.metric("config_last_reload_success_timestamp_seconds") == since
        one.running.write(RULES + "  - {id: x, when: {phrase: mende}}\n")
        await one.running.looks()
        assert await one.all() == [(200, "ok\n")] * 2
        assert await one.metric("config_last_reload_successful") == {(): 1}
        assert (await one.metric("config_last_reload_success_timestamp_seconds"))[()] > since[()]
        assert await one.metric("rules") == {(): 3}

    asked(installation, steps)


def test_after_a_start_on_a_bad_edit_it_is_healthy_and_not_ready(installation: Installation) -> None:
    async def nothing(_: Asked) -> None:
        pass

    asked(installation, nothing)
    (installation.folder / "rules" / "rules.yaml").write_text(BAD, "utf-8")

    async def steps(one: Asked) -> None:
        healthy, (status, text) = await one.all()
        assert (healthy, status) == ((200, "ok\n"), 503)
        assert text.startswith("not ready: runs with rules that were live since ")
        assert await one.metric("config_last_reload_successful") == {(): 0}
        (since,) = (await one.metric("config_last_reload_success_timestamp_seconds")).values()
        assert since < one.running.reloads.state.at.timestamp()

    asked(installation, steps)


def test_one_that_stops_is_not_ready(installation: Installation) -> None:
    async def steps(one: Asked) -> None:
        one.ticks.stopping = True
        assert await one.all() == [(200, "ok\n"), (503, "the daemon is stopping\n")]

    asked(installation, steps)


def test_a_store_that_is_away_is_one_line(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(one: Asked) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Store, "figures", away)
            for _ in range(2):
                assert await one.get("/metrics") == (503, "the database is away\n")
            assert await one.all() == [(200, "ok\n")] * 2
        assert (await one.get("/metrics"))[0] == 200

    asked(installation, steps)


def test_a_store_that_hangs_holds_up_no_other_page_and_is_asked_once(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "PATIENCE", 0.3)
    go_on, calls, figures = threading.Event(), [], Store.figures

    def hangs(store: Store) -> Any:
        calls.append(1)
        go_on.wait(10)
        return figures(store)

    async def steps(one: Asked) -> None:
        monkeypatch.setattr(Store, "figures", hangs)
        waiting = [asyncio.create_task(one.get("/metrics")) for _ in range(5)]
        began = time.monotonic()
        assert await one.all() == [(200, "ok\n")] * 2
        assert time.monotonic() - began < 0.25
        told = (503, "the database could not be read to its end in 0.3 s: ask again\n")
        assert [*await asyncio.gather(*waiting), await one.get("/metrics")] == [told] * 6
        assert len(calls) == 1
        go_on.set()
        assert (await one.get("/metrics"))[0] == 200

    asked(installation, steps)


def test_much_that_is_to_be_counted_is_counted_in_parts(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, figures = iter([None] * 5), Store.figures
    monkeypatch.setattr(Store, "figures", lambda store: next(parts, figures(store)))

    async def steps(one: Asked) -> None:
        assert (await one.get("/metrics"))[0] == 200
        assert next(parts, "none is left") == "none is left"

    asked(installation, steps)


def test_who_asks_often_reads_seldom(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, figures = [], Store.figures

    def counted(store: Store) -> Any:
        calls.append(1)
        time.sleep(0.1)
        return figures(store)

    async def steps(one: Asked) -> None:
        monkeypatch.setattr(Store, "figures", counted)
        for _ in range(5):
            assert (await one.get("/metrics"))[0] == 200
        assert len(calls) == 1
        left = one.site._until - asyncio.get_running_loop().time()
        assert left > 0.05 * site.SHARE
        await asyncio.sleep(left)
        await asyncio.gather(*(one.get("/metrics") for _ in range(5)))
        assert len(calls) == 2

    asked(installation, steps)


def test_sources_and_receivers_are_those_of_the_configuration_that_is_live(installation: Installation) -> None:
    async def steps(one: Asked) -> None:
        assert await one.metric("sources") == {("healthy",): 1, ("failing",): 0}
        hook = f"{{name: hook, type: webhook, url: 'http://127.0.0.1:9/', secret: {SECRET}}}"
        sources = "sources: [{type: files, name: a, path: a}, {type: files, name: b, path: b}]\n"
        installation.configure(f"receivers: [{hook}]\nroute: {{receiver: hook}}\n", sources=sources)
        await one.running.looks()
        assert await one.metric("sources") == {("healthy",): 2, ("failing",): 0}
        assert await one.metric("notifications_total") == {("hook",): 0}
        assert SECRET not in (await one.get("/metrics"))[1]

    asked(installation, steps)


def test_an_address_that_changes_needs_a_restart(installation: Installation) -> None:
    async def steps(running: Running) -> None:
        installation.configure(CONSOLE + "web: {listen: '127.0.0.1:9999'}\n")
        await running.looks()
        assert running.reloads.state.restart == ("web",)
        assert running.watch.current.settings.web is None

    journey(installation, steps)
