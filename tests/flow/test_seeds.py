"""Sample articles that come in any order: every field as it was read, the same stories, nothing taken for a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flow.arrivals import arrive
from flow.installation import Installation
from normalise.test_seeds import NOW, OURS, THEIRS

from monitor.cli.ledger import fields
from monitor.model import Item
from monitor.normalise import normalise

CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
ORDERS = [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [1, 4, 0, 3, 2], [3, 0, 2, 4, 1]]
RULES = """
version: 1
rules:
  - {id: nato, when: {phrase: [Otan, Alliance]}}
  - {id: ministers, novelty: first, when: {phrase: [Lavrov, Blinken, Riabkov, Stoltenberg]}}
  - {id: all, novelty: every, when: {phrase: [Russie, Moscou]}}
"""


def taken_in(installation: Installation, folder: Path, order: list[int]) -> list[dict[str, Any]]:
    """The articles of a folder of samples that came in this order, as they are listed, in the order of their names."""
    files = sorted(folder.glob("*.txt"))
    installation.configure(CONSOLE, RULES)
    arrive(installation, [(f"inbox/{files[place].name}", files[place].read_bytes()) for place in order])
    listed = {one["title"]: one for one in installation.json("articles", "list")}
    read = [normalise(Item("inbox", one.name, one.read_bytes()), ["fr", "en"], NOW) for one in files]
    assert len(listed) == len(read) == 5
    for article in read:
        shown = installation.json("articles", "show", str(listed[article.title]["id"]))
        assert {name: shown[name] for name in fields(article)} == fields(article)
    return [listed[article.title] for article in read]


@pytest.mark.skipif(not THEIRS.is_dir(), reason="the user's samples are not here")
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_only_the_two_of_the_users_samples_on_one_meeting_share_a_story(
    installation: Installation, order: list[int]
) -> None:
    articles = taken_in(installation, THEIRS, order)
    assert [one["status"] for one in articles] == ["new"] * 5
    stories = [one["story"] for one in articles]
    assert stories[0] == stories[1]
    assert len(set(stories)) == 4
    alerts = installation.json("alerts", "list", "--all")
    matches = sorted((one["id"], rule) for one in articles for rule in one["matches"])
    assert sorted((one["article"], one["rule"]) for one in alerts) == matches
    # The second article on the meeting says more than the first one: only a rule that tells a story once is silent.
    silent = {(one["rule"], one["story"]) for one in alerts if one["suppressed"]}
    assert silent <= {("ministers", stories[0])}


@pytest.mark.parametrize("order", ORDERS[:2], ids=str)
def test_none_of_the_samples_shipped_is_taken_for_a_copy_of_another(
    installation: Installation, order: list[int]
) -> None:
    articles = taken_in(installation, OURS, order)
    assert [one["status"] for one in articles] == ["new"] * 5
    told = {(one["rule"], one["article"]) for one in installation.json("alerts", "list")}
    assert told >= {("all", one["id"]) for one in articles}
