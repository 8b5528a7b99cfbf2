"""Which credits name a news agency, and how it is printed."""

import pytest

from monitor.normalise.agencies import agency_in, is_agency


@pytest.mark.parametrize(
    "name",
    "AFP|AP|EFE|dpa|ANSA|TASS|ATS|Reuters|REUTERS|Xinhua|Belga|Agence France-Presse|Associated Press|l'AFP|l’AFP"
    "|The Associated Press|La Presse Canadienne|Agence Xinhua|agence Anadolu|Sputnik France|Sputnik|Keystone-ATS"
    "|RIA Novosti|Interfax-Ukraine|Deutsche Presse-Agentur|Czech News Agency|Europa Press|AFP Moscou|Radio-Canada"
    "|ТАСС".split("|"),
)
def test_agencies_are_known_in_the_forms_in_which_they_are_printed(name: str) -> None:
    assert is_agency(name)


@pytest.mark.parametrize(
    "name",
    "Washington|Moscou|New York|La Haye|Ana|Vladimir Poutine|Sputnik V|Conférence de presse|Revue de presse|Otan"
    "|ONU|le|Le Kremlin|presse||...|Union européenne|sir|Map"
    "|La stratégie du joueur pour la free agency".split("|"),
)
def test_places_people_and_common_words_are_none(name: str) -> None:
    assert not is_agency(name)


@pytest.mark.parametrize(
    ("credit", "agency"),
    [
        ("AFP", "AFP"),
        ("AFP/Belga", "AFP/Belga"),
        ("AFP, Reuters", "AFP, Reuters"),
        ("Moscou, AFP", "AFP"),
        ("Reuters - Genève", "Reuters"),
        ("AFP à Moscou", "AFP"),
        ("Washington", None),
        ("XYZ", "XYZ"),
        ("USA", None),
        ("", None),
    ],
)
def test_a_dateline_names_the_agency_and_not_the_place(credit: str, agency: str | None) -> None:
    assert agency_in(credit, dateline=True) == agency


def test_only_a_dateline_vouches_for_an_unknown_abbreviation() -> None:
    assert agency_in("XYZ") is None
