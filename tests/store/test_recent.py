"""What the index does not hold yet is the same for every daemon, after a restart, a failure or a merge."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, text

from monitor.errors import StoreError
from monitor.model import Placement, Standing, Verdict
from monitor.store import Intake, Store, postings, recent

COMMON, OWN = 7, 100  # a trait of all articles, and the first of those that one has alone


@pytest.fixture
def second(url: str) -> Iterator[Store]:
    """Another daemon on the same database."""
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture(params=[1, 3, 99])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """After so many articles the index is told of them."""
    monkeypatch.setattr(recent, "MANY", request.param)
    return int(request.param)


def keep(memory: Intake, make: Any, number: int) -> int:
    standing = Standing(((COMMON, 0.25, 1.0), (OWN + number, 0.5, 2.0)))
    placement = Placement(Verdict.NEW, f"story-{number}", "")
    sketch = make.sketch(number, [COMMON, OWN + number])
    return int(
        memory.keep(make.article(number), f"v{number}", None, sketch, placement, make.now, old=False, standing=standing)
    )


def known(store: Store, make: Any) -> list[Any]:
    """All that an intake finds by hashes and traits, and the stories of what it finds."""
    hashes = [COMMON, *range(OWN, OWN + 20)]
    with store.intake() as memory:
        near = memory.candidates([(value, 1.0, 1 << place) for place, value in enumerate(hashes)])
        neighbours = memory.neighbours(make.article(99), make.sketch(99, hashes))
        return [memory.holdings(hashes), near, [(one.id, one.story) for one in neighbours]]


@pytest.mark.usefixtures("many")
def test_two_daemons_know_what_either_has_kept_and_merged(store: Store, second: Store, make: Any) -> None:
    for number in range(8):
        with (store, second)[number % 2].intake() as memory:
            keep(memory, make, number)
        assert known(store, make) == known(second, make)
    with second.intake() as memory:
        memory.merge("story-1", ["story-2"])
        keep(memory, make, 8)
    with store.intake() as memory:
        memory.merge("story-0", ["story-1", "story-5"])
        assert memory.holdings([COMMON])[0].stories == 6
    told = known(store, make)
    assert told[0][0].stories == 6
    assert {one.story for one in told[1]} == {f"story-{number}" for number in (0, 3, 4, 6, 7, 8)}
    assert known(second, make) == told


@pytest.mark.usefixtures("many")
def test_a_restart_forgets_nothing(store: Store, url: str, make: Any) -> None:
    with store.intake() as memory:
        for number in range(4):
            keep(memory, make, number)
        memory.merge("story-1", ["story-3"])
    told = known(store, make)
    again = Store.open(url)
    assert known(again, make) == told
    assert len(told[1]) == 4
    again.close()


def test_the_index_is_told_of_many_articles_at_once(store: Store, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MANY", 3)
    rows = []
    for number in range(4):
        with store.intake() as memory:
            keep(memory, make, number)
        with store._database.read() as connection:
            tables = [connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("segment", "trait")]
            waiting = connection.scalar(text("SELECT count(*) FROM recent WHERE article IS NOT NULL"))
            rows.append([*tables, waiting])
    assert rows == [[0, 0, 1], [0, 0, 2], [1, 4, 0], [1, 4, 1]]


def fail(store: Store, make: Any, number: int) -> None:
    """Take in an article and merge two stories in vain."""
    with store.intake() as memory:
        keep(memory, make, number)
        memory.merge("story-1", ["story-2"])
        memory.write()
        raise LookupError("the power fails")


@pytest.mark.usefixtures("many")
def test_what_an_intake_kept_that_failed_is_found_by_none(store: Store, second: Store, make: Any) -> None:
    with store.intake() as memory:
        keep(memory, make, 1)
        keep(memory, make, 2)
    told = known(store, make)

    for number, error in ((3, LookupError), (2, StoreError)):
        with pytest.raises(error):
            fail(store, make, number)
        assert known(store, make) == told == known(second, make)


def test_what_could_not_be_committed_is_found_by_none(store: Store, make: Any) -> None:
    with store.intake() as memory:
        keep(memory, make, 1)
    told = known(store, make)

    def full(_: Any) -> None:
        raise OSError("the disk is full")

    engine = store._database._writer
    event.listen(engine, "commit", full)
    with pytest.raises(OSError, match="full"), store.intake() as memory:
        keep(memory, make, 2)
    event.remove(engine, "commit", full)
    assert known(store, make) == told


def test_threads_of_a_daemon_take_in_one_after_the_other(store: Store, make: Any) -> None:
    def work(start: int) -> None:
        for number in range(start, start + 5):
            with store.intake() as memory:
                keep(memory, make, number)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 5, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    holdings, near, neighbours = known(store, make)
    assert (holdings[0].holders, len(near), len(neighbours)) == (15, 15, 10)


def test_a_store_closes_after_the_intake_at_work_and_before_those_that_wait(url: str, make: Any) -> None:
    store, working, closing = Store.open(url), threading.Event(), threading.Event()

    def work() -> None:
        with store.intake() as memory:
            working.set()
            closing.wait(10)
            keep(memory, make, 1)

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(work)
        working.wait(10)
        closed = threads.submit(store.close)
        closing.set()
        closed.result(10)
        first.result(10)
        with pytest.raises(StoreError, match="closed"):
            threads.submit(work).result(10)


def test_merges_are_remembered_only_until_the_index_knows_them(
    store: Store, second: Store, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.intake() as memory:
        for number in range(3):
            keep(memory, make, number)
    assert known(second, make) == known(store, make)
    monkeypatch.setattr(recent, "MANY", 4)
    with store.intake() as memory:
        memory.merge("story-0", ["story-1", "story-2"])
        keep(memory, make, 3)
    assert store._recent.merged == {}
    told = known(store, make)
    assert told[0][0].stories == 2
    assert {one.story for one in told[1]} == {"story-0", "story-3"}
    assert known(second, make) == told
    assert second._recent.merged == {}


def test_traits_that_no_article_holds_that_counts_are_forgotten(
    store: Store, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MANY", 1)
    monkeypatch.setattr(recent, "_SWEEPS", 4)
    for number in range(8):
        with store.intake() as memory:
            if number > 3:  # articles 5 and later count
                memory.look_up([], make.now + 4 * make.hour)
            moment = make.now + number * make.hour
            standing = Standing(((COMMON, 0.25, 1.0), ((number - 4) << 61, 0.5, 2.0)))
            article, sketch, placement = make.article(number), make.sketch(number), make.placement(number)
            memory.keep(article, "v", None, sketch, placement, moment, old=False, standing=standing)
    with store._database.read() as connection:
        left = set(connection.scalars(text("SELECT hash FROM trait")))
    assert left == {COMMON, *(number << 61 for number in range(4))}


def test_what_is_remembered_has_a_limit_and_is_read_anew(
    store: Store, second: Store, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "_LEARNT", 3)
    monkeypatch.setattr(postings, "_READ", 3)
    for number in range(8):
        with store.intake() as memory:
            keep(memory, make, number)
            memory.candidates([(COMMON, 1.0, 1), (OWN + number, 1.0, 2)])
        kept = store._recent
        assert len(kept.stories) == len(kept.names) <= 3 + 8
        assert len(kept.titles) <= 3
        assert len(kept.traits.known) <= 3 + 2
    assert known(store, make) == known(second, make)
