"""Captions, bylines and credits are told by their form."""

import pytest

from monitor.normalise.credits import Byline, byline, is_caption, is_credit, is_name, names_only


def test_a_bare_credit_of_an_agency_at_the_very_end_credits_the_text() -> None:
    line = "La réunion s'est tenue à Genève. © AFP"
    assert is_caption(line)
    assert not is_caption(line, last=True)
    assert is_caption("La réunion s'est tenue à Genève. © John Doe, AFP", last=True)


def test_names_after_avec_are_a_credit_only_where_the_text_is_over() -> None:
    assert is_credit("Avec Le Quotidien", last=True)
    assert not is_credit("Avec Le Quotidien")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Par Jean Dupont | Publié le 3 mars", Byline()),
        ("Par Jean Dupont, Reuters", Byline("Reuters")),
        ("AGENCE FRANCE-PRESSE", Byline("AGENCE FRANCE-PRESSE")),
        ("Agence France-Presse avec Reuters", Byline("Agence France-Presse")),
        ("Par la voix de son chef", None),
        ("AFP.", None),
        ("", None),
        ("Par " + "Jean " * 100, None),
    ],
)
def test_a_byline_names_persons_or_an_agency(line: str, found: Byline | None) -> None:
    assert byline(line) == found


@pytest.mark.parametrize("line", ["Jeanne Martin", "Jean-Luc D'Arc", "J. R. Dupont", "Anne de Bretagne X"])
def test_a_line_with_a_name(line: str) -> None:
    assert is_name(line) is (line != "Anne de Bretagne X")


def test_names_only() -> None:
    assert names_only("Jean Dupont et Marie Curie, à Moscou")
    assert not names_only("et de la")
    assert not names_only("Jean mange")
    assert not names_only("A" * 400)
