"""Conditions over conditions, facts of the article, and the evidence they leave."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("when", "text", "passages"),
    [
        ("{all: [{phrase: un}, {phrase: deux}]}", "deux un", ["deux", "un"]),
        ("{all: [{phrase: un}, {phrase: deux}]}", "deux", None),
        ("{phrase: un, actor: x}", "un ix", ["un", "ix"]),
        ("{phrase: un, actor: x}", "un", None),
        ("{any: [{phrase: un}, {phrase: deux}, {phrase: trois}]}", "trois un", ["trois", "un"]),
        ("{any: [{phrase: un}, {phrase: deux}]}", "trois", None),
        ("{phrase: un, not: {phrase: deux}}", "un trois", ["un"]),
        ("{phrase: un, not: {phrase: deux}}", "un deux", None),
        ("{not: {phrase: deux}}", "un", []),
        ("{not: {not: {phrase: un}}}", "un", []),
        ("{phrase: un, not: {any: [{phrase: deux}, {phrase: trois}]}}", "un trois", None),
        ("{at_least: {count: 2, of: [{phrase: un}, {phrase: deux}, {phrase: trois}]}}", "un trois", ["un", "trois"]),
        ("{at_least: {count: 2, of: [{phrase: un}, {phrase: deux}, {phrase: trois}]}}", "un un", None),
        ("{at_least: {count: 2, of: [{phrase: un}, {not: {phrase: deux}}]}}", "un", ["un"]),
        ("{any: [{phrase: un}, {not: {phrase: deux}}]}", "trois", []),
    ],
)  # fmt: skip
def test_boolean_conditions_and_their_evidence(found, when, text, passages):
    assert found(when, text, actors="{x: {name: ix}}") == passages


def test_evidence_is_in_reading_order_each_passage_once(match, article):
    one = article("deux un deux", title="deux", lede="un")
    found = match("{any: [{phrase: [un, deux]}, {phrase: deux, in: title}, {phrase: Un}]}", one)
    assert [(e.field, e.start, e.text, e.term) for e in found.evidence] == [
        ("title", 0, "deux", "deux"),
        ("lede", 0, "un", "un"),
        ("body", 0, "deux", "deux"),
        ("body", 5, "un", "un"),
        ("body", 8, "deux", "deux"),
    ]


def test_a_phrase_inside_a_longer_one_of_the_same_choice_is_no_second_passage(found):
    assert found("{phrase: [sécurité, garantie de sécurité]}", "la sécurité, des garanties de sécurité") == [
        "sécurité",
        "garanties de sécurité",
    ]


@pytest.mark.parametrize(
    ("source", "facts", "holds"),
    [
        ("{name: Belga}", {"source": "BELGA"}, True),
        ("{name: Belga}", {"agency": "Belga"}, True),
        ("{name: Belga}", {"source": "Belgaplus", "agency": "AFP"}, False),
        ("{name: agence  france-presse}", {"agency": "Agence France-Presse"}, True),
        ("{name: [AFP, Belga]}", {"agency": "belga"}, True),
        ("{name: Belga}", {}, False),
        ("{tag: presse}", {"tags": ("presse", "fr")}, True),
        ("{tag: [presse, fr]}", {"tags": ("fr",)}, True),
        ("{tag: presse}", {"tags": ("Presse",)}, False),
        ("{name: Belga, tag: presse}", {"source": "Belga", "tags": ()}, False),
        ("{name: Belga, tag: presse}", {"source": "Belga", "tags": ("presse",)}, True),
    ],
)
def test_source_compares_name_and_agency_folded_and_tags_exactly(found, article, source, facts, holds):
    assert found(f"{{source: {source}}}", article("un", **facts)) == ([] if holds else None)


@pytest.mark.parametrize(
    ("wanted", "language", "holds"),
    [("fr", "fr", True), ("[en, fr]", "fr", True), ("en", "fr", False), ("fr", None, False), ("other", "other", True)],
)
def test_language_is_what_is_known_of_the_article(found, article, wanted, language, holds):
    assert found(f"{{language: {wanted}}}", article("un", language=language)) == ([] if holds else None)


def test_facts_beside_words_leave_only_the_words_as_evidence(found, article):
    when = "{phrase: un, source: {name: Belga}, language: fr}"
    assert found(when, article("un", source="Belga")) == ["un"]
    assert found(when, article("un", source="AFP")) is None
