"""The names of a sentence: who and what, by capitals and by place."""

import pytest

from monitor.dedup.names import names_in


def sure(said: str) -> list[str]:
    return [" ".join(one.words) for one in names_in(said) if one.sure]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("The head of WHO came.", ["who"]),
        ("Aid from the US and the UN came.", ["us", "un"]),
        ("They asked who gave it to us.", []),
        ("Envoys from South Korea left.", ["south korea"]),
        ("Il vient de Corée du Nord.", ["coree nord"]),
        ("Il vient du Nord.", []),
        ("The South is dry.", []),
    ],
)
def test_acronyms_and_directions_are_names_where_they_name(said: str, names: list[str]) -> None:
    assert sure(said) == names


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Orban a bloqué le texte.", ["orban"]),
        ("Orban bloque le texte.", ["orban"]),
        ("Velox has suspended him.", ["velox"]),
        ("Velox said no.", ["velox"]),
        ("Orban a bloqué le texte", []),  # a headline: "Usine fermée", "Man held"
        ("Pressure is building.", []),
        ("Residents said no.", []),
        ("Production has begun.", []),
        ("Prudente, la préfecture attend.", []),
        ("Rien n'est joué.", []),
        ("Fire has spread.", []),
    ],
)
def test_what_opens_a_full_sentence_as_its_subject_is_a_name(said: str, names: list[str]) -> None:
    assert sure(said) == names
