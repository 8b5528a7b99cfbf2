"""The labelled pairs: every copy that an editor would call one is found, nothing that says more is taken for one."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from dedup.labelled import Pair, held, pairs, verdict

from monitor.dedup import place, sketch
from monitor.model import Article, Verdict

PAIRS = list(pairs())
COPIES = [one for one in PAIRS if one.verdict == "duplicate"]
OTHERS = [one for one in PAIRS if one.verdict != "duplicate"]
LANGUAGES = ("fr", "en")


def share_found(copies: list[tuple[Article, Article]]) -> float:
    return sum(verdict(copy, first).verdict is Verdict.DUPLICATE for first, copy in copies) / len(copies)


def test_the_set_is_large_and_half_of_it_is_hard() -> None:
    assert len(PAIRS) >= 150
    assert len(OTHERS) >= len(PAIRS) / 2
    assert len({one.id for one in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("pair", OTHERS, ids=[one.id for one in OTHERS])
def test_what_says_something_else_or_more_is_no_duplicate(pair: Pair) -> None:
    assert verdict(pair.second, pair.first).verdict == pair.verdict
    if pair.backward not in ("duplicate", "any"):
        assert verdict(pair.first, pair.second).verdict is not Verdict.DUPLICATE


@pytest.mark.parametrize("pair", COPIES, ids=[one.id for one in COPIES])
def test_an_article_of_which_a_part_was_held_is_no_duplicate(pair: Pair) -> None:
    if pair.backward in ("new", "update"):
        assert verdict(pair.first, pair.second).verdict == pair.backward


@pytest.mark.parametrize("language", LANGUAGES)
def test_copies_are_found(language: str) -> None:
    assert share_found([(one.first, one.second) for one in COPIES if one.id.startswith(language)]) >= 0.95


def test_copies_are_found_in_either_order() -> None:
    backward = [(one.second, one.first) for one in PAIRS if one.backward == "duplicate"]
    assert share_found([*backward, *((one.first, one.second) for one in COPIES)]) >= 0.95


@pytest.mark.parametrize("kind", sorted({one.kind for one in COPIES}))
def test_most_copies_of_every_kind_are_found(kind: str) -> None:
    assert share_found([(one.first, one.second) for one in COPIES if one.kind == kind]) >= 0.75


# ---- One fact altered in any of these articles ----

FIGURES = dict(
    zip("deux trois quatre two three four".split(), "trois quatre cinq three four five".split(), strict=True)
)
DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche lundi".split()
DAYS += "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Monday".split()
DENIED = {
    " est ": " n'est pas ",
    " a été ": " n'a pas été ",
    " avait ": " n'avait pas ",
    " sera ": " ne sera pas ",
    " was ": " was not ",
    " has ": " has not ",
    " will ": " will not ",
}


def altered(text: str) -> Iterator[str]:
    """A text with one figure, day, name or denial changed, in every place where it has one."""
    for found in re.finditer(r"\d+", text):
        yield f"{text[: found.start()]}{int(found[0]) + 1}{text[found.end() :]}"
    for found in re.finditer(r"\w+", text):
        word = found[0]
        other = FIGURES.get(word) or (DAYS[DAYS.index(word) + 1] if word in DAYS else "")
        # Who wrote it where, in brackets at the end, is not what it says.
        if (
            not other
            and re.fullmatch(r"[^(].*[a-zé] ", text[: found.start()].rpartition("\n")[2])
            and re.fullmatch(r"[A-ZÉ][a-zé]{3,}", word)
        ):
            other = "Bergerac"
        if other:
            yield f"{text[: found.start()]}{other}{text[found.end() :]}"
    for said, denied in DENIED.items():
        for found in re.finditer(said, text):
            yield f"{text[: found.start()]}{denied}{text[found.end() :]}"


def alterations(article: Article) -> Iterator[Article]:
    elsewhere = replace(article, source="elsewhere", guid="altered", url=None)
    for field in ("title", "lede", "body"):
        for text in altered(getattr(article, field)):
            yield replace(elsewhere, **{field: text})


@pytest.mark.parametrize("pair", PAIRS[::3], ids=[one.id for one in PAIRS[::3]])
def test_one_fact_altered_anywhere_is_no_duplicate(pair: Pair) -> None:
    before = [held(pair.first)]
    found = [one for one in alterations(pair.first) if place(one, sketch(one), before).verdict is Verdict.DUPLICATE]
    assert found == []
