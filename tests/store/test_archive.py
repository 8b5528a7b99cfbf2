"""The archive is read again from a moment on, in the order in which it was kept, page by page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.store import Archived, Store, archive

HOUR = timedelta(hours=1)


def fill(store: Store, make: Any, times: list[datetime]) -> list[int]:
    """Keep articles that were first seen then; every third one is old."""
    ids = []
    for number, time in enumerate(times, 1):
        make.now = time
        with store.intake() as intake:
            ids.append(make.keep(intake, number, old=number % 3 == 0))
    return ids


def test_an_archived_article_is_as_it_was_taken_in(store: Store, make: Any, now: datetime) -> None:
    (id_,) = fill(store, make, [now])
    assert list(store.archive(now)) == [Archived(id_, make.article(1), now, False)]


def test_articles_seen_before_are_left_out_though_they_were_kept_later(store: Store, make: Any, now: datetime) -> None:
    first, _, third, fourth = fill(store, make, [now, now - HOUR, now + HOUR, now + 2 * HOUR])
    found = list(store.archive(now))
    assert [(one.id, one.old) for one in found] == [(first, False), (third, True), (fourth, False)]
    assert store.archived(now) == len(found)


@pytest.mark.parametrize("count", [0, 2, 3, 7])
def test_pages_neither_repeat_nor_miss_one(
    store: Store, make: Any, now: datetime, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_PAGE", 3)
    monkeypatch.setattr(archive, "_NEXT", archive._NEXT.limit(3))
    ids = fill(store, make, [now] * count)
    assert [one.id for one in store.archive(now)] == ids
    assert store.archived(now) == count


def test_what_comes_while_it_is_read_comes_last(store: Store, make: Any, now: datetime) -> None:
    fill(store, make, [now] * archive._PAGE)
    found = store.archive(now)
    next(found)
    make.now = now + HOUR
    with store.intake() as intake:
        id_ = make.keep(intake, archive._PAGE + 1)
    assert list(found)[-1].id == id_


def test_each_page_is_found_by_its_number(store: Store, make: Any, now: datetime) -> None:
    fill(store, make, [now])
    with store._database.read() as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("how PostgreSQL reads so few rows says nothing")
        statement = str(archive._NEXT.compile(connection, compile_kwargs={"literal_binds": False}))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (0, 200, 0)).all()
    assert [row[-1] for row in plan] == ["SEARCH article USING INTEGER PRIMARY KEY (rowid>?)"]
