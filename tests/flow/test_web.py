"""The pages of a running daemon, asked over a socket as a scraper would."""

from __future__ import annotations

import json
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from flow.installation import SECRET, Installation, Receiver, article
from flow.running import Running
from prometheus_client.parser import text_string_to_metric_families

Start = Callable[[], Running]
CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
LIVE = 5.0  # seconds in which an edit is live


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


class Pages:
    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def metrics(self) -> dict[str, dict[tuple[str, ...], float]]:
        """name -> values of the labels, by their names -> number."""
        status, text = self.get("/metrics")
        assert status == 200, text
        found: dict[str, dict[tuple[str, ...], float]] = {}
        for family in text_string_to_metric_families(text):
            for one in family.samples:
                labels = tuple(value for _, value in sorted(one.labels.items()))
                found.setdefault(one.name.removeprefix("news_monitor_"), {})[labels] = one.value
        return found


def test_what_happens_is_told(installation: Installation, run: Start, receiver: Receiver) -> None:
    pages = Pages(free_port())
    receiver.answers = [500]
    hook = f"{{name: hook, type: webhook, url: '{receiver.url}', secret: {SECRET}}}"
    web = f"web: {{listen: '127.0.0.1:{pages.port}'}}\n"
    installation.configure(f"receivers: [{hook}]\nroute: {{receiver: hook}}\n{web}")
    for name, text in (("a", article(1)), ("b", article(1)), ("c", article(2, "Rien de tel."))):
        os.utime(installation.write(f"{name}.txt", text), (1, 1))
    running = run()
    assert (pages.get("/healthz"), pages.get("/readyz")) == ((200, "ok\n"), (200, "ok\n"))
    running.is_so(lambda: installation.articles() == 3, "all articles are stored")
    failed = ("temporary", "hook")
    running.is_so(lambda: pages.metrics()["notifications_failed_total"][failed] == 1, "the first attempt failed")

    def all_sent() -> bool:
        return {one["state"] for one in installation.json("deliveries", "list")} == {"sent"}

    running.is_so(all_sent, "all is sent at the second attempt")
    alerts = installation.json("alerts", "list", "--all")
    deliveries = len(installation.json("deliveries", "list"))
    suppressed = len(alerts) - len(installation.json("alerts", "list"))
    running.is_so(lambda: pages.metrics()["deliveries"]["hook", "sent"] == deliveries, "the numbers are new")
    found = pages.metrics()
    assert found["articles_total"] == {("new",): 2, ("duplicate",): 1, ("update",): 0}
    assert sum(found["alerts_total"].values()) == len(alerts) - suppressed > 0
    assert sum(found["alerts_suppressed_total"].values()) == suppressed > 0
    assert sum(found["deliveries"].values()) == deliveries
    assert found["oldest_pending_delivery_seconds"] == {(): 0}
    assert found["notifications_total"] == {("hook",): deliveries + 1}
    assert sum(found["notifications_failed_total"].values()) == 1
    assert found["sources"] == {("healthy",): 1, ("failing",): 0}
    assert SECRET not in pages.get("/metrics")[1]
    assert running.stop() == 0
    assert '"listening"' in running.output


def test_a_bad_edit_shows_until_it_is_mended(installation: Installation, run: Start) -> None:
    pages = Pages(free_port())
    installation.configure(CONSOLE + f"web: {{listen: '127.0.0.1:{pages.port}'}}\n")
    rules = installation.folder / "rules" / "rules.yaml"
    good = rules.read_text("utf-8")
    running = run()

    def successful() -> float:
        return pages.metrics()["config_last_reload_successful"][()]

    assert (successful(), pages.get("/readyz")) == (1, (200, "ok\n"))
    rules.write_text(good + "  - {id: x}\n", "utf-8")
    running.is_so(lambda: successful() == 0, "the metric shows the bad edit", LIVE)
    status, text = pages.get("/readyz")
    assert (status, text.startswith("not ready: what is written was refused at ")) == (503, True)
    shown = installation.run("health")
    assert "what is written was refused at " in shown
    assert "rules.yaml:8:5: 'when' is missing" in shown
    assert pages.get("/healthz") == (200, "ok\n")
    rules.write_text(good, "utf-8")
    running.is_so(lambda: successful() == 1, "the metric shows that it is mended", LIVE)
    assert pages.get("/readyz") == (200, "ok\n")
    assert running.stop() == 0


def test_a_port_that_is_taken_ends_the_start_with_its_place(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        installation.configure(CONSOLE + f"web:\n  listen: 127.0.0.1:{port}\n")
        process = installation.start("run")
        out, errors = process.communicate(timeout=30)
    path = installation.folder / "monitor.yaml"
    line = 1 + path.read_text("utf-8").splitlines().index("web:") + 1
    assert process.returncode == 1
    assert errors == f"{path}:{line}:11: cannot listen on 127.0.0.1:{port}: another program does so already\n"
    assert out == ""
    assert installation.articles() == 0
    assert json.loads(installation.run("health", "--json", expect=1)) == {"healthy": False, "daemons": []}


def test_without_the_section_nothing_listens(installation: Installation, run: Start) -> None:
    installation.configure(CONSOLE)
    running = run()
    process = Path(f"/proc/{running.process.pid}")
    rows = [line.split() for table in ("tcp", "tcp6") for line in (process / "net" / table).read_text().splitlines()]
    listening = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}
    sockets = {os.readlink(one) for one in (process / "fd").iterdir()}  # noqa: PTH115 - it leads to no file
    assert not sockets & listening
    assert running.stop() == 0
    assert '"listening"' not in running.output
