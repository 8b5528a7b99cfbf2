"""What an article is about: names, numbers, dates and words, the same however they are written."""

from dataclasses import replace

import pytest
from dedup.archive import titled
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup.traits import SCANNED, TRAITS, is_template, profile, stem


def hashes(title: str, text: str = "") -> set[int]:
    return {trait.hash for trait in profile(titled(title, text)).traits}


def told(title: str, text: str = "") -> dict[str, tuple[str, float]]:
    return {trait.word: (trait.kind, trait.share) for trait in profile(titled(title, text)).traits}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Élection à Évreux", "election a evreux"),
        ("La robotisation menace vingt emplois", "Les robotisations menacent 20 emplois"),
        ("un décès au 1er trimestre", "morts au premier trimestre"),
        ("sommet le 28 juin", "sommet, June 28"),
        ("un typhon au Japon", "un typhon japonais"),
        ("États-Unis : cyclone", "cyclone (USA)"),
        ("earthquake in Germany", "séisme allemand"),
    ],
)
def test_the_same_thing_written_otherwise_is_the_same_trait(one: str, other: str) -> None:
    assert hashes(one) == hashes(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Caen", "Nantes"), ("12 blessés", "13 blessés"), ("le 28 juin", "le 29 juin"), ("2022", "2023")]
)
def test_what_differs_is_another_trait(one: str, other: str) -> None:
    assert hashes(one) != hashes(other)


def test_small_words_and_elided_letters_tell_nothing() -> None:
    assert hashes("Ce qu'il y a de plus, c'est que l'on n'en a pas") == set()


def test_a_name_says_more_than_a_word_and_a_title_more_than_the_text() -> None:
    found = told("Le viaduc de Kerlaz rouvre", "Selon Tanguy Morvan, les travaux ont duré.")
    assert found["Kerlaz"] == ("name", pytest.approx(1.3))
    assert found["viaduc"] == ("word", 1.0)
    assert found["Morvan"][0] == "name"
    assert found["Kerlaz"][1] > found["Morvan"][1] > found["travaux"][1]


def test_what_is_said_again_says_more_but_not_without_end() -> None:
    once, twice, often = (told("Viaduc" + " et viaduc" * times)["Viaduc"][1] for times in (0, 1, 50))
    assert once < twice < often < 2 * once


@pytest.mark.parametrize("title", ["LE VIADUC DE KERLAZ ROUVRE APRÈS SIX MOIS", "Ferry Runs Aground Off Mull In Storm"])
def test_capitals_everywhere_name_nobody(title: str) -> None:
    assert {kind for kind, _ in told(title).values()} <= {"word", "number"}


def test_a_title_taken_from_the_text_is_not_counted_twice() -> None:
    sentence = "Le viaduc de Kerlaz rouvre lundi."
    article = replace(titled(sentence, f"{sentence} Il était fermé."), title_derived=True)
    assert {trait.word: trait.share for trait in profile(article).traits}["viaduc"] < 1


@pytest.mark.parametrize(
    ("title", "text", "day"),
    [
        ("Crue", "Samedi, la Loire a débordé. Vendredi déjà, elle montait.", 6),
        ("Monday's vote", "", 1),
        ("Un dimanche", "La crue de mardi", 7),
        ("Crue", "La Loire déborde", 0),
    ],
)
def test_the_day_is_the_first_weekday_named(title: str, text: str, day: int) -> None:
    assert profile(titled(title, text)).day == day


def test_a_long_text_is_read_at_its_beginning_only() -> None:
    start = "mot " * (SCANNED // 4)
    assert profile(titled("Kerlaz", start + "viaduc")) == profile(titled("Kerlaz", start + "tunnel barrage"))


@pytest.mark.parametrize(
    ("one", "other", "same_frame"),
    [
        ("Quel temps est prévu à Caen ?", "Quel temps est prévu à Saint-Lô ?", True),
        ("Coupure d'eau mardi à Redon", "Coupure d'eau jeudi à Redon", True),
        ("La Bourse finit en hausse de 0,4 %", "La Bourse finit en baisse de 0,3 %", True),
        ("A7 : bouchon de 3 km près de Vienne", "A7 : bouchon de 9 km près de Valence", True),
        ("Deux morts dans l'incendie d'un hôtel", "Trois morts dans l'incendie d'un hôtel", False),
        ("Nine dead as block collapses in Karachi", "Fourteen dead as block collapses in Karachi", False),
        ("Un enfant meurt noyé à Redon", "Un garçon meurt noyé à Redon", False),
        ("Redon : un enfant meurt noyé", "Un enfant meurt noyé", False),
        ("Le viaduc rouvre", "Le viaduc rouvre", False),
        ("", "", False),
        ("Paris", "Lyon", False),
    ],
)
def test_a_template_exchanges_names_dates_or_directions(one: str, other: str, same_frame: bool) -> None:
    assert is_template(one, other) is same_frame
    assert is_template(other, one) is same_frame


@given(st.text(max_size=300), st.text(max_size=300))
def test_traits_are_few_different_and_fit_the_index_whatever_the_text(title: str, text: str) -> None:
    found = profile(titled(title, text))
    assert len({trait.hash for trait in found.traits}) == len(found.traits) <= TRAITS
    assert all(-(2**63) <= trait.hash < 2**63 and trait.share > 0 and trait.word for trait in found.traits)
    assert found == profile(titled(title, text))


@given(st.text(alphabet="abceimnorst", min_size=1, max_size=20))
def test_a_stem_is_the_beginning_of_its_word(word: str) -> None:
    assert word.startswith(stem(word))
    assert stem(word)
