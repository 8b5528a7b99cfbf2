"""A publication date -> its value and the instants it can mean, with the precision it is known to."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a publication date is known."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date with its precision; `start` is the first instant it can mean, None when unknown.

    A day or month without a time zone is taken in UTC.
    """

    start: datetime | None = None
    precision: Precision = Precision.UNKNOWN

    @property
    def value(self) -> str | None:
        """RFC 3339 with offset, `2022-01-13`, `2022-01` or None, by precision."""
        match self.start, self.precision:
            case None, _:
                return None
            case start, Precision.SECOND:
                return start.isoformat(timespec="seconds")
            case start, Precision.DAY:
                return f"{start:%Y-%m-%d}"
            case start, _:
                return f"{start:%Y-%m}"

    @property
    def latest(self) -> datetime | None:
        """The last instant it can mean: the end of its day or month."""
        match self.start, self.precision:
            case None, _:
                return None
            case start, Precision.SECOND:
                return start
            case start, Precision.DAY:
                return start + timedelta(days=1)
            case start, _:
                return start + timedelta(days=calendar.monthrange(start.year, start.month)[1])

    @classmethod
    def day(cls, year: int, month: int, day: int) -> Published:
        """A calendar day; raises ValueError for a day that does not exist."""
        return cls(datetime(year, month, day, tzinfo=UTC), Precision.DAY)

    @classmethod
    def month(cls, year: int, month: int) -> Published:
        """A calendar month; raises ValueError for a month that does not exist."""
        return cls(datetime(year, month, 1, tzinfo=UTC), Precision.MONTH)


UNDATED = Published()
"""A publication date that is not known."""


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date that may be that of publication: where it was found, as written there, and what it says.

    `where` is "feed", "page", "head", "dateline", "teaser", "text" or "url". `rejected` says in words why it is not
    the publication date; None for the one that is.
    """

    where: str
    written: str
    published: Published
    rejected: str | None = None
