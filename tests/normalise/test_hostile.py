"""Hostile text is read in linear time, and nothing of it is cut off."""

import time
from datetime import UTC, datetime

import pytest

from monitor.model import Item, Markup
from monitor.normalise import MAX_TEXT, normalise

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SIZE = 300_000
# Measured: 0.01 to 0.4 s of processor time (up to 1.5 s for a megabyte), several times that under coverage on a busy
# machine. What is quadratic takes from 40 s to hours.
LIMIT = 5

HOSTILE = [
    *[
        "(",
        '"',
        ".",
        "\n",
        " ",
        "\t",
        "A",
        "A-",
        "A.",
        "A/",
        "A, ",
        "a. ",
        "«",
        "[",
        "©",
        "...",
        "&",
        "<",
        "\x00",
        "\u200b",
    ],
    *["PHOTO ", "Photo A-", "date 2022-01\n", "(a) ", "(AFP)", "AFP\n", "Par A\n", "x (AFP)\n", "LIRE AUSSI\nx\n"],
    *[
        "TU PEUX VOIR: ",
        "AB CD: x\n",
        "Avec ",
        "x\n\n",
        "a\nb\n",
        "13.01.2022 ",
        "2022-01-",
        "http://",
        "Lire la suite ",
    ],
    *["\u0301\u0316", "é", "\ud800", "Ã", "Ã©", "ÃƒÂ©", "â€", "Ð°", "\x93", "Abonnez-vous à ", "by using ", " | A"],
]
HOSTILE_MARKUP = [
    *[
        "<b>",
        "<nav>",
        "<span>",
        "<div>",
        "<p>",
        "<br>",
        "<a href=x>",
        "<h1>",
        "<article>",
        "<form>",
        "<header><p>",
        "<figcaption>",
        "<!--",
    ],
    *[
        "<ul><li>",
        "<table>",
        "<td>",
        "<a <a ",
        "<div a='",
        "<p><b a=%d>",
        "<script>",
        "<title>",
        "&amp;",
        "<svg>",
        "</p>",
    ],
]


def elapsed(content: str | bytes, markup: Markup = Markup.TEXT) -> float:
    start = time.process_time()
    normalise(Item("s", "g", content, markup), ["fr", "en"], NOW)
    return time.process_time() - start


def repeated(piece: str) -> str:
    count = SIZE // len(piece)
    return "".join(piece % number for number in range(count)) if "%d" in piece else piece * count


@pytest.mark.parametrize("head", ["", "Un titre\n\nUne phrase. "])
@pytest.mark.parametrize("piece", HOSTILE)
def test_text(piece: str, head: str) -> None:
    assert elapsed(head + repeated(piece)) < LIMIT


@pytest.mark.parametrize("piece", HOSTILE_MARKUP)
def test_markup(piece: str) -> None:
    assert elapsed(repeated(piece), Markup.HTML) < LIMIT


@pytest.mark.parametrize("content", [b"\xe9", b"a\xe9", b"\x81\x40", b"\x00a", b"\xd0"])
def test_bytes_of_no_declared_charset(content: bytes) -> None:
    assert elapsed(content * (SIZE // len(content))) < LIMIT


def test_a_text_without_end_is_read_up_to_a_limit_and_says_so() -> None:
    article = normalise(Item("s", "g", "Un titre\nUn chapô.\n" + "Une phrase. " * 100_000), ["fr"], NOW)
    assert len(article.lede) + len(article.body) <= MAX_TEXT
    assert article.boilerplate[-1] == f"the text after {MAX_TEXT} characters is not read"


def test_nothing_of_a_long_text_is_cut_off() -> None:
    text = "Un titre\n" + "\n".join(f"La phrase {number} du texte." for number in range(9_000))
    article = normalise(Item("s", "g", text), ["fr"], NOW)
    assert "\n".join([article.title, article.lede, *article.body.split("\n\n")]) == text
