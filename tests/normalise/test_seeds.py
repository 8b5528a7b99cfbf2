"""The five layouts come out right in every field: in the texts shipped and, where they are, in those of the user."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.model import Article, Item, Published
from monitor.normalise import normalise
from monitor.text import words

ROOT = Path(__file__).parents[2]
OURS = ROOT / "seeds"
THEIRS = ROOT.parent / "shared" / "seeds"
NOW = datetime(2026, 1, 5, tzinfo=UTC)


class Expected(NamedTuple):
    """What a file holds, by line numbers from 0; `header` and `tail` are what its lede does not include."""

    file: str
    title: int | None
    lede: int
    body: list[int]
    agency: str | None = None
    published: Published = Published()
    url: bool = False
    header: str = ""
    tail: str = ""


SHIPPED = [
    Expected("1-depeche-agence", None, 0, [2], "ATS", Published.month(2022, 1), header=" date 2022-01 (ATS) "),
    Expected("2-traduction-automatique", None, 0, [1, 3, 4, 6, 7, 9]),
    Expected(
        "3-agence-et-photos",
        None,
        0,
        [4, 8, 10, 12, 16, 18, 20, 24],
        "Agence France-Presse",
        Published.month(2022, 2),
        header=" date 2022-02 (Bruxelles) ",
    ),
    Expected("4-page-web", 2, 4, [6], "TASS", Published.day(2022, 1, 18), url=True, tail=" 18.01.2022, TASS"),
    Expected("5-titre-et-chapeau", 0, 1, list(range(2, 12))),
]
USERS = [
    Expected("000_*", None, 0, [2], "Belga", Published.month(2022, 1), header=" date 2022-01 (Belga) "),
    Expected("001_*", None, 0, [1, 2, 4, 5, 6, 8, 9, 10, 12]),
    Expected(
        "002_*",
        None,
        0,
        [4, 8, 10, 12, 14, 18, 20, 22, 26, 28, 30],
        "Agence France-Presse",
        Published.month(2022, 2),
        header=" date 2022-02 (Washington) ",
    ),
    Expected(
        "003_*", 2, 4, [6], "Sputnik France", Published.day(2022, 1, 13), url=True, tail=" 13.01.2022, Sputnik France"
    ),
    Expected("004_*", 0, 1, list(range(2, 13))),
]


def read(path: Path) -> Article:
    return normalise(Item("seeds", path.name, path.read_bytes()), ["fr", "en"], NOW)


def check(path: Path, expected: Expected) -> None:
    lines = path.read_text("utf-8").split("\n")
    article = read(path)
    assert article.lede == lines[expected.lede].removeprefix(expected.header).removesuffix(expected.tail)
    assert article.body == "\n\n".join(lines[number] for number in expected.body)
    assert article.title_derived is (expected.title is None)
    if expected.title is None:
        assert article.lede.startswith(article.title)
        assert article.title.endswith(".")
    else:
        assert article.title == lines[expected.title]
    assert article.agency == expected.agency
    assert article.published == expected.published
    assert article.url == (lines[0].split()[-1] if expected.url else None)
    assert article.language == "fr"


@pytest.mark.parametrize("expected", SHIPPED, ids=lambda expected: expected.file)
def test_the_shipped_texts(expected: Expected) -> None:
    check(OURS / f"{expected.file}.txt", expected)


@pytest.mark.parametrize("expected", USERS, ids=lambda expected: expected.file)
def test_the_users_texts(expected: Expected) -> None:
    found = list(THEIRS.glob(expected.file))
    if not found:
        pytest.skip(f"{THEIRS} is not there")
    check(found[0], expected)


def spoken_of(article: Article) -> set[str]:
    return {word for _, text in article.searchable() for word in words(text)}


def test_what_only_boilerplate_names_is_not_in_the_shipped_texts() -> None:
    named = {word for path in OURS.glob("*.txt") for word in spoken_of(read(path))}
    taken = {word for path in OURS.glob("*.txt") for line in read(path).boilerplate for word in words(line)}
    silent = {"syrie", "finlande", "kaliningrad", "reuters", "interfax", "efe", "associated", "geron"}
    assert silent <= taken
    assert not silent & named


def test_the_subject_is_in_the_shipped_texts() -> None:
    texts = ["\n".join(text for _, text in read(path).searchable()) for path in sorted(OURS.glob("*.txt"))]
    assert len(texts) == 5
    assert ["garanties de sécurité" in text for text in texts] == [True, False, True, True, False]
    assert all("otan" in text.casefold() for text in texts)
    for name in ("Lavrov", "Blinken", "Poutine", "Biden"):
        assert any(name in text for text in texts)


def test_no_nine_words_of_the_shipped_texts_are_those_of_the_users() -> None:
    def runs(folder: Path) -> set[tuple[str, ...]]:
        spelt = [words(path.read_text("utf-8")) for path in folder.glob("*.txt")]
        return {tuple(one[at : at + 9]) for one in spelt for at in range(len(one) - 8)}

    if not THEIRS.is_dir():
        pytest.skip(f"{THEIRS} is not there")
    assert not runs(OURS) & runs(THEIRS)
