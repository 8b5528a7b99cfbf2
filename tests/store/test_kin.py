"""The articles that may be copies are found by four signs, and no sign can make it slow."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from monitor.model import KEPT, Held, Precision, Published, Sketch, Verdict
from monitor.store import Intake, Store, recent

BIG = 2**63 - 1
HOUR = timedelta(hours=1)


def found(intake: Intake, make: Any, number: int, sentences: Any = (), **changes: Any) -> list[int]:
    return [one.id for one in intake.neighbours(make.article(number, **changes), make.sketch(number, sentences))]


def keep(intake: Intake, make: Any, number: int, sentences: Any, **changes: Any) -> int:
    return int(
        intake.keep(
            make.article(number, **changes),
            f"v{number}",
            None,
            make.sketch(number, sentences),
            make.placement(number),
            make.now,
            old=False,
        )
    )


def test_nothing_is_found_where_nothing_is_shared(store: Store, make: Any) -> None:
    with store.intake() as intake:
        keep(intake, make, 1, [1, 2])
        assert found(intake, make, 2, [3]) == []
        assert found(intake, make, 2, [], url=None) == []


def test_a_neighbour_is_told_with_all_that_telling_copies_apart_needs(store: Store, make: Any) -> None:
    with store.intake() as intake:
        published = Published(datetime(2022, 1, 13, 9, 30, tzinfo=timezone(HOUR)), Precision.SECOND)
        id_ = make.keep(intake, 1, title_derived=True, published=published, old=True)
    with store.intake() as intake:
        article = make.article(1)
        assert intake.neighbours(article, make.sketch(9)) == [
            Held(
                id=id_,
                story="story-1",
                source="wire",
                guid="guid-1",
                url=article.url,
                title=article.title,
                title_derived=True,
                lede=article.lede,
                body=article.body,
                first_seen=make.now,
                published=published,
                old=True,
            )
        ]


def test_each_sign_finds_and_the_strongest_comes_first(store: Store, make: Any) -> None:
    with store.intake() as intake:
        sentences = keep(intake, make, 1, [7, 8, BIG])
        words = keep(intake, make, 2, [])
        address = keep(intake, make, 3, [])
        item = keep(intake, make, 4, [])
        asked = make.article(5, guid="guid-4", url="https://example.org/3")
        held = intake.neighbours(asked, Sketch(make.sketch(2).digest, (BIG, 9)))
    assert [one.id for one in held] == [item, address, words, sentences]


def test_an_article_that_several_signs_find_comes_once(store: Store, make: Any) -> None:
    with store.intake() as intake:
        id_ = keep(intake, make, 1, [7])
        assert found(intake, make, 1, [7]) == [id_]


def test_the_address_of_the_page_counts_whatever_the_link_to_it(store: Store, make: Any) -> None:
    with store.intake() as intake:
        id_ = keep(intake, make, 1, [], url="https://example.org/a?from=feed", page="https://example.org/a")
        (held,) = intake.neighbours(make.article(2, url="https://example.org/a"), make.sketch(2))
        assert (held.id, held.url, held.page) == (id_, "https://example.org/a?from=feed", "https://example.org/a")
        assert found(intake, make, 2, url="https://example.org/a?from=mail", page="https://example.org/a") == [id_]
        assert found(intake, make, 2, url="https://example.org/a?from=feed") == []


def test_articles_without_address_are_not_at_the_same_address(store: Store, make: Any) -> None:
    with store.intake() as intake:
        keep(intake, make, 1, [], url=None)
        keep(intake, make, 2, [], url="")
        assert found(intake, make, 3, [], url=None) == []
        assert found(intake, make, 3, [], url="") == []


def test_the_same_guid_at_another_source_is_another_item(store: Store, make: Any) -> None:
    with store.intake() as intake:
        keep(intake, make, 1, [])
        assert found(intake, make, 2, [], guid="guid-1", source="other") == []


def test_most_shared_sentences_first_and_the_newest_on_ties(store: Store, make: Any) -> None:
    with store.intake() as intake:
        one, two, three, tie = (keep(intake, make, n, s) for n, s in enumerate([[1], [1, 2], [1, 2, 3], [1, 2]], 1))
        assert found(intake, make, 9, [1, 2, 3]) == [three, tie, two, one]


def test_only_ten_are_found_by_one_sign(store: Store, make: Any) -> None:
    with store.intake() as intake:
        ids = [keep(intake, make, n, [1], url="https://example.org/") for n in range(1, 16)]
        by_address = found(intake, make, 20, [], url="https://example.org/")
        assert by_address == ids[:4:-1]
        assert found(intake, make, 20, [1]) == ids[:4:-1]


def test_of_equal_texts_the_original_is_found(store: Store, make: Any) -> None:
    with store.intake() as intake:
        ids = [
            intake.keep(make.article(n), f"v{n}", None, make.sketch(1), make.placement(1), make.now, old=False)
            for n in range(1, 16)
        ]
        assert [one.id for one in intake.neighbours(make.article(20), make.sketch(1))] == ids[:10]


def test_a_duplicate_is_found_by_its_item_but_not_by_its_sentences(store: Store, make: Any) -> None:
    with store.intake() as intake:
        original = keep(intake, make, 1, [1, 2])
        copy = intake.keep(
            make.article(2),
            "v2",
            None,
            make.sketch(2, [1, 2]),
            make.placement(1, Verdict.DUPLICATE, original),
            make.now,
            old=False,
        )
        assert found(intake, make, 3, [1, 2]) == [original]
        assert found(intake, make, 2, []) == [copy]


def test_a_long_text_is_found_by_its_first_hashes(store: Store, make: Any) -> None:
    with store.intake() as intake:
        id_ = keep(intake, make, 1, [5, 5, *range(100, 1100)])
        assert [found(intake, make, 2, [value]) for value in (5, 100, 98 + KEPT - 1)] == [[id_]] * 3
        assert found(intake, make, 2, [98 + KEPT]) == []
        # A longer text that holds a short one is recognised by hashes that it would not keep itself.
        short = keep(intake, make, 3, [2000])
        assert found(intake, make, 4, [*range(1969, 2001)]) == [short]


@pytest.fixture
def boilerplate(store: Store, make: Any) -> Store:
    """A publisher whose 300 articles all hold the same hashes, and one older article that holds 77 as well."""
    with store.intake() as intake:
        keep(intake, make, 1, [1, 2, 3, 77])
        for number in range(2, 302):
            keep(intake, make, number, range(1, KEPT + 1))
    return store


@pytest.mark.parametrize("many", [1, 30, 60])
def test_of_the_articles_that_hold_one_sentence_only_the_newest_are_remembered(
    store: Store, make: Any, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(recent, "MANY", many)
    first, ids = 0, []
    for start in range(0, 60, 20):
        with store.intake() as intake:
            first = first or keep(intake, make, 100, [1, 2])
            ids += [keep(intake, make, n, [1]) for n in range(start, start + 20)]
    with store.intake() as intake:
        assert found(intake, make, 99, [2]) == [first]
        assert found(intake, make, 99, [1]) == ids[:-11:-1]


def test_a_rare_sentence_outweighs_those_that_everybody_shares(boilerplate: Store, make: Any) -> None:
    with boilerplate.intake() as intake:
        held = found(intake, make, 999, [1, 2, 3, 77])
        assert len(held) == 10
        assert held[0] == 1
        assert held[1:] == list(range(301, 292, -1))


def test_what_was_found_before_a_merge_tells_the_story_after_it(store: Store, make: Any) -> None:
    with store.intake() as intake:
        keep(intake, make, 1, [1])
        keep(intake, make, 2, [2])
    with store.intake() as intake:
        asked = make.article(9), make.sketch(9, [1, 2])
        assert {one.story for one in intake.neighbours(*asked)} == {"story-1", "story-2"}
        intake.merge("story-1", ["story-2"])
        assert {one.story for one in intake.neighbours(*asked)} == {"story-1"}
