"""The Alert document, and the messages made of it."""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor.alert import Setting, raise_alerts
from monitor.alert import test_document as sample_document
from monitor.alert.document import MAX_PASSAGES
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


def test_of_many_passages_the_title_and_those_that_show_most_terms_are_kept_in_reading_order() -> None:
    body = " ".join(f"Une garantie numéro {n}." for n in range(20))
    body = f"{body} Une garantie de sécurité. {body} La Russie aussi."
    article = replace(ARTICLE, title="Des garanties", body=body)
    terms = {"garantie": re.compile("garantie"), "sécurité": re.compile("sécurité"), "Russie": re.compile("Russie")}
    found = [
        Evidence(field, one.start(), one.end(), one[0], term)
        for field, text in (("title", article.title), ("body", body))
        for term, pattern in terms.items()
        for one in pattern.finditer(text)
    ]
    shown = made(*sorted(found, key=lambda one: (one.field == "body", one.start)), article=article)["evidence"]
    assert len(shown) == MAX_PASSAGES
    assert shown[0]["in"] == "title"
    assert [one["term"] for one in shown if one["quote"] == "Une garantie de sécurité."] == ["garantie", "sécurité"]
    assert shown[-1]["quote"] == "La Russie aussi."
    places = [body.index(one["quote"]) for one in shown[1:]]
    assert places == sorted(places)


def test_what_is_new_is_only_told_of_updates() -> None:
    assert made()["new"] == []
    assert made(reason=Reason.UPDATE)["new"] == ["Du neuf de Bonn."]


def test_a_test_alert_stands_for_no_article() -> None:
    shape = sample_document("desk", NOW)
    assert list(shape) == list(made())
    assert (shape["reason"], shape["article"], shape["story"]) == (Reason.TEST, None, None)
