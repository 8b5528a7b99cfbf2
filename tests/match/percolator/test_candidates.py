"""The index over rules: what it leaves out could not have matched."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match.conditions_drawn import ACTORS, conditions, word

from monitor.match.passages import lexicon
from monitor.match.passages.evaluation import Evaluation
from monitor.match.passages.lexicon import Lexicon
from monitor.match.passages.page import Page
from monitor.match.passages.search import occurrences
from monitor.match.percolator.candidates import Percolator

separator = st.sampled_from([" ", " ", " ", " ", "-", "’", ". ", "\n\n", "", '".', ".", "–", "\xa0", ", ", " — "])
passage = st.lists(st.tuples(word, separator), max_size=25).map(lambda pairs: "".join(map("".join, pairs)))


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(conditions, min_size=1, max_size=12),
    st.lists(st.tuples(passage, passage), min_size=1, max_size=3),
    st.sampled_from(["fr", "en", "other", None]),
)
def test_the_index_finds_just_what_trying_every_rule_finds(load, article, whens, texts, language):
    rules = [{"id": f"r{number}", "when": when} for number, when in enumerate(whens)]
    loaded = load(json.dumps({"actors": ACTORS, "rules": rules}, ensure_ascii=False))
    for title, body in texts:
        one = article(body, title=title.replace("\n", " "), language=language, source="Belga")
        evaluation = Evaluation(Page(one, ("fr", "en")))
        every = [
            (rule.id, evaluation.evidence(hits))
            for rule in loaded.rules.values()
            if (hits := evaluation.hits(rule.condition)) is not None
        ]
        assert [(match.rule, match.evidence) for match in loaded.match(one)] == every
        for _, evidence in every:
            assert all(getattr(one, e.field)[e.start : e.end] == e.text != "" for e in evidence)


def test_a_rule_whose_words_do_not_occur_is_not_looked_at(load, article):
    rules = [{"id": f"r{number}", "when": {"phrase": f"mot{number} garantie"}} for number in range(100)]
    rules += [{"id": "facts", "when": {"language": "fr"}}, {"id": "without", "when": {"not": {"phrase": "mot5"}}}]
    loaded = load(json.dumps({"rules": rules}))
    percolator = Percolator([rule.condition for rule in loaded.rules.values()])
    assert percolator.candidates(Page(article("mot7 garantie"), ("fr",))) == [7, 100, 101]


def test_a_phrase_calls_its_rule_only_where_two_of_its_words_are_neighbours(load, article):
    loaded = load(json.dumps({"rules": [{"id": "it", "when": {"phrase": "garantie de sécurité"}}]}))
    percolator = Percolator([rule.condition for rule in loaded.rules.values()])
    for text, called in (("Garanties de sécurité", [0]), ("sécurité de garantie", [])):
        assert percolator.candidates(Page(article(text), ("fr",))) == called


def test_of_conditions_that_must_all_hold_the_rarest_word_calls_the_rule(load, article):
    rules = [
        {"id": f"r{n}", "when": {"all": [{"phrase": "garantie"}, {"phrase": [f"mot{n}", f"nom{n}"]}]}} for n in range(9)
    ]
    loaded = load(json.dumps({"rules": rules}))
    percolator = Percolator([rule.condition for rule in loaded.rules.values()])
    assert percolator.candidates(Page(article("la garantie, nom3"), ("fr",))) == [3]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text("abcd", min_size=5, max_size=10),
    st.lists(st.text("abcde", min_size=1, max_size=12), max_size=6),
    st.integers(1, 3),
)
def test_no_word_within_the_edits_is_missed_by_the_index(load, article, wanted, words, edits):
    loaded = load(json.dumps({"rules": [{"id": "it", "when": {"phrase": wanted, "fuzzy": edits}}]}))
    one = article(" ".join(words))
    term = loaded.rules["it"].condition.terms[0]
    assert bool(loaded.match(one)) is bool(occurrences(term, Page(one, ("fr",))))


@pytest.mark.parametrize(
    "text",
    [
        "garanties de\xa0sécurité", "garanties–de—sécurité", "«garanties» (de) “sécurité”", "Garanties.De.Sécurité",
        "La paix revient.LesGaranties de sécurité", "garanties de securite\u0301", "garanties\u2009de\u202fsécurité",
        "garanties…de,sécurité",
        "garanties 🛡 de 🛡 sécurité", "garanties / de / sécurité", "garantie_de_sécurité", "garanties\tde\x01sécurité",
        "和平" * 60 + "garanties de sécurité", "garanties " + "- " * 200 + "de sécurité",
    ],
)  # fmt: skip
def test_whatever_stands_between_words_the_phrase_is_found(load, article, text):
    loaded = load(json.dumps({"rules": [{"id": "it", "when": {"phrase": "garanties de sécurité"}}]}))
    every = Evaluation(Page(article(text), ("fr", "en"))).hits(loaded.rules["it"].condition)
    assert bool(every) is bool(loaded.match(article(text))) is ("和" not in text)


def test_a_new_lexicon_changes_no_match(load, article, monkeypatch):
    monkeypatch.setattr(lexicon, "_FULL", 5)
    monkeypatch.setattr(lexicon, "_latest", [Lexicon()])
    loaded = load(json.dumps({"rules": [{"id": "it", "when": {"phrase": ["paix", "mot77 paix", "13.000"]}}]}))
    for number in range(200):
        text = f"mot{number} autre{number} 13.{number:03}" + " paix" * (number % 2)
        assert bool(loaded.match(article(text))) is (number % 2 == 1 or number == 0)
