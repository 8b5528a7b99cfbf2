"""What the tests of the store share: a store on either engine, and things to put into it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from monitor.model import (
    Alert,
    Article,
    DeliveryKind,
    Evidence,
    Habits,
    Level,
    Match,
    Placement,
    Published,
    Reason,
    Sketch,
    SourceState,
    Suppression,
    Verdict,
)
from monitor.store import Envelope, Intake, Store
from monitor.store.sqlitefile import make_ready
from monitor.store.tables import METADATA

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each test that uses a database runs on both engines."""
    return str(request.param)


@pytest.fixture(autouse=True)
def migrated_for_real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a new file is what it is to users: `migrated_once` is for the others."""
    monkeypatch.setattr("monitor.store.make_ready", make_ready)


@pytest.fixture(scope="session")
def reused_url(postgres_url: Callable[..., str]) -> str:
    """One database for many tests: removing the 300 files of each of a hundred databases took half a minute."""
    return postgres_url()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file to copy: a copy is ready in a tenth of the time that the migrations take."""
    file = tmp_path_factory.mktemp("sqlite") / "monitor.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with the schema and nothing in it, that no other test uses meanwhile."""
    if engine == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path)
        yield f"sqlite:///{file}"
        return
    reused: str = request.getfixturevalue("reused_url")
    yield reused
    with psycopg.connect(reused.replace("+psycopg", ""), autocommit=True) as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}")
        tables = ", ".join(f'"{name}"' for name in METADATA.tables)
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 29, 0, 59, 58, 123456, tzinfo=UTC)


class Make:
    """Small things with sensible defaults; `number` makes them different."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.groups = count()
        self.hour = timedelta(hours=1)

    def article(self, number: int = 1, **changes: Any) -> Article:
        article = Article(
            source="wire",
            guid=f"guid-{number}",
            url=f"https://example.org/{number}",
            title=f"Title {number}",
            title_derived=False,
            lede=f"Lede {number}.",
            body=f"Body {number}.\n\nMore.",
            agency=None,
            published=Published.day(2022, 1, 13),
            language="fr",
        )
        return replace(article, **changes)

    def sketch(self, number: int = 1, hashes: Sequence[int] = ()) -> Sketch:
        return Sketch(f"{number:032x}", tuple(hashes))

    def placement(self, number: int = 1, verdict: Verdict = Verdict.NEW, of: int | None = None) -> Placement:
        return Placement(verdict, f"story-{number}", "nothing like it is held", of, ("A new fact.",))

    def match(self, rule: str = "rule") -> Match:
        return Match(rule, (Evidence("body", 0, 4, "Body", "body"), Evidence("title", 1, 3, "it", "it")))

    def alert(self, number: int = 1, nth: int = 1, **changes: Any) -> Alert:
        story = f"story-{number}"
        document = {"id": None, "key": f"rule/{story}/{nth}", "rule": {"id": "rule"}, "new": ["é\x00\ud800"]}
        alert = Alert(
            "rule", "v1", Level.HIGH, ("a", "b"), story, Reason.FIRST, f"rule/{story}/{nth}", document=document
        )
        return replace(alert, **changes)

    def suppressed(self, number: int = 1) -> Alert:
        return self.alert(number, reason=None, key=None, suppressed=Suppression.DUPLICATE)

    def keep(self, intake: Intake, number: int = 1, *, old: bool = False, **changes: Any) -> int:
        """Take in an article that is a story of its own."""
        sketch, placement = self.sketch(number), self.placement(number)
        article = self.article(number, **changes)
        return intake.keep(article, f"version-{number}", None, sketch, placement, self.now, old=old)

    def state(self, store: Store, name: str) -> SourceState:
        """How polling a source goes."""
        return next(row.state for row in store.source_rows() if row.name == name)

    def poll(self, store: Store, name: str, state: SourceState) -> None:
        """Have a worker poll a source, with this outcome."""
        assert name in store.claim_sources("poller", [name], self.now, self.hour)
        assert store.polled({name: state}, "poller") == {name: True}

    def to(self, *addresses: tuple[str, str], **changes: Any) -> list[Envelope]:
        """Where an alert goes: by default into a delivery of its own to each address that is due now."""
        changes = {"group": f"group={next(self.groups)}", "path": "", "due_at": self.now, **changes}
        return [Envelope(name, address, **{"kind": DeliveryKind.GROUP, **changes}) for name, address in addresses]

    def outbox(self, store: Store, count: int, receiver: str = "hook", due: datetime | None = None) -> None:
        """Raise alerts, each with one delivery."""
        known = store.counts().articles
        with store.intake() as intake:
            for number in range(known + 1, known + count + 1):
                id_ = self.keep(intake, number)
                to = self.to((receiver, ""), due_at=due or self.now)
                intake.raised(self.alert(number), id_, to, due or self.now)


@pytest.fixture
def make(now: datetime) -> Make:
    return Make(now)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a file with sources, articles, matches, alerts and deliveries."""
    file = tmp_path_factory.mktemp("filled") / "monitor.db"
    make = Make(datetime(2026, 3, 29, tzinfo=UTC))
    with closing(Store.open(f"sqlite:///{file}")) as store:
        store.register({f"source-{number}": ("feed", "https://example.org/") for number in range(60)}, make.now)
        for number in range(60):
            make.poll(store, f"source-{number}", SourceState(trouble="it fails", habits=Habits(newest=make.now)))
        make.outbox(store, 60)
        with store.intake() as intake:
            for number in range(1, 60):
                intake.matched(number, [make.match()])
    return file.read_bytes()


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start(code, argument..)` runs Python code in a process of its own; what is left of them dies with the test."""
    children: list[subprocess.Popen[str]] = []
    # Compiled once for all children: else importing takes 1.6 s instead of 0.6 s where no bytecode may be written.
    compiled = {"PYTHONPYCACHEPREFIX": str(tmp_path_factory.getbasetemp() / "pyc"), "PYTHONDONTWRITEBYTECODE": ""}

    def run(code: str, *arguments: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, **compiled, "PYTHONPATH": str(ROOT)},
        )
        children.append(child)
        return child

    yield run
    for child in children:
        # The group also holds what it forked; it is gone when the test has waited for all of it.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
