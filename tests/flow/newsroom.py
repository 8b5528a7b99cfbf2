"""A seed -> made-up news of a week: stories with words of their own, and when which source brings what of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from monitor.model import Item, Precision, Published

SOURCES = {
    "fr": [f"{kind} {place}" for kind in ("Radio", "Gazette", "Agence") for place in ("Ardol", "Brivane", "Cestre")],
    "en": ["Harrow Wire", "Selby Post", "Tarn Courier", "Ludlow Herald"],
}
SUBJECTS = {
    "séisme": "quake",
    "canicule": "heatwave",
    "jumelage": "twinning",
    "grève": "strike",
    "crue": "flood",
    "incendie": "blaze",
    "faillite": "bankruptcy",
    "procès": "trial",
    "fusion": "merger",
    "épidémie": "epidemic",
    "piratage": "hacking",
}
"""What stories are about, in French and in English; each has its rule."""

_SYLLABLES = "ba vo ric tan lu mer dol gri sen pa fou zel nor ki ber sau tri mon ve lac dre puy han cor bis eul".split()
_LEAD = {
    "fr": [
        "{subject} : {figure} personnes sont concernées à {town}, a annoncé {person}, qui dirige {firm}.",
        "À {town}, {person} ({firm}) parle de {figure} personnes concernées : {subject}.",
        "Selon {person}, de {firm}, {figure} personnes sont concernées à {town} : {subject}.",
    ],
    "en": [
        "{subject}: {figure} people are affected in {town}, said {person}, who runs {firm}.",
        "In {town}, {person} of {firm} speaks of {figure} people affected: {subject}.",
        "According to {person} of {firm}, {figure} people in {town} are affected: {subject}.",
    ],
}
_FACTS = {
    "fr": [
        "Le pont de {place} restera fermé pendant {number} jours.",
        "{number} familles ont été relogées dans le gymnase de {place}.",
        "Le tribunal de {place} a ouvert une enquête contre {name}.",
        "{name} a promis une aide de {number} millions d'euros.",
        "Les pompiers de {place} ont envoyé {number} camions.",
        "{name} a démissionné de son poste au conseil de {place}.",
        "Une cellule d'écoute a été installée à {place} par {name}.",
        "{number} écoles de {place} ont renvoyé leurs élèves.",
        "La route de {place} sera élargie de {number} mètres.",
    ],
    "en": [
        "The bridge of {place} will stay closed for {number} days.",
        "{number} families were housed in the sports hall of {place}.",
        "The court of {place} opened an inquiry against {name}.",
        "{name} promised {number} million euros in aid.",
        "Firefighters from {place} sent {number} trucks.",
        "{name} resigned from the council of {place}.",
        "A helpline was set up in {place} by {name}.",
        "{number} schools in {place} sent their pupils home.",
        "The road to {place} will be widened by {number} metres.",
    ],
}
_TITLES = {
    "fr": ["{town} : {firm} s'explique", "{firm} sous pression à {town}", "{town} attend {firm}"],
    "en": ["{town}: {firm} explains itself", "{firm} under pressure in {town}", "{town} waits for {firm}"],
}
_TOGETHER = [["séisme", "jumelage"], ["séisme", "incendie", "crue"], ["grève", "faillite"]]  # where one hides another
_PAUSES = [60, 900, 7200, 40_000]  # seconds
_SHARP = 0.3  # of what might come just at an edge
_BEFORE = timedelta(minutes=1)
_AROUND = [timedelta(minutes=minutes) for minutes in (0, 0, 1, 10, 40)]


@dataclass(frozen=True)
class Arrival:
    """An item that a source brings: of which story, what it is to it, and the subjects that it names."""

    at: datetime
    item: Item
    story: int
    kind: str
    subjects: tuple[str, ...]


@dataclass
class _Story:
    number: int
    language: str
    subjects: tuple[str, ...]
    named: dict[str, str]
    known: list[str]
    to_come: list[str]

    def text(self, way: int) -> str:
        named = SUBJECTS if self.language == "en" else dict(zip(SUBJECTS, SUBJECTS, strict=True))
        subject = (" and " if self.language == "en" else " et ").join(named[one] for one in self.subjects)
        lead = _LEAD[self.language][way].format(**self.named, subject=subject)
        return "\n".join([lead[0].upper() + lead[1:], *self.known])


class Newsroom:
    """Makes up news; no two stories share a name."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._used: set[str] = set()

    def week(self, start: datetime, end: datetime, stories: int, edges: Sequence[datetime]) -> list[Arrival]:
        """Seven or eight articles of each of so many stories, the first first.

        Some come just at one of the edges, or a minute before, and a part of the stories begins there or soon before.
        """
        found = [one for number in range(stories) for one in self._arrivals(self._story(number), start, end, edges)]
        return sorted(found, key=lambda one: one.at)

    def _name(self) -> str:
        while True:
            made = "".join(self._chance.choices(_SYLLABLES, k=self._chance.choice([3, 4]))).capitalize()
            if made not in self._used:
                self._used.add(made)
                return made

    def _figure(self) -> str:
        while (made := str(self._chance.randrange(1000, 9999))) in self._used:
            pass
        self._used.add(made)
        return made

    def _story(self, number: int) -> _Story:
        chance, language = self._chance, "en" if number % 5 == 4 else "fr"
        subjects = chance.sample(list(SUBJECTS), k=2 if number % 3 == 0 else 1)
        subjects = chance.choice(_TOGETHER) if number % 6 == 0 else subjects
        named = {"town": self._name(), "person": f"{self._name()} {self._name()}", "firm": self._name()}
        facts = [
            one.format(place=self._name(), name=f"{self._name()} {self._name()}", number=chance.randrange(11, 990))
            for one in _FACTS[language]
        ]
        chance.shuffle(facts)
        named["figure"] = self._figure()
        return _Story(number, language, tuple(sorted(subjects)), named, facts[:2], facts[2:])

    def _arrivals(self, story: _Story, start: datetime, end: datetime, edges: Sequence[datetime]) -> list[Arrival]:
        chance = self._chance
        kinds = chance.choices(["rewrite", "fact", "copy", "correction"], [3, 4, 3, 1], k=chance.choice([6, 7, 7]))
        pauses = [chance.expovariate(1 / chance.choice(_PAUSES)) for _ in kinds]
        begin = (end - start) * chance.random()
        begin = chance.choice(edges) - start - chance.choice(_AROUND) if chance.random() < _SHARP else begin
        scale = min(1.0, (end - start - begin).total_seconds() / (sum(pauses) + 1))
        times = [start + begin + timedelta(seconds=int(sum(pauses[:n]) * scale)) for n in range(len(pauses) + 1)]
        found: list[Arrival] = []
        for kind, time, following in zip(["first", *kinds], times, [*times[1:], end], strict=True):
            sharp = [at for edge in edges for at in (edge - _BEFORE, edge) if time < at < following]
            at = sharp[0] if sharp and chance.random() < _SHARP else time
            found.append(self._arrival(story, kind, at.replace(microsecond=0), found))
        return found

    def _arrival(self, story: _Story, kind: str, at: datetime, before: list[Arrival]) -> Arrival:
        chance, guid, published = self._chance, f"{story.number}-{len(before)}", Published(at, Precision.SECOND)
        source = chance.choice(SOURCES[story.language])
        if kind == "copy":
            copied = chance.choice(before)
            item = replace(copied.item, source=source, guid=guid, published=published)
            return replace(copied, at=at, kind=kind, item=item)
        if kind == "correction":
            cited = [one for one in before if one.item.guid == before[0].item.guid][-1]
            old, story.named["figure"] = story.named["figure"], self._figure()
            text = str(cited.item.content).replace(old, story.named["figure"])
            return replace(cited, at=at, kind=kind, item=replace(cited.item, content=text, published=published))
        if kind == "fact":
            story.known.append(story.to_come.pop())
        way = 0 if kind == "first" else chance.choice([1, 2])
        title = _TITLES[story.language][way].format(**story.named)
        item = Item(source, guid, story.text(way), title=title, published=published, language=story.language)
        return Arrival(at, item, story.number, kind, story.subjects)
