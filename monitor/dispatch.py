"""Alerts that are raised -> silences, inhibition, routes -> the deliveries that take them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alert import (
    TAG,
    Destination,
    Due,
    Silence,
    StoredSilence,
    alone,
    by_weight,
    due,
    group,
    inhibited,
    named,
    next_key,
    silenced,
)
from monitor.log import get
from monitor.model import Alert, DeliveryKind, Level, Reason, Suppression
from monitor.settings import Settings
from monitor.store import Envelope, Intake, SilenceRow

log = get("dispatch")

_COUNTED = {Suppression.DUPLICATE, Suppression.NOTHING_NEW, Suppression.SILENCE, Suppression.INHIBITION}
"""What a digest tells the number of: news that somebody may ask for. Nobody waits for what is too old."""
_GOES_ON = {Suppression.DUPLICATE, Suppression.NOTHING_NEW}


class Dispatch:
    """Stores the alerts of one intake and puts them into deliveries; `now` is when they are raised."""

    def __init__(self, settings: Settings, memory: Intake, now: datetime) -> None:
        self._settings = settings
        self._memory = memory
        self._now = now
        self._receivers = {one.name: one for one in settings.receivers}
        self._all: list[Silence] | None = None

    def send(self, alerts: Sequence[Alert], article_id: int | None = None) -> int:
        """Store the alerts of one article, or of none, what matters most first; gives of how many somebody is told."""
        return sum(self._send(alert, article_id) for alert in by_weight(alerts))

    def send_to(self, receiver: str, alert: Alert) -> None:
        """Store an alert for one receiver, at once and by itself, whatever the routes say."""
        addresses = self._receivers[receiver].addresses()
        kind, group = DeliveryKind.GROUP, alone(alert)
        self._memory.raised(
            alert, None, [Envelope(receiver, one, kind, group, "", self._now) for one in addresses], self._now
        )

    def _send(self, alert: Alert, article_id: int | None) -> int:
        because = None
        if alert.key:
            alert, because = self._hidden(alert)
        reached = self._settings.destinations(alert)
        if alert.key is None:  # which is only counted, and most are not even that
            reached = [one for one in reached if one.digest and alert.suppressed in _COUNTED]
        envelopes = [one for destination in reached for one in self._to(destination, alert)]
        envelopes += self._besides(alert, {(one.receiver, one.address) for one in envelopes}) if alert.key else []
        self._memory.raised(alert, article_id, envelopes, self._now, because)
        return int(alert.key is not None) or self._repeat(alert, article_id)

    def _besides(self, alert: Alert, routed: Set[tuple[str, str]]) -> Iterator[Envelope]:
        """Envelopes for those who must get an alert though no route leads to them any more."""
        for receiver, address in alert.to:
            known = self._receivers.get(receiver)
            if (receiver, address) not in routed and known and address in known.addresses():
                yield Envelope(receiver, address, DeliveryKind.GROUP, alone(alert), "", self._now)

    def _hidden(self, alert: Alert) -> tuple[Alert, str | None]:
        """The alert as it is stored, and which silence or alert hides it, if any does."""
        if silence := silenced(alert, following(self._silences(), self._memory.swallowed), self._now):
            return alert.untold(Suppression.SILENCE), named(silence)
        if self._settings.inhibit and (told := self._memory.alerts_told(alert.story)):
            rules = self._settings.inhibit
            for one in told:
                if inhibited(alert, rules, [one]):
                    because = f"the story has an alert of rule {one.rule}, level {one.level}"
                    return alert.untold(Suppression.INHIBITION), because
        return alert, None

    def _silences(self) -> Sequence[Silence]:
        """Those of the configuration, then those that were added by commands."""
        if self._all is None:
            found = filter(None, map(_readable, self._memory.silences(self._now)))
            self._all = [*self._settings.silences, *(one.located(self._settings.timezone) for one in found)]
        return self._all

    def _repeat(self, alert: Alert, article_id: int | None) -> int:
        """Tell again of a story that goes on without news, where that was long ago, is wished for and was not seen."""
        repeating = [one for one in self._settings.destinations(alert) if one.repeat_interval and not one.digest]
        if alert.suppressed not in _GOES_ON or not repeating:
            return 0
        if self._memory.is_acknowledged(alert.rule, alert.story):
            return 0
        keyed = self._memory.keyed([alert.rule], alert.story)
        key = next_key(alert.rule, alert.story, keyed[alert.rule])
        again = alert.told(Reason.REPEAT, key)
        envelopes = [
            one
            for destination in repeating
            if destination.repeat_interval
            for one in self._to(destination, again)
            if self._is_long_ago(one, destination.repeat_interval)
        ]
        if not envelopes or self._hidden(again)[0].key is None:
            return 0
        self._memory.raised(again, article_id, envelopes, self._now)
        return 1

    def _is_long_ago(self, one: Envelope, interval: timedelta) -> bool:
        newest = self._memory.newest(one.receiver, one.address, one.group)
        return newest is not None and not newest.waits and newest.departs + interval <= self._now

    def _to(self, destination: Destination, alert: Alert) -> Iterator[Envelope]:
        """An envelope for each address of a destination."""
        together = group(destination, alert)
        for address in self._receivers[destination.receiver].addresses():
            when = self._due(destination, address, together, alert)
            yield Envelope(
                destination.receiver,
                address,
                when.kind,
                together,
                destination.path,
                when.at,
                when.held,
                when.slot,
                destination.hold,
            )

    def _due(self, destination: Destination, address: str, together: str, alert: Alert) -> Due:
        memory, intervals, receiver = self._memory, self._settings.intervals, destination.receiver
        if destination.digest:
            when = due(destination, intervals, self._now, None)
            # A daemon whose clock is ahead may have sent it already: the next one takes what comes late.
            while when.slot and memory.is_closed(receiver, address, destination.path, when.slot):
                when = due(destination, intervals, when.at, None)
            return when
        newest = memory.newest(receiver, address, together)
        left = newest.departs if newest and not newest.gathers and newest.departs <= self._now else None
        when = due(destination, intervals, self._now, left)
        if newest and newest.gathers and newest.hold == destination.hold:  # else the routes are others than then
            if newest.kind is DeliveryKind.GROUP:
                return Due(DeliveryKind.GROUP, newest.departs, held=False, slot=None)
            if newest.kind is DeliveryKind.SUMMARY and newest.departs > self._now:  # what is newer does not overtake it
                return Due(DeliveryKind.SUMMARY, newest.departs, held=True, slot=None)
        return when if when.held else self._capped(destination, address, alert, when)

    def _capped(self, destination: Destination, address: str, alert: Alert, when: Due) -> Due:
        """The same, or later and together with others where the receiver has had as many as it is to get."""
        receiver = self._receivers[destination.receiver]
        if (at_most := receiver.at_most) is None or is_urgent(alert):
            return when
        if gathers := self._memory.spill(receiver.name, address, destination.path):
            return replace(when, kind=DeliveryKind.SPILL, at=gathers)
        # What quiet hours put off to the morning takes no room in the night.
        nth = self._memory.nth_newest(receiver.name, address, at_most.count, when.at + at_most.period)
        if nth is None or (free := nth + at_most.period) <= when.at:
            return when
        later = due(replace(destination, group_wait=timedelta(0)), self._settings.intervals, free, None)
        return later if later.held else replace(later, kind=DeliveryKind.SPILL)


def following(
    silences: Sequence[Silence], swallowed: Callable[[Collection[str]], Mapping[str, str]]
) -> Sequence[Silence]:
    """The same silences; one of a story holds for the one that has swallowed it, too."""
    into = swallowed({story for one in silences for story in one.match.story})
    return [_followed(one, into) for one in silences] if into else silences


def _followed(silence: Silence, into: Mapping[str, str]) -> Silence:
    stories = silence.match.story
    match = silence.match.model_copy(update={"story": (*stories, *(into[one] for one in stories if one in into))})
    return silence.model_copy(update={"match": match})


def stored(row: SilenceRow) -> StoredSilence:
    """A silence that was added by a command."""
    fields = {name: getattr(row, name) for name in ("id", "author", "comment", "starts", "ends")}
    return StoredSilence.model_validate({**row.recurring, "match": row.matchers, **fields})


def _readable(row: SilenceRow) -> StoredSilence | None:
    """None for one that this daemon cannot read (a zone it does not know): better to tell than to take in nothing."""
    try:
        return stored(row)
    except ValueError as error:
        log.error("silence_unreadable", silence=row.id, error=str(error))
        return None


def is_urgent(alert: Alert) -> bool:
    """Whether no cap holds it back."""
    return alert.level is Level.CRITICAL or (alert.level is Level.HIGH and TAG in alert.tags)
