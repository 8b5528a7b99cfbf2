"""Lines are paragraphs, unless a text was wrapped at a width."""

import textwrap

import pytest

from monitor.normalise.lines import paragraphs

ONE = (
    "Le ministre russe a reçu mardi son homologue américain à Genève, où les deux hommes ont parlé pendant deux heures "
    "de la sécurité du continent et des exercices militaires prévus près de la frontière."
)
TWO = (
    "La diplomatie américaine a promis une réponse écrite pour la semaine suivante, sans rien céder sur le principe "
    "des alliances, que chaque pays choisit librement."
)


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_hard_wrapped_paragraphs_are_joined_again(width: int) -> None:
    text = "Un titre\n\n" + "\n\n".join(textwrap.fill(one, width) for one in (ONE, TWO))
    assert paragraphs(text) == ["Un titre", ONE, TWO]


def test_a_header_with_an_address_does_not_hide_the_width() -> None:
    header = "date 2022-01 https://a.example/" + "x" * 150
    assert paragraphs(f"{header}\n\n{textwrap.fill(ONE, 70)}") == [header, ONE]


def test_a_hyphen_at_the_end_of_a_line_is_kept_without_a_space() -> None:
    text = (
        f"{textwrap.fill(ONE, 70)}\n\nLes ministres des pays alliés sont arrivés dans la ville des Etats-\nUnis mardi"
    )
    assert paragraphs(text)[1].endswith("dans la ville des Etats-Unis mardi")


def test_a_short_line_in_a_wrapped_text_ends_its_paragraph() -> None:
    text = f"Agence France-Presse\n{textwrap.fill(ONE, 70)}\n\n{textwrap.fill(TWO, 70)}"
    assert paragraphs(text) == ["Agence France-Presse", ONE, TWO]


@pytest.mark.parametrize(
    "text",
    [
        f"Un titre sans point\nUn chapeau court.\n{ONE}\n{TWO}",
        "Un titre de soixante caractères, presque comme une ligne\nUn chapeau de même longueur, en deux mots.",
        "Moscou dit non.\nWashington attend.\nParis propose.",
        "un\ndeux\ntrois\nquatre",
    ],
)
def test_lines_of_their_own_are_left_alone(text: str) -> None:
    assert paragraphs(text) == text.split("\n")


def test_blank_lines_and_margins_are_nothing() -> None:
    assert paragraphs("\n  \n a \n\u00a0\n b\n\n\n") == ["a", "b"]
    assert paragraphs(" \n ") == []
