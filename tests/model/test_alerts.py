"""An alert and its document say the same."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Alert, Level, Reason, Suppression

DOCUMENT = {"id": None, "key": "flood/s1/1", "reason": Reason.FIRST, "new": ["The river rises."]}
ALERT = Alert("flood", "v1", Level.HIGH, ("floods",), "s1", Reason.FIRST, "flood/s1/1", document=DOCUMENT)


def test_it_is_told_for_another_reason_under_another_key() -> None:
    again = ALERT.untold(Suppression.NOTHING_NEW).told(Reason.REPEAT, "flood/s1/2")
    assert (again.reason, again.key, again.suppressed) == (Reason.REPEAT, "flood/s1/2", None)
    assert again.document == {**DOCUMENT, "key": "flood/s1/2", "reason": Reason.REPEAT}


def test_what_is_hidden_has_neither_key_nor_reason() -> None:
    hidden = ALERT.untold(Suppression.SILENCE)
    assert (hidden.reason, hidden.key, hidden.suppressed) == (None, None, Suppression.SILENCE)
    assert hidden.document == {**DOCUMENT, "key": None, "reason": None}


@given(st.lists(st.one_of(st.sampled_from(Suppression), st.sampled_from(Reason))))
def test_whatever_becomes_of_it_its_document_says_the_same(steps: list[Suppression | Reason]) -> None:
    one = ALERT
    for step in steps:
        one = one.untold(step) if isinstance(step, Suppression) else one.told(step, f"flood/s1/{step}")
    assert (one.document["key"], one.document["reason"]) == (one.key, one.reason)
    assert (one.key is None) == (one.suppressed is not None)
    assert ALERT.document == DOCUMENT, "it is a value"
