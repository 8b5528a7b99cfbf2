"""An article comes back as it went in, and an item version is known by source, guid and digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Article, Precision, Published
from monitor.store import Store
from monitor.store.articles import batches

PARIS = timezone(timedelta(hours=1))
# Local mean time of Paris before 1911: an offset with seconds.
OLD_PARIS = timezone(timedelta(minutes=9, seconds=21))


@pytest.mark.parametrize(
    "published",
    [
        Published(),
        Published.month(2022, 1),
        Published.day(2022, 1, 13),
        Published(datetime(2022, 1, 13, tzinfo=PARIS), Precision.DAY),
        Published(datetime(2022, 1, 13, 0, 30, 5, tzinfo=PARIS), Precision.SECOND),
        Published(datetime(1900, 1, 1, tzinfo=OLD_PARIS), Precision.SECOND),
        Published(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), Precision.SECOND),
        Published(datetime(1, 1, 1, tzinfo=UTC), Precision.SECOND),
    ],
)
def test_a_date_is_shown_as_its_publisher_wrote_it(store: Store, make: Any, published: Published) -> None:
    with store.intake() as intake:
        id_ = make.keep(intake, 1, published=published)
    row = store.article(str(id_))
    assert row is not None
    assert row.article.published == published
    assert row.article.published.value == published.value


STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
ARTICLES = st.builds(
    Article,
    source=STORABLE,
    guid=STORABLE,
    url=st.none() | STORABLE,
    title=STORABLE,
    title_derived=st.booleans(),
    lede=STORABLE,
    body=STORABLE,
    agency=st.none() | STORABLE,
    published=st.just(Published.day(2022, 1, 13)),
    language=st.none() | STORABLE,
    declared=st.none() | STORABLE,
    tags=st.lists(st.text(), max_size=3).map(tuple),
    boilerplate=st.lists(st.text(), max_size=3).map(tuple),
    refused=st.none() | STORABLE,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(article=ARTICLES)
def test_an_article_comes_back_as_it_went_in(store: Store, make: Any, article: Article) -> None:
    number = store.counts().articles
    with store.intake() as intake:
        id_ = intake.keep(article, f"v{number}", None, make.sketch(), make.placement(), make.now, old=False)
    row = store.article(str(id_))
    assert row is not None
    assert row.article == article


def test_a_version_is_known_by_source_guid_and_digest(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        make.keep(intake, 1)
        intake.seen("wire", "empty", "void", None, now)
        asked = [("guid-1", "version-1"), ("guid-1", "version-2"), ("guid-2", "version-1"), ("empty", "void")]
        # Already before the commit, so that a feed that carries an entry twice gives one article.
        assert intake.held_items("wire", asked) == {("guid-1", "version-1"), ("empty", "void")}
    assert store.held_items("wire", asked) == {("guid-1", "version-1"), ("empty", "void")}
    assert store.held_items("other", asked) == set()
    assert store.held_items("wire", []) == set()


def test_a_source_and_guid_never_run_into_each_other(store: Store, now: datetime) -> None:
    with store.intake() as intake:
        intake.seen("a", "b\nc", "v", None, now)
    assert store.held_items("a", [("b\nc", "v")]) == {("b\nc", "v")}
    assert store.held_items("a\nb", [("c", "v")]) == set()


def test_any_number_of_items_is_asked_about_at_once(store: Store, now: datetime) -> None:
    pairs = [(f"guid-{number}", "v") for number in range(40_000)]
    with store.intake() as intake:
        for guid, digest in pairs[::4000]:
            intake.seen("wire", guid, digest, None, now)
    assert store.held_items("wire", pairs) == set(pairs[::4000])


def test_batches_hold_every_value_once_and_no_more_than_fit() -> None:
    assert list(batches([], 3)) == []
    assert list(batches([1, 2, 3], 3)) == [[1, 2, 3]]
    assert list(batches([1, 2, 3, 4], 3)) == [[1, 2, 3], [4]]
