"""A backtest of an edit tells what two daemons tell that began with nothing, one before and one after the edit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flow.installation import Installation
from flow.newspaper import Newspaper, Story, newspaper, rss
from flow.test_stories import LABELLED, item

CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
EVERYTHING = "{any: [{language: fr}, {language: en}]}"

OLD = f"""
version: 1
rules:
  - {{id: everything, novelty: every, when: {EVERYTHING}}}
  - {{id: facts, novelty: new-facts, when: {EVERYTHING}}}
  - {{id: fires, novelty: first, when: {{phrase: [incendie, fire, flammes]}}}}
  - {{id: casualties, novelty: new-facts, when: {{phrase: [blessés, injured]}}}}
  - {{id: gone, when: {{phrase: [police, gendarmes]}}}}
  - {{id: as-before, when: {{phrase: [president, président, ministre, minister]}}}}
"""
NEW = f"""
version: 1
rules:
  - {{id: everything, novelty: new-facts, when: {EVERYTHING}}}
  - {{id: facts, novelty: first, when: {EVERYTHING}}}
  - {{id: fires, novelty: every, when: {{phrase: [incendie, fire, feu]}}}}
  - {{id: casualties, novelty: new-facts, when: {{phrase: [morts, blessé, dead, injured]}}}}
  - {{id: come, when: {{phrase: [police, gendarmes]}}}}
  - {{id: as-before, when: {{phrase: [president, président, ministre, minister]}}}}
"""

FIRST = [item(story["articles"][0], f"http://wire.example/{story['id']}/0") for story in LABELLED]
LATER = [
    item(written, f"http://wire.example/{story['id']}/{nth}")
    for story in LABELLED
    for nth, written in enumerate(story["articles"][1:], 1)
]


def copy(story: Story) -> Story:
    """What another paper prints of an agency."""
    link = story.link.replace("wire", "mirror")
    return replace(story, text=story.text.replace("é", "e\u0301"), title=story.title.upper(), link=link, guid=link)


PASSES = (
    ("old", FIRST[:4]),  # its news is too old to alert
    ("wire", FIRST),
    ("mirror", [copy(one) for one in FIRST[::2]]),
    ("wire", LATER),
    ("mirror", [copy(one) for one in LATER[::3]]),
)


def watched(folder: Path, paper: Newspaper, rules: str) -> Installation:
    """What a daemon with these rules made of all passes, beginning with nothing."""
    folder.mkdir()
    one = Installation(folder)
    ages = {"old": "2d", "wire": "off", "mirror": "off"}
    feeds = [
        f"{{type: feed, name: {name}, url: '{paper.url('/' + name)}', alert_max_age: {age}}}"
        for name, age in ages.items()
    ]
    one.configure(CONSOLE, rules=rules, sources=f"sources: [{', '.join(feeds)}]\n")
    paper.served |= {f"/{name}": rss([]) for name in ages}
    for name, stories in PASSES:
        paper.served[f"/{name}"] = rss([*stories, *(FIRST if (name, stories) == ("wire", LATER) else ())])
        assert one.json("once")["errors"] == []
        paper.served[f"/{name}"] = rss([])
    return one


def alerts(one: Installation) -> dict[tuple[str, int], str]:
    """The reason of each alert that was told, by rule and article."""
    return {(row["rule"], row["article"]): row["reason"] for row in one.json("alerts", "list", "--limit", "10000")}


def differing(rows: list[dict[str, Any]]) -> dict[tuple[str, int], str]:
    return {(row["rule"], row["article"]): row["reason"] for row in rows}


@pytest.fixture(scope="module")
def daemons(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Installation]:
    folder = tmp_path_factory.mktemp("daemons")
    with newspaper() as paper:
        return watched(folder / "old", paper, OLD), watched(folder / "new", paper, NEW)


@pytest.mark.parametrize("edited", ["new", "old"])
def test_a_backtest_of_twenty_stories_tells_what_the_daemons_told(
    daemons: tuple[Installation, Installation], edited: str
) -> None:
    """From the archive of either daemon, to the rules of the other."""
    mine, other = daemons if edited == "new" else daemons[::-1]
    titles = [
        [(row["id"], row["title"], row["url"]) for row in one.json("articles", "list", "--limit", "10000")]
        for one in daemons
    ]
    assert titles[0] == titles[1]
    before, after = alerts(mine), alerts(other)
    rules = str(other.folder / "rules" / "rules.yaml")
    found = json.loads(mine.run("rules", "backtest", "--rules", rules, "--json", expect=3))
    assert differing(found["gained"]) == {key: reason for key, reason in after.items() if key not in before}
    assert differing(found["lost"]) == {key: reason for key, reason in before.items() if key not in after}
    assert found["kept"] == len(before.keys() & after.keys())
    for rule in {rule for rule, _ in (*before, *after)}:
        old, new = ({article for one, article in side if one == rule} for side in (before, after))
        counts = {"gained": len(new - old), "lost": len(old - new), "kept": len(old & new)}
        assert {name: found["per_rule"][rule][name] for name in counts} == counts
    # Else it would show nothing.
    assert {*before.values(), *after.values()} == {"first", "new-facts", "update", "every"}
    assert min(len(found["gained"]), len(found["lost"]), found["kept"]) > 20


def test_a_backtest_of_the_same_rules_tells_of_no_difference(daemons: tuple[Installation, Installation]) -> None:
    for one in daemons:
        found = one.json("rules", "backtest", "--rules", str(one.folder / "rules" / "rules.yaml"))
        assert (found["gained"], found["lost"], found["kept"]) == ([], [], len(alerts(one)))
