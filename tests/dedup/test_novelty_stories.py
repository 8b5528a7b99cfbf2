"""The labelled stories: a follow-up for each planted fact, none for an article that tells the same in other words."""

from typing import Any

import pytest
from dedup.labelled import DATA, article, rows

from monitor.dedup import Brought, Said, brought, read

STORIES = [story for path in sorted((DATA / "novelty").glob("*.yaml")) for story in rows(path)]
IDS = [story["id"] for story in STORIES]


def told(story: dict[str, Any]) -> list[tuple[dict[str, Any], tuple[Brought, ...]]]:
    """Each article of a story after the first as labelled, with what it brings over those before it."""
    before: list[Said] = []
    found = []
    for written in story["articles"]:
        said = read(article(written, written["source"]))
        if before:
            found.append((written, brought(said, before)))
        before.append(said)
    return found


def is_told(fact: str, news: tuple[Brought, ...]) -> bool:
    return any(fact.replace("’", "'").casefold() in one.sentence.replace("’", "'").casefold() for one in news)


def test_the_stories_are_as_many_and_as_long_as_they_should_be() -> None:
    assert len(STORIES) >= 20
    assert all(6 <= len(story["articles"]) <= 10 for story in STORIES)
    assert all([one["brings"] for one in story["articles"]].count("first") == 1 for story in STORIES)


@pytest.mark.parametrize("story", STORIES, ids=IDS)
def test_other_wording_alone_brings_nothing(story: dict[str, Any]) -> None:
    false = [(one["title"], news) for one, news in told(story) if one["brings"] == "nothing" and news]
    assert false == []


@pytest.mark.parametrize("story", STORIES, ids=IDS)
def test_every_article_with_a_new_fact_brings_something(story: dict[str, Any]) -> None:
    assert [one["title"] for one, news in told(story) if one["brings"] == "facts" and not news] == []


def test_the_sentences_that_carry_the_planted_facts_are_found() -> None:
    facts = [is_told(fact, news) for story in STORIES for one, news in told(story) for fact in one.get("facts", ())]
    assert sum(facts) >= 0.9 * len(facts)


def test_what_an_article_brings_are_its_own_words() -> None:
    for story in STORIES:
        for one, news in told(story):
            text = "".join(f"{one['title']} {one['text']}".split())
            assert all("".join(found.sentence.split()) in text for found in news)
