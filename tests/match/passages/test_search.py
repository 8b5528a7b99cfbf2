"""Phrases and actors: which words are the same, and where a phrase may stand."""

from __future__ import annotations

import json
import time
from itertools import pairwise, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.match.passages.page import Page
from monitor.match.passages.search import occurrences, tightest


@pytest.mark.parametrize(
    ("when", "text", "passages"),
    [
        ("{phrase: garanties de sécurité}", "Des garanties de sécurité.", ["garanties de sécurité"]),
        ("{phrase: garanties de securite}", "DES GARANTIES DE SÉCURITÉ", ["GARANTIES DE SÉCURITÉ"]),
        ("{phrase: garanties de sécurité}", "une garantie de sécurité, deux garanties  de\u00a0sécurité",
         ["garantie de sécurité", "garanties  de\u00a0sécurité"]),
        ("{phrase: l'Otan}", "l’Otan et lʼOTAN", ["l’Otan", "lʼOTAN"]),
        ("{phrase: États Unis}", "aux Etats-Unis", ["Etats-Unis"]),
        ("{phrase: cœur}", "au COEUR du sujet", ["COEUR"]),
        ("{phrase: Otan}", "Russie-OtanLes discussions", ["Otan"]),
        ("{phrase: youtube}", "une vidéo YouTube", ["YouTube"]),
        ("{phrase: YouTube}", "une vidéo youtube", ["youtube"]),
        ("{phrase: [Kiev, Kyiv]}", "Kyiv, ou Kiev", ["Kyiv", "Kiev"]),
        ("{phrase: 13.000 soldats}", "les 13.000 soldats", ["13.000 soldats"]),
        ("{phrase: la la la}", "la la la la", ["la la la", "la la la"]),
        ("{phrase: Лавров}", "сказал ЛАВРОВ", ["ЛАВРОВ"]),
    ],
)  # fmt: skip
def test_letter_case_accents_and_the_kind_of_separator_never_matter(found, when, text, passages):
    assert found(when, text) == passages


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("garanties de sécurité", "garantir la sécurité"),
        ("garanties de sécurité", "garanties de\nsécurité"),
        ("garanties de sécurité", "garanties pour la sécurité"),
        ("Otan", "les Otaniens"),
        ("Otan", "Jotan"),
        ("13.000", "13,5 et 13000"),
        ("de la", "de l’a"),
    ],
)
def test_a_phrase_is_whole_words_side_by_side_in_one_paragraph(found, phrase, text):
    assert found(f'{{phrase: "{phrase}"}}', text) is None


def test_a_phrase_never_crosses_from_one_field_to_the_next(found, article):
    split = article("sécurité", title="Des garanties", lede="de")
    assert found("{phrase: garanties de sécurité}", split) is None
    assert found("{phrase: garanties}", split) == ["garanties"]


def test_evidence_is_the_passage_as_it_stands_in_its_field(match, article):
    one = article("Non, Lavrov refuse.", title="Lavrov à Genève", lede="Hier, M.Lavrov partait.")
    found = match("{phrase: lavrov}", one)
    assert [(e.field, e.start, e.end, e.term) for e in found.evidence] == [
        ("title", 0, 6, "lavrov"),
        ("lede", 8, 14, "lavrov"),
        ("body", 5, 11, "lavrov"),
    ]
    assert all(getattr(one, e.field)[e.start : e.end] == e.text for e in found.evidence)


def test_a_derived_title_is_no_field_of_its_own(found, article):
    one = article("", title="Lavrov part", title_derived=True, lede="Lavrov part.")
    assert found("{phrase: lavrov}", one) == ["Lavrov"]
    assert found("{phrase: lavrov, in: title}", one) is None


@pytest.mark.parametrize(
    ("where", "passages"),
    [
        ("title", ["Un"]),
        ("lede", ["deux"]),
        ("[body, lede]", ["deux", "trois"]),
        ("[title, lede, body]", ["Un", "deux", "trois"]),
    ],
)
def test_in_restricts_the_fields(found, article, where, passages):
    one = article("trois", title="Un", lede="deux")
    assert found(f"{{phrase: [un, deux, trois], in: {where}}}", one) == passages


def test_in_on_one_term_decides_over_in_beside_the_node(found, article):
    one = article("Kiev Moscou", title="Kiev Moscou")
    assert found("{phrase: [{text: Kiev, in: body}, Moscou], in: title}", one) == ["Moscou", "Kiev"]
    assert found("{phrase: Kiev, in: title}", article("Kiev")) is None


def test_case_is_exact_letters_without_accents_and_without_other_forms(found):
    assert found("{phrase: {text: EU, case: true}}", "Le sommet a eu lieu. L’Eu.") is None
    assert found("{phrase: {text: EU, case: true}}", "le sommet UE-EU") == ["EU"]
    assert found("{phrase: Élysée, case: true}", "l’Elysée, ÉLYSÉE") == ["Elysée"]
    assert found("{phrase: Garantie, case: true}", "Garanties") is None
    assert found("{phrase: [{text: US, case: true}, russes]}", "nous, us, un Russe") == ["Russe"]
    assert found("{phrase: [{text: US, case: false}, Russes], case: true}", "us russes") == ["us"]


