"""Rules that look at more than one article: enough sources, a first mention, a spike; from feed to message."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flow.simulation import Simulation

from monitor.model import Item

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ROUTE = {"route": {"receiver": "desk", "group_interval": "0s"}}
Start = Callable[[dict[str, Any]], Simulation]
# One event in the words of four papers.
TOLD = [
    "Un incendie a détruit lundi la verrerie Charmeuil de Portieux, dans les Vosges. Aucun blessé n'est à déplorer.",
    "La verrerie Charmeuil, à Portieux dans les Vosges, a été détruite lundi par un incendie, sans faire de blessé.",
    "Vosges : les flammes ont ravagé lundi la verrerie Charmeuil de Portieux. On ne compte aucun blessé.",
    "À Portieux (Vosges), il ne reste rien de la verrerie Charmeuil après l'incendie de lundi. Nul n'est blessé.",
]
TITLE = "Incendie à la verrerie Charmeuil de Portieux"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    opened: list[Simulation] = []

    def starting(rule: dict[str, Any]) -> Simulation:
        actors = {"lavrov": {"name": "Sergueï Lavrov", "aliases": ["Lavrov"]}, "blinken": {"name": "Antony Blinken"}}
        rules = {"version": 1, "actors": actors, "rules": [{"id": "watched", **rule}]}
        opened.append(Simulation.of(tmp_path, ROUTE, rules, ["desk"], NOW))
        return opened[-1]

    yield starting
    for one in opened:
        one.store.close()


def suppressed(desk: Simulation) -> list[str | None]:
    return [row.suppressed for row in desk.store.alerts(100, suppressed=True)[::-1]]


def test_a_story_is_told_once_three_sources_have_it(start: Start) -> None:
    desk = start({"when": {"phrase": "Charmeuil"}, "alert": {"sources": 3, "within": "1h"}})
    coming = [(NOW + MINUTE * at, Item(f"paper-{at}", "1", text, title=TITLE)) for at, text in enumerate(TOLD[:3])]
    (sent,) = desk.until(NOW + DAY, coming)
    assert (sent.at, sent.told) == (NOW + 2 * MINUTE, ("watched 1 sources",))
    assert sent.alerts[0]["condition"]["sources"] == ["paper-0", "paper-1", "paper-2"]
    assert "paper-0" in sent.message.text
    assert suppressed(desk)[:2] == ["condition", "condition"]


def test_sources_that_come_too_late_are_not_enough(start: Start) -> None:
    desk = start({"when": {"phrase": "Charmeuil"}, "alert": {"sources": 3, "within": "1h"}})
    coming = [(NOW + 50 * MINUTE * at, Item(f"paper-{at}", "1", text, title=TITLE)) for at, text in enumerate(TOLD)]
    assert desk.until(NOW + DAY, coming) == []


def test_actors_that_meet_again_in_another_story_are_no_first_mention(start: Start) -> None:
    rule = {
        "when": {"phrase": "rencontre"},
        "alert": {"first_mention": {"actors": ["lavrov", "blinken"], "within": "30d"}},
    }
    desk = start(rule)
    meetings = [
        (0 * DAY, "La rencontre de Lavrov et d'Antony Blinken à Genève a porté sur le contrôle des armes nucléaires."),
        (
            9 * DAY,
            "Une rencontre entre Antony Blinken et Lavrov est prévue à Vienne au sujet du blé et des cargos.",
        ),
        (
            45 * DAY,
            "Lavrov et Antony Blinken se sont vus à Oslo, une rencontre consacrée aux frontières de l'Arctique.",
        ),
    ]
    coming = [(NOW + at, Item("agence", str(at), text, title=text[:40])) for at, text in meetings]
    sent = desk.until(NOW + 60 * DAY, coming)
    assert [(one.at, one.told) for one in sent] == [
        (NOW, ("watched 1 first-mention",)),
        (NOW + 45 * DAY, ("watched 1 first-mention",)),
    ]


def test_more_articles_than_on_other_days_are_a_spike_told_once(start: Start) -> None:
    desk = start({"when": {"phrase": "Charmeuil"}, "alert": {"spike": {"factor": 3, "against": "7d", "within": "1d"}}})
    towns = (
        "Arches Bruyères Cornimont Darney Épinal Fraize Gérardmer Hadol Igney Jarménil Liffol Mirecourt Nomexy".split()
    )
    coming = []
    for number, town in enumerate(towns):
        # One a day for a week, then six within the hours of one day.
        at = NOW + (number * DAY if number < 7 else 7 * DAY + (number - 7) * HOUR)
        text = f"La maison Charmeuil ouvre une boutique à {town}, au numéro {number + 3} de la rue principale."
        coming.append((at, Item("agence", town, text, title=f"Une boutique à {town}")))
    (sent,) = desk.until(NOW + 9 * DAY, coming)
    assert sent.told == ("watched 1 spike",)
    assert sent.alerts[0]["condition"]["articles"] >= 3
    assert NOW + 7 * DAY < sent.at < NOW + 8 * DAY
