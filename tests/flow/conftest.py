"""Fixtures of whole journeys."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flow.installation import Installation
from flow.running import Running

from monitor.store import Store


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.fixture
def run(installation: Installation) -> Iterator[Callable[[], Running]]:
    """Starts the daemon of the installation; what still runs when the test ends is killed."""
    started: list[Running] = []

    def start() -> Running:
        # It is there already: a process that makes its database first takes half as long again to start.
        Store.open(f"sqlite:///{installation.folder}/var/news-monitor.db").close()
        started.append(Running(installation))
        started[-1].says('"started"')
        return started[-1]

    yield start
    for one in started:
        if one.process.returncode is None:
            one.kill()