ACTORS = """
  lavrov: {name: Sergueï Lavrov, aliases: [Lavrov, Sergei Lavrov, Сергей Лавров], fuzzy: 1}
  allies: {name: Alliance atlantique, inflect: true}
  otan: {name: OTAN, aliases: [Alliance atlantique, {text: NATO, case: true}]}
"""


def test_an_actor_is_found_by_its_name_or_any_alias_each_mention_once(match, article):
    one = article("Sergueï Lavrov, dit Lavrov, ou Сергей Лавров")
    found = match("{actor: lavrov}", one, actors=ACTORS)
    assert [(e.text, e.term) for e in found.evidence] == [
        ("Sergueï Lavrov", "Sergueï Lavrov"),
        ("Lavrov", "Lavrov"),
        ("Сергей Лавров", "Сергей Лавров"),
    ]


def test_an_actor_is_not_inflected_unless_it_says_so(found):
    assert found("{actor: otan}", "les Alliances atlantiques", actors=ACTORS) is None
    assert found("{actor: allies}", "les Alliances atlantiques", actors=ACTORS) == ["Alliances atlantiques"]
    assert found("{actor: otan, inflect: true}", "les Alliances atlantiques", actors=ACTORS) is not None
    assert found("{actor: otan, inflect: true}", "Natos", actors=ACTORS) is None


def test_a_list_of_actors_means_any_of_them(found):
    assert found("{actor: [otan, lavrov]}", "Lavrov parle", actors=ACTORS) == ["Lavrov"]


@pytest.mark.parametrize(
    ("when", "text", "passages"),
    [
        ("{phrase: Blinken, fuzzy: 1}", "Antoine Blinkn", ["Blinkn"]),
        ("{phrase: Blinken, fuzzy: 1}", "blinkin", ["blinkin"]),
        ("{phrase: Blinken, fuzzy: 1}", "blonkin", None),
        ("{phrase: Blinken, fuzzy: 2}", "blonkin", ["blonkin"]),
        ("{phrase: Otan, fuzzy: 3}", "Oman et OTAN", ["OTAN"]),
        ("{phrase: Poutine Lavrov, fuzzy: 2}", "putin lavrof, poutin lavrof", ["poutin lavrof"]),
        ("{phrase: Lavrov, fuzzy: 3}", "lavrof, lavroff", ["lavrof"]),
        ("{phrase: Antony Blinken, fuzzy: 1}", "Anthony Blinken, Anthony Blinkin", ["Anthony Blinken"]),
        ("{phrase: accord de paix, fuzzy: 2}", "acord de paix, acord de paie", ["acord de paix"]),
                ("{phrase: garantie, fuzzy: 1}", "garanties guaranties", ["garanties"]),
    ],
)  # fmt: skip
def test_fuzzy_counts_edits_over_the_phrase_and_spares_short_words(found, when, text, passages):
    assert found(when, text) == passages


def test_fuzzy_0_on_one_term_takes_it_out_of_what_stands_beside(found):
    assert found("{phrase: [{text: Poutine, fuzzy: 0}, Lavrov], fuzzy: 1}", "poutines potine lavrof") == [
        "poutines",
        "lavrof",
    ]


def test_an_inexact_hit_of_an_actor_starts_with_a_capital(found):
    assert found("{actor: lavrov}", "lavrof", actors=ACTORS) is None
    assert found("{actor: lavrov}", "lavrov", actors=ACTORS) == ["lavrov"]
    assert found("{actor: lavrov}", "Lavrof, Serguei Lavrov", actors=ACTORS) == ["Lavrof", "Serguei Lavrov"]
    arabic = "{x: {name: بوتينيي, fuzzy: 1}}"
    assert found("{actor: x}", "قال بوتينني", actors=arabic) == ["بوتينني"]


def test_a_phrase_may_use_either_reading_of_a_glued_word(found):
    glued = "Les membres de l’Otan partent.Promesses non tenuesLes suites"
    assert found("{phrase: non tenues}", glued) == ["non tenues"]
    assert found("{phrase: les suites}", glued) == ["Les suites"]
    assert found("{phrase: non tenuesLes suites}", glued) == ["non tenuesLes suites"]
    assert found("{phrase: tenuesLes suites}", glued) == ["tenuesLes suites"]
    assert found("{phrase: garantie s}", "La fin.Voici GarantieS") == ["GarantieS"]
    assert found("{near: {terms: [promesse, suite], within: 4}}", glued) == ["Promesses", "suites"]
    assert found("{near: {terms: [promesse, suite], within: 3}}", glued) is None


