"""What the daemon tells its operator about its own work."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import delivery, events
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import operator_alert, render
from monitor.alert.message.telling import told
from monitor.alert.message.wording import Wording
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


FACTS = {name: document for name, document in events("fr").items() if document["facts"]}


@pytest.mark.parametrize("event", FACTS)
def test_a_french_operator_reads_french_and_programs_read_lines(event: str) -> None:
    document = FACTS[event]
    assert json.loads(json.dumps(document)) == document
    french, english = (render(delivery(document), language, PARIS).text for language in ("fr", "en"))
    assert document["new"] == ["in English"]
    assert "in English" not in french + english

    def said(text: str) -> set[str]:
        """The words of its sentences; what others said is quoted as they said it, as are files and commands."""
        lines = re.findall(r"^  \+ (.*(?:\n    .*)*)", text.partition("-----")[0], re.M)
        own = re.sub(r"[«“][^»”]*[»”]|\S+\.yaml:.*(?:\n    .*)*|news-monitor .*", "", "\n".join(lines))
        return set(re.findall("[a-z]{4,}", own.lower())) - {
            "courrier",
            "conomie",
            "radio",
            "littoral",
            "port",
            "chief",
            "example",
        }

    assert said(french).isdisjoint(said(english) - {"max_body", "body"})


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            "disk-full",
            "Il reste 4,3\u00a0% d’espace disque\u202f; une fois le disque plein, plus rien ne sera enregistré.",
        ),
        (
            "queue-growing",
            "1\u202f204\u00a0envois attendent, le plus ancien depuis le 2\u00a0mars 2026 à 06:12\u00a0CET.",
        ),
        (
            "source-failing",
            "Courrier du Port\u00a0: 3\u00a0échecs de suite\u00a0: «\u00a0no complete answer within 30s\u00a0»",
        ),
        ("message-cut", "Le message pesait 1\u202f482\u202f113\u00a0octets, max_body en autorise 262\u202f144."),
    ],
)
def test_numbers_times_and_quotations_are_written_as_the_french_do(event: str, line: str) -> None:
    text = render(delivery(FACTS[event]), "fr", PARIS).text
    assert line in re.sub(r"\n    ", " ", text)


@pytest.mark.parametrize("facts", [{}, {"free": "much"}, {"free": None}, {"other": 1}])
def test_facts_that_nobody_understands_leave_the_lines(facts: dict[str, Any]) -> None:
    document = operator_alert("disk-full", "/var", ["no room"], NOW, facts).document
    assert "\n  + no room\n" in render(delivery(document), "fr", PARIS).text


hostile = st.text(max_size=50) | st.sampled_from(["\r\nBcc: x", "\x1b[31m", "\u202egnp", "x" * 5_000])


@given(st.sampled_from(sorted(FACTS)), hostile)
def test_what_others_say_stays_one_line(event: str, text: str) -> None:
    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: one if name in ("kind", "since", "stored", "oldest") else put(one) for name, one in value.items()
            }
        return [put(one) for one in value] if isinstance(value, list) else text if isinstance(value, str) else value

    document = {**FACTS[event], "facts": put(FACTS[event]["facts"]), "about": text}
    lines = told(document, Wording("fr", PARIS))
    assert lines
    assert not [line for line in lines if re.search("[\x00-\x1f\x7f\u2028\u202e]", line) or len(line) > 1_000]


def test_events_of_the_same_second_have_keys_of_their_own() -> None:
    abouts = ["a b", "a/b", "A b", "a-b", "Дума", "Рада", ""]
    assert len({operator_alert("source-failing", about, LINES, NOW).key for about in abouts}) == len(abouts)
