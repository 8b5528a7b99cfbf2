"""A story that somebody has seen is left in peace, until there is something to tell of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from store.conftest import Make
from test_dispatch import NOON, Desk

from monitor.model import Suppression
from monitor.store import Store

HOUR = timedelta(hours=1)


def test_what_somebody_has_seen_is_not_told_again_until_the_rule_tells_anew(tmp_path: Path) -> None:
    desk = Desk(Store.open(f"sqlite:///{tmp_path}/monitor.db"), Make(NOON))
    desk.configure({"repeat_interval": "1h"})
    desk.tell(desk.alert(1), desk.alert(1, "other"))
    desk.sent()
    (seen,) = [one.id for one in desk.store.alerts(10, suppressed=False) if one.rule == "rule"]
    desk.store.acknowledge(seen, "jane", None, desk.now)
    goes_on = [desk.alert(1, rule, suppressed=Suppression.DUPLICATE) for rule in ("rule", "other")]
    assert desk.tell(*goes_on, after=2 * HOUR) == 1
    assert [one["rule"]["id"] for delivery in desk.sent() for one in delivery.alerts] == ["other"]
    desk.tell(desk.alert(1))
    assert len(desk.sent(after=HOUR)) == 1
    assert desk.tell(goes_on[0], after=2 * HOUR) == 1
    desk.store.close()
