"""What an alert tells of the other articles of its story: each text once, with its copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from monitor.model import Verdict
from monitor.store import Intake, Store
from monitor.store.rows import Also

NEW, COPY, UPDATE = Verdict.NEW, Verdict.DUPLICATE, Verdict.UPDATE
Keep = Callable[..., int]


@pytest.fixture
def intake(store: Store) -> Iterator[Intake]:
    with store.intake() as opened:
        yield opened


@pytest.fixture
def keep(intake: Intake, make: Any) -> Keep:
    versions = count()

    def kept(number: int, verdict: Verdict = NEW, of: int | None = None, **changes: Any) -> int:
        """Keep an article of story 1 with an address, a title and, unless changed, a source of its own."""
        told = {"source": f"source {number}", "url": f"u{number}", **changes}
        placement = make.placement(1, verdict, of)
        article = make.article(number, **told)
        return intake.keep(article, f"v{next(versions)}", None, make.sketch(number), placement, make.now, old=False)

    return kept


def also(number: int, id_: int, relation: Any = "same-story", of: int | None = None, copies: int = 0) -> Also:
    return Also(f"source {number}", f"Title {number}", f"u{number}", relation, id_, of, copies)


def test_each_article_says_what_it_is_to_that_of_the_alert(intake: Intake, keep: Keep, make: Any) -> None:
    first = keep(1)
    copy = keep(2, COPY, first, url=None)
    update = keep(3, UPDATE, first)
    another = keep(4)
    alone = make.keep(intake, 5)
    copied = Also("source 2", "Title 2", None, "duplicate", copy, first)
    assert intake.others("story-1", first) == [also(4, another), also(3, update, "update"), copied]
    assert intake.others("story-1", copy) == [
        also(4, another),
        also(3, update, "update"),
        also(1, first, "duplicate"),
    ]
    assert intake.others("story-1", update) == [
        also(4, another),
        also(1, first, "update", copies=1),
        copied._replace(relation="update"),
    ]
    assert intake.others("story-1", first, texts=1) == [also(4, another)]
    assert intake.others("story-5", alone) == []


def test_the_copies_of_a_text_follow_their_original(intake: Intake, keep: Keep) -> None:
    wire = keep(1)
    other = keep(2)
    copies = [keep(number, COPY, wire) for number in (3, 4, 5)]
    alerted = keep(6)
    assert intake.others("story-1", alerted) == [
        also(1, wire, copies=3),
        *(also(number, id_, of=wire) for number, id_ in zip((5, 4, 3), reversed(copies), strict=True)),
        also(2, other),
    ]


def test_a_copy_of_a_copy_is_one_of_the_original(intake: Intake, keep: Keep) -> None:
    wire = keep(1)
    copy = keep(2, COPY, wire)
    again = keep(3, COPY, copy)
    assert [(one.id, one.relation, one.duplicate_of) for one in intake.others("story-1", again)] == [
        (wire, "duplicate", None),
        (copy, "duplicate", wire),
    ]
    alerted = keep(4)
    assert [(one.id, one.copies) for one in intake.others("story-1", alerted)] == [(wire, 2), (again, 0), (copy, 0)]


def test_an_item_stands_there_once_by_its_newest_version(intake: Intake, keep: Keep) -> None:
    first = keep(1)
    second = keep(1, UPDATE, first, title="Title 1, again")
    copy = keep(2, COPY, first)
    alerted = keep(3)
    assert intake.others("story-1", alerted) == [
        also(2, copy, of=first),  # of what its source says no longer
        also(1, second)._replace(title="Title 1, again"),
    ]
    served = keep(2, COPY, copy)
    assert [one.id for one in intake.others("story-1", alerted)] == [served, second]


def test_what_copies_an_earlier_version_of_an_article_is_another_version_of_it(intake: Intake, keep: Keep) -> None:
    first = keep(1)
    copies = [keep(number, COPY, first) for number in (2, 3)]
    later = keep(1, UPDATE, first)
    assert intake.others("story-1", later) == [
        also(2, copies[0], "update", of=first, copies=1),
        also(3, copies[1], "update", of=first),
    ]


def test_of_many_copies_some_are_listed_and_all_are_counted(intake: Intake, keep: Keep) -> None:
    texts = [keep(1), keep(2)]
    for number in range(10, 110):
        keep(number, COPY, texts[number % 2])
    listed = intake.others("story-1", keep(200))
    assert [(one.id, one.copies) for one in listed if one.duplicate_of is None] == [(texts[1], 50), (texts[0], 50)]
    assert len(listed) == 2 + 2 * 8


def test_articles_of_their_own_are_listed_however_many_copies_came_since(intake: Intake, keep: Keep) -> None:
    other, wire = keep(1), keep(2)
    for number in range(10, 60):
        keep(number, COPY, wire)
    assert [one.id for one in intake.others("story-1", keep(99)) if one.duplicate_of is None] == [wire, other]
