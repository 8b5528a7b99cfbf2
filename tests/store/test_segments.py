"""Hashes that were written in segments are found whatever was written, joined or is not kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, select

from monitor.store import Store, segments
from monitor.store.postings import Fresh, pack
from monitor.store.segments import Segments
from monitor.store.tables import PART, SEGMENT

MOST = 3
HASHES = st.integers(-(2**63), 2**63 - 1) | st.integers(-4, 4)


def fresh(holders: dict[int, list[int]]) -> Fresh:
    found = Fresh()
    found.holders = {hash_: pack("q", [(one,) for one in ids]) for hash_, ids in holders.items()}
    return found


def found(connection: Connection, known: Segments, hashes: Sequence[int]) -> dict[int, list[int]]:
    return {hash_: ids[-MOST:] for hash_, ids in known.holders(connection, hashes).items()}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(st.lists(HASHES, max_size=5), max_size=6), max_size=12), st.sampled_from([0, 2**20]))
def test_the_newest_holders_of_each_hash_are_found(store: Store, folds: list[list[list[int]]], filters: int) -> None:
    expected: dict[int, list[int]] = defaultdict(list)
    article = 0
    with pytest.MonkeyPatch.context() as patch, store._database.write() as connection:
        for name, value in (("EACH", 2), ("FILTERS", filters), ("_USUAL", 2), ("_AT_ONCE", 4)):
            patch.setattr(segments, name, value)
        known = Segments(MOST)
        for fold in folds:
            part: dict[int, list[int]] = defaultdict(list)
            for hashes in fold:
                article += 1
                for hash_ in set(hashes):
                    part[hash_] = [*part[hash_], article][-MOST:]
                    expected[hash_] = [*expected[hash_], article][-MOST:]
            known.add(connection, fresh(part))
        again = Segments(MOST)
        again.read(connection)
        asked = [*expected, 12345]
        assert found(connection, known, asked) == found(connection, again, asked) == expected
        connection.execute(delete(PART))
        connection.execute(delete(SEGMENT))


def test_eight_segments_are_joined_with_the_newest_holders_of_each_hash(store: Store) -> None:
    known = Segments(MOST)
    with store._database.write() as connection:
        for number in range(8 * 8 + 3):
            known.add(connection, fresh({1: [number], 100 + number: [number]}))
        levels = connection.scalars(select(SEGMENT.c.level).order_by(SEGMENT.c.id)).all()
        assert levels == [2, 0, 0, 0]
        assert found(connection, known, [1, 100, 166, 167]) == {1: [64, 65, 66], 100: [0], 166: [66]}
        # Else a sentence under each article of a publisher would fill the table.
        bytes_ = connection.scalar(select(func.sum(func.length(PART.c.holders))))
        assert bytes_ == 16 * (67 + 3 + 3)


def test_a_filter_tells_nearly_all_hashes_that_are_not_there(store: Store) -> None:
    draw = np.random.default_rng(1)
    here, elsewhere = draw.integers(-(2**63), 2**63 - 1, (2, 20_000))
    known = Segments(MOST)
    with store._database.write() as connection:
        known.add(connection, fresh({int(hash_): [1] for hash_ in here}))
        (only,) = known._all
        assert len(only.may_hold(segments._spread(here.tolist()))) == len(here)
        assert len(only.may_hold(segments._spread(elsewhere.tolist()))) < len(elsewhere) / 100
