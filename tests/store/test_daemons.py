"""Who asks from outside learns which daemons run."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.store import Store
from monitor.store.daemons import FORGOTTEN

MINUTE = timedelta(minutes=1)


def test_a_daemon_is_known_from_its_start_to_its_end(store: Store, now: datetime) -> None:
    store.started("one", "host", 7, now, {"ready": False})
    store.lives("one", now + MINUTE, {"ready": True})
    (row,) = store.daemons()
    assert (row.host, row.process, row.started, row.seen) == ("host", 7, now, now + MINUTE)
    assert row.state == {"ready": True}
    store.ended("one")
    store.lives("one", now + 2 * MINUTE, {})
    assert store.daemons() == []


def test_one_that_was_killed_is_forgotten_when_nobody_else_can_run_or_after_a_day(store: Store, now: datetime) -> None:
    store.started("killed", "host", 7, now, {})
    store.hold()  # on SQLite nobody else runs then; on PostgreSQL others may
    store.started("next", "host", 8, now + MINUTE, {})
    sqlite = store._alone
    assert [row.worker for row in store.daemons()] == (["next"] if sqlite else ["killed", "next"])
    store.started("later", "host", 9, now + FORGOTTEN + MINUTE, {})
    assert "killed" not in [row.worker for row in store.daemons()]
