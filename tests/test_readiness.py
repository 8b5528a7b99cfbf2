"""Whether a daemon lives and is ready, told from what it says of itself."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.readiness import is_alive, refused, stored
from monitor.reload import ReloadState

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "alive"), [(-60, True), (0, True), (59, True), (60, False), (3600, False)])
def test_one_that_was_not_heard_of_for_a_minute_does_not_live(seconds: int, alive: bool) -> None:
    assert is_alive(NOW - timedelta(seconds=seconds), NOW) is alive


def test_one_with_its_own_rules_and_without_mistakes_is_ready() -> None:
    state = ReloadState(NOW).document(3)
    assert (stored(state), refused(state)) == (None, None)


def test_an_edit_that_was_refused_and_rules_from_the_database_are_told_apart() -> None:
    edit = ReloadState(NOW, ("rules.yaml:1:1: odd",)).document(3)
    assert stored(edit) is None
    assert refused(edit) == f"what is written was refused at {NOW.isoformat()}, the rules before stay live"
    start = ReloadState(NOW, ("rules.yaml:1:1: odd",), stored=NOW).document(3)
    assert stored(start) == f"that were live since {NOW.isoformat()}, from the database"


def test_the_last_success_outlives_refusals() -> None:
    later = NOW + timedelta(hours=1)
    assert ReloadState(NOW).succeeded == NOW
    assert ReloadState(later, ("odd",), before=NOW).succeeded == NOW
    assert ReloadState(later, ("odd",), stored=NOW).succeeded == NOW
    assert ReloadState(later, before=NOW).succeeded == later
