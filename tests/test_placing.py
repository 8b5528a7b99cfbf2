"""Labelled stories through a whole archive: one first alert each, a follow-up for each fact, none for rewrites."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from dedup.labelled import DATA, article, rows

from monitor.dedup import Choice, Limits, sketch
from monitor.model import Article, Item, Markup, Placement, Precision, Published, Verdict
from monitor.placing import Placer, Reading
from monitor.store import Store

STORIES = {story["id"]: story["articles"] for path in sorted((DATA / "novelty").glob("*.yaml")) for story in rows(path)}
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMITS = Limits()


class Told(NamedTuple):
    """An article as labelled, where it was placed, and whether its story is its own."""

    story: str
    written: dict[str, Any]
    placement: Placement
    opened: bool


def take(store: Store, *articles: Article, now: datetime = NOW) -> list[tuple[Placement, bool]]:
    """Place and keep articles in one intake, as the journey does for one whose rule has told every story."""
    readings = [
        Reading.of(Item(one.source, one.guid, "", Markup.TEXT), sketch(one).digest, one, ()) for one in articles
    ]
    found = []
    with store.intake() as memory:
        placer = Placer(memory, now, LIMITS)
        placer.look_up(readings)
        for one in readings:
            placement, standing, opened = placer.settle(one)
            placement = placement if opened else placer.with_news(one, placement)
            placer.keep(one, placement, standing, old=False)
            found.append((placement, opened))
    return found


def in_time(seed: int | None) -> list[tuple[datetime, str, int]]:
    """(time, story, which of its articles) of all articles: as labelled, or interleaved by chance within a day."""
    if seed is None:
        return sorted(
            (datetime.fromisoformat(str(one["published"])), id_, nth)
            for id_, articles in STORIES.items()
            for nth, one in enumerate(articles)
        )
    chance = random.Random(seed)
    places = {id_: sorted(chance.random() for _ in articles) for id_, articles in STORIES.items()}
    return sorted((NOW + place * 24 * HOUR, id_, nth) for id_, row in places.items() for nth, place in enumerate(row))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'archive.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=[None, 1, 2], ids=["as they were told", "by chance 1", "by chance 2"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('told') / 'archive.db'}")
    found = []
    for time, id_, nth in in_time(request.param):
        written = STORIES[id_][nth]
        published = Published(time, Precision.SECOND)
        one = replace(article(written, written["source"]), guid=f"{id_}-{nth}", published=published)
        found += [Told(id_, written, *place) for place in take(store, one, now=time)]
    store.close()
    return found


def test_each_labelled_story_is_one_story_of_its_own(told: list[Told]) -> None:
    stories = defaultdict(set)
    for one in told:
        stories[one.story].add(one.placement.story)
    assert {id_: len(ids) for id_, ids in stories.items()} == dict.fromkeys(STORIES, 1)
    assert len(set.union(*stories.values())) == len(STORIES)


def test_each_labelled_story_has_one_first_alert(told: list[Told]) -> None:
    opened = [one.story for one in told if one.opened]
    assert sorted(opened) == sorted(STORIES)


def test_nine_in_ten_planted_facts_are_followed_up_and_no_rewrite_is(told: list[Told]) -> None:
    facts = [
        any(plain(fact) in plain(sentence) for sentence in one.placement.news)
        for one in told
        if one.written["brings"] == "facts"
        for fact in one.written.get("facts", ())
    ]
    assert sum(facts) >= 0.9 * len(facts)
    rewrites = [one for one in told if one.written["brings"] == "nothing"]
    assert [(one.written["title"], one.placement.news) for one in rewrites if one.placement.news] == []


def plain(text: str) -> str:
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold()


def test_what_a_duplicate_says_is_no_news_even_where_the_story_is_told(store: Store) -> None:
    one = article(STORIES["en-mill-fire"][0], "northern-wire")
    [(_, opened)] = take(store, one)
    assert opened
    [(placement, opened)] = take(store, replace(one, source="calder-echo", guid="other"))
    assert (placement.verdict, placement.news, opened) == (Verdict.DUPLICATE, (), False)


def mill(days: float, text: str, guid: str = "mill") -> Article:
    """An article of one item, published so many days after the first."""
    base = article(STORIES["en-mill-fire"][0], "northern-wire")
    published = Published(NOW + timedelta(days=days), Precision.SECOND)
    return replace(base, guid=guid, body=f"{base.body}\n\n{text}", published=published)


@pytest.mark.parametrize(("days", "stays"), [(5, True), (13.9, True), (14.1, False)])
def test_an_update_beyond_the_span_of_its_story_opens_its_own(store: Store, days: float, stays: bool) -> None:
    [(first, _)] = take(store, mill(0, ""))
    late = mill(days, "Inspector Harriet Quillfeather said on Monday that 47 barrels of solvent had been found.")
    [(update, opened)] = take(store, late, now=NOW + timedelta(days=days))
    assert (update.verdict, update.of) == (Verdict.UPDATE, 1)
    assert (update.story == first.story, opened) == (stays, not stays)
    assert stays or update.story == sketch(late).story


def test_what_stories_have_told_is_one_after_they_were_merged(store: Store) -> None:
    fire = article(STORIES["en-mill-fire"][0], "northern-wire")
    other_id = next(id_ for id_ in STORIES if id_ not in ("en-mill-fire",) and id_.startswith("en-"))
    other = article(STORIES[other_id][0], "calder-echo")
    [(one, _)], [(two, _)] = take(store, replace(fire, guid="1")), take(store, replace(other, guid="2"))
    assert one.story != two.story
    link, again = (
        Reading.of(Item(made.source, made.guid, "", Markup.TEXT), "w", made, ())
        for made in (replace(fire, guid="3", body="Nothing else was said."), replace(other, guid="4"))
    )
    placement = Placement(Verdict.NEW, one.story, "")
    merging = Choice(one.story, (two.story,), 0.5, (), "both")
    with store.intake() as memory, patch.object(Placer, "_choose", return_value=merging):
        placer = Placer(memory, NOW, LIMITS)
        assert placer.with_news(again, placement).news
        placer.settle(link)
        assert placer.with_news(again, placement).news == ()
