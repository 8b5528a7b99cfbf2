"""The title is the first line of its own, or else the first sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.titles import derived, is_title, repeats, without_site


@pytest.mark.parametrize(
    "line",
    [
        "Un titre",
        "Un titre ?",
        "UN TITRE",
        "Un titre...",
        "Un titre…",
        'Moscou veut "des garanties"',
        "x" * 200,
        "M. X parle",
    ],
)
def test_a_title(line: str) -> None:
    assert is_title(line)


@pytest.mark.parametrize("line", ["Une phrase.", 'Il a dit "non."', "« Non. »", "(Une phrase.)", "x" * 201, "Fin. "])
def test_a_sentence_or_a_long_line_is_none(line: str) -> None:
    assert not is_title(line)


@pytest.mark.parametrize(
    ("lede", "title"),
    [
        ("Une phrase. Une autre.", "Une phrase."),
        ("M. Blinken a parlé. Puis rien.", "M. Blinken a parlé."),
        ("Sans point", "Sans point"),
        ("", ""),
        ("mot " * 400, ("mot " * 250).strip()),
        ("x" * 5000, "x" * 1000),
    ],
)
def test_the_derived_title_is_the_first_sentence(lede: str, title: str) -> None:
    assert derived(lede) == title


def test_a_paragraph_repeats_a_title_whatever_its_letters_look_like() -> None:
    assert repeats("LAVROV  A GENEVE !", "Lavrov à Genève")
    assert not repeats("Lavrov à Genève et Bruxelles", "Lavrov à Genève")


SITES = [
    ("Un titre de presse", " - Le Figaro", "https://www.lefigaro.fr/x"),
    ("Un titre de presse", " - Le Figaro", None),
    ("A headline of the day", " | BBC News", None),
    ("A headline of the day", " - BBC News", "https://www.bbc.co.uk/news/1"),
    ("Un titre de presse", " – Libération", None),
    ("Un titre de presse", " — Le Monde", None),
    ("Un titre de presse", " | Le Monde.fr", "http://www.lemonde.fr/x"),
    ("Un titre de presse", " - Slate.fr", None),
    ("Un titre de presse", " | International | Le Quotidien", "https://lequotidien.example/x"),
    ("A headline of the day", " | World news | The Guardian", None),
    ("A headline of the day", " - The New York Times", None),
    ("A headline of the day", " - Le Quotidien du Nord", "https://lequotidiendunord.example/"),
    ("A headline of the day", " • FRANCE 24", "https://www.france24.com/en/x"),
    ("Un titre de presse", " - Ouest-France", "https://www.ouest-france.fr/x"),
    ("Un titre de presse", " - La Gazette de Bruxelles", None),
    ("Un titre de presse", " :: Mon Journal", "https://monjournal.example/x"),
    ("Un titre de presse", " » Numéro Cinq", "https://www.numero-cinq.example/x"),
    ("Un titre de presse", " - Reuters", "https://www.reuters.com/x"),
    ("Russia to cut gas to Finland", " - TASS", "https://news.google.com/x"),
    ("Un titre de presse", " | Reuters", None),
    ("Un titre de presse", " - Le Figaro", "https://fr.news.yahoo.com/x"),
    ("Moscou : ce que l'on sait", " | TV5MONDE Info", "https://information.tv5monde.example/x"),
    ("Ukraine - Russie : la suite", " - RFI", "https://www.rfi.fr/x"),
]


@pytest.mark.parametrize(("title", "suffix", "url"), SITES)
def test_the_name_of_a_site_is_taken_off_the_end(title: str, suffix: str, url: str | None) -> None:
    assert without_site(title + suffix, url) == (title, suffix.strip())
    assert without_site(title, url) == (title, "")


@pytest.mark.parametrize(
    "title",
    [
        "Ukraine - Russie",
        "PSG - Marseille",
        "PSG - Marseille : le résumé",
        "Guerre en Ukraine - La Russie avance",
        "Guerre en Ukraine : ce que veut la Russie",
        "Moscou | Washington",
        "EN DIRECT | Guerre en Ukraine",
        "Opinion | Why the West Is Wrong",
        "Suivez le match en direct | PSG Marseille",
        "Blinken meets Lavrov in Geneva – Russia",
        "Le ministre démissionne - et après ?",
        "La paix, dit-il - une chimère",
        "Le ministre démissionne – Moscou",
        "Lavrov et Blinken à Genève - International",
        "Qui lit encore la presse - un journal",
        "Le Figaro - Le Monde",
        "Une journée à Genève - Lavrov Times",
        "Peut-on croire le Kremlin - Times change",
        "Le Figaro",
        "- Le Figaro",
        "a-b",
        "",
        "Vingt ans après, un long titre qui n'a rien d'un nom de journal - La Suite De Cette Histoire Est Longue",
    ],
)
def test_parts_of_a_headline_stay(title: str) -> None:
    expected = title if "Lavrov Times" not in title else "Une journée à Genève"
    assert without_site(title)[0] == expected


@pytest.mark.parametrize(
    ("title", "host"),
    [
        ("Rugby : Irlande - France", "www.francetvinfo.fr"),
        ("Rugby : Irlande - France", "www.france.tv"),
        ("Ligue des nations : Belgique - France", "www.france.tv"),
        ("Mondial 2022 : Maroc - France", "www.france.tv"),
        ("Belgique : la fracture Nord - Sud", "www.sudinfo.be"),
        ("Sommet UE - Africa", "www.africanews.com"),
        ("CAN : Mali - Maroc", "maroc-actu.com"),
    ],
)
def test_half_of_a_pair_is_no_site_whatever_the_host_is_called(title: str, host: str) -> None:
    assert without_site(title, f"https://{host}/x") == (title, "")


@pytest.mark.parametrize("url", ["https://www.lemonde.fr/x", "https://www.reuters.com/x"])
@pytest.mark.parametrize(
    "title",
    [
        "Attack on hotel in Mogadishu kills nine - Radio Shabelle",
        "Russia to cut gas to Finland - TASS",
        "Apple to cut output of iPhones - Bloomberg News",
        "Prise d'otages à Sydney : trois morts - BBC sources",
        "Otages au Mali : négociation - Libération",
        "La fuite des grandes fortunes - Capital",
        "Les cent visages de la République - Marianne",
        "Le Christ et les icônes russes - La Croix",
        "Les horloges à travers les siècles - Le Temps",
        "Rodéos dans les quartiers - Sud Ouest",
    ],
)
def test_behind_a_dash_another_name_than_that_of_the_host_stays(title: str, url: str) -> None:
    assert without_site(title, url) == (title, "")


def test_without_an_address_no_agency_is_taken_off_behind_a_dash() -> None:
    assert without_site("Russia to cut gas to Finland - TASS") == ("Russia to cut gas to Finland - TASS", "")
    assert without_site("Otages au Mali : négociation - Libération")[1] == ""


def test_a_bar_before_a_place_is_a_headline_although_a_site_follows() -> None:
    assert without_site("Blinken in Geneva | Russia | The Guardian") == ("Blinken in Geneva | Russia", "| The Guardian")


def test_a_host_that_cannot_be_read_is_no_obstacle() -> None:
    assert without_site("Un titre de presse - Ailleurs", "http://[") == ("Un titre de presse - Ailleurs", "")


PIECES = st.sampled_from(["Un", "titre", " - ", " | ", "Le Figaro", "BBC News", "Moscou", "|", "–", " "])


@given(st.lists(PIECES).map("".join))
def test_taking_it_off_again_changes_nothing(title: str) -> None:
    kept, removed = without_site(title)
    assert title.startswith(kept)
    assert title.rstrip().endswith(removed)
    if title.count("|") + title.count("-") < 3:
        assert without_site(kept) == (kept, "")
