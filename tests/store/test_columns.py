"""What goes into a column comes out of it, on either engine."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import StatementError

from monitor.model import Habits, SourceState
from monitor.store import Store
from monitor.store.columns import Learnt

DIALECT = SQLiteDialect()


def test_times_come_back_aware_and_in_utc(store: Store, make: Any) -> None:
    paris = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    store.register({"wire": ("feed", "place")}, paris)
    found = make.state(store, "wire").next_due
    assert found is not None
    assert found == paris
    assert found.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(store: Store, now: datetime) -> None:
    store.register({"wire": ("feed", "place")}, now)
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake under test
    for state in (SourceState(polled=naive), SourceState(habits=Habits(newest=naive))):
        with pytest.raises(StatementError, match="has no time zone"):
            store.polled({"wire": state}, "worker")


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


@given(
    st.builds(
        Habits,
        since=st.none() | st.datetimes(timezones=st.just(UTC)),
        gap=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        skip_hours=st.lists(st.integers(0, 23)).map(tuple),
        other=st.none() | st.text(),
    )
)
def test_habits_come_back_from_json_as_they_were(habits: Habits) -> None:
    stored = Learnt().process_bind_param(habits, DIALECT)
    assert Learnt().process_result_value(json.loads(json.dumps(stored)), DIALECT) == habits


def test_nothing_learnt_takes_no_room() -> None:
    assert Learnt().process_bind_param(Habits(), DIALECT) is None
    assert Learnt().process_bind_param(None, DIALECT) is None
    assert Learnt().process_bind_param(Habits(arrivals=2), DIALECT) == {"arrivals": 2}
    assert Learnt().process_result_value(None, DIALECT) == Habits()


def test_habits_of_another_version_keep_what_both_know() -> None:
    found = Learnt().process_result_value({"arrivals": 2, "mood": "bad", "skip_days": [6]}, DIALECT)
    assert found == replace(Habits(), arrivals=2, skip_days=(6,))
