"""Silences are kept as they were added, end, and are never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.store import SilenceRow, Store


def test_a_silence_is_kept_as_it_was_added(store: Store, make: Any, now: datetime) -> None:
    id_ = store.silence({"rule": ["é"]}, {"times": ["22:00-07:00"]}, "jane", "nights", now, now + make.hour, now)
    expected = SilenceRow(id_, {"rule": ["é"]}, {"times": ["22:00-07:00"]}, "jane", "nights", now, now + make.hour, now)
    assert store.silences() == store.silences(now) == [expected]
    with store.intake() as intake:
        assert intake.silences(now) == [expected]
        assert intake.silences(now + make.hour) == []


def test_a_silence_ends_by_itself_or_when_it_is_expired_and_stays_listed(
    store: Store, make: Any, now: datetime
) -> None:
    ids = [
        store.silence({"tag": ["a"]}, {}, "jane", "c", None, ends, now)
        for ends in (now + make.hour, None, now + make.hour)
    ]
    assert [one.id for one in store.silences(now)] == ids
    assert store.expire(ids[1], now) is True
    assert store.expire(ids[1], now) is False
    assert store.expire(99, now) is False
    assert [one.id for one in store.silences(now)] == [ids[0], ids[2]]
    assert store.silences(now + make.hour) == []
    assert [one.id for one in store.silences()] == ids
    assert store.expire(ids[0], now + make.hour) is False, "it is over"
