"""A text that is said to be found wherever another one is, is; and so is a `near`."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match.conftest import make_article
from match.lint.rivals_drawn import ACTORS, actor, near, passage, phrase

from monitor.match.conditions import AnyTerm, Near
from monitor.match.lint.covering import ANYWHERE, covers, near_in_near, near_in_text, phrases, reading
from monitor.match.passages.evaluation import Evaluation
from monitor.match.passages.page import Page
from monitor.match.passages.search import occurrences

SLOW = settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
LANGUAGES = st.sampled_from(["fr", "en", "other", None])


def conditions(load, *whens):
    rules = {"actors": ACTORS, "rules": [{"id": f"r{n}", "when": when} for n, when in enumerate(whens)]}
    return [rule.condition for rule in load(json.dumps(rules, ensure_ascii=False)).rules.values()]


def page_of(text, language, declared=None):
    article = make_article(text, title=text.replace("\n", " "), language=language, declared=declared)
    return Page(article, ("fr", "en"))


@SLOW
@given(st.one_of(phrase, actor), st.one_of(phrase, actor), st.lists(passage, min_size=1, max_size=4), LANGUAGES)
def test_a_term_that_covers_another_is_found_wherever_that_is(load, first, second, texts, language):
    one, other = conditions(load, first, second)
    assert isinstance(one, AnyTerm)
    pages = [page_of(text, language, "de" if language is None else None) for text in texts]
    how = reading(frozenset({language or "de"}))
    for wide in one.terms:
        assert covers(wide, wide)
        for narrow in other.terms:
            assert not covers(wide, narrow) or covers(wide, narrow, how)
            if covers(wide, narrow, how):
                assert all(occurrences(wide, page) for page in pages if occurrences(narrow, page))


@SLOW
@given(near, st.one_of(near, phrase), st.lists(passage, min_size=1, max_size=4), LANGUAGES)
def test_a_near_that_follows_from_another_condition_holds_wherever_that_does(load, first, second, texts, language):
    wide, narrow = conditions(load, first, second)
    assert isinstance(wide, Near)
    evaluations = [Evaluation(page_of(text, language)) for text in texts]
    if isinstance(narrow, Near):
        assert near_in_near(narrow, narrow, ANYWHERE)
        follows = near_in_near(wide, narrow, ANYWHERE)
    else:
        follows = all(near_in_text(wide, term, ANYWHERE) for term in narrow.terms)
    for evaluation in evaluations:
        if evaluation.hits(narrow) is not None:
            assert not follows or evaluation.hits(wide) is not None
        if evaluation.hits(wide) is not None and (terms := phrases(wide)):
            assert evaluation.hits(AnyTerm(terms, terms)) is not None
