"""Which rule files were live when, and what each rule has hit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.store import LiveRules, RuleHits, Store

HOUR = timedelta(hours=1)
A, B = {"/etc/a.yaml": b"rules: []\n"}, {"/etc/a.yaml": b"rules: [x]\n", "/etc/\xe9\x00.yaml": b"\xff\x00"}


def live(store: Store, at: datetime | None = None) -> LiveRules:
    found = store.ruleset_live(at)
    assert found is not None
    return found


def test_the_last_set_is_the_one_that_is_live(store: Store, now: datetime) -> None:
    assert store.ruleset_live() is None
    store.went_live(A, ("fr",), now)
    store.went_live(B, ("fr", "en"), now + HOUR)
    found = live(store)
    assert (found.languages, found.since) == (("fr", "en"), now + HOUR)
    assert list(found.files.values()) == list(B.values())
    assert list(found.files) == ["/etc/a.yaml", "/etc/\xe9\ufffd.yaml"]


def test_the_set_of_any_time_is_found(store: Store, now: datetime) -> None:
    for number, files in enumerate((A, B, A)):
        assert store.went_live(files, ("fr",), now + number * HOUR)
    assert store.ruleset_live(now - HOUR) is None
    hashes = [live(store, now + part * HOUR).hash for part in (0, 0.5, 1, 1.9, 2, 9)]
    assert hashes[0] == hashes[1] == hashes[4] == hashes[5] != hashes[2] == hashes[3]
    assert live(store, now + 1.5 * HOUR).files.keys() != live(store, now).files.keys()


@pytest.mark.parametrize(
    ("files", "languages"),
    [
        ({"/etc/a.yaml": b"rules: [ ]\n"}, ("fr",)),
        ({"/etc/b.yaml": b"rules: []\n"}, ("fr",)),
        (A, ("fr", "en")),
        (dict(reversed(B.items())), ("fr",)),
        ({}, ("fr",)),
    ],
)
def test_a_set_is_another_when_a_text_a_name_a_language_or_the_order_is(
    store: Store, now: datetime, files: dict[str, bytes], languages: tuple[str, ...]
) -> None:
    store.went_live(B if len(files) == 2 else A, ("fr",), now)
    assert store.went_live(files, languages, now + HOUR)
    assert list(live(store).files.values()) == list(files.values())


def test_the_same_set_is_not_written_again(store: Store, now: datetime) -> None:
    assert store.went_live(B, ("fr",), now)
    assert not store.went_live(dict(B), ("fr",), now + HOUR)
    assert live(store).since == now


def test_hits_are_counted_by_rule_with_the_time_of_the_last(store: Store, make: Any, now: datetime) -> None:
    assert store.rule_hits() == {}
    with store.intake() as intake:
        first = make.keep(intake, 1)
        intake.matched(first, [make.match("a"), make.match("b")])
    make.now = now + HOUR
    with store.intake() as intake:
        intake.matched(make.keep(intake, 2), [make.match("a")])
    assert store.rule_hits() == {"a": RuleHits(2, now + HOUR), "b": RuleHits(1, now)}
