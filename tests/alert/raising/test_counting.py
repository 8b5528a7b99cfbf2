"""The number of alerts is that of the daemon's own decisions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import AlertCount
from monitor.alert.raising.reasons import decide
from monitor.model import Placement, Reason, Verdict

NEW, UPDATE, DUPLICATE = Verdict.NEW, Verdict.UPDATE, Verdict.DUPLICATE
FACT = ("A fact.",)
PLACED: Sequence[tuple[str, Verdict, tuple[str, ...], bool]] = [
    ("s1", NEW, FACT, False),
    ("s1", NEW, (), False),
    ("s1", NEW, FACT, False),
    ("s1", DUPLICATE, (), False),
    ("s2", NEW, FACT, True),
    ("s2", DUPLICATE, (), False),
    ("s2", UPDATE, FACT, False),
]


@pytest.mark.parametrize(("novelty", "alerts"), [("first", 2), ("new-facts", 4), ("every", 5)])
def test_a_story_is_told_first_and_again_as_its_rule_wants(novelty: str, alerts: int) -> None:
    count = AlertCount()
    for story, verdict, news, old in PLACED:
        count.add(Placement(verdict, story, "", None, news), {"r": novelty}, old=old)
    assert count.alerts == {"r": alerts}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["s1", "s2"]), st.sampled_from(list(Verdict)), st.sampled_from([(), FACT]), st.booleans()
        )
    ),
    st.sampled_from(["first", "new-facts", "every"]),
)
def test_rules_do_not_count_for_one_another(
    placed: list[tuple[str, Verdict, tuple[str, ...], bool]], novelty: str
) -> None:
    alone, beside = AlertCount(), AlertCount()
    raised, told = 0, {"s1": 0, "s2": 0}
    for story, verdict, news, old in placed:
        placement = Placement(verdict, story, "", None, news)
        alone.add(placement, {"r": novelty}, old=old)
        beside.add(placement, {"other": "every", "r": novelty}, old=old)
        if not old and isinstance(decide(novelty, placement, told[story]), Reason):
            told[story] += 1
            raised += 1
    assert alone.alerts["r"] == beside.alerts["r"] == raised
