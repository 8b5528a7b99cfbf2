"""What goes into a column comes out of it, on either engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import StatementError

from monitor.model import SourceState
from monitor.store import Store


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    paris = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    store.register({"wire": ("feed", "place")}, paris)
    found = store.source_state("wire").next_due
    assert found is not None
    assert found == paris
    assert found.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(store: Store, now: datetime) -> None:
    store.register({"wire": ("feed", "place")}, now)
    with pytest.raises(StatementError, match="has no time zone"):
        store.polled("wire", SourceState(polled=datetime(2026, 1, 1)))  # noqa: DTZ001 - the mistake under test
    assert store.source_state("wire").polled is None


def test_times_are_ordered_as_times_whatever_their_offset_and_fraction(store: Store) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    times = {
        "third": noon + timedelta(microseconds=1),
        "first": noon.astimezone(timezone(timedelta(hours=9))) - timedelta(seconds=1),
        "second": noon.astimezone(timezone(timedelta(hours=-9))),
    }
    for name, time in times.items():
        store.register({name: ("feed", "place")}, time)
    assert store.due(times, noon + timedelta(hours=1)) == ["first", "second", "third"]
    assert store.due(times, noon) == ["first", "second"]


def test_text_that_no_database_takes_costs_one_character_not_the_article(store: Store, make: Any) -> None:
    with store.intake() as intake:
        id_ = make.keep(intake, 1, title="a\x00b\ud800c\U0001f600", guid="g\x00", body="\udcff" * 3)
    row = store.article(str(id_))
    assert row is not None
    assert row.article.title == "a\ufffdb\ufffdc\U0001f600"
    assert row.article.guid == "g\ufffd"
    assert row.article.body == "\ufffd" * 3


def test_guids_and_addresses_of_any_length_are_found_again(store: Store, make: Any) -> None:
    guid, url = "g" * 100_000, "https://example.org/" + "u" * 100_000
    with store.intake() as intake:
        id_ = make.keep(intake, 1, guid=guid, url=url)
    assert store.held_items("wire", [(guid, "version-1"), (guid[:-1], "version-1")]) == {(guid, "version-1")}
    row = store.article(url)
    assert row is not None
    assert row.id == id_
