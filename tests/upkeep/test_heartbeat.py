"""The daily sign of life, and the ping of a dead man's switch, against a real server."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flow.simulation import Simulation
from pydantic import SecretStr, ValidationError

from monitor.ingest import Fetcher, HttpSettings
from monitor.model import Item
from monitor.settings import Settings
from monitor.upkeep.heartbeat import DeadMan, beat

EIGHT = datetime(2026, 3, 2, 7, tzinfo=UTC)  # in Paris
CONFIGURATION = {
    "timezone": "Europe/Paris",
    "route": {"receiver": "desk"},
    "heartbeat": {"receiver": "admin", "at": "08:00"},
}
RULES = {"version": 1, "rules": [{"id": "flood", "when": {"phrase": "crue"}}]}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Simulation]:
    one = Simulation.of(tmp_path, CONFIGURATION, RULES, ["desk", "admin"], EIGHT - timedelta(hours=2))
    yield one
    one.store.close()


def beats(desk: Any, at: datetime) -> list[tuple[str, str]]:
    """To whom a look at this time says what."""
    desk.now = at
    before = len(desk.office.sent)
    asyncio.run(beat(desk, ["gazette", "agence"]))
    asyncio.run(desk.relay())
    return [(one.to, one.alerts[0]["new"][0]) for one in desk.office.sent[before:] if one.to == "admin"]


def test_it_is_sent_once_a_day_to_its_receiver_alone(desk: Simulation) -> None:
    asyncio.run(desk.take_in(Item("gazette", "1", "La crue monte à Sommières.", title="Une crue")))
    asyncio.run(desk.relay())
    assert beats(desk, EIGHT - timedelta(minutes=1)) == []
    assert beats(desk, EIGHT) == [("admin", "alive: 2 sources healthy, 1 article, 1 alert, nothing pending")]
    assert beats(desk, EIGHT + timedelta(minutes=1)) == []
    assert beats(desk, EIGHT + timedelta(days=1)) == [
        ("admin", "alive: 2 sources healthy, 0 articles, 0 alerts, nothing pending")
    ]


def test_it_tells_what_waits(desk: Simulation) -> None:
    asyncio.run(desk.take_in(Item("gazette", "1", "La crue monte à Sommières.", title="Une crue")))
    assert beats(desk, EIGHT)[0][1] == "alive: 2 sources healthy, 1 article, 1 alert, 1 delivery pending"


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str], list[int]]]:
    """A server that notes who asks, and answers as the list says."""
    paths: list[str] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(answers.pop(0) if answers else 200)
            self.send_header("location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/ping/canary", paths, answers
    server.shutdown()
    server.server_close()


async def pings(url: str | None, times: int, *, allowed: bool = True) -> None:
    settings = HttpSettings.model_validate({"allow_networks": ["127.0.0.0/8"] if allowed else []})
    async with Fetcher(settings) as fetcher:
        watch: Any = SimpleNamespace(fetcher=fetcher)
        watch.current = SimpleNamespace(settings=SimpleNamespace(dead_man_url=url and SecretStr(url)))
        dead_man = DeadMan(watch)
        for _ in range(times):
            await dead_man.ping()


def test_each_ping_asks_once_and_follows_nobody_elsewhere(asked: tuple[str, list[str], list[int]]) -> None:
    url, paths, answers = asked
    answers += [200, 302, 500]
    asyncio.run(pings(url, 3))
    assert paths == ["/ping/canary"] * 3


def test_nobody_is_asked_without_an_address() -> None:
    asyncio.run(pings(None, 1))


def test_trouble_is_logged_once_and_never_names_the_address(
    asked: tuple[str, list[str], list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    url, _, answers = asked
    answers += [500, 500, 200, 500]
    asyncio.run(pings(url, 4))
    asyncio.run(pings(url, 1, allowed=False))
    told = capsys.readouterr()
    logged = told.out + told.err
    assert logged.count("dead_man_unreachable") == 3
    assert "canary" not in logged


def test_trouble_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(pings("http://127.0.0.1:1/ping/canary", 1))
    logged = "".join(capsys.readouterr())
    assert "127.0.0.1 cannot be reached: connection refused" in logged
    assert "Error" not in logged


def test_the_address_is_a_secret_of_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("https://ping.example/canary\n", "utf-8")
    settings = Settings.model_validate({"version": 1, "dead_man_url_file": str(file)})
    assert settings.dead_man_url is not None
    assert settings.dead_man_url.get_secret_value() == "https://ping.example/canary"
    assert "canary" not in repr(settings)
    file.write_text("ftp://ping.example/\n", "utf-8")
    with pytest.raises(ValidationError, match="must be an address like"):
        Settings.model_validate({"version": 1, "dead_man_url_file": str(file)})
