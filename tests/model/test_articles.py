"""An article: what of it is searched, and when there is nothing to read."""

import pytest

from monitor.model import UNDATED, Article


def article(title: str, lede: str, body: str, *, derived: bool = False) -> Article:
    return Article("wire", "1", None, title, derived, lede, body, None, UNDATED, None)


def test_a_derived_title_is_searched_once_as_lede() -> None:
    assert article("Un.", "Un. Deux.", "Trois.").searchable() == [
        ("title", "Un."),
        ("lede", "Un. Deux."),
        ("body", "Trois."),
    ]
    assert article("Un.", "Un. Deux.", "", derived=True).searchable() == [("lede", "Un. Deux.")]


@pytest.mark.parametrize(("text", "empty"), [("", True), (" …!", True), ("7", False), ("é", False)])
def test_an_article_without_a_letter_or_figure_is_empty(text: str, empty: bool) -> None:
    assert article("", text, "").empty is empty
