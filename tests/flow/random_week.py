"""A configuration with all that alerts can be told to do, and a week of made-up news under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from flow.newsroom import SUBJECTS, Arrival, Newsroom
from flow.oracle import DAY, WEEKDAYS, Clock, Letter, Oracle, Period
from flow.simulation import Sent, Simulation

from monitor.store import AlertRow, ArticleRow

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
RULES: list[dict[str, Any]] = [
    {"id": "quake", "level": "critical", "tags": ["nature"]},
    {"id": "heatwave", "level": "high", "tags": ["nature", "daily"]},
    {"id": "twinning", "level": "info", "tags": ["town", "daily"]},
    {"id": "strike", "level": "medium", "tags": ["town", "night"]},
    {"id": "flood", "level": "high", "tags": ["nature"]},
    {"id": "blaze", "level": "low", "tags": ["town", "night"], "novelty": "first"},
    {"id": "bankruptcy", "level": "medium", "tags": ["money"]},
    {"id": "trial", "level": "low", "tags": ["night"]},
    {"id": "merger", "level": "medium", "tags": ["money", "daily"], "novelty": "every"},
    {"id": "epidemic", "level": "high", "tags": ["town"], "alert": {"sources": 3, "within": "3h"}},
    {
        "id": "hacking",
        "level": "medium",
        "tags": [],
        "alert": {"spike": {"factor": 2, "against": "2d", "within": "6h"}},
    },
]
ROUTE: dict[str, Any] = {
    "receiver": "duty",
    "group_interval": "30m",
    "repeat_interval": "4h",
    "routes": [
        {"match": {"level": "critical"}, "receiver": "phone", "group_by": ["rule"], "continue": True},
        {
            "match": {"tag": "nature"},
            "receiver": "desk",
            "hold": "nights",
            "group_wait": "2m",
            "routes": [
                {"match": {"level": "critical"}, "hold": "off", "group_wait": "0s"},
                {"match": {"language": "en"}, "group_by": ["source"], "hold": ["nights", "lunch"]},
            ],
        },
        {"match": {"tag": "daily"}, "receiver": "chief", "digest": "07:30 Europe/Paris", "continue": True},
        {"match": {"tag": "money"}, "receiver": "chief", "group_by": ["alert"], "hold": "nights"},
        {"match": {"tag": "night"}, "receiver": "archive", "digest": "30 2 * * *", "continue": True},
        {"match": {"rule": ["trial", "twinning"]}, "receiver": "desk", "digest": "0 8 * * 1-5", "hold": "weekends"},
        {"match": {"tag": "town"}, "receiver": "phone", "hold": "nights", "repeat_interval": "off"},
    ],
}
INTERVALS: list[dict[str, Any]] = [
    {"name": "nights", "location": "Europe/Paris", "times": ["22:00-07:00"]},
    {"name": "lunch", "location": "Europe/London", "times": ["11:30-12:30"], "weekdays": ["monday:friday"]},
    {"name": "weekends", "location": "Europe/Paris", "weekdays": ["saturday:sunday"]},
]
INHIBIT: list[dict[str, Any]] = [
    {"source": {"level": "critical"}, "target": {"level": ["info", "low"]}},
    {"source": {"rule": "strike"}, "target": {"rule": "bankruptcy"}},
]
RECURRING: dict[str, Any] = {
    "match": {"tag": "town", "language": "fr"},
    "location": "Europe/Paris",
    "times": ["23:00-02:30"],
    "weekdays": ["friday:sunday"],
}
EARLY: dict[str, Any] = {"match": {"language": "en"}, "location": "Europe/Paris", "times": ["02:15-02:45"]}
ONCE: dict[str, Any] = {"level": ["high", "medium"]}
ADDED: dict[str, Any] = {"source": ["Radio Ardol", "Gazette Brivane", "Agence Cestre", "Harrow Wire"]}
SLOTS: dict[str, Callable[[datetime], bool]] = {
    "07:30 Europe/Paris": lambda wall: (wall.hour, wall.minute) == (7, 30),
    "30 2 * * *": lambda wall: (wall.hour, wall.minute) == (2, 30),
    "0 8 * * 1-5": lambda wall: (wall.hour, wall.minute) == (8, 0) and wall.weekday() < 5,
}
ADDRESSES = {name: [""] for name in ("duty", "phone", "chief", "archive")} | {"desk": ["a@x.example", "b@x.example"]}
AT_MOST = {"phone": "2/2h"}
CAPS = {"phone": (2, 2 * HOUR)}


@dataclass
class Week:
    """A week that was simulated, and what the model says of it; alerts and articles are the oldest first."""

    arrivals: list[Arrival]
    articles: list[ArticleRow]
    alerts: list[AlertRow]
    sent: list[Sent]
    refused: list[Sent]
    pending: int
    oracle: Oracle
    letters: list[Letter]


@dataclass
class Times:
    """The moments of a week that matter: its own, those of intervals and digests, and those of two silences."""

    start: datetime
    end: datetime
    holds: dict[str, list[Period]]
    recurring: list[Period]
    early: list[Period]
    slots: dict[str, list[datetime]]
    once: Period
    added: Period

    @classmethod
    def of(cls, midnight: datetime) -> Times:
        start, end = midnight.astimezone(UTC), (midnight + 7 * DAY).astimezone(UTC)
        names = {"Europe/Paris", "Europe/London"}
        clocks = {zone: Clock(zone, start - 3 * DAY, end + 6 * DAY) for zone in names}
        return cls(
            start,
            end,
            {one["name"]: _periods(one, clocks) for one in INTERVALS},
            _periods(RECURRING, clocks),
            _periods(EARLY, clocks),
            {written: clocks["Europe/Paris"].slots(fits) for written, fits in SLOTS.items()},
            (start + 30 * HOUR, start + 34 * HOUR),
            (start + 78 * HOUR, start + 102 * HOUR),
        )

    def edges(self) -> list[datetime]:
        """The moments within the week at which something begins or ends; some of them count more."""
        ends = [
            at
            for times in (*self.holds.values(), self.recurring, self.early, [self.once, self.added])
            for at in sum(times, ())
        ]
        slots = [at for times in self.slots.values() for at in times]
        edges = sorted({at for at in (*ends, *slots) if self.start + HOUR < at < self.end})
        hours = [self.start + n * HOUR for n in range(7 * 24)]
        change = next(
            at for at in hours if at.astimezone(PARIS).utcoffset() != self.start.astimezone(PARIS).utcoffset()
        )
        return sorted(
            edges
            + 8
            * [at for at in edges if abs(at - change) < 2 * HOUR or at in (self.once[1], self.holds["nights"][6][0])]
        )


def _periods(written: dict[str, Any], clocks: dict[str, Clock]) -> list[Period]:
    days: list[str] = []
    for one in written.get("weekdays", ["monday:sunday"]):
        first, _, last = one.partition(":")
        days += WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]
    return clocks[written["location"]].periods({**written, "weekdays": days})


def rules() -> dict[str, Any]:
    """The rules as they are written: each fires at the word of its subject, in either language."""
    phrases = [{"when": {"phrase": list(words)}} for words in SUBJECTS.items()]
    return {"version": 1, "rules": [{**rule, **when} for rule, when in zip(RULES, phrases, strict=True)]}


def configuration(once: Period) -> dict[str, Any]:
    """The settings; one of their silences lasts for this period."""
    who = {"author": "duty", "comment": "known"}
    ends = {"starts": once[0].isoformat(), "ends": once[1].isoformat()}
    return {
        "timezone": "Europe/Paris",
        "route": ROUTE,
        "time_intervals": INTERVALS,
        "inhibit": INHIBIT,
        "silences": [{**RECURRING, **who}, {**EARLY, **who}, {"match": ONCE, **who, **ends}],
    }


def receivers() -> list[dict[str, Any]]:
    """One for each name; who has addresses gets mail."""
    mail = {"type": "email", "from": "w@example.org", "smtp": {"host": "localhost", "starttls": "off"}}
    found = [
        {"name": name, **({"to": to, **mail} if any(to) else {"type": "console"})} for name, to in ADDRESSES.items()
    ]
    return [{**one, "at_most": AT_MOST[one["name"]]} if one["name"] in AT_MOST else one for one in found]


def downs(midnight: datetime) -> list[Period]:
    """When a daemon is down that is: over the beginning of quiet hours, and over their end and digests."""
    walls = (("21:40", "23:10", 1, 1), ("23:30", "08:20", 2, 3))
    return [
        (_wall(midnight + first * DAY, start), _wall(midnight + last * DAY, end)) for start, end, first, last in walls
    ]


def _wall(midnight: datetime, shown: str) -> datetime:
    return midnight.replace(hour=int(shown[:2]), minute=int(shown[3:])).astimezone(UTC)


def in_the_evening(_: str, now: datetime) -> bool:
    """Whether no mail server takes anything: each day from before the beginning of quiet hours until after it."""
    return "21:30" <= f"{now.astimezone(PARIS):%H:%M}" < "23:30"


def oracle(times: Times, away: Sequence[Period]) -> Oracle:
    """The model of this configuration, and of a daemon that is down at times."""
    return Oracle(
        [{**rule, "subject": subject} for rule, subject in zip(RULES, SUBJECTS, strict=True)],
        ROUTE,
        INHIBIT,
        ADDRESSES,
        CAPS,
        times.slots,
        times.holds,
        [
            (RECURRING["match"], times.recurring),
            (EARLY["match"], times.early),
            (ONCE, [times.once]),
            (ADDED, [times.added]),
        ],
        away,
    )


def at_random(part: float, seed: int) -> Callable[[str, datetime], bool]:
    """Refuses a part of all messages."""
    chance = Random(seed)
    return lambda *_: chance.random() < part


def simulated(
    folder: Path,
    midnight: datetime,
    stories: int,
    seed: int,
    *,
    refuses: Callable[[str, datetime], bool] = lambda *_: False,
    away: Sequence[Period] = (),
) -> Week:
    """The week after a midnight in Paris, and the days after it until all has gone.

    What receivers `refuses` comes again. While the daemon is `away` nothing is sent; what came meanwhile it finds then.
    """
    times = Times.of(midnight)
    arrivals = [_found(one, away) for one in Newsroom(seed).week(times.start, times.end, stories, times.edges())]
    desk = Simulation.of(folder, configuration(times.once), rules(), receivers(), times.start)
    desk.office.refuses = refuses
    try:
        _let_happen(desk, times, arrivals, away)
        articles, alerts = desk.store.articles(100_000)[::-1], desk.store.alerts(1_000_000, suppressed=True)[::-1]
        pending = desk.store.counts().pending
    finally:
        desk.store.close()
    model = oracle(times, away)
    for one, article in zip(arrivals, articles, strict=True):
        model.arrives(one, str(article.status), article.story)
    return Week(arrivals, articles, alerts, desk.office.sent, desk.office.refused, pending, model, model.all_letters())


def _found(one: Arrival, away: Sequence[Period]) -> Arrival:
    """An item, when a daemon that is down at times finds it."""
    return replace(one, at=next((end for start, end in away if start <= one.at < end), one.at))


def _let_happen(desk: Simulation, times: Times, arrivals: Sequence[Arrival], away: Sequence[Period]) -> None:
    """The week, with a silence that somebody adds by hand and takes back later."""
    silence = 0
    for start, end in pairwise(sorted({times.start, *times.added, *sum(away, ()), times.end + 14 * DAY})):
        if start == times.added[0]:
            silence = desk.store.silence(ADDED, {}, "duty", "a test", start, times.end, start)
        elif start == times.added[1]:
            assert desk.store.expire(silence, start)
        if any(begin <= start < over for begin, over in away):
            desk.now = end
        else:
            desk.until(end, [(one.at, one.item) for one in arrivals if start <= one.at < end])
