"""A publication date: what it is shown as, and the instants it can mean."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.model import UNDATED, Precision, Published

PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("published", "value", "latest"),
    [
        (
            Published(datetime(2022, 1, 13, 9, 30, 5, tzinfo=PARIS), Precision.SECOND),
            "2022-01-13T09:30:05+01:00",
            datetime(2022, 1, 13, 8, 30, 5, tzinfo=UTC),
        ),
        (Published.day(2022, 1, 13), "2022-01-13", datetime(2022, 1, 14, tzinfo=UTC)),
        (Published.month(2024, 2), "2024-02", datetime(2024, 3, 1, tzinfo=UTC)),
        (UNDATED, None, None),
    ],
)
def test_a_date_is_shown_and_ends_as_exactly_as_it_is_known(
    published: Published, value: str | None, latest: datetime | None
) -> None:
    assert (published.value, published.latest) == (value, latest)


@pytest.mark.parametrize("day", [(2023, 2, 29), (2022, 13, 1), (2022, 4, 31)])
def test_a_day_that_does_not_exist_is_no_date(day: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"day|month"):
        Published.day(*day)
