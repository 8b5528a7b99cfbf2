"""The language is named when it is certain, and only then."""

import subprocess
import sys

import pytest

from monitor.normalise.language import detect

FRENCH = "Le ministre russe des Affaires étrangères a reçu mardi son homologue américain pour parler de la sécurité."
ENGLISH = (
    "The Russian foreign minister received his American counterpart on Tuesday to talk about the security of Europe."
)
GERMAN = "Der russische Außenminister empfing am Dienstag seinen Kollegen, um über die Sicherheit zu sprechen."
RUSSIAN = "Министр иностранных дел России принял во вторник американского коллегу."


@pytest.mark.parametrize(
    ("text", "languages", "language"),
    [
        (FRENCH, ["fr", "en"], "fr"),
        (ENGLISH, ["fr", "en"], "en"),
        (ENGLISH, ["fr", "en-GB"], "en"),
        (GERMAN, ["fr", "en"], "other"),
        (GERMAN, ["fr", "de"], "de"),
        (RUSSIAN, ["fr", "en"], "other"),
        (FRENCH, ["en"], "other"),
        ("Переговоры в Женеве завершены", ["fr"], "other"),
    ],
)
def test_the_language_is_one_of_those_asked_for_or_other(text: str, languages: list[str], language: str) -> None:
    assert detect([text], languages) == language


@pytest.mark.parametrize(
    "text", ["", "Otan", "Lavrov, Blinken", "2022 2023 - 13.000 45.000", "Vladimir Putin Olaf Scholz Joe Biden"]
)
def test_too_little_or_uncertain_text_has_no_language(text: str) -> None:
    assert detect([text], ["fr", "en"]) is None


def test_fields_count_together_and_the_first_600_characters_decide() -> None:
    assert detect(["", FRENCH[:40], FRENCH[40:]], ["fr"]) == "fr"
    assert detect([FRENCH * 6, GERMAN * 100], ["fr"]) == "fr"


def test_the_answer_is_the_same_in_every_process() -> None:
    code = "from monitor.normalise.language import detect; print([detect([t], ['fr', 'en']) for t in %r])"
    texts = ["Sommet Biden Poutine a Geneve", "Ukraine crisis talks Geneva", "Otan Russie dialogue Bruxelles"]
    answers = {subprocess.check_output([sys.executable, "-c", code % (texts,)]) for _ in range(2)}
    assert answers == {f"{[detect([text], ['fr', 'en']) for text in texts]}\n".encode()}
