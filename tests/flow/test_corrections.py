"""A source changes or withdraws what an alert cited: those who got the alert get the correction."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flow.simulation import Sent, Simulation

from monitor.model import Item

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CITED = "Le ministre Armand Delvaux a promis 13 000 soldats à la ville de Lomme."
TEXT = f"La réunion du conseil a duré deux heures lundi.\n{CITED}\nIl repart demain pour Genève avec sa délégation."
RULES = {
    "version": 1,
    "rules": [
        {"id": "soldats", "level": "high", "when": {"phrase": "13 000 soldats"}},
        {"id": "delvaux", "when": {"phrase": "Armand Delvaux"}},
        {"id": "geneve", "when": {"phrase": "Genève"}},
    ],
}
ROUTE = {
    "route": {
        "receiver": "desk",
        "group_interval": "0s",
        "routes": [{"match": {"rule": "soldats"}, "receiver": "chief"}],
    }
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Simulation]:
    one = Simulation.of(tmp_path, ROUTE, RULES, ["desk", "chief"], NOW)
    yield one
    one.store.close()


def version(text: str, guid: str = "1") -> Item:
    return Item("agence", guid, text, title="Une promesse au conseil")


def after(desk: Simulation, *texts: str) -> list[Sent]:
    """What is sent when a source serves one version after the other, without what the first one brings."""
    told = [(NOW + MINUTE * at, version(text)) for at, text in enumerate((TEXT, *texts))]
    first = len(desk.until(NOW + MINUTE / 2, told[:1]))
    return desk.until(NOW + timedelta(hours=1), told[1:])[first:]


def test_a_changed_passage_is_corrected_for_those_who_got_it(desk: Simulation) -> None:
    sent = after(desk, TEXT.replace("13 000", "3 000"))
    assert {(one.to, told) for one in sent for told in one.told} == {
        ("chief", "soldats 2 correction"),
        ("desk", "delvaux 2 correction"),
        ("desk", "geneve 2 update"),  # which cited another passage, and learns the new figure
    }
    (chief,) = (one for one in sent if one.to == "chief")
    assert chief.alerts[0]["correction"]["kind"] == "changed"
    assert chief.alerts[0]["correction"]["passages"][0]["before"] == CITED
    text = " ".join(chief.message.text.split())
    assert "*13 000* soldats" in text
    assert "*3 000* soldats" in text


def test_a_withdrawn_passage_is_corrected_though_the_rule_no_longer_matches(desk: Simulation) -> None:
    sent = after(desk, TEXT.replace(CITED, "Le ministre n'a rien dit de plus aux journalistes."))
    (alert,) = (alert for one in sent for alert in one.alerts if alert["rule"]["id"] == "soldats")
    assert alert["reason"] == "correction"
    assert alert["correction"]["kind"] == "withdrawn"
    assert alert["evidence"] == []


def test_a_correction_tells_of_the_story_as_it_stands_now_though_the_rule_no_longer_matches(desk: Simulation) -> None:
    copy = replace(version(TEXT), source="copiste")
    later = version(TEXT.replace(CITED, "Le ministre n'a rien dit de plus aux journalistes."))
    sent = desk.until(NOW + timedelta(hours=1), [(NOW, version(TEXT)), (NOW + MINUTE, copy), (NOW + 2 * MINUTE, later)])
    (alert,) = (
        one for got in sent for one in got.alerts if (one["rule"]["id"], one["reason"]) == ("soldats", "correction")
    )
    assert (alert["story"]["articles"], alert["story"]["sources"]) == (2, 2)  # versions of an article are one
    assert [(one["source"], one["relation"]) for one in alert["also"]] == [("copiste", "update")]


def test_what_was_not_cited_may_change_without_a_word(desk: Simulation) -> None:
    assert [one.told for one in after(desk, TEXT.replace("deux heures", "près de deux heures"))] == []


def test_a_version_that_is_cut_short_corrects_nothing(desk: Simulation) -> None:
    assert after(desk, TEXT.partition("\n")[0]) == []


def test_each_change_is_corrected_once(desk: Simulation) -> None:
    changed = TEXT.replace("13 000", "3 000")
    again = changed.replace("demain", "ce soir")
    sent = after(desk, changed, again, again)
    told = [told for one in sent for told in one.told]
    assert sorted(told) == [
        "delvaux 2 correction",
        "geneve 2 update",
        "geneve 3 correction",
        "soldats 2 correction",
    ]


def test_the_same_words_from_another_item_correct_nobody(desk: Simulation) -> None:
    desk.until(NOW + MINUTE / 2, [(NOW, version(TEXT))])
    other = replace(version(TEXT.replace("13 000", "3 000"), "2"), source="autre")
    sent = desk.until(NOW + timedelta(hours=1), [(NOW + MINUTE, other)])
    assert "correction" not in {alert["reason"] for one in sent for alert in one.alerts}


def test_an_id_that_is_used_again_for_other_news_hides_none_of_it(desk: Simulation) -> None:
    desk.until(NOW + MINUTE, [(NOW, version(TEXT))])
    later = NOW + timedelta(days=20)
    news = replace(version("Le prix du blé a bondi de dix pour cent à la bourse de Genève."), title="Le blé s'envole")
    sent = desk.until(later + MINUTE, [(later, news)])
    assert (sent[-1].at, sent[-1].told) == (later, ("geneve 1 first",))


def test_a_correction_of_an_old_story_hides_no_first_alert_of_another_one(desk: Simulation) -> None:
    desk.until(NOW + MINUTE, [(NOW, version(TEXT))])
    later = NOW + timedelta(days=20)
    text = TEXT.replace(CITED, "Le ministre Armand Delvaux n'a rien promis.")
    sent = desk.until(later + MINUTE, [(later, version(text))])
    told = {told for one in sent if one.at == later for told in one.told}
    assert told == {"delvaux 1 first", "delvaux 2 correction", "geneve 1 first", "soldats 2 correction"}


def test_what_was_there_before_anybody_watched_corrects_nothing(desk: Simulation) -> None:
    asyncio.run(desk.take_in(version(TEXT)))
    desk.quiet = True
    asyncio.run(desk.take_in(version(TEXT.replace("13 000", "3 000"))))
    assert {row.suppressed for row in desk.store.alerts(2, suppressed=True)} == {"age"}