@pytest.mark.parametrize(
    ("when", "text", "passages"),
    [
        ("{phrase: garanties sécurité, slop: 1}", "des garanties de sécurité", ["garanties de sécurité"]),
        ("{phrase: garanties sécurité, slop: 1}", "garantie sécurité", ["garantie sécurité"]),
        ("{phrase: garanties sécurité, slop: 1}", "garanties de la sécurité", None),
        ("{phrase: garanties sécurité, slop: 2}", "garanties de la sécurité", ["garanties de la sécurité"]),
        ("{phrase: garanties sécurité, slop: 2}", "sécurité des garanties", None),
        ("{phrase: a b c, slop: 2}", "a x b x c", ["a x b x c"]),
        ("{phrase: a b c, slop: 2}", "a x x b x c", None),
        ("{phrase: a b c, slop: 2}", "a b x x c", ["a b x x c"]),
        ("{phrase: a b, slop: 3}", "a a x b b", ["a x b"]),
        ("{phrase: a b, slop: 3}", "a x b, a b", ["a x b", "a b"]),
        ("{phrase: a b a, slop: 1}", "a b x a b a", ["a b x a", "a b a"]),
        ("{phrase: a a, slop: 2}", "a x a x a", ["a x a", "a x a"]),
        ("{phrase: a b, slop: 9}", "a\n\nb", None),
        ("{phrase: a b, slop: 9, inflect: false}", "a. B", ["a. B"]),
        ("{phrase: mine sel, slop: 1, inflect: false}", "mines de sel", None),
        ("{phrase: Or Noir, slop: 1, case: true}", "or très noir, Or très Noir", ["Or très Noir"]),
        ("{phrase: Vladimir Poutine, slop: 1, fuzzy: 1}", "Vladimir V. Potine", ["Vladimir V. Potine"]),
        ("{phrase: Vladimir Poutine, slop: 1, fuzzy: 1}", "Vladimyr V. Potine", None),
        ("{phrase: Vladimir Poutine, slop: 2, fuzzy: 1}", "Vladimyr Potine Poutine", ["Vladimyr Potine Poutine"]),
        ("{phrase: [{text: a b, slop: 1}, a x]}", "a x b", ["a x b"]),
        ("{phrase: Otan Russie, slop: 1}", "OTANLes accords. OtanLes Russie", ["OtanLes Russie"]),
        ("{actor: lavrov, slop: 1}", "Sergueï V. Lavrov", ["Sergueï V. Lavrov"]),
        ("{actor: lavrov}", "Sergueï V. Lavrov", None),
        ("{actor: poutine}", "Vladimir V. Poutine", ["Vladimir V. Poutine"]),
        ("{near: {terms: [a b, c], within: 1}, slop: 1}", "a x b c", ["a x b", "c"]),
        ("{near: {terms: [{text: a b, slop: 3}, c], within: 1}}", "c a a b", ["c", "a a b"]),
    ],
)  # fmt: skip
def test_slop_lets_other_words_stand_between(found, when, text, passages):
    actors = "{lavrov: {name: Sergueï Lavrov}, poutine: {name: Vladimir Poutine, slop: 1}}"
    assert found(when, text, actors=actors) == passages


def in_reach(wanted, words, slop):
    """Every (first, last) between which `wanted` stands in order with up to `slop` other words, by trying all."""
    places = [[at for at, word in enumerate(words) if word == one] for one in wanted]
    chosen = [group for group in product(*places) if all(a < b for a, b in pairwise(group))]
    return {(group[0], group[-1]) for group in chosen if group[-1] - group[0] + 1 - len(wanted) <= slop}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from("abc"), min_size=2, max_size=4),
    st.lists(st.sampled_from("abcx"), max_size=12),
    st.integers(1, 5),
)
def test_slop_finds_what_trying_everything_finds(load, article, wanted, words, slop):
    when = json.dumps({"phrase": " ".join(wanted), "slop": slop, "inflect": False})
    loaded = load(f"rules:\n  - id: it\n    when: {when}\n")
    term = loaded.rules["it"].condition.terms[0]
    one = article(" ".join(words))
    hits = occurrences(term, Page(one, ("fr",)))
    every = in_reach(wanted, words, slop)
    assert {(hit.first, hit.last) for hit in hits} == every
    shortest = {(a, b) for a, b in every if not any(a <= c and d <= b and (a, b) != (c, d) for c, d in every)}
    assert {(hit.first, hit.last) for hit in tightest(hits)} == shortest
    assert len(loaded.match(one)) == bool(shortest)


def test_slop_in_a_long_text_of_few_words_takes_less_than_a_second(load, article):
    loaded = load("rules:\n  - {id: it, when: {phrase: un deux un deux un, slop: 50}}\n")
    one = article("un deux x x x " * 4_000)
    started = time.process_time()
    loaded.match(one)
    assert time.process_time() - started < 1
