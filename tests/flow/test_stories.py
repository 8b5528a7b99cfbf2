"""Whole stories through feed, archive, rules and outbox: told once, then only what is new, never twice by a merge."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dedup.labelled import DATA, rows
from flow.installation import SECRET, Installation, Receiver
from flow.newspaper import Newspaper, Story, newspaper, rss

LABELLED = [story for path in sorted((DATA / "novelty").glob("*.yaml")) for story in rows(path)]
NOW = datetime.now(UTC)
EVERYTHING = """
version: 1
rules:
  - {id: all, level: medium, novelty: NOVELTY, when: {any: [{language: fr}, {language: en}]}}
"""


def watch(
    installation: Installation,
    paper: Newspaper,
    receiver: Receiver,
    *feeds: str,
    novelty: str = "new-facts",
    more: str = "",
) -> None:
    listed = ", ".join(
        f"{{type: feed, name: {name}, url: '{paper.url('/' + name)}', alert_max_age: off, language: fr}}"
        for name in feeds
    )
    installation.configure(
        f"receivers: [{{name: hook, type: webhook, url: '{receiver.url}', secret: {SECRET}}}]\n"
        f"route: {{receiver: hook, group_by: [alert], group_interval: 0s}}\n{more}",
        rules=EVERYTHING.replace("NOVELTY", novelty),
        sources=f"sources: [{listed}]\n",
    )


def item(written: dict[str, Any], link: str) -> Story:
    published = datetime.fromisoformat(str(written["published"]))
    return Story(written["title"], written["text"], link, link, published)


def test_twenty_stories_of_the_press_are_told_once_and_then_only_what_is_new(
    installation: Installation, receiver: Receiver
) -> None:
    with newspaper() as paper:
        watch(installation, paper, receiver, "agency")
        links = {}
        for story in LABELLED:
            for nth, written in enumerate(story["articles"]):
                links[f"http://agency.example/{story['id']}/{nth}"] = (story["id"], written)
        paper.served["/agency"] = rss([item(written, link) for link, (_, written) in links.items()])
        done = installation.json("once")
    assert (done["stories"], done["errors"]) == (len(LABELLED), [])
    told = defaultdict(list)
    for body in receiver.shown().values():
        for alert in body["data"]["alerts"]:
            story, written = links[alert["article"]["url"]]
            told[story].append((alert["reason"], written["brings"], len(alert["new"]), body["type"]))
    assert set(told) == {story["id"] for story in LABELLED}
    for story in LABELLED:
        first, *others = sorted(told[story["id"]], key=lambda one: one[0] != "first")
        assert first == ("first", "first", 0, "alert.created")
        assert {one[1] for one in others} == {"facts"}, story["id"]
        assert {one[0] for one in others} <= {"new-facts", "update"}
        assert {one[3] for one in others} == {"alert.updated"}
        assert all(sentences for _, _, sentences, _ in others)
    planted = sum(one["brings"] == "facts" for story in LABELLED for one in story["articles"])
    assert sum(map(len, told.values())) - len(LABELLED) >= 0.9 * planted


FIRE, OTHER_DESK, THIRD_DESK = (
    Story(
        "Incendie dans un entrepôt de pneus à Lanester",
        "Un incendie s'est déclaré lundi matin dans un entrepôt de pneus de la société Delbosc à Lanester, ont indiqué"
        " les pompiers du Morbihan. Une épaisse fumée noire était visible depuis Lorient.",
        "http://a.example/1",
    ),
    Story(
        "Lanester : l'entrepôt Delbosc en feu, fumée noire sur Lorient",
        "Les pompiers du Morbihan luttent lundi contre le feu qui a pris dans un entrepôt de pneus de Delbosc."
        " La fumée noire se voit de Lorient, et l'incendie de Lanester a commencé dans la matinée.",
        "http://b.example/1",
    ),
    Story(
        "Incendie de Lanester : deux pompiers blessés",
        "Deux pompiers ont été blessés dans l'incendie de l'entrepôt de pneus Delbosc à Lanester, a annoncé le préfet"
        " Yann Guivarch. Les habitants de Lorient sont priés de fermer leurs fenêtres.",
        "http://c.example/1",
    ),
)

BRIDGE = Story(
    "Lanester : l'incendie de l'entrepôt de pneus Delbosc est éteint",
    "L'incendie qui s'était déclaré lundi matin dans un entrepôt de pneus de la société Delbosc à Lanester est éteint,"
    " ont indiqué les pompiers du Morbihan au préfet Yann Guivarch. La fumée noire ne se voit plus de Lorient.",
    "http://c.example/1",
)


@pytest.mark.parametrize(
    ("novelty", "reasons"),
    [
        ("new-facts", ["first", "new-facts"]),
        ("first", ["first"]),
        ("every", ["first", "every", "every"]),
    ],
)
def test_three_papers_on_one_fire(
    installation: Installation, receiver: Receiver, novelty: str, reasons: list[str]
) -> None:
    with newspaper() as paper:
        watch(installation, paper, receiver, "a", "b", "c", novelty=novelty)
        nothing = rss([])
        paper.served |= {"/a": nothing, "/b": nothing, "/c": nothing}
        for path, story in (("/a", FIRE), ("/b", OTHER_DESK), ("/c", THIRD_DESK)):
            paper.served[path] = rss([story])
            installation.json("once")
    alerts = [alert for body in receiver.shown().values() for alert in body["data"]["alerts"]]
    assert [one["reason"] for one in alerts] == reasons
    (story,) = {one["story"]["id"] for one in alerts}
    assert [one["key"] for one in alerts] == [f"all/{story}/{nth}" for nth in range(1, len(alerts) + 1)]
    suppressed = [one["suppressed"] for one in installation.json("alerts", "list", "--all") if one["suppressed"]]
    assert suppressed == ["nothing-new"] * (3 - len(reasons))
    if novelty == "new-facts":
        assert any("Guivarch" in sentence for sentence in alerts[-1]["new"])
        assert not any("fenêtres" in sentence for sentence in alerts[-1]["new"])
        assert {one["source"]: one["relation"] for one in alerts[-1]["also"]} == {"a": "same-story", "b": "same-story"}


def test_how_long_a_story_lasts_is_set(installation: Installation, receiver: Receiver) -> None:
    with newspaper() as paper:
        for window, stories in (("3d", 2), ("5d", 1)):
            watch(
                installation,
                paper,
                receiver,
                "a",
                "b",
                more=f"stories: {{window: {window}}}\ndatabase: sqlite:///{window}.db\n",
            )
            for path, story, age in (("/a", FIRE, 4), ("/b", OTHER_DESK, 0)):
                published = NOW - timedelta(days=age)
                paper.served[path] = rss([Story(story.title, story.text, story.link, None, published)])
            assert installation.json("once")["stories"] == stories


def test_a_late_article_makes_two_stories_one_and_tells_nobody_again(
    installation: Installation, receiver: Receiver
) -> None:
    with newspaper() as paper:
        watch(installation, paper, receiver, "a", "b", "c")
        paper.served |= dict.fromkeys(("/a", "/b", "/c"), rss([]))
        for path, story, age in (("/a", FIRE, 5), ("/b", OTHER_DESK, 1), ("/c", BRIDGE, 3)):
            published = NOW - timedelta(days=age)
            paper.served[path] = rss([Story(story.title, story.text, story.link, None, published)])
            installation.json("once")
    first, second, third = (alert for body in receiver.shown().values() for alert in body["data"]["alerts"])
    oldest, other = first["story"]["id"], second["story"]["id"]
    assert oldest != other, "they are further apart than the window"
    assert [first["key"], second["key"], third["key"]] == [f"all/{oldest}/1", f"all/{other}/1", f"all/{oldest}/3"]
    assert third["reason"] == "new-facts"
    assert (third["story"]["id"], third["story"]["articles"], third["story"]["sources"]) == (oldest, 3, 3)
    assert {one["story"] for one in installation.json("articles", "list")} == {oldest}
    assert {one["story"] for one in installation.json("alerts", "list")} == {oldest}
