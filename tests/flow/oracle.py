"""What a week's news should become, told once more in the simplest way: who gets which message, and when.

Nothing here asks the program. Times are gone through minute by minute, and all that ever was is remembered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flow.newsroom import Arrival

LEVELS = ["info", "low", "medium", "high", "critical"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Period = tuple[datetime, datetime]


class Clock:
    """What the clocks of a zone show in each minute of some days."""

    def __init__(self, zone: str, start: datetime, end: datetime) -> None:
        self._first: dict[datetime, datetime] = {}
        self._last: dict[datetime, datetime] = {}
        for n in range((end - start) // MINUTE):
            wall = (start + n * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            self._first.setdefault(wall, start + n * MINUTE)
            self._last[wall] = start + n * MINUTE
        self.days = sorted({wall.replace(hour=0, minute=0) for wall in self._first})[1:-2]

    def moment(self, wall: datetime, *, last: bool = False) -> datetime:
        """When clocks show this; where they skip it, when they do that."""
        while wall not in self._first:
            wall += MINUTE
        return self._last[wall] if last else self._first[wall]

    def slots(self, fits: Callable[[datetime], bool]) -> list[datetime]:
        """The moments of all minutes of the wall that fit, each once."""
        walls = [day + n * MINUTE for day in self.days for n in range(24 * 60)]
        return sorted({self.moment(wall) for wall in walls if fits(wall)})

    def periods(self, written: Mapping[str, Any]) -> list[Period]:
        """Times such as `22:00-07:00` on some weekdays; what goes over midnight belongs to its first day."""
        found = []
        for day in self.days:
            for times in written.get("times", ["00:00-24:00"]):
                start, end = (timedelta(hours=int(one[:2]), minutes=int(one[3:])) for one in times.split("-"))
                end += DAY if end < start else timedelta(0)
                if WEEKDAYS[day.weekday()] in written.get("weekdays", WEEKDAYS):
                    found.append((self.moment(day + start), self.moment(day + end, last=True)))
        return found


@dataclass(frozen=True)
class Told:
    """What a rule says of an article; `said` is the reason, or why nobody is told: then it has no number."""

    rule: str
    level: str
    tag: tuple[str, ...]
    story: str
    source: str
    language: str
    at: datetime
    said: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.rule}/{self.story}/{self.number} {self.said}"

    def fits(self, match: Mapping[str, Any]) -> bool:
        return all(not listed(wanted).isdisjoint(listed(getattr(self, name))) for name, wanted in match.items())


@dataclass(eq=False)
class Letter:
    """A message for one address of a receiver; all of a path, or of a group, travels in it until it leaves.

    It was `planned` to leave when it was begun; where nobody could send it then it leaves later, `at`.
    """

    at: datetime
    to: tuple[str, str]
    path: str
    kind: str
    planned: datetime
    told: list[Told] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)


def listed(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value)


def seconds(duration: str) -> timedelta:
    """`30m`, `12h`"""
    return (
        int(duration[:-1]) * {"s": timedelta(seconds=1), "m": MINUTE, "h": timedelta(hours=1), "d": DAY}[duration[-1]]
    )


def destinations(node: Mapping[str, Any], alert: Told, around: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The nodes of a routing tree where an alert ends, each with what it takes from those around it."""
    here = {**around, **{key: value for key, value in node.items() if key not in ("match", "continue", "routes")}}
    found = []
    for index, child in enumerate(node.get("routes", [])):
        if alert.fits(child["match"]):
            found += destinations(child, alert, {**here, "path": f"{here['path']}.{index}"})
            if not child.get("continue"):
                break
    return found or [here]


