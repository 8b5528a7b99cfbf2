"""What ails a source, as it is remembered, told as facts: each of the sentences that the daemon writes about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SourceError
from monitor.ingest import FeedSource
from monitor.ingest.health import CHANGED, ailment, events, failing
from monitor.ingest.trouble import facts
from monitor.model import Habits, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = FeedSource.model_validate({"type": "feed", "name": "Une", "url": "http://x.example/", "failing_after": 1})
FRENCH = Habits(language="fr", charset="utf-8", other_since=NOW - CHANGED)


@pytest.mark.parametrize(
    ("habits", "told"),
    [
        (
            Habits(arrivals=20, since=NOW - 14 * DAY, newest=NOW - 2 * DAY, gap=3600.0, longest=60.0),
            {"kind": "quiet", "since": "2024-02-28T12:00:00+00:00"},
        ),
        (Habits(since=NOW - 31 * DAY), {"kind": "frozen", "since": "2024-01-30"}),
        (replace(FRENCH, other="en utf-8"), {"kind": "changed", "changes": [["language", "fr", "en"]]}),
        (
            replace(FRENCH, other="en cp1252"),
            {"kind": "changed", "changes": [["language", "fr", "en"], ["encoding", "utf-8", "cp1252"]]},
        ),
        (Habits(dated=6, refused=3), {"kind": "dates", "wrong": 3, "dated": 6}),
    ],
)
def test_what_ails_a_feed_that_can_be_read(habits: Habits, told: dict[str, Any]) -> None:
    assert facts(ailment(FEED, SourceState(habits=habits), NOW)) == told


@given(st.integers(min_value=1, max_value=10**6), st.text(min_size=1))
def test_what_a_poll_failed_of_stays_in_its_words(times: int, said: str) -> None:
    trouble = failing(FEED, times, SourceError("Une", said))
    assert trouble
    known = facts(said)["kind"] != "failed" and times == 1  # nobody can tell that from a finding of ours
    assert known or facts(trouble) == {"kind": "failed", "answer": said, "times": times}


@pytest.mark.parametrize("trouble", ["", None])
def test_a_source_without_trouble_is_well(trouble: str | None) -> None:
    assert facts(trouble) == {"kind": "well"}


def test_an_event_has_the_facts_of_each_of_its_sources() -> None:
    rows = [
        (name, "x.example", SourceState(trouble=f"{name} (3 times in a row)", ailing=NOW - DAY)) for name in ("b", "a")
    ]
    (event,) = events(rows, NOW)
    assert event.facts == tuple({"name": name, "kind": "failed", "answer": name, "times": 3} for name in ("a", "b"))
    well = [(name, host, replace(state, trouble=None, told=NOW - DAY)) for name, host, state in rows]
    (event,) = events(well, NOW)
    assert event.facts == ({"name": "a", "kind": "well"}, {"name": "b", "kind": "well"})
