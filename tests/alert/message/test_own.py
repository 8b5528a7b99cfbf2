"""The templates of a receiver in place of the built-in message, and the built-in message in place of theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import Kinds, deliveries, delivery, passage

from monitor.alert import render, try_out, worded
from monitor.templates import Templates

PARIS = ZoneInfo("Europe/Paris")
KINDS = Kinds("fr")
FIRST = delivery(KINDS.alert())
Make = Callable[..., Templates]


@pytest.fixture
def templates(tmp_path: Path) -> Make:
    def make(**sources: str) -> Templates:
        for name, source in sources.items():
            (tmp_path / name).write_text(source, "utf-8")
        return Templates.model_validate({name: name for name in sources}, context={"folder": tmp_path})

    return make


def test_without_templates_the_message_is_the_built_in_one() -> None:
    assert worded(None, FIRST, "fr", PARIS) == (render(FIRST, "fr", PARIS), None)


def test_a_template_takes_the_place_of_its_part_only(templates: Make) -> None:
    built_in = render(FIRST, "fr", PARIS)
    message, trouble = worded(templates(subject="[Desk]\n{{ built_in.subject }}"), FIRST, "fr", PARIS)
    assert trouble is None
    assert message.subject == f"[Desk] {built_in.subject}"
    assert (message.text, message.html) == (built_in.text, built_in.html)


def test_a_template_has_the_documents_and_the_words_of_the_language(templates: Make) -> None:
    source = (
        "{{ receiver }} {{ kind }} {{ language }} {{ counted.silence }} {{ alerts|length }}\n"
        "{{ alert.article.published|date }}\n{{ alert.story.first_seen|date }}\n{{ 1234.5|number }}\n"
        "{{ alert.rule.level|level }}, {{ alert.reason|reason }}\n{{ alert.evidence[0]|marked }}"
    )
    message, trouble = worded(templates(text=source), delivery(KINDS.alert(), silence=3), "fr", PARIS)
    assert trouble is None
    assert message.text.splitlines() == [
        "desk group fr 3 1",
        "2\u00a0mars 2026 à 07:41\u00a0CET",
        "1er\u00a0mars 2026 à 07:10\u00a0CET",
        "1\u202f234,5",
        "élevé, première alerte sur ce sujet",
        "Le ministère suspend les *exportations de blé* jusqu'au 15 mai, a déclaré sa porte-parole, Claire Astruc.",
    ]


def test_a_page_of_a_template_escapes_what_others_wrote(templates: Make) -> None:
    hostile = "<script>x</script>"
    alert = KINDS.alert(article__title=hostile, article__url="javascript:x", evidence=[passage(f"{hostile} |a<b| ")])
    source = (
        "{{ alert.article.title }} {{ alert.evidence[0]|marked }} {{ alert.article.url or 'none' }} {{ built_in.html }}"
    )
    message, trouble = worded(templates(html=source), delivery(alert), "en", PARIS)
    assert trouble is None
    head = message.html.split("<!DOCTYPE html>")[0]
    assert head == "&lt;script&gt;x&lt;/script&gt; &lt;script&gt;x&lt;/script&gt; <mark>a&lt;b</mark>  none "
    assert "<!DOCTYPE html>" in message.html


def test_marks_stay_at_their_words_in_what_was_cleaned(templates: Make) -> None:
    alert = KINDS.alert(evidence=[passage("\x1b[31m\u202eun |mot|\x00 clair")])
    message, _ = worded(templates(text="{{ alert.evidence[0]|marked }}"), delivery(alert), "fr", PARIS)
    assert message.text == " [31m un *mot*  clair"


@pytest.mark.parametrize("part", ["subject", "text", "html"])
@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("x\n{{ alert.articel.title }}", ":2: 'dict object' has no attribute 'articel'"),
        ("{{ 1 / 0 }}", ":1: division by zero"),
        ("{{ nothing|level }}", ":1: 'nothing' is undefined"),
        ("{{ 'urgent'|level }}", ":1: 'urgent'"),
        ("{{ 'yesterday'|date }}", ":1: Invalid isoformat string: 'yesterday'"),
        ("  \n", ":1: writes nothing at all"),
        ("{% for i in range(1000) %}" + "y" * 1000 + "{% endfor %}", ":1: writes more than 500000 characters"),
    ],
)
def test_a_template_that_fails_gives_way_to_the_built_in_message_and_is_told(
    part: str, source: str, what: str, templates: Make, tmp_path: Path
) -> None:
    message, trouble = worded(templates(**{part: source}), FIRST, "fr", PARIS)
    assert message == render(FIRST, "fr", PARIS)
    assert trouble == f"{tmp_path / part}{what}"


@pytest.mark.parametrize(
    "broken",
    [
        {"article__published": {"value": "yesterday", "precision": "second"}},
        {"reason": "unheard-of"},
        {"rule": {"id": "wheat-exports", "title": "Wheat"}},
        {"evidence": [{}]},
        {"also": None},
    ],
)
def test_a_document_that_nobody_can_read_is_told_all_the_same(broken: dict[str, Any]) -> None:
    message, trouble = worded(None, delivery(KINDS.alert(**broken), KINDS.alert(1)), "fr", PARIS)
    assert trouble is not None
    assert trouble.startswith("the built-in message failed: ")
    for part in (message.subject, message.text, message.html):
        assert "wheat-exports/s0/1" in part
    assert "https://courier.example/2026/03/1" in message.text
    assert "wheat-exports/s1/1" in message.text


@pytest.mark.parametrize("kind", deliveries("en"))
def test_what_passes_when_it_is_tried_serves_every_kind_of_message(kind: str, templates: Make) -> None:
    source = (
        "{% for one in alerts %}{{ one.article.title if one.article else one.rule.title }} {{ one.reason|reason }} "
        "{% for p in one.evidence %}{{ p|marked }}{% endfor %}{{ one.new|join(' ') }}{% endfor %}"
    )
    made = templates(text=source, html=source, subject=source)
    assert try_out(made, "en", PARIS) is None
    assert worded(made, deliveries("en")[kind], "en", PARIS)[1] is None


@pytest.mark.parametrize("source", ["{{ alert.article.title }}", "{{ alert.story.id }}", "{{ alert.artikel }}"])
def test_trying_finds_what_only_some_messages_would_show(source: str, templates: Make) -> None:
    trouble = try_out(templates(text=source), "fr", PARIS)
    assert trouble is not None
    assert "has no attribute" in trouble
