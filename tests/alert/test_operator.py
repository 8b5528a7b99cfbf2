"""What the daemon tells its operator about its own work."""

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import delivery

from monitor.alert import operator_alert, render
from monitor.model import Level, Reason

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 1, 10, 12, 0, 5, tzinfo=UTC)
LINES = ("Une: failed 3 times: no complete answer within 30s", "À la une: <b>gone</b>")


def test_an_event_is_an_alert_of_a_rule_of_its_own_without_article_and_story() -> None:
    alert = operator_alert("source-failing", "www.example.org", LINES, NOW)
    assert (alert.rule, alert.level, alert.tags) == ("monitor.source-failing", Level.MEDIUM, ("operator",))
    assert (alert.reason, alert.suppressed, alert.story) == (Reason.OPERATOR, None, "")
    assert json.loads(json.dumps(alert.document)) == alert.document
    assert alert.document["story"] is alert.document["article"] is None
    assert alert.document["new"] == list(LINES)


@pytest.mark.parametrize("event", ["source", "reload"])
def test_what_works_again_is_for_information(event: str) -> None:
    assert operator_alert(f"{event}-recovered", "example.org", LINES, NOW).level is Level.INFO


@pytest.mark.parametrize(("language", "words"), [("en", "refused, the rules"), ("fr", "refusé, les règles")])
def test_a_refused_edit_is_told_with_its_file_and_mistakes(language: str, words: str) -> None:
    alert = operator_alert("reload-refused", "/etc/monitor.yaml", ["a.yaml:1:2: odd"], NOW)
    message = render(delivery(alert.document), language, PARIS)
    assert words in message.subject
    assert message.subject.startswith("News monitor - /etc/monitor.yaml" if language == "en" else "Veille - /etc/")
    assert "\n  + a.yaml:1:2: odd\n" in message.text


@pytest.mark.parametrize("about", ["www.example.org", "À la une\r\nBcc: x", "Дума", "a/b c"])
def test_its_key_can_be_a_header(about: str) -> None:
    key = operator_alert("source-failing", about, LINES, NOW).key
    assert key is not None
    assert re.fullmatch(r"monitor\.source-failing/[!-~]*/20260110T120005Z", key)


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "www.example.org: sources failing"), ("fr", "www.example.org : sources en panne")],
)
def test_its_message_names_the_host_and_each_source_with_its_reason(language: str, subject: str) -> None:
    message = render(
        delivery(operator_alert("source-failing", "www.example.org", LINES, NOW).document), language, PARIS
    )
    assert message.subject.endswith(f" - {subject}")
    first, *lines = message.text.replace("\u00a0", " ").splitlines()
    assert subject in first
    assert lines[: len(LINES)] == [f"  + {line}" for line in LINES]
    assert "<b>gone</b>" not in message.html
    assert "&lt;b&gt;gone" in message.html


def test_events_of_the_same_second_have_keys_of_their_own() -> None:
    abouts = ["a b", "a/b", "A b", "a-b", "Дума", "Рада", ""]
    assert len({operator_alert("source-failing", about, LINES, NOW).key for about in abouts}) == len(abouts)
