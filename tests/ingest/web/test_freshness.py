"""How long an answer says it stays fresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.web.freshness import fresh_for

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATE = "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("control", "expires", "date", "age", "seconds"),
    [
        ("max-age=600", None, None, None, 600),
        ("public, MAX-AGE = 600, must-revalidate", None, None, "100", 500),
        ('max-age="600"', None, None, None, 600),
        ("max-age=600, max-age=5", None, None, None, 600),
        ("max-age=600", "Sun, 01 Mar 2026 15:00:00 GMT", DATE, None, 600),
        ("s-maxage=900, max-age=60", None, None, None, 60),
        ("max-age=99999999999999999999", None, None, None, 2**31),
        ('no-cache="Set-Cookie", max-age=60', None, None, None, 60),
        ("max-age=60", None, None, "soon", 60),
        ("", "Sun, 01 Mar 2026 12:05:00 GMT", DATE, None, 300),
        ("", "Sunday, 01-Mar-26 12:05:00 GMT", DATE, None, 300),
        ("", "Sun Mar  1 12:05:00 2026", DATE, "60", 240),
        ("public", "Sun, 01 Mar 2026 12:05:00 GMT", "Sun, 01 Mar 2026 12:04:00 GMT", None, 60),
        ("max-age=soon", "Sun, 01 Mar 2026 12:05:00 GMT", None, None, 300),
        ("", "Sun, 01 Mar 2026 12:05:00 GMT", "yesterday", None, 300),
        ("max-age=600", None, None, "600", None),
        ("max-age=0", None, None, None, None),
        ("max-age=-5", None, None, None, None),
        ("no-cache", "Sun, 01 Mar 2026 12:05:00 GMT", DATE, None, None),
        ("max-age=600, No-Store", None, None, None, None),
        ("", "0", DATE, None, None),
        ("", "-1", DATE, None, None),
        ("", "Sun, 01 Mar 2026 11:00:00 GMT", DATE, None, None),
        ("", None, DATE, None, None),
    ],
)
def test_how_long_an_answer_is_fresh(
    control: str, expires: str | None, date: str | None, age: str | None, seconds: int | None
) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert fresh_for(control, expires, date, age, NOW) == expected


WORDS = st.text(max_size=30) | st.sampled_from(["max-age=", 'max-age="', "9" * 5000, DATE, "no-cache", ",", "="])


@given(st.lists(WORDS, max_size=6).map("".join), WORDS, WORDS, WORDS)
def test_nothing_that_a_server_writes_breaks_it(control: str, expires: str, date: str, age: str) -> None:
    found = fresh_for(control, expires, date, age, NOW)
    assert found is None or timedelta() < found <= timedelta(seconds=2**31)
