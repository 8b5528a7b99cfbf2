"""Alert x Silences -> the one that keeps it from being told, if any."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from monitor.alert.routing.intervals import Times
from monitor.alert.routing.matching import StoryMatcher
from monitor.model import Alert

# Further away nobody means, and calendars end.
_FIRST_YEAR, _LAST_YEAR = 1970, 9998


def _moment(value: Any) -> Any:
    """RFC 3339 with its offset."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime) or value.tzinfo is None or not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError("must be a time with its offset, such as 2026-11-22T18:00:00+01:00")
    return value


def _something(match: StoryMatcher) -> StoryMatcher:
    if not any(getattr(match, name) for name in type(match).model_fields):
        raise ValueError("must name something: this would silence everything")
    return match


Moment = Annotated[datetime, BeforeValidator(_moment), PlainSerializer(datetime.isoformat, return_type=str)]
Text = Annotated[str, Field(min_length=1)]


class Silence(Times):
    """Alerts that nobody is told of: those that fit `match`, from `starts` until `ends`, at its times.

    Without `starts` it is in force at once, without `ends` its times come again for ever. Nothing that it keeps back is
    sent later; the next digest counts it.
    """

    match: Annotated[StoryMatcher, AfterValidator(_something)]
    author: Text
    comment: Text
    starts: Moment | None = None
    ends: Moment | None = None

    def applies(self, moment: datetime) -> bool:
        """Whether it is in force at an aware moment."""
        return (
            (self.starts is None or self.starts <= moment)
            and (self.ends is None or moment < self.ends)
            and (not self.recurring() or self.holds(moment))
        )

    def _comes_between(self, starts: datetime, ends: datetime) -> bool:
        # The place may be known later only; no clock is farther from UTC than fourteen hours.
        about = timedelta() if self.location else timedelta(hours=14)
        return self.comes(starts - about, ends + about)

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.ends is None and not self.recurring():
            raise ValueError("needs 'ends', or times that come again")
        if self.location and not self.recurring():
            raise ValueError("'location' says nothing without times, weekdays, days_of_month, months or years")
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValueError("'ends' must be later than 'starts'")
        if self.recurring() and self.starts and self.ends and not self._comes_between(self.starts, self.ends):
            raise ValueError("its times never come between 'starts' and 'ends'")
        return self


class StoredSilence(Silence):
    """A silence that was added by a command."""

    id: int

    @model_validator(mode="after")
    def _ends(self) -> Self:
        return (
            self  # what was accepted once stays what it is; one that was expired early may have ended before it started
        )


def named(silence: Silence) -> str:
    """What an alert says of the silence that hides it: `silence 7 of jane: known`, without a number if written."""
    number = f" {silence.id}" if isinstance(silence, StoredSilence) else ""
    return f"silence{number} of {silence.author}: {silence.comment}"


def silenced(alert: Alert, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """The first silence that is in force at an aware moment and means this alert."""
    return next((one for one in silences if one.applies(now) and one.match.takes(alert)), None)
