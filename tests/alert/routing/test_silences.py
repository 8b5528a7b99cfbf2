"""Silences: who is told nothing for a while, and by whose word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.alert import Silence, StoredSilence, silenced
from monitor.model import Alert, Level, Reason

ALERT = Alert(
    "energy",
    "v1",
    Level.LOW,
    ("gaz",),
    "s-1",
    Reason.FIRST,
    "energy/s-1/1",
    language="fr",
    source="Agence",
    source_tags=("press",),
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def written(**given: Any) -> dict[str, Any]:
    return {
        "match": {"rule": "energy"},
        "author": "anna",
        "comment": "known",
        "ends": "2026-11-22T18:00:00Z",
        **given,
    }


def silence(**given: Any) -> Silence:
    return Silence.model_validate(written(**given)).located("Europe/Paris")


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"rule": "energy"}, True),
        ({"rule": ["x", "energy"], "level": "low"}, True),
        ({"rule": "energy", "level": "high"}, False),
        ({"tag": "gaz"}, True),
        ({"story": "s-1"}, True),
        ({"story": "s-2"}, False),
        ({"story": "s-1", "rule": "x"}, False),
        ({"language": "fr", "source": "agence", "source_tag": "press"}, True),
        ({"language": "ru"}, False),
    ],
)
def test_a_silence_means_the_alerts_that_fit_all_its_matchers(match: dict[str, Any], expected: bool) -> None:
    one = silence(match=match)
    assert silenced(ALERT, [one], NOW) == (one if expected else None)


@pytest.mark.parametrize(
    ("given", "inside", "outside"),
    [
        ({}, ["2020-01-01T00:00Z", "2026-11-22T17:59:59Z"], ["2026-11-22T18:00Z"]),
        (
            {"starts": "2026-11-22T12:00:00+01:00"},
            ["2026-11-22T11:00Z", "2026-11-22T17:00Z"],
            ["2026-11-22T10:59Z", "2026-11-22T18:00Z"],
        ),
        (
            {"ends": None, "times": "22:00-07:00", "weekdays": "friday"},
            ["2026-11-20T21:00Z", "2036-11-22T05:59Z"],
            ["2026-11-20T20:59Z", "2026-11-21T06:00Z", "2026-11-22T21:00Z"],
        ),
        (
            {"times": "22:00-07:00", "location": "UTC"},
            ["2026-11-21T23:00Z", "2026-11-22T06:00Z"],
            ["2026-11-22T12:00Z", "2026-11-22T23:00Z"],
        ),
    ],
)
def test_a_silence_is_in_force_from_its_start_to_its_end_at_its_times(
    given: dict[str, Any], inside: list[str], outside: list[str]
) -> None:
    one = silence(**given)
    assert [moment for moment in inside if not silenced(ALERT, [one], datetime.fromisoformat(moment))] == []
    assert [moment for moment in outside if silenced(ALERT, [one], datetime.fromisoformat(moment))] == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"ends": None}, "needs 'ends', or times that come again"),
        ({"starts": "2026-11-22T18:00:00Z"}, "'ends' must be later"),
        ({"starts": "2026-11-22T19:00:00+01:00"}, "'ends' must be later"),
        ({"starts": "2026-11-22T10:00"}, "a time with its offset"),
        ({"starts": "0001-01-01T00:00:00+00:00", "times": "1:00-2:00"}, "a time with its offset"),
        ({"ends": "tomorrow"}, "a time with its offset"),
        ({"ends": 20261122}, "a time with its offset"),
        ({"author": ""}, "at least 1 character"),
        ({"comment": ""}, "at least 1 character"),
        ({"match": {}}, "would silence everything"),
        ({"match": {"rules": "x"}}, "not permitted"),
        ({"location": "UTC"}, "'location' says nothing without times"),
        ({"days_of_month": 31, "months": "june"}, "never come"),
        ({"starts": "2026-11-20T00:00:00Z", "weekdays": "wednesday"}, "never come between"),
        ({"starts": "2026-11-20T00:00:00Z", "weekdays": "monday", "location": "UTC"}, "never come between"),
        ({"name": "x"}, "not permitted"),
    ],
)
def test_what_would_never_end_or_never_begin_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        silence(**wrong)


def test_times_of_a_place_that_is_known_later_may_come_there() -> None:
    given = written(starts="2026-11-22T23:00:00Z", ends="2026-11-22T23:30:00Z", weekdays="monday")
    one = Silence.model_validate(given).located("Asia/Tokyo")
    assert silenced(ALERT, [one], datetime(2026, 11, 22, 23, 15, tzinfo=UTC)) is one
    assert silence().location is None  # which times none have


@pytest.mark.parametrize("missing", ["author", "comment", "match"])
def test_a_silence_says_who_and_why(missing: str) -> None:
    given = written()
    del given[missing]
    with pytest.raises(ValidationError, match="Field required"):
        Silence.model_validate(given)


def test_a_silence_that_was_added_by_a_command_counts_like_one_that_is_written() -> None:
    kept = silence(match={"tag": "gaz"}, times="0:00-24:00").model_dump(mode="json")
    stored = StoredSilence.model_validate({**kept, "id": 7})
    assert (stored.id, stored.location) == (7, "Europe/Paris")
    assert silenced(ALERT, [silence(match={"rule": "x"}), stored], NOW) is stored
    assert silenced(ALERT, [silence(), stored], NOW) == silence()


def test_a_silence_that_was_expired_before_it_began_is_read_all_the_same() -> None:
    stored = StoredSilence.model_validate(written(starts=NOW, ends=NOW - HOUR, id=7))
    assert [silenced(ALERT, [stored], NOW + n * HOUR) for n in (-2, -1, 0, 1)] == [None] * 4


def test_without_a_silence_that_fits_the_alert_is_told() -> None:
    assert silenced(ALERT, [], NOW) is None
