"""Copies of one text from several sources: which of them comes first changes no alert."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flow.arrivals import arrive
from flow.installation import Installation

from monitor.text import words

TITLE = "Grève des bacs : « l'île » de Sein coupée du continent"
PARAGRAPHS = (
    "Aucun bac n'a quitté Audierne mardi – une première depuis 1998 – et l'île de Sein est coupée du continent.",
    "« Nous n'avons plus d'œufs, ni de lait frais », a dit la maire, Aïcha Benkirane, qui compte 240 habitants.",
    "Luc Morel, délégué de l'équipage, veut d'abord « un vrai calendrier » : la compagnie n'en a proposé aucun.",
)
TYPED = str.maketrans({"«": '"', "»": '"', "–": "-", "œ": "oe"})


def text(title: str, *paragraphs: str) -> str:
    return "\n\n".join((title, *paragraphs))


PAGE = (
    f"<html><head><title>{TITLE}</title></head><body><nav><a href='/'>Accueil</a></nav><article><h1>{TITLE}</h1>"
    + "".join(f"<p><b>{part}</b></p>".replace(" ", "\n ") for part in PARAGRAPHS)
    + "</article></body></html>"
)
COPIES = {
    "plain/a.txt": text(TITLE, *PARAGRAPHS).encode(),
    "capitals/b.txt": text(TITLE.upper(), *PARAGRAPHS).encode("utf-16"),
    "windows/c.txt": text(TITLE, *PARAGRAPHS).replace("'", "’").encode("cp1252"),
    "page/d.html": PAGE.encode("ascii", "xmlcharrefreplace"),
    "typed/e.txt": unicodedata.normalize("NFD", text(TITLE, *PARAGRAPHS).translate(TYPED)).encode(),
}
NAMES = list(COPIES)
ORDERS = [[*NAMES[place:], *NAMES[:place]] for place in range(len(NAMES))] + [NAMES[::-1]]
RULES = """
version: 1
actors:
  morel: {name: Luc Morel, aliases: [Morel]}
rules:
  - {id: strike, when: {phrase: {text: grève des bacs, in: title}}}
  - {id: morel, novelty: first, when: {near: {terms: [{actor: morel}, calendrier], within: 12}}}
  - {id: quoted, when: {phrase: d'œufs ni de lait}}
  - {id: typist, when: {phrase: Audierne, source: {name: typed}}}
  - {id: other, when: {phrase: Ouessant}}
"""


def told(installation: Installation, order: list[str]) -> dict[str, Any]:
    """What copies that come in this order are taken for, and what of it anybody is told."""
    watch(installation, order)
    arrive(installation, [(name, COPIES[name]) for name in order])
    documents = {
        one["rule"]: installation.json("alerts", "show", str(one["id"])) for one in installation.json("alerts", "list")
    }
    return {
        "articles": Counter(one["status"] for one in installation.json("articles", "list")),
        "stories": {one["story"] for one in installation.json("articles", "list")},
        "alerts": sorted(
            (one["rule"], one["key"] or "", one["reason"] or "", one["suppressed"] or "")
            for one in installation.json("alerts", "list", "--all")
        ),
        "evidence": {
            rule: [(one["in"], words(one["quote"]), marked(one), one["term"]) for one in document["evidence"]]
            for rule, document in documents.items()
        },
    }


def watch(installation: Installation, files: list[str]) -> None:
    """Configure a source for the folder of each of these files."""
    sources = "".join(f"  - {{type: files, name: {one}, path: {one}}}\n" for one in sorted(map(folder, files)))
    receivers = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
    for one in files:
        (installation.folder / folder(one)).mkdir()
    installation.configure(receivers, RULES, f"sources:\n{sources}")


def folder(path: str) -> str:
    return Path(path).parts[0]


def marked(passage: dict[str, Any]) -> list[list[str]]:
    """The words that are marked in a passage."""
    return [words(passage["quote"][start:end]) for start, end in passage["marks"]]


@pytest.fixture(scope="module")
def first_order(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return told(Installation(tmp_path_factory.mktemp("first")), NAMES)


def test_each_rule_is_told_once_of_the_text_that_five_sources_have(first_order: dict[str, Any]) -> None:
    (story,) = first_order["stories"]
    assert first_order["articles"] == {"new": 1, "duplicate": 4}
    sent = [alert for alert in first_order["alerts"] if not alert[3]]
    assert sent == [(rule, f"{rule}/{story}/1", "first", "") for rule in ("morel", "quoted", "strike", "typist")]
    assert Counter(alert[3] for alert in first_order["alerts"]) == {"": 4, "duplicate": 3 * 4}
    assert first_order["evidence"]["strike"][0][2] == [["greve", "des", "bacs"]]


@pytest.mark.parametrize("order", ORDERS[1:], ids=lambda order: folder(order[0]))
def test_which_of_the_copies_comes_first_changes_no_alert(
    installation: Installation, first_order: dict[str, Any], order: list[str]
) -> None:
    assert told(installation, order) == first_order


MORE = "Le préfet, Hamid Kaci, enverra jeudi la frégate Iroise, et la grève des bacs durera au moins 9 jours."


@pytest.mark.parametrize(
    ("order", "statuses", "sent"),
    [
        (["plain/a.txt", "longer/f.txt"], ["update", "new"], {"first": 3, "update": 2}),
        (["longer/f.txt", "plain/a.txt"], ["duplicate", "new"], {"first": 3}),
    ],
    ids=["less then more", "more then less"],
)
def test_what_one_source_has_more_than_another_is_told_when_it_comes_after_it(
    installation: Installation, order: list[str], statuses: list[str], sent: dict[str, int]
) -> None:
    longer = text(TITLE, *PARAGRAPHS, MORE).translate(TYPED).encode()
    watch(installation, order)
    arrive(installation, [(name, COPIES.get(name, longer)) for name in order])
    articles = installation.json("articles", "list")
    assert [one["status"] for one in articles] == statuses
    assert len({one["story"] for one in articles}) == 1
    alerts = installation.json("alerts", "list", "--all")
    assert Counter(one["reason"] for one in alerts if not one["suppressed"]) == sent
    for one in alerts:
        if one["reason"] == "update":
            assert installation.json("alerts", "show", str(one["id"]))["new"] == [MORE]
