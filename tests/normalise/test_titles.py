"""The title is the first line of its own, or else the first sentence."""

import pytest

from monitor.normalise.titles import derived, is_title, repeats


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
