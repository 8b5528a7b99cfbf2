"""What placing asks is answered the same for a whole batch, one by one and by an archive in memory; stories merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from unittest import mock
from zlib import crc32

import pytest
from dedup.archive import LIMITS, NOW, Archive, titled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text

from monitor.dedup.story import Choice, choose, rank, suspects, weigh
from monitor.dedup.traits import profile
from monitor.errors import StoreError
from monitor.model import (
    HOLDERS,
    Article,
    Held,
    Placement,
    Precision,
    Published,
    Sketch,
    Standing,
    StoryHeld,
    Verdict,
)
from monitor.store import Intake, Store, recent
from monitor.store.postings import pack, unpack, unpack_rows
from monitor.store.tables import METADATA

HOUR = timedelta(hours=1)
LEAST = 0.1  # no story that is less similar counts


class Told(NamedTuple):
    """What became of an article: the choice of its story, and the articles that it may repeat."""

    choice: Choice
    neighbours: list[Held]


def sketch(article: Article) -> Sketch:
    """Hashes of words, so that many articles share some."""
    words = article.title.split()
    return Sketch(f"{crc32(article.title.encode()):032x}", tuple(sum(map(ord, word)) for word in words))


def take(memory: Intake, number: int, article: Article, seen: datetime) -> Told:
    """Place and keep the article of this number as the journey does."""
    found = profile(article)
    newest, archive = memory.reach
    weighed = weigh(found, memory.holdings([one.hash for one in found.traits]), newest, archive)
    candidates = memory.candidates(weighed.asked, LEAST)
    stories = memory.stories(one.story for one in candidates)
    links = rank(article, weighed, seen, candidates, stories, LIMITS)
    choice = choose(weighed, links, memory.trait_rows(suspects(weighed, links)), LIMITS)
    neighbours = memory.neighbours(article, sketch(article))
    standing = Standing(tuple(weighed.rows), weighed.day, {"similarity": choice.similarity})
    placement = Placement(Verdict.NEW, choice.story or f"story-{number}", choice.because)
    memory.merge(placement.story, choice.merged)
    memory.keep(article, f"v{number}", None, sketch(article), placement, seen, old=False, standing=standing)
    return Told(choice, neighbours)


def stream(store: Store, articles: Sequence[Article], batch: int, *, looked_up: bool) -> list[Told]:
    """Take articles in, some in each intake; after each the store holds what the intake said."""
    told = []
    for start in range(0, len(articles), batch):
        part = articles[start : start + batch]
        with store.intake() as memory:
            if looked_up:
                memory.look_up([(one, sketch(one), [t.hash for t in profile(one).traits]) for one in part])
            told += [take(memory, start + n, one, NOW + (start + n) * HOUR) for n, one in enumerate(part)]
    return told


@contextmanager
def emptied(store: Store) -> Iterator[Store]:
    """A store whose rows are gone afterwards, and whose ids begin anew."""
    yield store
    with store._database.write() as connection:
        if store._database.file:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(delete(table))
            connection.execute(text("DELETE FROM sqlite_sequence"))
        else:
            tables = ", ".join(f'"{name}"' for name in METADATA.tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))


def known(store: Store) -> list[Any]:
    """All that is stored about articles, stories and what finds them."""
    names = ("article", "item", "story", "recent", "segment", "part", "trait")
    with store._database.read() as connection:
        return [sorted(map(repr, connection.execute(METADATA.tables[name].select()))) for name in names]


WORDS = "Redon Delbosc Corlay Vannes Kerguen Lanester incendie usine vote taxe mardi jeudi 12 40 lundi grève".split()
DATES = st.sampled_from(
    [Published(), Published.month(2026, 3), Published.day(2026, 3, 2), Published(NOW + 9 * HOUR, Precision.SECOND)]
)
ARTICLES = st.lists(
    st.builds(
        lambda words, date: titled(" ".join(words), published=date),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=6, unique=True),
        DATES,
    ),
    min_size=1,
    max_size=24,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(articles=ARTICLES)
def test_a_batch_is_placed_as_one_by_one_and_as_an_archive_in_memory_places_it(
    store: Store, articles: list[Article]
) -> None:
    articles = [
        Article(f"source-{n % 3}", f"guid-{n}", None, one.title, False, "", "", None, one.published, None)
        for n, one in enumerate(articles)
    ]
    archive = Archive()
    expected = [archive.take(one, NOW + n * HOUR) for n, one in enumerate(articles)]
    ways = []
    for batch, looked_up, many in ((50, True, 99), (7, True, 99), (50, False, 99), (1, True, 99), (1, False, 5)):
        with emptied(store), mock.patch.object(recent, "MANY", many):
            ways.append((stream(store, articles, batch, looked_up=looked_up), known(store)))
            with store.intake() as memory:
                held = memory.stories(archive.stories)
            assert [(one.id, one.articles, one.first, one.last, one.since, one.until) for one in held] == [
                (one.id, one.articles, one.first, one.last, one.since, one.until) for one in archive.stories.values()
            ]
    told, stored = ways[0]
    for choice, one in zip(expected, told, strict=True):
        assert (one.choice.story, one.choice.merged) == (choice.story, choice.merged)
        assert one.choice.similarity == pytest.approx(choice.similarity if choice.story else 0.0)
    assert [others for others, _ in ways] == [told] * len(ways)
    # What lies in the index already and what does not is of no account.
    assert [rows for _, rows in ways[:-1]] == [stored] * (len(ways) - 1)
    assert [rows[:3] for _, rows in ways] == [stored[:3]] * len(ways)


@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False)), max_size=60))
def test_holders_come_back_as_they_were_packed(rows: list[tuple[int, float]]) -> None:
    packed = pack("qd", rows)
    assert unpack_rows("qd", packed) == tuple(rows)
    assert unpack("qd", packed) == (tuple(zip(*rows, strict=True)) if rows else ((), ()))


def placed(make: Any, memory: Intake, number: int, story: str | None = None, **changes: Any) -> int:
    """Keep an article with the trait of that number and trait 7."""
    story = story or f"story-{number}"
    memory.merge(story, changes.pop("merged", ()))
    standing = Standing(((number * 100, 0.5, 2.0), (7, 0.25, 1.0)))
    verdict, of = changes.pop("verdict", Verdict.NEW), changes.pop("of", None)
    seen = changes.pop("seen", make.now)
    return int(
        memory.keep(
            make.article(number, **changes),
            f"v{number}",
            None,
            make.sketch(number, [number]),
            Placement(verdict, story, "", of),
            seen,
            old=False,
            standing=standing,
        )
    )


def test_a_merged_story_leaves_its_articles_alerts_and_keys_to_the_oldest(store: Store, make: Any) -> None:
    with store.intake() as memory:
        one, two = placed(make, memory, 1), placed(make, memory, 2)
        memory.raised(make.alert(1), one, [], make.now)
        memory.raised(make.alert(2), two, [], make.now)
        assert memory.told(["rule"], "story-1") == {"rule": 1}
    with store.intake() as memory:
        three = placed(make, memory, 3, "story-1", merged=("story-2",))
        assert [one.story for one in memory.candidates([(200, 1.0, 1), (7, 1.0, 2)])] == ["story-1"] * 3
        assert memory.holdings([7])[0].stories == 1
        told = memory.told(["rule"], "story-1")["rule"]
        assert told == memory.told(["rule"], "story-2")["rule"] == 2
        memory.raised(make.alert(1, nth=told + 1), three, [], make.now)
        assert memory.story("story-2").articles == 3
    assert {row.key for row in store.alerts(9, suppressed=False)} == {
        "rule/story-1/1",
        "rule/story-2/1",
        "rule/story-1/3",
    }
    assert {row.story for row in store.alerts(9, suppressed=False)} == {"story-1"}
    assert {row.story for row in store.articles(9)} == {"story-1"}
    with store.intake() as memory:
        assert [one.articles for one in memory.stories(["story-1", "story-2"])] == [3]
        assert memory.holdings([200, 7])[1].stories == 1
        # What is placed into the swallowed story goes where its articles are.
        id_ = placed(make, memory, 4, "story-2")
    assert store.article(str(id_)).story == "story-1"


def test_a_story_that_swallowed_others_can_be_swallowed(store: Store, make: Any) -> None:
    with store.intake() as memory:
        for number in (1, 2, 3):
            placed(make, memory, number)
        memory.merge("story-2", ["story-3"])
        memory.merge("story-1", ["story-2", "story-1", "unknown"])
        assert memory.holdings([7])[0].stories == 1
        assert memory.story("story-3").id == "story-1"
    with store.intake() as memory:
        assert memory.story("story-3").articles == 3
        assert memory.stories(["story-3", "story-2"]) == []
        assert memory.stories(["story-1"])[0].articles == 3
        assert {one.story for one in memory.neighbours(make.article(9), make.sketch(9, [1, 2, 3]))} == {"story-1"}


def test_a_merge_that_is_undone_leaves_all_as_it_was(store: Store, make: Any) -> None:
    with store.intake() as memory:
        placed(make, memory, 1)
        placed(make, memory, 2)
    before = known(store)

    def fail() -> None:
        with store.intake() as memory:
            placed(make, memory, 3, "story-1", merged=("story-2",))
            raise LookupError("the power fails")

    with pytest.raises(LookupError):
        fail()
    assert known(store) == before


def test_a_duplicate_is_in_its_story_and_not_in_the_index(store: Store, make: Any) -> None:
    with store.intake() as memory:
        of = placed(make, memory, 1)
        copy = placed(make, memory, 2, "story-1", verdict=Verdict.DUPLICATE, of=of, seen=make.now + HOUR)
        assert memory.holdings([200]) == []
        assert memory.trait_rows([of, copy]) == {of: ((100, 0.5, 2.0), (7, 0.25, 1.0)), copy: ()}
        (story,) = memory.stories(["story-1"])
    start = make.article(1).published.start
    assert story == StoryHeld("story-1", of, 1, start, start, start, make.article(1).published.latest)
    assert store.article(str(copy)).story == "story-1"
    with store.intake() as memory:
        assert memory.story("story-1").articles == 2
        assert memory.trait_rows([of, copy, 99]) == {of: ((100, 0.5, 2.0), (7, 0.25, 1.0)), copy: (), 99: ()}


def test_articles_seen_too_long_ago_do_not_count(store: Store, make: Any) -> None:
    with store.intake() as memory:
        ids = [placed(make, memory, number, seen=make.now + number * HOUR) for number in range(1, 6)]
        assert memory.reach == (5, 5)
    for first in (1, 3, 6):
        with store.intake() as memory:
            memory.look_up([(make.article(9), make.sketch(9), [7, 100])], make.now + first * HOUR)
            assert memory.reach == (5, 6 - first)
            counting = ids[first - 1 :]
            assert [one.article for one in memory.candidates([(7, 1.0, 1)])] == counting[::-1]
            assert [(one.holders, one.oldest) for one in memory.holdings([7])] == [(len(counting), first)] * (first < 6)


def test_only_the_newest_holders_of_a_trait_are_looked_at(store: Store, make: Any) -> None:
    with store.intake() as memory:
        for number in range(1, HOLDERS + 11):
            placed(make, memory, number)
        (holding,) = memory.holdings([7])
        assert (holding.holders, holding.stories, holding.oldest) == (HOLDERS, HOLDERS, 11)
    with store.intake() as memory:
        assert memory.holdings([7]) == [holding]
        near = memory.candidates([(7, 2.0, 4)])
        assert [one.article for one in near] == list(range(HOLDERS + 10, HOLDERS - 30, -1))
        assert {(one.similarity, one.shared, one.dated) for one in near} == {(0.5, 4, True)}
        assert memory.candidates([(7, 2.0, 4)], least=0.6) == []


def test_ids_are_given_once_also_after_an_intake_that_failed(store: Store, make: Any) -> None:
    with store.intake() as memory:
        memory.look_up([(make.article(n), make.sketch(n), []) for n in range(9)])
        assert [placed(make, memory, n) for n in (1, 2)] == [1, 2]
    with pytest.raises(StoreError), store.intake() as memory:
        placed(make, memory, 2)
    with store.intake() as memory:
        id_ = placed(make, memory, 3)
    assert id_ > 2
    assert [row.id for row in store.articles(9)] == [id_, 2, 1]


def test_what_an_article_tells_of_itself_and_of_its_place_is_kept(store: Store, make: Any) -> None:
    evidence = {"similarity": 0.5, "words": ["Redon"]}
    with store.intake() as memory:
        standing = Standing(day=3, evidence=evidence)
        memory.keep(make.article(1), "v", None, make.sketch(), make.placement(), make.now, old=False, standing=standing)
    with store._database.read() as connection:
        row = connection.execute(METADATA.tables["article"].select()).one()
    assert (row.day, row.evidence, row.traits, row.first_seen) == (3, evidence, None, make.now.astimezone(UTC))
