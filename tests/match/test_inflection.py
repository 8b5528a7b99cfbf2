"""Number and gender: which words are forms of one another, and which only look like it."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import inflection
from monitor.text import fold


def related(one: str, other: str, language: str = "fr") -> bool:
    keys = [set(inflection.keys(fold(word), inflection.ends_in_acute(word), language)) for word in (one, other)]
    return not keys[0].isdisjoint(keys[1])


@pytest.mark.parametrize(
    "forms",
    [
        "garantie garanties",
        "sécuritaire sécuritaires",
        "européen européens européenne européennes",
        "national nationaux nationale nationales",
        "nouveau nouveaux nouvelle nouvelles",
        "actif actifs active actives",
        "président présidents présidente présidentes",
        "heureux heureuse heureuses",
        "français française françaises",
        "député députés députée députées",
        "blessé blessés blessée blessées",
        "premier premiers première premières",
        "étranger étrangère étrangères",
        "directeur directeurs directrice directrices",
        "chanteur chanteurs chanteuse",
        "mort morts morte mortes",
        "du des",
        "au aux",
        "public publics publique publiques",
        "américain américaine américaines",
        "ukrainien ukrainienne ukrainiens",
        "élu élus élue élues",
        "travail travaux",
        "journal journaux",
        "noyau noyaux",
        "enjeu enjeux",
        "délai délais",
        "armée armées",
        "voix",
        "gaz",
        "pays",
    ],
)
def test_forms_of_one_french_word(forms):
    assert all(related(one, other) for one, other in combinations(forms.split(), 2))


@pytest.mark.parametrize(
    "strangers",
    [
        "garantie garantir", "garantie garanti", "police politique", "police policier", "organe organisation",
        "port porte", "point pointe", "accord accorde", "rapport rapporte", "parti partie", "droit droite",
        "cour cours", "cas ça", "pays paye", "temps tempe", "voix voie", "gaz gaze", "fils fil", "fois foi", "mois moi",
        "vers ver", "fonds fond", "mal mâle", "tant tante", "vent vente", "grain graine", "base bas", "crise cris",
        "cause cas", "armée arme", "armée armé", "arrivée arrive", "données donné", "capital capitale", "motif motive",
        "signal signale", "prière prier", "issu issue", "revenu revenue", "statu statue", "deux deu", "peux peu",
        "Paris pari", "traité traitée", "marin marine", "poutine poutin", "nation national", "europe européen",
    ],
)  # fmt: skip
def test_french_words_that_only_look_alike(strangers):
    assert not related(*strangers.split())


@pytest.mark.parametrize(
    "forms",
    [
        "policy policies", "movie movies", "tax taxes", "crisis crises", "bus buses", "ally allies", "woman women",
        "man men", "spokesman spokesmen", "child children", "person people", "life lives", "knife knives",
        "thief thieves", "half halves", "criterion criteria", "index indices",
    ],
)  # fmt: skip
def test_forms_of_one_english_word(forms):
    assert related(*forms.split(), "en")


@pytest.mark.parametrize(
    "strangers",
    [
        "new news",
        "politic politics",
        "bos boss",
        "thi this",
        "good goods",
        "national nationale",
        "save safe",
        "person peoples",
        "live life",
    ],
)
def test_english_words_that_only_look_alike(strangers):
    assert not related(*strangers.split(), "en")


@pytest.mark.parametrize("language", ["de", "other"])
def test_a_language_we_do_not_know_has_no_other_forms(language):
    assert inflection.keys("garantie", False, language) == ()


@pytest.mark.parametrize(
    ("raw", "acute"),
    [
        ("blessé", True),
        ("BLESSÉS", True),
        ("blesse\u0301", True),
        ("blesse", False),
        ("forêts", False),
        ("été", True),
        ("née", False),
    ],
)
def test_an_acute_last_letter_is_seen_however_it_is_encoded(raw, acute):
    assert inflection.ends_in_acute(raw) is acute


@given(st.text("abcdeéilnorstuvx", min_size=1, max_size=9), st.sampled_from(inflection.LANGUAGES))
def test_every_word_has_a_key_and_its_possible_keys_hold_them_all(word, language):
    acute = inflection.ends_in_acute(word)
    keys = inflection.keys(fold(word), acute, language)
    assert keys
    assert set(keys) <= set(inflection.possible_keys(fold(word), language))


@pytest.mark.parametrize(
    ("language", "declared", "text", "matches"),
    [
        ("fr", None, "des nationaux", True),
        ("en", None, "nationals", True),
        ("en", "fr", "des nationaux", False),
        (None, "fr", "des nationaux", True),
        (None, "en", "des nationaux", False),
        (None, None, "des nationaux", True),
        ("other", None, "des nationaux", False),
        ("other", None, "national", True),
    ],
)
def test_the_articles_language_decides_then_the_declared_one_then_all(
    found, article, language, declared, text, matches
):
    one = article(text, language=language, declared=declared)
    assert (found("{phrase: national}", one) is not None) is matches


def test_the_accent_of_the_article_tells_a_participle_from_a_verb(found):
    assert found("{phrase: blessée}", "il blesse, un homme blessé") == ["blessé"]
    assert found("{phrase: blessé}", "elle blesse") == ["blesse"], "accents never matter within the same letters"


def test_inflect_false_takes_the_word_as_written(found):
    assert found("{phrase: garantie, inflect: false}", "des garanties") is None
    assert found("{phrase: [{text: garantie, inflect: false}, européen]}", "garanties européennes") == ["européennes"]
    assert found("{phrase: [{text: garantie, inflect: true}, européen], inflect: false}", "garanties européennes") == [
        "garanties"
    ]


@given(st.text("abcdeéilnorstuvx", min_size=1, max_size=9), st.booleans())
def test_the_forms_of_a_word_are_forms_of_it(raw: str, acute: bool) -> None:
    word = fold(raw)
    for form in inflection.forms(word, acute):
        languages = [one for one in inflection.LANGUAGES if _shared(word, acute, form, one)]
        assert form == word or languages


@given(
    st.sampled_from(
        "garantie national heureux enjeu noyau cheval travail oeil elu arrive ami policy house crisis bus tax axe "
        "acteur moteur chanteur directeur turc grec long beau vieux vif baron cadet amer ancien europeen "
        "sportif".split()
    ),
    st.sampled_from(
        ["", "s", "e", "es", "x", "ux", "al", "ale", "aux", "ies", "y", "se", "ses", "rice", "ve", "ne", "te"]
    ),
    st.integers(0, 3),
    st.booleans(),
)
def test_no_form_of_a_word_is_left_out(word: str, ending: str, cut: int, acute: bool) -> None:
    other = word[: len(word) - cut] + ending
    if other and any(_shared(word, acute, other, language) for language in inflection.LANGUAGES):
        assert other in inflection.forms(word, acute)


def test_irregular_words_have_their_forms() -> None:
    assert {"yeux", "oeil"} <= inflection.forms("oeil", False) & inflection.forms("yeux", False)
    assert {"vieux", "vieil", "vieille", "vieilles"} <= inflection.forms("vieux", False)


def _shared(word: str, acute: bool, other: str, language: str) -> bool:
    return not set(inflection.keys(word, acute, language)).isdisjoint(inflection.possible_keys(other, language))
