"""Files that come one after the other, each taken in before the next -> what an installation makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from io import StringIO
from unittest.mock import patch

from flow.installation import Installation

from monitor import daemon
from monitor.pipeline import take_in
from monitor.roster import Roster
from monitor.settings import build, gather

LEASE = timedelta(minutes=1)


def arrive(installation: Installation, files: Sequence[tuple[str, bytes]]) -> None:
    """Take in files (`SOURCE/NAME`, where SOURCE is a folder and the name of a source), in one process for speed."""
    with patch("monitor.ingest.files.SETTLED", 0):
        asyncio.run(_arrive(installation, files))


async def _arrive(installation: Installation, files: Sequence[tuple[str, bytes]]) -> None:
    settings, rules = build(gather(installation.folder / "monitor.yaml")).tested().sound()
    async with daemon.open_watch(settings, rules, StringIO()) as watch:
        roster = await Roster.of(watch)
        for path, content in files:
            file, source = installation.folder / path, path.partition("/")[0]
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
            states = watch.store.claim_sources(watch.worker, [source], watch.clock(), LEASE)
            report = await take_in(watch, roster.sources[source], states[source])
            assert (report.items - report.known, report.errors) == (1, ())
