"""Captions, bylines and credits are told by their form."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise import credits
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


def made_for(*patterns: re.Pattern[str]) -> st.SearchStrategy[str]:
    """Lines that begin as one of the patterns says."""
    return st.one_of([st.from_regex(re.compile(rf"\A(?:{one.pattern})", one.flags)) for one in patterns])


@given(made_for(credits._CAPTION_LABEL, credits._PHOTO_COLON, credits._CAPTION_WORD))
def test_every_caption_begins_as_captions_are_looked_for(line: str) -> None:
    assert line[:2].lower() in credits._CAPTION_STEMS or line[0] in credits._CAPTION_SIGNS


@given(made_for(credits._WITH, credits._SOURCE, credits._MADE))
def test_every_credit_begins_as_credits_are_looked_for(line: str) -> None:
    assert line[:2].lower() in credits._CREDIT_STEMS


@pytest.mark.parametrize(
    "line", ["Le Quotidien. Tous droits réservés.", "All rights reserved", "Reproduction interdite"]
)
def test_who_holds_the_rights_is_a_credit(line: str) -> None:
    assert is_credit(line)
