"""Another spelling of a name in the archive is told; another word or another name is not."""

from __future__ import annotations

import pytest

from monitor.match.lint import spellings as module
from monitor.match.lint.spellings import Spellings
from monitor.match.passages.page import Page

ACTORS = """
actors:
  zelensky: {name: Volodymyr Zelensky, kind: person, aliases: [Zelensky]}
  poutine: {name: Vladimir Poutine, aliases: [Poutine]}
  lavrov: {name: Sergueï Lavrov, aliases: [Lavrov], fuzzy: 1}
  lyon: {name: Ursula von der Leyen}
  aubry: {name: Martine Aubry}
"""
RULES = (
    "rules:\n  - id: it\n    when: {any: [{actor: [zelensky, poutine, lavrov, lyon, aubry]}, {phrase: [Italie, Martin,"
    " Moscou, Union européenne, garanties, Nations unies, Marche, {text: NASA, case: true}]}], not: {phrase: Kharkiv}}"
    "\n"
)


def variants(load, article, *texts, times=1):
    spellings = Spellings(load(ACTORS + RULES).rules.values(), ("fr", "en"))
    for text in texts:
        spellings.add(Page(article(text), ("fr", "en")))
    return [(one.text, one.seen, one.term.text, one.actor) for one in spellings.found(times)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Selon M. Zelenski, oui.", ("Zelenski", "Zelensky")),
        ("Selon Zelenskiy, oui.", ("Zelenskiy", "Zelensky")),
        ("Selon Zelenskyy, oui.", ("Zelenskyy", "Zelensky")),
        ("Le président Volodymir Zelensk a parlé.", None),  # two edits
        ("L'avis de Pouthine compte.", ("Pouthine", "Poutine")),
        ("Le 3, Moscow a dit non.", ("Moscow", "Moscou")),
        ("Ursula von der Layen attend.", ("Ursula von der Layen", "Ursula von der Leyen")),
    ],
)
def test_another_way_of_writing_a_name_is_found(load, article, text, name):
    found = variants(load, article, text)
    assert [(one, term) for one, _, term, _ in found] == ([name] if name else [])


@pytest.mark.parametrize(
    "text",
    [
        "Vladimir Poutine et Zelensky.",
        "Selon M. Zelenskis.",
        "La Routine. Routine à Paris. La Poutines.",
        "Un Italien, des Italiens, Italia.",
        "Selon Marin, Martins et Martine.",
        "Martin Aubry, Martina Aubry.",
        "Union européennes, Union européenna, Garantis, selon Garanties, garantiz.",
        "Selon Lavroff, Lavrof et Serguei Lavrov.",
        "Zelenski. Zelenski a dit. « Zelenski » a dit.\nZelenski",
        "selon zelenski et ZELENSKI",
        "Les Marches, Marché, marché.",
        "Selon Volodymyr Zelensky et selon NASSA.",
        "À Kharkiw et Kharkif.",
    ],
)
def test_other_words_and_names_are_not(load, article, text):
    assert variants(load, article, text) == []


def test_spellings_are_counted_and_the_longer_is_left_out_beside_the_shorter(load, article):
    texts = ["Selon Zelenski, oui. Mais Zelenski, non.", "Volodymyr Zelenski a dit.", "Et Pouthine a dit."]
    assert variants(load, article, *texts) == [
        ("Zelenski", 3, "Zelensky", "zelensky"),
        ("Pouthine", 1, "Poutine", "poutine"),
    ]
    assert variants(load, article, *texts, times=3) == [("Zelenski", 3, "Zelensky", "zelensky")]


def test_a_spelling_that_the_rule_finds_by_another_term_is_none(load, article):
    rules = RULES.replace("phrase: [Italie", "phrase: [{text: Zelenskiy, fuzzy: 1}, Italie")
    spellings = Spellings(load(ACTORS + rules).rules.values(), ("fr",))
    spellings.add(Page(article("Selon Zelenski et Zelenskyy."), ("fr",)))
    assert spellings.found(1) == []


class Counted(str):
    """A text that counts the letters that are read of it one by one or cut out."""

    read = 0

    def __getitem__(self, at):
        found = super().__getitem__(at)
        Counted.read += len(found)
        return found


def letters_read(load, article, text):
    """How many letters of an article are read to look through it once its words are known."""
    spellings, page = Spellings(load(ACTORS + RULES).rules.values(), ("fr",)), Page(article(""), ("fr",))
    page.fields = (("body", Counted(text)),)
    assert page.words
    Counted.read = 0
    spellings.add(page)
    (found,) = spellings.found(1)
    return found.seen, Counted.read


@pytest.mark.parametrize(
    "passage", ["Selon Zelenski, oui. ", "et Zelenski ", "Selon Zelenski, oui.\n", "et   Zelenski "]
)
def test_the_work_grows_with_the_article_not_with_its_square(load, article, passage):
    seen, read = letters_read(load, article, "Oui, " + passage * 100)
    more, longer = letters_read(load, article, "Oui, " + passage * 400)
    assert (seen, more) == (100, 400)
    assert longer < 5 * read


def test_of_one_article_so_many_passages_are_compared(load, article, monkeypatch):
    monkeypatch.setattr(module, "_MOST", 3)
    text = "Selon Zelenski, oui. " * 5
    assert variants(load, article, text, text) == [("Zelenski", 6, "Zelensky", "zelensky")]
