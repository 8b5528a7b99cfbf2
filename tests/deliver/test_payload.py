"""The document that programs get: as it is where it fits, else plainer, and within the limit whatever is in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from monitor.deliver import webhook_schema
from monitor.deliver.payload import SMALLEST, encoded, fitted, payload
from monitor.model import Delivery

Deliver = Callable[..., Delivery]
VALID = Draft202012Validator(webhook_schema())

texts = st.text(max_size=400) | st.builds(
    lambda text, times: text * times, st.text(min_size=1, max_size=9), st.integers(0, 900)
)
passages = st.fixed_dictionaries({"in": st.just("body"), "quote": texts, "marks": st.just([[0, 1]]), "term": texts})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=texts,
    tags=st.lists(texts, max_size=30),
    new=st.lists(texts, max_size=30),
    evidence=st.lists(passages, max_size=12),
    alerts=st.integers(1, 60),
    limit=st.integers(SMALLEST, 60_000),
)
def test_whatever_is_in_it_it_fits_and_says_what_is_missing(
    title: str, tags: list[str], new: list[str], evidence: list[Any], alerts: int, limit: int, delivery: Deliver
) -> None:
    [one] = delivery(new=new, evidence=evidence).alerts
    one = one | {"rule": one["rule"] | {"title": title, "tags": tags}}
    whole = payload("hook", replace(delivery(), alerts=(one,) * alerts))
    sent = fitted(whole, limit)
    assert len(encoded(sent)) <= limit
    VALID.validate(json.loads(encoded(sent)))
    if len(encoded(whole)) <= limit:
        assert sent is whole
    else:
        assert sent["data"]["shortened"] == {"bytes": len(encoded(whole)), "limit": limit, "alerts": alerts}
        assert len(sent["data"]["alerts"]) <= alerts


def test_alerts_that_have_no_room_are_missing_and_counted(delivery: Deliver) -> None:
    [one] = delivery().alerts
    sent = fitted(payload("hook", replace(delivery(), alerts=(one,) * 1000)), 20_000)
    assert sent["data"]["shortened"]["alerts"] == 1000
    assert 10 < len(sent["data"]["alerts"]) < 100
    assert sent["data"]["alerts"][0]["key"] == one["key"]


def test_long_texts_are_cut_with_a_mark(delivery: Deliver) -> None:
    [one] = delivery(about="a" * 5000, new=["x" * 5000]).alerts
    [alert] = fitted(payload("hook", replace(delivery(), alerts=(one,))), 5000)["data"]["alerts"]
    assert alert["about"] == "a" * 299 + "…"


def test_it_is_the_same_at_every_attempt(delivery: Deliver) -> None:
    first, later = delivery(attempt=1), delivery(attempt=7)
    assert encoded(fitted(payload("hook", first), SMALLEST)) == encoded(fitted(payload("hook", later), SMALLEST))