@dataclass
class Oracle:
    """Foretells the letters of a week.

    `addresses` are those of each receiver, `caps` how many messages in what time, `slots` the moments of each digest,
    `holds` the periods of each interval, `silences` what they match and when, `away` when the daemon is down.
    """

    rules: Sequence[Mapping[str, Any]]
    route: Mapping[str, Any]
    inhibit: Sequence[Mapping[str, Any]]
    addresses: Mapping[str, Sequence[str]]
    caps: Mapping[str, tuple[int, timedelta]]
    slots: Mapping[str, Sequence[datetime]]
    holds: Mapping[str, Sequence[Period]]
    silences: Sequence[tuple[Mapping[str, Any], Sequence[Period]]]
    away: Sequence[Period] = ()
    letters: list[Letter] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    _hits: dict[str, list[tuple[datetime, str, str, bool]]] = field(default_factory=lambda: defaultdict(list))
    _cited: set[tuple[str, str, str]] = field(default_factory=set)
    _newest: dict[tuple[tuple[str, str], str], int] = field(default_factory=dict)
    _counted: list[tuple[datetime, tuple[str, str], str, str]] = field(default_factory=list)

    def destinations(self, alert: Told) -> list[dict[str, Any]]:
        """Where an alert goes, each receiver once."""
        found: dict[str, dict[str, Any]] = {}
        for one in destinations(self.route, alert, {"path": ""}):
            found.setdefault(one["receiver"], one)
        return list(found.values())

    def arrives(self, one: Arrival, verdict: str, story: str) -> None:
        """An article comes; `verdict` says whether it is a copy, a later version or neither."""
        matching = [rule for rule in self.rules if rule["subject"] in one.subjects]
        alerts = []
        for rule in matching:
            self._hits[rule["id"]].append((one.at, story, one.item.source, verdict == "duplicate"))
            said = self._said(rule, one, verdict, story)
            tags = tuple(rule.get("tags", ()))
            language = one.item.language or ""
            alerts.append(Told(rule["id"], rule["level"], tags, story, one.item.source, language, one.at, said))
        for alert in sorted(alerts, key=lambda alert: -LEVELS.index(alert.level)):
            self._tell(alert, one)

    def _said(self, rule: Mapping[str, Any], one: Arrival, verdict: str, story: str) -> str:
        if one.kind == "correction" and (rule["id"], one.item.source, one.item.guid) in self._cited:
            return "correction"
        known = [alert for alert in self._of(story) if alert.rule == rule["id"]]
        asked = rule.get("alert", {})
        if "spike" in asked or ("sources" in asked and not known):
            return (self._spikes if "spike" in asked else self._sources)(rule["id"], story, one.at)
        if not known:
            return "first"
        if verdict == "duplicate":
            return "duplicate"
        every = rule.get("novelty") == "every"
        if not every and (rule.get("novelty") == "first" or one.kind not in ("fact", "correction")):
            return "nothing-new"
        further = "every" if every else "update" if verdict == "update" else "new-facts"
        return further if any(alert.number for alert in known) else "first"

    def _of(self, story: str) -> list[Told]:
        """What was told of a story, or would have been without a silence."""
        return [
            one for one in self.told if one.story == story and (one.number or one.said in ("silence", "inhibition"))
        ]

    def _sources(self, rule: str, story: str, now: datetime) -> str:
        """Three within three hours, copies left out."""
        near = [hit for hit in self._hits[rule] if hit[1] == story and now - hit[0] <= 180 * MINUTE and not hit[3]]
        return "sources" if len({hit[2] for hit in near}) >= 3 else "condition"

    def _spikes(self, rule: str, story: str, now: datetime) -> str:
        """Twice as many in six hours as in the two days before, and at least five; once in six hours."""
        times, window = [hit[0] for hit in self._hits[rule]], 6 * 60 * MINUTE
        fired = any(one.rule == rule and one.said == "spike" and now - one.at < window for one in self.told)
        start = max(now - window - 2 * DAY, times[0])
        if fired or now - window - start < 3 * window:
            return "condition"
        usual = sum(start <= one < now - window for one in times) * (window / (now - window - start))
        return "spike" if sum(one >= now - window for one in times) >= max(5, 2 * usual) else "condition"

    def _tell(self, alert: Told, one: Arrival) -> None:
        if alert.said in ("duplicate", "nothing-new"):
            again = self._numbered(replace(alert, said="repeat"))
            waited = [
                (way, to) for way in self.destinations(again) for to in self.to(way) if self._is_late(way, to, again)
            ]
            self._count(alert)
            if waited and not self._hidden(again):
                self._give(again, one, waited)
        elif alert.said != "condition":
            why = self._hidden(alert)
            alert = replace(alert, said=why) if why else self._numbered(alert)
            if why:
                self._count(alert)
            else:
                self._give(alert, one, [(way, to) for way in self.destinations(alert) for to in self.to(way)])

    def _give(self, alert: Told, one: Arrival, ways: Sequence[tuple[dict[str, Any], tuple[str, str]]]) -> None:
        self.told.append(alert)
        self._cited.add((alert.rule, one.item.source, one.item.guid))
        for way, to in ways:
            self._send(alert, way, to)

    def _count(self, alert: Told) -> None:
        self.told.append(alert)
        for way in self.destinations(alert):
            if way.get("digest", "off") != "off":
                self._counted += [(self._slot(way, alert.at), to, way["path"], alert.said) for to in self.to(way)]

    def _numbered(self, alert: Told) -> Told:
        numbered = [one for one in self.told if one.number and (one.rule, one.story) == (alert.rule, alert.story)]
        return replace(alert, number=len(numbered) + 1)

    def _hidden(self, alert: Told) -> str:
        for match, times in self.silences:
            if alert.fits(match) and any(start <= alert.at < end for start, end in times):
                return "silence"
        others = [one for one in self._of(alert.story) if one.number and one.rule != alert.rule]
        rules = [one for one in self.inhibit if alert.fits(one["target"])]
        return "inhibition" if any(one.fits(rule["source"]) for one in others for rule in rules) else ""

    def to(self, way: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(receiver, address) of a destination."""
        return [(way["receiver"], address) for address in self.addresses[way["receiver"]]]

    def _slot(self, way: Mapping[str, Any], now: datetime) -> datetime:
        return self._after_hold(way, next(one for one in self.slots[way["digest"]] if one > now))

    def _after_hold(self, way: Mapping[str, Any], at: datetime) -> datetime:
        names = listed(way.get("hold", "off")) - {"off"}
        while ends := [end for name in names for start, end in self.holds[name] if start <= at < end]:
            at = max(ends)
        return at

    def _last(self, way: Mapping[str, Any], to: tuple[str, str], alert: Told) -> Letter | None:
        number = self._newest.get((to, group(way, alert)))
        return None if number is None else self.letters[number]

    def _is_late(self, way: Mapping[str, Any], to: tuple[str, str], alert: Told) -> bool:
        last, interval = self._last(way, to, alert), way.get("repeat_interval", "off")
        if last is None or interval == "off" or way.get("digest", "off") != "off":
            return False
        left = last.at if last.kind == "group" else self._known(last, alert.at)
        return left + seconds(interval) <= alert.at

    def _known(self, letter: Letter, now: datetime) -> datetime:
        """When a letter left or leaves, as far as anybody knows: only a daemon that is up knows what is late."""
        woken = [end for start, end in self.away if start <= letter.planned < end]
        return letter.planned if woken and now <= woken[0] else letter.at

    def _begun(self, way: Mapping[str, Any], at: datetime, to: tuple[str, str], kind: str) -> Letter:
        """A letter that is to leave then, or after that as soon as the daemon is up and quiet hours let it."""
        planned = at
        while over := [end for start, end in self.away if start <= at < end]:
            at = self._after_hold(way, over[0])
        return Letter(at, to, way["path"], kind, planned)

    def _send(self, alert: Told, way: Mapping[str, Any], to: tuple[str, str]) -> None:
        letter = self._letter(alert, way, to)
        same = [one for one in self.letters if one is letter or (letter.kind != "group" and _key(one) == _key(letter))]
        if not same:
            self.letters.append(letter)
        letter = same[0] if same else letter
        letter.told.append(alert)
        name = (to, group(way, alert))
        self._newest[name] = max(self._newest.get(name, 0), self.letters.index(letter))

    def _letter(self, alert: Told, way: Mapping[str, Any], to: tuple[str, str]) -> Letter:
        """The one that takes an alert: it still gathers, or it is new."""
        if way.get("digest", "off") != "off":
            return self._begun(way, self._slot(way, alert.at), to, "digest")
        last = self._last(way, to, alert)
        if last and (last.at >= alert.at if last.kind == "group" else last.kind == "summary" and last.at > alert.at):
            return last
        at = alert.at + seconds(way.get("group_wait", "0s"))
        if last and (left := self._known(last, alert.at)) <= alert.at:
            at = max(at, left + seconds(way.get("group_interval", "5m")))
        if (end := self._after_hold(way, at)) > at:
            return self._begun(way, end, to, "summary")
        free = self._free(to, alert)
        if free <= at:
            return self._begun(way, at, to, "group")
        end = self._after_hold(way, free)
        waiting = [one for one in self.letters if one.kind == "spill" and (one.to, one.path) == (to, way["path"])]
        if waiting and waiting[-1].at >= alert.at:
            return waiting[-1]
        return self._begun(way, end, to, "summary" if end > free else "spill")

    def _free(self, to: tuple[str, str], alert: Told) -> datetime:
        """When the cap of a receiver lets one more message through."""
        if to[0] not in self.caps or alert.level == "critical":
            return alert.at
        count, period = self.caps[to[0]]
        mine = [one for one in self.letters if one.to == to and one.kind in ("group", "spill")]
        times = sorted(self._known(one, alert.at) for one in mine)
        return times[-count] + period if len(times) >= count else alert.at

    def all_letters(self) -> list[Letter]:
        """All of the week, each digest with what it counts: all since the one before."""
        for letter in sorted(self.letters, key=lambda one: one.planned):
            if letter.kind == "digest":
                here = (letter.to, letter.path)
                mine = [one for one in self._counted if one[0] <= letter.planned and one[1:3] == here]
                letter.counted.update(why for *_, why in mine)
                self._counted = [one for one in self._counted if one not in mine]
        return self.letters


def group(way: Mapping[str, Any], alert: Told) -> str:
    """What an alert has in common with others that travel with it."""
    by = listed(way.get("group_by", "story"))
    return " ".join([way["path"], *(str(alert if one == "alert" else getattr(alert, one)) for one in sorted(by))])


def _key(letter: Letter) -> tuple[object, ...]:
    return letter.kind, letter.to, letter.path, letter.planned
