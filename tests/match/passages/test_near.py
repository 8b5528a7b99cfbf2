"""Near: the closest group with one occurrence of each term, no word used twice."""

from __future__ import annotations

import time
from itertools import permutations, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.match.conditions import Term
from monitor.match.passages.near import closest, closest_of
from monitor.match.passages.search import Hit

TERM = Term("x", (), 0, False, ())


def hit(first: int, last: int) -> Hit:
    return Hit(first, last, first * 10, last * 10 + 9, TERM)


def width(group: list[Hit]) -> int:
    ordered = sorted(group)
    return ordered[-1].first - ordered[0].last


@pytest.mark.parametrize(
    ("near", "text", "passages"),
    [
        ("{terms: [garantie, sécurité], within: 4}", "des garanties pour sa sécurité", ["garanties", "sécurité"]),
        ("{terms: [garantie, sécurité], within: 3}", "des garanties pour sa sécurité", ["garanties", "sécurité"]),
        ("{terms: [garantie, sécurité], within: 2}", "des garanties pour sa sécurité", None),
        ("{terms: [garantie, sécurité], within: 1}", "sécurité garantie", ["sécurité", "garantie"]),
        ("{terms: [garantie, sécurité], within: 1, ordered: true}", "sécurité garantie", None),
        ("{terms: [sécurité, garantie], within: 1, ordered: true}", "sécurité garantie", ["sécurité", "garantie"]),
        ("{terms: [sécurité, sécurité], within: 9}", "la sécurité", None),
        ("{terms: [sécurité, sécurité], within: 9}", "la sécurité, toute la sécurité", ["sécurité", "sécurité"]),
        ("{terms: [a, b], within: 500}", "a\nb", None),
        ("{terms: [Kiev, [Moscou, Kremlin]], within: 2}", "Moscou ou Kremlin ou Kiev", ["Kremlin", "Kiev"]),
        ("{terms: [garantie de sécurité, Moscou], within: 1}", "garanties de sécurité Moscou",
         ["garanties de sécurité", "Moscou"]),
        ("{terms: [garantie de sécurité, sécurité], within: 9}", "garanties de sécurité", None),
        ("{terms: [garantie de sécurité, sécurité], within: 2}", "sécurité et garanties de sécurité",
         ["sécurité", "garanties de sécurité"]),
        ("{terms: [a, b, c], within: 2}", "a x a b c", ["a", "b", "c"]),
        ("{terms: [a, b], within: 9}", "a x b a", ["b", "a"]),
    ],
)  # fmt: skip
def test_near_counts_from_the_last_word_of_the_first_to_the_first_word_of_the_last(found, near, text, passages):
    assert found(f"{{near: {near}}}", text) == passages


@pytest.mark.parametrize(
    ("near", "text", "passages"),
    [
        ("{terms: [garantie, Moscou], within: sentence}", "Moscou veut, dit-on ici et là, des garanties.",
         ["Moscou", "garanties"]),
        ("{terms: [garantie, Moscou], within: sentence}", "Moscou attend. Des garanties viendront.", None),
        ("{terms: [garantie, Moscou], within: paragraph}", "Moscou attend. Des garanties viendront.",
         ["Moscou", "garanties"]),
        ("{terms: [garantie, Moscou], within: paragraph}", "Moscou attend.\n\nDes garanties viendront.", None),
        ("{terms: [Lavrov, garantie], within: sentence}", "M. Lavrov (S. V.) veut 1.500 garanties.",
         ["Lavrov", "garanties"]),
        ("{terms: [garantie, Moscou], within: sentence, ordered: true}", "Moscou veut des garanties.", None),
        ("{terms: [Moscou, garantie], within: sentence, ordered: true}", "Moscou veut des garanties.",
         ["Moscou", "garanties"]),
        ("{terms: [Moscou, Moscou], within: sentence}", "Moscou attend. Moscou veut.", None),
        ("{terms: [Moscou, Moscou], within: sentence}", "Moscou, dit Moscou.", ["Moscou", "Moscou"]),
        ("{terms: [attend des, Moscou], within: sentence}", "Moscou attend. Des Russes de Moscou partent.", None),
        ("{terms: [Moscou, gaz, Kiev], within: sentence}", "Moscou, le gaz. Kiev et le gaz. Kiev, le gaz, Moscou.",
         ["Kiev", "gaz", "Moscou"]),
        ("{terms: [un, deux], within: sentence}", "Deux ou trois. Un, puis deux.", ["Un", "deux"]),
    ],
)  # fmt: skip
def test_near_within_a_sentence_or_a_paragraph(found, near, text, passages):
    assert found(f"{{near: {near}}}", text) == passages


def test_the_closest_group_of_all_sentences_is_the_evidence(match):
    found = match("{near: {terms: [un, deux], within: sentence}}", "Un et puis deux. Alors un deux ou. Deux, un.")
    assert [one.start for one in found.evidence] == [23, 26]


