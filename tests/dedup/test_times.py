"""An article belongs to a story near to it in time; a month excludes other months and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.dedup.times import Limits, fits, spans
from monitor.model import Precision, Published, StoryHeld

SEEN = datetime(2026, 3, 20, 8, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LIMITS = Limits()
IN_FEBRUARY, IN_MARCH = Published.month(2026, 2), Published.month(2026, 3)


def story(first: Published, last: Published | None = None) -> StoryHeld:
    """A story whose first and last articles were published then."""
    last = last or first
    by_month = first.precision is Precision.MONTH
    times = (None, None) if by_month else (first.start, last.start)
    return StoryHeld("s", 1, 2, *times, first.start, last.latest)


def at(moment: datetime) -> Published:
    return Published(moment, Precision.SECOND)


@pytest.mark.parametrize(
    ("held", "february", "march"),
    [
        (story(at(MARCH)), False, True),
        (story(at(MARCH - DAY), at(MARCH)), True, True),
        (story(at(MARCH - SECOND)), True, False),
        (story(Published.day(2026, 2, 28)), True, False),
        (story(Published.day(2026, 3, 1)), False, True),
        (story(Published.day(2026, 2, 28), Published.day(2026, 3, 1)), True, True),
        (story(IN_FEBRUARY), True, False),
        (story(IN_MARCH), False, True),
    ],
)
def test_a_month_excludes_other_months_to_the_moment(held: StoryHeld, february: bool, march: bool) -> None:
    assert fits(IN_FEBRUARY, SEEN, held, LIMITS) is february
    assert fits(IN_MARCH, SEEN, held, LIMITS) is march


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (at(MARCH + 14 * DAY), True),
        (at(MARCH + 14 * DAY + SECOND), False),
        (at(MARCH - 10 * DAY), True),
        (at(MARCH - 11 * DAY), False),
        (IN_MARCH, True),
        (Published(), False),  # seen on the 20th
    ],
)
def test_a_story_takes_later_versions_as_long_as_its_span(published: Published, expected: bool) -> None:
    held = story(at(MARCH), at(MARCH + 4 * DAY))
    assert spans(published, SEEN, held, LIMITS) is expected
    assert spans(published, SEEN, story(IN_FEBRUARY), LIMITS)
