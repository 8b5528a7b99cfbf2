"""health: what it says of the daemons that run, and how it exits."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cli.conftest import Program
from flow.installation import Installation

from monitor.cli.times import clock
from monitor.model import Document
from monitor.reload import ReloadState
from monitor.store import Store

NOW = datetime.now(UTC) - timedelta(minutes=5)
HERE = socket.gethostname()
GOOD = ReloadState(NOW)


@pytest.fixture
def store(installation: Installation) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{installation.folder}/var/news-monitor.db")
    yield opened
    opened.close()


def started(store: Store, state: ReloadState = GOOD, host: str = HERE, process: int = 0, age: int = 0) -> None:
    document: Document = state.document(12)
    store.started(
        f"worker {host} {process}", host, process or os.getpid(), datetime.now(UTC) - timedelta(seconds=age), document
    )


def test_one_that_runs_is_healthy(store: Store, installation: Installation, news_monitor: Program) -> None:
    started(store)
    config = installation.folder / "monitor.yaml"
    done = news_monitor("health", "--config", config)
    assert (done.code, done.out) == (0, f"healthy: process {os.getpid()} on {HERE} with 12 rules\n")
    told = json.loads(news_monitor("health", "--json", "--config", config).out)
    assert told["healthy"] is True
    (one,) = told["daemons"]
    assert (one["config_last_reload_successful"], one["problems"], one["restart_needed"]) == (True, [], [])


def test_a_refused_edit_is_shown_and_costs_no_health(
    store: Store, installation: Installation, news_monitor: Program
) -> None:
    started(store, ReloadState(NOW, ("rules.yaml:1:1: odd",), ("http",)))
    done = news_monitor("health", "--config", installation.folder / "monitor.yaml")
    assert done.code == 0
    assert done.out.splitlines()[1:] == [
        "restart needed for what was changed: http",
        f"what is written was refused at {clock(NOW, ZoneInfo('Europe/Paris'))}, the rules before stay live:",
        "rules.yaml:1:1: odd",
    ]


def test_one_with_stored_rules_is_not_ready(store: Store, installation: Installation, news_monitor: Program) -> None:
    started(store, ReloadState(NOW, ("rules.yaml:1:1: odd",), stored=NOW))
    done = news_monitor("health", "--config", installation.folder / "monitor.yaml")
    assert done.code == 1
    assert done.out.startswith(f"not ready: process {os.getpid()} on {HERE} with 12 rules that were live since")


def test_one_that_was_killed_or_says_nothing_any_more_does_not_run(
    store: Store, installation: Installation, news_monitor: Program
) -> None:
    config = installation.folder / "monitor.yaml"
    assert news_monitor("health", "--config", config).out == "no daemon runs\n"
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    started(store, process=child.pid)
    done = news_monitor("health", "--config", config)
    assert (done.code, done.out.startswith("not running: process")) == (1, True)
    store.ended(f"worker {HERE} {child.pid}")
    started(store, age=3600)
    assert news_monitor("health", "--config", config).code == 1


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("ready", [True, False])
def test_one_that_was_killed_says_nothing_of_the_one_that_runs(
    engine: str,
    ready: bool,
    installation: Installation,
    news_monitor: Program,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On PostgreSQL its row stays for a day: another daemon may be the one that says nothing."""
    if engine == "postgresql":
        monkeypatch.setenv("NEWS_MONITOR_DATABASE", request.getfixturevalue("postgres_url")())
    url = os.environ.get("NEWS_MONITOR_DATABASE", f"sqlite:///{installation.folder}/var/news-monitor.db")
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    with closing(Store.open(url)) as store:
        started(store, process=child.pid)
        started(store, GOOD if ready else ReloadState(NOW, stored=NOW))
        assert len(store.daemons()) == 2
    done = news_monitor("health", "--json", "--config", installation.folder / "monitor.yaml")
    assert (done.code, json.loads(done.out)["healthy"]) == (0 if ready else 1, ready)
    assert [one["process"] for one in json.loads(done.out)["daemons"]] == [os.getpid()]


def test_what_waits_for_a_receiver_that_is_gone_is_shown_and_costs_no_health(
    store: Store, installation: Installation, news_monitor: Program
) -> None:
    config = installation.folder / "monitor.yaml"
    started(store, ReloadState(NOW, without_receiver={"desk": 12, "old": 1}))
    done = news_monitor("health", "--config", config)
    assert done.code == 0
    assert done.out.splitlines()[1:] == [
        "12 deliveries wait for 'desk', which is not configured as a receiver",
        "1 delivery waits for 'old', which is not configured as a receiver",
    ]
    (one,) = json.loads(news_monitor("health", "--json", "--config", config).out)["daemons"]
    assert one["without_receiver"] == {"desk": 12, "old": 1}


def test_those_of_this_machine_count_where_there_are_some(
    store: Store, installation: Installation, news_monitor: Program
) -> None:
    config = installation.folder / "monitor.yaml"
    started(store, ReloadState(NOW, stored=NOW), host="elsewhere")
    assert news_monitor("health", "--config", config).code == 1
    started(store)
    assert news_monitor("health", "--config", config).code == 0


@pytest.mark.parametrize("text", ["version: 1\ndatabase: sqlite:///d.db\nlangauges: [fr]\n", "version: [\n"])
def test_a_configuration_that_does_not_load_hides_no_daemon(
    text: str, installation: Installation, news_monitor: Program, tmp_path: Path
) -> None:
    name = "d.db" if "d.db" in text else "var/news-monitor.db"
    store = Store.open(f"sqlite:///{tmp_path / name}")
    started(store)
    (installation.folder / "monitor.yaml").write_text(text)
    assert news_monitor("health", "--config", installation.folder / "monitor.yaml").code == 0
    store.close()


def test_a_configuration_that_is_missing_is_named(news_monitor: Program) -> None:
    done = news_monitor("health", "--config", "/nowhere/monitor.yaml")
    assert (done.code, done.err) == (1, "/nowhere/monitor.yaml:1:1: cannot be read: No such file or directory\n")