def test_a_sentence_never_crosses_fields(found, article):
    assert found("{near: {terms: [a, b], within: paragraph}}", article("b", title="a")) is None
    one = article("a, x", title="x", lede="b a x")
    assert found("{near: {terms: [a, b], within: paragraph}}", one) == ["b", "a"]
    assert found("{near: {terms: [a, b], within: paragraph}, in: [title, body]}", one) is None


def test_near_never_crosses_fields_and_gives_the_closest_group_of_all(found, article):
    assert found("{near: {terms: [a, b], within: 500}}", article("b", title="a")) is None
    one = article("a x b", title="a x x b", lede="b a")
    assert found("{near: {terms: [a, b], within: 5}}", one) == ["b", "a"]
    assert found("{near: {terms: [a, b], within: 5}, in: [title, body]}", one) == ["a", "b"]


@pytest.mark.parametrize("within", ["3", "sentence", "paragraph"])
def test_near_in_the_title_is_cited_from_the_text_too_where_that_says_it(found, article, within):
    near = f"{{near: {{terms: [a, b], within: {within}}}}}"
    assert found(near, article("b x x a.", title="a b")) == ["a", "b", "b", "a"]
    assert found(near, article("Voici b loin.\nRien de tout cela pour a.", title="a b")) == ["a", "b"]
    assert found(near, article("a b. x. a x b.", title="Rien")) == ["a", "b"]


def test_modifiers_stand_beside_near_or_on_one_term(found):
    actors = "{lavrov: {name: Sergueï Lavrov, aliases: [Lavrov]}}"
    assert found("{near: {terms: [{actor: lavrov}, garantie], within: 3}}", "Lavrov: garanties", actors=actors)
    assert (
        found(
            "{near: {terms: [{actor: lavrov}, garantie], within: 3}, inflect: false}",
            "Lavrov: garanties",
            actors=actors,
        )
        is None
    )
    assert found(
        "{near: {terms: [{actor: lavrov, fuzzy: 1}, garantie], within: 3}}", "Lavrof: garanties", actors=actors
    )
    assert (
        found(
            "{near: {terms: [[{actor: lavrov}, Moscou], {text: EU, case: true}], within: 3}}",
            "Moscou a eu",
            actors=actors,
        )
        is None
    )


Hits = st.builds(lambda first, more: hit(first, first + more), st.integers(0, 14), st.integers(0, 2))
Terms = st.lists(st.lists(Hits, min_size=1, max_size=5, unique=True), min_size=2, max_size=4)


@given(Terms, st.integers(1, 15), st.booleans())
@example([[hit(0, 2), hit(1, 1)], [hit(2, 2)]], 5, True)
def test_the_group_is_as_close_as_trying_everything_finds(terms, within, ordered):
    possible = [
        width(group)
        for group in product(*terms)
        if all(one.last < other.first for one, other in zip(sorted(group), sorted(group)[1:], strict=False))
        and (not ordered or list(group) == sorted(group))
        and width(group) <= within
    ]
    found = closest(terms, within, ordered=ordered)
    assert (None if found is None else width(found)) == min(possible, default=None)
    if found:
        assert all(one in hits for one, hits in zip(found, terms, strict=True))


@given(st.lists(Terms, min_size=1, max_size=3), st.booleans())
def test_without_a_limit_the_closest_group_of_several_places_is_found(places, ordered):
    widths = [width(group) for terms in places if (group := closest(terms, 15, ordered=ordered))]
    found = closest_of(places, ordered=ordered)
    assert (None if found is None else width(found)) == min(widths, default=None)


@given(Terms, st.integers(1, 15))
def test_the_order_in_which_terms_are_written_does_not_matter(terms, within):
    widths = {
        width(found) if (found := closest(order, within, ordered=False)) else None for order in permutations(terms)
    }
    assert len(widths) == 1


COUNT = 1_000


def spread(step: int, offset: int = 0) -> list[Hit]:
    return [hit(place, place) for place in range(offset, offset + COUNT * step, step)]


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize(
    "terms",
    [
        pytest.param([spread(20, term) for term in range(20)], id="twenty words in turn"),
        pytest.param([spread(20, term * 7919 % 20) for term in range(20)], id="twenty words in another turn"),
        pytest.param([spread(1)] * 20, id="one word twenty times"),
        pytest.param([spread(30)] * 20, id="one word twenty times, never often enough"),
        pytest.param([spread(2)] * 19 + [spread(1_000, 501)], id="nineteen times one word and a rare one"),
        pytest.param([[hit(p, p + 2) for p in range(COUNT)]] * 20, id="one long phrase twenty times"),
        pytest.param([[hit(p, p + n % 4) for p in range(COUNT)] for n in range(20)], id="phrases of all lengths"),
        pytest.param([[hit(p, p + 400) for p in range(COUNT)] for n in range(20)], id="phrases too long to fit"),
    ],
)
def test_twenty_terms_with_a_thousand_occurrences_take_no_time(terms, ordered):
    started = time.process_time()
    closest(terms, 500, ordered=ordered)
    assert time.process_time() - started < 1
    started = time.process_time()
    closest_of([terms], ordered=ordered)
    assert time.process_time() - started < 3
