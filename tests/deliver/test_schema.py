"""The schema of webhooks: it takes every document that the code makes, and no key that it does not know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor import alert
from monitor.alert.raising.triggers import fires
from monitor.deliver import webhook_schema
from monitor.deliver.file import line
from monitor.deliver.payload import encoded, payload
from monitor.model import Delivery, DeliveryKind, FirstMention, Past, Reason

Deliver = Callable[..., Delivery]
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
SCHEMA = webhook_schema()
VALID = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)

ARTICLE = {
    "id": 3,
    "title": "La récolte",
    "url": "https://example.org/3",
    "source": "Exemple",
    "agency": None,
    "published": {"value": "2026-03-01", "precision": "day"},
    "language": "fr",
    "text_sha256": "0" * 64,
}
FULL = {
    "article": ARTICLE,
    "evidence": [{"in": "lede", "quote": "Le blé manque.", "marks": [[3, 6]], "term": "blé"}],
    "new": ["Il pleut."],
    "also": [
        {"source": "Autre", "title": "Blé", "url": None, "relation": "same-story"},  # of a version before ids
        {"source": "Tiers", "title": "Blé", "url": None, "relation": "update", "id": 2, "duplicate_of": 1, "copies": 3},
    ],
}


def faults(document: Any) -> list[str]:
    return [error.message for error in VALID.iter_errors(json.loads(encoded(document)))]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def mappings(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object with named keys in a schema."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for one in schema:
            yield from mappings(one)


def test_no_object_takes_a_key_that_is_not_told() -> None:
    found = list(mappings(SCHEMA))
    assert len(found) > 10
    assert all(one["additionalProperties"] is False for one in found)


@pytest.mark.parametrize("reason", list(Reason))
def test_an_alert_of_every_reason(reason: Reason, delivery: Deliver) -> None:
    assert faults(payload("hook", delivery(reason=reason, **FULL))) == []


def test_a_test_and_what_the_operator_is_told(delivery: Deliver) -> None:
    told = alert.operator_alert("source-failing", "example.org", ["example.org does not answer."], NOW)
    for document in (alert.test_document("hook", NOW), told.document):
        sent = payload("hook", replace(delivery(), alerts=(document,)))
        assert faults(sent) == []
        assert sent["type"] == document["reason"]


@pytest.mark.parametrize("kind", list(DeliveryKind))
def test_a_message_of_several_alerts(kind: DeliveryKind, delivery: Deliver) -> None:
    [one] = delivery(**FULL).alerts
    assert faults(payload("hook", replace(delivery(), alerts=(one, one), kind=kind, counted={"silence": 2}))) == []


def test_a_first_mention_has_the_names_of_its_actors(delivery: Deliver) -> None:
    met = fires(FirstMention(("a", "b"), timedelta(days=90), ("Ann", "Bo")), Past(), NOW)
    assert met
    assert met["names"] == ["Ann", "Bo"]
    assert faults(payload("hook", delivery(reason="first-mention", condition=met))) == []


@pytest.mark.parametrize("by", ["story", "rule", "level", "tag", "source", "alert"])
def test_a_group_by_each_thing_and_by_no_other(by: str, delivery: Deliver) -> None:
    assert faults(payload("hook", replace(delivery(), group={by: "x"}))) == []
    assert faults(payload("hook", replace(delivery(), group={by: "x", "colour": "red"})))


def test_a_line_of_a_file_holds_the_same_alerts(delivery: Deliver) -> None:
    described = Draft202012Validator({"$ref": "#/$defs/alert", "$defs": SCHEMA["$defs"]})
    [one] = json.loads(line("archive", delivery(**FULL)))["alerts"]
    assert list(described.iter_errors(one)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"article": ARTICLE | {"surprise": 1}},
        {"article": {key: value for key, value in ARTICLE.items() if key != "url"}},
        {"reason": "whim"},
        {"evidence": None},
        {"story": {"id": "a"}},
    ],
)
def test_anything_else_is_noticed(change: dict[str, Any], delivery: Deliver) -> None:
    assert faults(payload("hook", delivery(**FULL | change)))


def test_a_forgotten_key_of_the_body_is_noticed(delivery: Deliver) -> None:
    sent = payload("hook", delivery(**FULL))
    assert faults(sent) == []
    assert faults(sent | {"data": sent["data"] | {"surprise": 1}})
    assert faults({key: value for key, value in sent.items() if key != "timestamp"})
