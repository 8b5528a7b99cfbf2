"""The nightly look at what should have been raised, under the rules that were live when each article came."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from flow.simulation import Simulation

from monitor.match import RuleSet
from monitor.model import Article, Item, Match
from monitor.upkeep.sweeping import sweep

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RULES = {
    "version": 1,
    "rules": [
        {"id": "flood", "level": "high", "when": {"phrase": "crue"}},
        {"id": "town", "when": {"phrase": "Sommières"}},
    ],
}
CRUE = Item("gazette", "1", "La crue du Vidourle menace Sommières depuis lundi.", title="Une crue")


class Faulty:
    """Rules of which some match nothing, as those of a daemon with a fault do."""

    def __init__(self, rules: RuleSet, *blind: str) -> None:
        self.rules = rules.rules
        self._rules = rules
        self._blind = blind

    def match(self, article: Article) -> list[Match]:
        return [match for match in self._rules.match(article) if match.rule not in self._blind]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Simulation]:
    one = Simulation.of(tmp_path, {"route": {"receiver": "desk", "group_interval": "0s"}}, RULES, ["desk"], NOW)
    live(one, RULES, NOW - HOUR)
    yield one
    one.store.close()


def live(desk: Simulation, rules: dict[str, Any], since: datetime) -> None:
    desk.store.went_live({"rules.yaml": yaml.safe_dump(rules, allow_unicode=True).encode()}, ["fr", "en"], since)


def take_in(desk: Any, *blind: str, item: Item = CRUE) -> None:
    """The article comes while some rules do not match what they should."""
    whole = desk.rules
    desk.rules = Faulty(whole, *blind)
    asyncio.run(desk.take_in(item))
    asyncio.run(desk.relay())
    desk.rules = whole


def swept(desk: Any) -> int:
    desk.now = NOW + 12 * HOUR
    return asyncio.run(sweep(desk, NOW - HOUR, NOW + 10 * HOUR))


def told(desk: Simulation) -> list[tuple[str, ...]]:
    before = len(desk.office.sent)
    asyncio.run(desk.relay())
    return [one.told for one in desk.office.sent[before:]]


def test_nothing_is_late_where_nothing_is_missing(desk: Simulation) -> None:
    take_in(desk)
    assert swept(desk) == 0
    assert told(desk) == []


def test_a_missing_alert_is_sent_late_and_once(desk: Simulation) -> None:
    take_in(desk, "flood")
    assert swept(desk) == 1
    assert told(desk) == [("flood 1 late",)]
    assert swept(desk) == 0


def test_all_that_an_article_lacks_travels_together(desk: Simulation) -> None:
    take_in(desk, "flood", "town")
    assert swept(desk) == 2
    assert told(desk) == [("flood 1 late", "town 1 late")]


def test_a_suppressed_alert_is_not_missing(desk: Simulation) -> None:
    take_in(desk)
    asyncio.run(desk.take_in(Item("autre", "2", CRUE.content, title="Une crue")))
    assert swept(desk) == 0


def test_a_match_that_was_missed_counts_for_a_rule_that_waits_for_two_sources(tmp_path: Path) -> None:
    rule = {"id": "both", "when": {"phrase": "Vidourle"}, "alert": {"sources": 2, "within": "48h"}}
    desk: Any = Simulation.of(tmp_path, {"route": {"receiver": "desk"}}, {"version": 1, "rules": [rule]}, ["desk"], NOW)
    live(desk, {"version": 1, "rules": [rule]}, NOW - HOUR)
    take_in(desk)
    other = "La crue du Vidourle menace depuis lundi la ville de Sommières, dit la préfecture."
    take_in(desk, "both", item=Item("agence", "1", other, title="Une crue"))
    assert swept(desk) == 1
    assert told(desk) == [("both 1 late",)]
    assert desk.office.sent[0].alerts[0]["condition"]["sources"] == ["gazette", "agence"]
    desk.store.close()


def test_a_rule_that_was_not_live_yet_owes_nothing(desk: Simulation) -> None:
    take_in(desk)
    later = {"version": 1, "rules": [*RULES["rules"], {"id": "menace", "when": {"phrase": "menace"}}]}  # type: ignore[misc]
    live(desk, later, NOW + HOUR)
    assert swept(desk) == 0


def test_an_article_of_the_minutes_about_a_reload_owes_what_both_rule_sets_ask(desk: Simulation) -> None:
    live(desk, {"version": 1, "rules": [RULES["rules"][1]]}, NOW + timedelta(minutes=1))  # type: ignore[index]
    take_in(desk, "flood", "town")
    assert swept(desk) == 1
    assert told(desk) == [("town 1 late",)]


def test_articles_of_other_days_are_left_alone(desk: Simulation) -> None:
    take_in(desk, "flood")
    desk.now = NOW + 3 * DAY
    watch: Any = desk
    assert asyncio.run(sweep(watch, NOW + DAY, NOW + 2 * DAY)) == 0


def test_an_article_that_cannot_be_looked_at_keeps_no_other_from_it(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    blind = Faulty(desk.rules, "flood")
    whole, desk.rules = desk.rules, blind
    asyncio.run(desk.take_in(Item("autre", "0", "La crue du Lez a noyé trois caves à Prades hier.", title="Le Lez")))
    desk.rules = whole
    take_in(desk, "flood")
    match = RuleSet.match

    def fails(rules: RuleSet, article: Article) -> list[Match]:
        if article.title == "Le Lez":
            raise RuntimeError("a fault of ours")
        return match(rules, article)

    monkeypatch.setattr(RuleSet, "match", fails)
    assert swept(desk) == 1
