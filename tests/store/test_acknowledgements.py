"""That somebody has seen an alert is kept, the first time; it lasts until the rule tells of the story anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.conftest import Make

from monitor.store import Acknowledged, Store

HOUR = timedelta(hours=1)


def test_the_first_who_says_so_is_kept(store: Store, make: Make, now: datetime) -> None:
    make.outbox(store, 1, "desk")
    assert store.acknowledge(1, "jane", "on it", now) is None
    assert store.acknowledge(1, "joe", None, now + HOUR) == Acknowledged(now, "jane", "on it")
    (row,) = store.alerts(10, suppressed=True)
    assert row.acknowledged == store.alerts_on("story-1", 10)[0].acknowledged == Acknowledged(now, "jane", "on it")


def test_it_lasts_until_the_rule_tells_of_the_story_anew(store: Store, make: Make, now: datetime) -> None:
    def is_acknowledged(rule: str = "rule") -> bool:
        with store.intake() as intake:
            return intake.is_acknowledged(rule, "story-1")

    make.outbox(store, 1, "desk")
    assert not is_acknowledged()
    with store.intake() as intake:
        intake.raised(make.alert(1, nth=2), 1, [], now + HOUR)
    store.acknowledge(1, "jane", None, now)
    assert not is_acknowledged(), "the second came later"
    with store.intake() as intake:
        intake.raised(make.suppressed(1), 1, [], now + 3 * HOUR)
    store.acknowledge(2, "jane", None, now + 2 * HOUR)
    assert is_acknowledged()
    assert not is_acknowledged("another")
