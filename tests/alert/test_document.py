"""The Alert document, and the messages made of it."""

import html
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import Setting, raise_alerts, render
from monitor.alert import test_document as sample_document
from monitor.model import (
    Article,
    Document,
    Evidence,
    Level,
    Match,
    Placement,
    Published,
    Reason,
    StoryFacts,
    Trigger,
    Verdict,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
BODY = "Une première phrase sans rien. Le ministre exige des garanties de sécurité et encore des garanties. Fin."
ARTICLE = Article(
    "Exemple",
    "1",
    "https://example.org/1?a=1&b=2",
    "Un titre",
    False,
    "Un chapô.",
    BODY,
    "AFP",
    Published.day(2026, 1, 9),
    "fr",
)


@dataclass(frozen=True)
class Rule:
    id: str = "guarantees"
    title: str = "Garanties de sécurité"
    version: str = "v1"
    level: Level = Level.HIGH
    tags: tuple[str, ...] = ("russie",)
    novelty: str = "new-facts"
    trigger: Trigger | None = None


def evidence(term: str, field: str = "body", nth: int = 0) -> Evidence:
    text = getattr(ARTICLE, field)
    start = -1
    for _ in range(nth + 1):
        start = text.index(term, start + 1)
    return Evidence(field, start, start + len(term), term, term)


def made(*found: Evidence, article: Article = ARTICLE, reason: Reason = Reason.FIRST) -> Document:
    verdict, told = (Verdict.NEW, 0) if reason is Reason.FIRST else (Verdict.UPDATE, 1)
    also = [{"source": "Autre", "title": "T", "url": None, "relation": "duplicate"}]
    setting = Setting(
        3,
        Placement(verdict, "s1", "because", news=("Du neuf de Bonn.",)),
        StoryFacts("s1", "Un titre", NOW, 2, 2),
        also,
        {"guarantees": told},
        False,
        NOW,
    )
    match = Match("guarantees", found)
    (alert,) = raise_alerts(article, [match], {"guarantees": Rule()}, setting)
    assert alert.reason is reason
    return alert.document


def test_the_document_has_the_shape_of_the_public_surface() -> None:
    shape = made(evidence("garanties de sécurité"))
    assert json.loads(json.dumps(shape)) == shape
    assert list(shape) == ["id", "key", "reason", "rule", "story", "article", "evidence", "new", "also"]
    assert list(shape["rule"]) == ["id", "title", "level", "tags", "version"]
    assert list(shape["story"]) == ["id", "title", "first_seen", "articles", "sources"]
    assert list(shape["article"]) == [
        "id", "title", "url", "source", "agency", "published", "language", "text_sha256",
    ]  # fmt: skip
    assert shape["article"]["published"] == {"value": "2026-01-09", "precision": "day"}
    assert len(shape["article"]["text_sha256"]) == 64


def test_the_passage_is_the_sentence_with_marks_into_it() -> None:
    (passage,) = made(evidence("garanties"), evidence("garanties", nth=1))["evidence"]
    assert passage["quote"] == "Le ministre exige des garanties de sécurité et encore des garanties."
    assert [passage["quote"][start:end] for start, end in passage["marks"]] == ["garanties", "garanties"]
    assert (passage["in"], passage["term"]) == ("body", "garanties")


def test_terms_and_fields_are_passages_of_their_own() -> None:
    found = made(evidence("titre", "title"), evidence("garanties"), evidence("sécurité"))["evidence"]
    assert [(one["in"], one["term"]) for one in found] == [
        ("title", "titre"),
        ("body", "garanties"),
        ("body", "sécurité"),
    ]


def test_a_match_over_two_sentences_quotes_both() -> None:
    start = BODY.index("rien")
    end = BODY.index("ministre") + len("ministre")
    (passage,) = made(Evidence("body", start, end, BODY[start:end], "near"))["evidence"]
    assert passage["quote"].startswith("Une première")
    assert passage["quote"].endswith("garanties.")


def test_an_endless_sentence_is_cut_around_the_match() -> None:
    article = replace(ARTICLE, body="mot " * 5000 + "cible" + " mot" * 5000)
    start = article.body.index("cible")
    (passage,) = made(Evidence("body", start, start + 5, "cible", "cible"), article=article)["evidence"]
    assert len(passage["quote"]) < 600
    assert passage["quote"][slice(*passage["marks"][0])] == "cible"


def test_what_is_new_is_only_told_of_updates() -> None:
    assert made()["new"] == []
    assert made(reason=Reason.UPDATE)["new"] == ["Du neuf de Bonn."]


def test_a_message_says_what_why_where_and_when() -> None:
    message = render([made(evidence("garanties de sécurité"))], "fr", PARIS)
    assert message.subject == "[ÉLEVÉ] Garanties de sécurité: Un titre"
    assert message.text.splitlines() == [
        "[ÉLEVÉ] Garanties de sécurité - première alerte sur ce sujet",
        "Un titre",
        "Exemple, AFP, 9 janvier 2026",
        "https://example.org/1?a=1&b=2",
        "  > Le ministre exige des *garanties de sécurité* et encore des garanties.",
        "Aussi: Autre (copie)",
        "règle guarantees, alerte guarantees/s1/1",
    ]
    assert "<mark>garanties de sécurité</mark>" in message.html
    assert 'href="https://example.org/1?a=1&amp;b=2"' in message.html


def test_a_message_quotes_each_sentence_once_and_those_that_say_most() -> None:
    body = "Alpha seul. Bravo seul. Alpha et bravo. Charlie, alpha et bravo. Fin."
    article = replace(ARTICLE, body=body)
    found = [
        Evidence("body", at, at + len(term), term, term)
        for term in ("Alpha", "alpha", "Bravo", "bravo", "Charlie")
        for at in range(len(body))
        if body.startswith(term, at)
    ]
    text = render([made(*sorted(found, key=lambda one: one.start), article=article)], "fr", PARIS).text
    assert [line for line in text.splitlines() if line.startswith("  > ")] == [
        "  > *Alpha* seul.",
        "  > *Alpha* et *bravo*.",
        "  > *Charlie*, *alpha* et *bravo*.",
    ]


def test_an_update_shows_what_is_new() -> None:
    assert "  + Du neuf de Bonn." in render([made(reason=Reason.UPDATE)], "en", PARIS).text


@pytest.mark.parametrize(
    ("published", "language", "shown"),
    [
        ({"value": None, "precision": "unknown"}, "fr", "sans date"),
        ({"value": "2022-01", "precision": "month"}, "fr", "janvier 2022"),
        ({"value": "2022-08-01", "precision": "day"}, "fr", "1er août 2022"),
        ({"value": "2022-08-01", "precision": "day"}, "en", "1 August 2022"),
        ({"value": "2022-07-01T22:30:00+00:00", "precision": "second"}, "fr", "2 juillet 2022, 00:30 CEST"),
    ],
)
def test_a_date_is_never_shown_more_exactly_than_it_is_known(
    published: dict[str, str | None], language: str, shown: str
) -> None:
    assert shown_date_of(published, language) == shown


def shown_date_of(published: dict[str, str | None], language: str) -> str:
    shape = made()
    shape["article"]["published"] = published
    return render([shape], language, PARIS).text.splitlines()[2].removeprefix("Exemple, AFP, ")


@given(st.text(max_size=80), st.text(max_size=40))
def test_text_of_an_article_never_becomes_markup(title: str, around: str) -> None:
    body = f"{around} <script>alert(1)</script> {around}"
    article = replace(ARTICLE, title=title + "<b onclick=x>", body=body)
    start = body.index("<script>")
    page = render([made(Evidence("body", start, start + 8, "<script>", "x"), article=article)], "en", PARIS).html
    assert "<script" not in page.replace(html.escape("<script"), "")
    assert "<b onclick" not in page


def test_a_test_alert_stands_for_no_article() -> None:
    message = render([sample_document("desk", NOW)], "en", PARIS)
    assert message.subject == "[INFO] Test of desk"
    assert "this is a test" in message.text
