"""The head of a text states date, address and agency."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise import wire
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
    assert next(iter(head.dates), None) is None or head.dates[0].published.value == date
    assert head.agency == agency
    assert head.dateline


@pytest.mark.parametrize(
    ("dateline", "written", "agency"),
    [
        ("GENÈVE, 21 jan (Reuters) -", "21 jan", "Reuters"),
        ("GENÈVE/KIEV, 21 janv. (Reuters) -", "21 janv.", "Reuters"),
        ("PARIS (AFP) —", None, "AFP"),
        ("LONDON, March 3 (Reuters) -", "March 3", "Reuters"),
        ("BEIJING, Jan. 21 (Xinhua) --", "Jan. 21", "Xinhua"),
        ("Bruxelles, le 21 janvier 2022 (Agence Europe) –", "21 janvier 2022", "Agence Europe"),
        ("PARIS, vendredi (AFP) -", "vendredi", "AFP"),
        ("KYIV, Ukraine (AP) —", None, "AP"),
        ("ST. PETERSBURG, Fla. (AP) —", None, "AP"),
        ("WASHINGTON, D.C. (UPI) --", None, "UPI"),
        ("Washington, 21 jan 2022 (EFE).-", "21 jan 2022", "EFE"),
        ("MOSCOW, January 21. /TASS/.", "January 21", "TASS"),
        ("МОСКВА, 13 янв (ТАСС) -", None, "ТАСС"),
        ("VADUZ, 21 janvier (Landes Presse) -", "21 janvier", "Landes Presse"),
        ("VADUZ, 21 janvier (LPD) -", "21 janvier", "LPD"),
        ("MOSCOU, 13 janvier -", "13 janvier", None),
    ],
)
def test_a_dateline_is_told_by_its_form(dateline: str, written: str | None, agency: str | None) -> None:
    stated = take_dateline(f"{dateline} {TEXT}")
    assert (stated.text, stated.removed, stated.agency) == (TEXT, dateline, agency)
    assert (stated.date and stated.date.written) == written
    assert stated.date is None or stated.date.where == "dateline"


@pytest.mark.parametrize(
    "opening",
    [
        "Jane Doe (PS) –",
        "VALÉRIE PÉCRESSE (LR) –",
        "OLIVIER FAURE (PS) -",
        "(RN) –",
        "DJOKOVIC (SRB) -",
        "VADUZ (LPD) -",
        "Le ministre (AFP) -",
        "CYCLISME (Tour de France) -",
        "CYCLISME, 21 jan (sur le Tour) -",
        "Il était mort. Le ministre (AFP) -",
        "UKRAINE -",
        "UKRAINE, 21 ans -",
        "Ukraine, 21 janvier -",
    ],
)
def test_what_has_less_of_the_form_is_text(opening: str) -> None:
    assert take_dateline(f"{opening} {TEXT}").removed == ""


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
        assert (head.dates[0].published.value, head.agency) == ("2022-01-21", agency)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Publié le vendredi 21 janvier 2022 à 18h30 CET", "vendredi 21 janvier 2022 à 18h30 CET"),
        ("Publié le 21/01/22 à 18h30 | Mis à jour le 22/01/22 à 10h", "21/01/22 à 18h30"),
        ("Publiée le 21 janvier 2022, mise à jour à 19h02", "21 janvier 2022"),
        ("Published Jan. 21, 2022 6:30 PM EST", "Jan. 21, 2022 6:30 PM EST"),
        ("Mis en ligne le 21 janvier", "21 janvier"),
        ("Publié hier à 18h30", "hier à 18h30"),
        ("Updated 3 hours ago", "3 hours ago"),
        ("Il y a 2 heures", "Il y a 2 heures"),
    ],
)
def test_a_date_line_keeps_the_day_of_publication_as_written(line: str, written: str) -> None:
    head = read_head(["Un titre", line, TEXT])
    assert (head.paragraphs, head.removed) == (["Un titre", TEXT], [line])
    assert [(one.where, one.written) for one in head.dates] == [("head", written)]


@pytest.mark.parametrize(
    "line", ["Hier", "Il y a 2 heures que rien ne bouge", "Publié par la famille", "21/01/22", "vendredi"]
)
def test_a_line_that_is_no_date_line_stays(line: str) -> None:
    assert read_head(["Un titre", line, TEXT]).removed == []


@pytest.mark.parametrize(
    "line", ["Janvier 2022", "21 janvier 2022", "Le 21 janvier 2022", "21 janvier 2022 : la rupture"]
)
def test_a_heading_about_a_time_is_no_date_line(line: str) -> None:
    assert read_head(["Un titre", line, TEXT]).dates == []
    assert read_head([line, TEXT], titled=True).dates == []


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
    assert (taken.text, taken.date and taken.date.published.value, taken.agency) == (
        f"Le ministre a promis de donner une{cut}",
        date,
        agency,
    )


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
    assert (stated.text, stated.agency, stated.date and stated.date.published.value) == (
        "La ville attend.",
        "AFP",
        "2022-01-21",
    )


def test_the_days_of_a_chronicle_are_text() -> None:
    lines = ["Début.", "24.01.2020", "Premiers cas.", "16.03.2020", "Confinement."]
    for paragraphs in (lines, lines[1:], ["Covid : chronologie", *lines]):
        head = read_head(paragraphs, titled=True)
        assert (head.paragraphs, head.dates) == (paragraphs, [])


def test_a_bare_day_that_contradicts_the_address_or_comes_second_is_text() -> None:
    lines = ["Début.", "24.01.2020", "Premiers cas."]
    assert read_head(lines, titled=True, url="https://a.example/2022/01/20/slug").paragraphs == lines
    assert read_head(lines[1:], titled=True, url="https://a.example/2022/01/20/slug").paragraphs == lines[1:]
    assert read_head(lines, titled=True, dated=True).paragraphs == lines
    head = read_head(lines, titled=True, url="https://a.example/2020/01/20/slug")
    assert (head.paragraphs, head.url, len(head.dates)) == (["Début.", "Premiers cas."], None, 1)


@pytest.mark.parametrize("line", ["17/11/2019 | Wuhan", "Samedi 22 janvier 2022, Paris"])
def test_a_place_behind_a_date_is_no_agency(line: str) -> None:
    assert read_head(["Titre", line, TEXT]).agency is None
    assert read_head([line, "Titre", TEXT]).agency is None


def test_a_day_with_two_figures_for_its_year_opens_a_text() -> None:
    head = read_head(["21/01/22", "Titre", TEXT])
    assert (head.paragraphs, head.dates[0].published.value) == (["Titre", TEXT], "2022-01-21")


def test_the_weekday_behind_the_date_of_a_header_is_no_title() -> None:
    assert read_head(["Date: 12.01.2022 Mardi", "Titre", TEXT]).paragraphs == ["Titre", TEXT]
    assert read_head(["Date: 12.01.2022 Mardi gras", TEXT]).paragraphs == ["Mardi gras", TEXT]


def test_a_line_about_a_change_comes_after_the_date_of_the_header() -> None:
    head = read_head(["Date: 12.01.2022", "Titre", "Mis à jour le 20/01/2022 à 10:00", TEXT])
    assert [one.written for one in head.dates] == ["12.01.2022", "Mis à jour le 20/01/2022 à 10:00"]
    assert [one.published.value for one in head.dates] == ["2022-01-12", "2022-01-20"]
    assert head.paragraphs == ["Titre", TEXT]


@given(st.from_regex(re.compile(rf"\A{wire._SAID}", re.IGNORECASE)))
def test_every_date_line_in_words_begins_as_they_are_looked_for(line: str) -> None:
    assert line[:2].lower() in wire._SAID_STEMS


@pytest.mark.parametrize("clock", ["6:30 p.m.", "6:30 P.M.", "18:30", "18h", "10:"])
def test_a_tail_may_end_in_its_clock(clock: str) -> None:
    taken = take_tail(f"Le ministre a parlé... 13 janvier 2022 at {clock}")
    assert (taken.text, taken.date and taken.date.published.value) == ("Le ministre a parlé...", "2022-01-13")
