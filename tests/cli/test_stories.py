"""`stories list, show`: which articles tell of the same, why, and what was told of it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from cli.conftest import Program
from flow.installation import Installation, article
from store.conftest import Make

from monitor.model import Published, Standing, Verdict
from monitor.store import Store

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SUMMARY = [
    "id", "title", "first_seen", "last_seen", "first", "last", "articles", "duplicates", "sources", "alerts", "merged",
]  # fmt: skip


@pytest.fixture
def make() -> Make:
    return Make(NOW)


def opened(installation: Installation) -> closing[Store]:
    return closing(Store.open(f"sqlite:///{installation.folder / 'var' / 'news-monitor.db'}"))


def test_a_story_counts_its_articles_copies_and_alerts(installation: Installation) -> None:
    installation.write("a.txt", article(1))
    installation.json("once")
    installation.write("b.txt", article(1).upper())
    installation.write("c.txt", article(2, "Le maire se tait."))
    installation.json("once")
    other, story = installation.json("stories", "list")
    assert list(story) == SUMMARY
    assert [story[name] for name in ("articles", "duplicates", "sources", "alerts", "merged")] == [2, 1, 1, 2, []]
    assert [other[name] for name in ("articles", "duplicates", "sources", "alerts", "merged")] == [1, 0, 1, 1, []]
    shown = installation.json("stories", "show", story["id"])
    assert {name: shown[name] for name in SUMMARY} == story
    copy, first = shown["members"]
    assert (copy["id"], copy["status"], copy["of"]) == (2, "duplicate", 1)
    assert copy["because"] == "says the same as article 1"
    assert (first["id"], first["status"], first["of"]) == (1, "new", None)
    assert {alert["key"] for alert in shown["told"]} == {f"{rule}/{story['id']}/1" for rule in ("strike", "morel")}


def test_stories_with_the_newest_articles_come_first(installation: Installation, make: Make) -> None:
    with opened(installation) as store, store.intake() as intake:
        for number in (1, 2, 3):
            make.keep(intake, number)
        placement = make.placement(1, Verdict.UPDATE, of=1)
        intake.keep(make.article(1), "v", None, make.sketch(9), placement, NOW, old=False)
    assert [row["id"] for row in installation.json("stories", "list")] == ["story-1", "story-3", "story-2"]
    assert [row["id"] for row in installation.json("stories", "list", "--limit", "2")] == ["story-1", "story-3"]
    heading, *rows = installation.run("stories", "list").splitlines()
    assert heading.split() == "ID LAST SEEN ARTICLES DUPLICATES SOURCES ALERTS TITLE".split()
    assert [row.split()[0] for row in rows] == ["story-1", "story-3", "story-2"]


def test_people_read_why_each_article_is_in_the_story(installation: Installation, make: Make) -> None:
    evidence = {"because": "similarity 0.43 to 1 of its articles", "similarity": 0.43, "shared": [], "merged": []}
    late, long = NOW + timedelta(hours=5), "Un titre " * 30
    with opened(installation) as store, store.intake() as intake:
        make.keep(intake, 1, published=Published.day(2026, 2, 28))
        copy, nothing = make.placement(1, Verdict.DUPLICATE, of=1), Standing(evidence={"neighbours": []})
        intake.keep(make.article(1, guid="copy"), "copy", None, make.sketch(1), copy, NOW, old=False, standing=nothing)
        placement, standing = make.placement(1), Standing(evidence=evidence)
        second = make.article(2, title=long, published=Published.day(2026, 3, 1))
        intake.keep(second, "v", None, make.sketch(2), placement, late, old=False, standing=standing)
        intake.raised(make.alert(1), 1, [], NOW)
        intake.raised(make.suppressed(1), 3, [], NOW)
    assert installation.run("stories", "show", "story-1").splitlines() == [
        "story story-1: Title 1",
        "seen: 2026-03-02 09:00 CET to 2026-03-02 14:00 CET",
        "dated: 2026-02-28 01:00 CET to 2026-03-01 01:00 CET",
        "holds: 3 articles (1 duplicate) of 1 source",
        f"article 3: new, wire, 2026-03-02 14:00 CET, {long[:98]}…",
        "  similarity 0.43 to 1 of its articles",
        "article 2: duplicate of 1, wire, 2026-03-02 09:00 CET, Title 1",
        "article 1: new, wire, 2026-03-02 09:00 CET, Title 1",
        "alerts: 1",
        "  rule/story-1/1: first, 2026-03-02 09:00 CET, article 1",
    ]
    assert len(installation.json("stories", "show", "story-1", "--limit", "1")["members"]) == 1


def test_a_story_that_was_merged_is_found_by_its_old_id(installation: Installation, make: Make) -> None:
    with opened(installation) as store, store.intake() as intake:
        for number in (1, 2, 3):
            make.keep(intake, number)
            intake.raised(make.alert(number), number, [], NOW)
        intake.merge("story-2", ["story-3"])
        intake.merge("story-1", ["story-2"])
    for old in ("story-2", "story-3"):
        lines = installation.run("stories", "show", old).splitlines()
        assert lines[0] == f"story {old} was merged into this one, as both tell of the same"
        assert lines[1].startswith("story story-1: ")
        assert "merged into it: story-2, story-3" in lines
    shown = installation.json("stories", "show", "story-3")
    assert (shown["id"], shown["merged"], shown["articles"]) == ("story-1", ["story-2", "story-3"], 3)
    assert [alert["key"] for alert in shown["told"]] == [f"rule/story-{number}/1" for number in (3, 2, 1)]
    assert [row["id"] for row in installation.json("stories", "list")] == ["story-1"]


@pytest.mark.parametrize("asked", ["story-9", "", "x\x00y", "'; --"])
def test_a_story_that_is_not_there_is_one_sentence(
    installation: Installation, news_monitor: Program, asked: str
) -> None:
    done = news_monitor("stories", "show", asked, "--config", installation.folder / "monitor.yaml")
    assert (done.code, done.out, done.err) == (1, "", f"no story has the id {asked!r}\n")


def test_before_anything_happened_there_is_no_story(installation: Installation) -> None:
    assert installation.json("stories", "list") == []
    assert installation.run("stories", "list") == "none\n"
