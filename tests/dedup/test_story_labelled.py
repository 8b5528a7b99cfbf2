"""Labelled articles: each followed story is one, templates and boilerplate make none; the five seeds."""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from dedup.archive import Archive

from monitor.dedup.story import Limits
from monitor.model import Article, Item, Precision, Published
from monitor.normalise import normalise

DATA = Path(__file__).parents[1] / "data"
SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def read(written: dict[str, Any]) -> Article:
    known = Published()
    if when := written.get("published"):
        known = Published(datetime.fromisoformat(str(when)), Precision.SECOND)
    title, text = written.get("title") or "", written.get("text") or ""
    return normalise(Item(str(written.get("source")), "", text, title=title, published=known), ["fr", "en"], NOW)


def pairs(*names: str) -> Iterator[tuple[str, Article, Article]]:
    for name in names:
        for path in sorted((DATA / "pairs").glob(f"*-{name}.yaml")):
            for pair in yaml.safe_load(path.read_text(encoding="utf-8")):
                yield pair["kind"], read(pair["first"]), read(pair["second"])


def followed() -> dict[str, list[Article]]:
    """Id -> the articles of a story, in order."""
    return {
        story["id"]: [read(article) for article in story["articles"]]
        for path in sorted((DATA / "novelty").glob("*.yaml"))
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))
    }


def share_a_story(one: Article, other: Article) -> bool:
    archive = Archive()
    archive.take(one, NOW)
    return archive.take(other, NOW).story is not None


@pytest.mark.parametrize("seed", [1, 2])
def test_followed_stories_told_side_by_side_stay_whole_and_apart(seed: int) -> None:
    waiting = followed()
    archive = Archive(Limits(window="365d", max_span="365d"))
    told: list[str] = []
    chance = random.Random(seed)
    while waiting:
        id_ = chance.choice(sorted(waiting))
        archive.take(waiting[id_].pop(0), NOW)
        told.append(id_)
        if not waiting[id_]:
            del waiting[id_]
    assert len(set(zip(told, archive.placed, strict=True))) == len(set(told)) == len(set(archive.placed))


def test_two_articles_that_share_form_but_no_event_rarely_share_a_story() -> None:
    found: dict[str, list[bool]] = {}
    for kind, one, other in pairs("new"):
        found.setdefault(kind, []).append(share_a_story(one, other))
    wrong = [hit for kind in ("template", "boilerplate", "rubric", "person") for hit in found[kind]]
    assert sum(wrong) <= 0.2 * len(wrong)


def test_later_versions_are_of_one_story_whatever_the_verdict() -> None:
    found = [share_a_story(one, other) for _, one, other in pairs("updates")]
    assert sum(found) >= 0.95 * len(found)


@pytest.mark.skipif(not SEEDS.exists(), reason="the seeds are not here")
def test_only_the_two_seeds_on_the_meeting_share_a_story_in_any_order() -> None:
    files = sorted(SEEDS.glob("*.txt"))
    articles = [normalise(Item("seeds", path.name, path.read_bytes()), ["fr", "en"], NOW) for path in files]
    for order in itertools.permutations(range(len(articles))):
        archive = Archive()
        for place in order:
            archive.take(articles[place], NOW)
        stories = dict(zip(order, archive.placed, strict=True))
        assert stories[0] == stories[1]
        assert len(set(stories.values())) == len(articles) - 1


def test_no_two_of_our_own_samples_share_a_story_in_any_order() -> None:
    """They are on five events of one conflict: its countries are in all of them."""
    files = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
    articles = [normalise(Item("seeds", path.name, path.read_bytes()), ["fr", "en"], NOW) for path in files]
    for order in itertools.permutations(articles):
        archive = Archive()
        for article in order:
            archive.take(article, NOW)
        assert len(set(archive.placed)) == len(articles)
