"""The head of a text states date, address and agency."""

import pytest

from monitor.normalise.wire import read_head, take_dateline, take_tail

TEXT = "La Russie a dit non."


@pytest.mark.parametrize(
    ("line", "date", "agency"),
    [
        (f"date 2022-01 (AFP) {TEXT}", "2022-01", "AFP"),
        (f"date 2022-01-21 (Reuters) {TEXT}", "2022-01-21", "Reuters"),
        (f"date 21/01/2022 (EFE) {TEXT}", "2022-01-21", "EFE"),
        (f"Date : 21 janvier 2022 (dpa) {TEXT}", "2022-01-21", "dpa"),
        (f"date 2022-02 (Moscou) {TEXT}", "2022-02", None),
        (f"date 2022-02 (New York) {TEXT}", "2022-02", None),
        (f"date 2022-02 (Kiev, TASS) — {TEXT}", "2022-02", "TASS"),
        (f"date 2022-02 (Kiev) (TASS) {TEXT}", "2022-02", "TASS"),
        (f"date 2022-02 (ONU) {TEXT}", "2022-02", None),
        (f"date 2022-01 GENÈVE (Reuters) - {TEXT}", "2022-01", "Reuters"),
        (f"date 2022-01 GENÈVE, 21 janvier 2022 (Reuters) - {TEXT}", "2022-01-21", "Reuters"),
        (f"date 2022-13 (AFP) {TEXT}", None, "AFP"),
        (f"(AFP) {TEXT}", None, "AFP"),
        (f"MOSCOU, 13 janvier (Reuters) - {TEXT}", None, "Reuters"),
        (f"Moscou (TASS) — {TEXT}", None, "TASS"),
    ],
)
def test_a_header_or_dateline_is_taken_off(line: str, date: str | None, agency: str | None) -> None:
    head = read_head([line, "Suite."])
    assert head.paragraphs == [TEXT, "Suite."]
    assert head.removed == [line.removesuffix(TEXT).strip()]
    assert next(iter(head.dates), None) is None or head.dates[0].value == date
    assert head.agency == agency
    assert head.dateline


@pytest.mark.parametrize(
    "line",
    [
        "(Washington) Le ministre a parlé.",
        "(Re)lire Tolstoï à Moscou",
        "Vladimir Poutine (TASS) a parlé.",
        "Date limite 2022 pour l'Otan",
        "Le 2022-01-13, tout a changé.",
        "13 morts à Kiev",
        "La Russie (URSS) - jadis puissante - recule.",
    ],
)
def test_text_that_only_resembles_one_is_left(line: str) -> None:
    head = read_head([line])
    assert (head.paragraphs, head.removed, head.dates, head.agency) == ([line], [], [], None)


@pytest.mark.parametrize("header", ["date 2022-01 https://a.example/x.html", "date 2022-01", "date 2022-01 (Belga)"])
def test_a_header_on_a_line_of_its_own_leaves_the_title_to_the_next(header: str) -> None:
    head = read_head([header, "Un titre", TEXT])
    assert head.paragraphs == ["Un titre", TEXT]
    assert not head.dateline


def test_the_address_is_the_one_at_the_head() -> None:
    assert read_head(["date 2022-01 https://a.example/x.html", TEXT]).url == "https://a.example/x.html"
    assert read_head(["date 2022-01 https://a.example/x.html Un titre", TEXT]).paragraphs == ["Un titre", TEXT]
    assert read_head(["https://a.example/x.html", "Un titre"]).url == "https://a.example/x.html"
    assert read_head(["Un titre", TEXT, "https://a.example/x.html"]).url is None


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Publié le 21 janvier 2022 à 18h30", None),
        ("21/01/2022", None),
        ("21.01.2022, TASS", "TASS"),
        ("Published: January 21, 2022", None),
    ],
)
def test_a_line_with_the_date_stands_above_or_under_the_title(line: str, agency: str | None) -> None:
    for paragraphs in ([line, "Un titre", TEXT], ["Un titre", line, TEXT], ["Un titre", "Par X", line, TEXT]):
        head = read_head(paragraphs)
        assert line not in head.paragraphs
        assert (head.dates[0].value, head.agency) == ("2022-01-21", agency)


@pytest.mark.parametrize(
    "line", ["Janvier 2022", "21 janvier 2022", "Le 21 janvier 2022", "21 janvier 2022 : la rupture"]
)
def test_a_heading_about_a_time_is_no_date_line(line: str) -> None:
    assert read_head(["Un titre", line, TEXT]).dates == []


def test_the_fifth_line_belongs_to_the_text() -> None:
    lines = ["date 2022-01"] + ["https://a.example/"] + ["13.01.2022"] * 5
    assert read_head(lines).paragraphs == ["13.01.2022"] * 3


@pytest.mark.parametrize(
    ("tail", "date", "agency"),
    [
        ("... 13.01.2022, Sputnik France", "2022-01-13", "Sputnik France"),
        ("… 13/01/2022, AFP", "2022-01-13", "AFP"),
        ("... 13 janvier 2022, RIA Novosti", "2022-01-13", "RIA Novosti"),
        ("... (13.01.2022, Agence Xinhua)", "2022-01-13", "Agence Xinhua"),
        ("... 13.01.2022 18:05, dpa", "2022-01-13", "dpa"),
        ("... 13.01.2022 - TASS", "2022-01-13", "TASS"),
        ("... TASS, 13.01.2022", "2022-01-13", "TASS"),
        ("...13.01.2022, TASS", "2022-01-13", "TASS"),
        ("... 13.01.2022", "2022-01-13", None),
    ],
)
def test_a_teaser_ends_in_date_and_agency(tail: str, date: str, agency: str | None) -> None:
    taken = take_tail(f"Le ministre a promis de donner une{tail}")
    cut = "…" if tail.startswith("…") else "..."
    assert (taken.text, taken.date.value, taken.agency) == (f"Le ministre a promis de donner une{cut}", date, agency)


@pytest.mark.parametrize(
    "text",
    [
        "Il a parlé le 13.01.2022",
        "Il a parlé... le 26 janvier 2022.",
        "Il s'est tu...",
        "Score final : 13. 2022, une année noire",
        "Né le 1.1.1970, X",
    ],
)
def test_a_date_in_running_text_is_no_tail(text: str) -> None:
    assert take_tail(text).text == text


def test_a_dateline_may_open_the_paragraph_under_the_title() -> None:
    stated = take_dateline("KIEV, 21 janv. 2022 (AFP) - La ville attend.")
    assert (stated.text, stated.agency, stated.date.value) == ("La ville attend.", "AFP", "2022-01-21")
