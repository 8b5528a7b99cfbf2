"""`rules explain`: a rule on one article, the nearest miss, the smallest change, for people and as JSON."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from cli.conftest import Program
from flow.installation import Installation, article

RULES = """\
version: 1
actors:
  blinken: {name: Antony Blinken, aliases: [Blinken]}
rules:
  - id: guarantees
    languages: [fr]
    when:
      near: {terms: [garantie, sécurité], within: 4}
      not: {phrase: lave-linge}
  - {id: blinken, when: {actor: blinken}}
  - {id: nowhere, when: {phrase: Zanzibar}}
"""
TEXT = """\
Le ministre attend une réponse

Moscou demande depuis longtemps des garanties qui touchent, dit-on à Paris, à la sécurité du continent.

Le secrétaire Blinkin répondra lundi, et les deux capitales pensent que la rencontre aura lieu avant la fin du mois.

Lire aussi : Zanzibar vu du ciel
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(RULES, "utf-8")
    return path


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_what_is_missing_is_told_under_its_condition_and_at_the_end(
    news_monitor: Program, rules: Path, text: Path
) -> None:
    done = news_monitor("rules", "explain", "guarantees", text, "--rules", rules)
    assert (done.code, done.err) == (0, "")
    miss = "'garanties' and 'sécurité' stand 9 words apart, limit 4"
    assert done.out.splitlines() == [
        f"rule guarantees does not match {text}: Le ministre attend une réponse",
        "held    languages: fr",
        "failed  all",
        "failed    near: {terms: [garantie, sécurité], within: 4}",
        f"            {miss}",
        "held      not",
        "failed      phrase: lave-linge",
        f"nearest miss: {miss}",
        "smallest change: within: 9 (on near: {terms: [garantie, sécurité], within: 4})",
    ]


def test_of_a_match_the_passages_are_shown_and_nothing_is_to_be_changed(
    news_monitor: Program, rules: Path, text: Path
) -> None:
    rules.write_text(RULES.replace("within: 4", "within: 9"), "utf-8")
    lines = news_monitor("rules", "explain", "guarantees", text, "--rules", rules).out.splitlines()
    assert lines[0] == f"rule guarantees matches {text}: Le ministre attend une réponse"
    assert lines[3:5] == [
        "held      near: {terms: [garantie, sécurité], within: 9}",
        "            lede: garanties, sécurité",
    ]
    assert lines[-1] == "failed      phrase: lave-linge"


def test_a_name_is_changed_where_it_is_defined(news_monitor: Program, rules: Path, text: Path) -> None:
    lines = news_monitor("rules", "explain", "blinken", text, "--rules", rules).out.splitlines()
    assert lines[-2:] == [
        "nearest miss: 'Blinkin' is 1 edit from 'Blinken', fuzzy is 0",
        "smallest change: fuzzy: 1 (on 'Blinken' of actor blinken)",
    ]


def test_what_was_stripped_is_no_part_of_the_article(news_monitor: Program, rules: Path, text: Path) -> None:
    lines = news_monitor("rules", "explain", "nowhere", text, "--rules", rules).out.splitlines()
    assert lines[-2:] == [
        "nearest miss: found only in boilerplate: Lire aussi : Zanzibar vu du ciel",
        "smallest change: no small change makes this rule match",
    ]


def test_the_change_as_a_document_is_a_condition_that_matches(news_monitor: Program, rules: Path, text: Path) -> None:
    found = json.loads(news_monitor("rules", "explain", "guarantees", text, "--rules", rules, "--json").out)
    assert list(found) == [
        "article", "rule", "version", "matches", "languages", "tree", "nearest_miss", "smallest_change",
    ]  # fmt: skip
    assert found["article"] == {
        "id": None, "file": str(text), "title": "Le ministre attend une réponse", "language": "fr",
    }  # fmt: skip
    assert (found["rule"], found["matches"], found["languages"]) == (
        "guarantees",
        False,
        {"rule": ["fr"], "held": True},
    )
    near, veto = found["tree"]["of"]
    assert (near["held"], near["because"], veto["held"]) == (False, found["nearest_miss"][0], True)
    change = found["smallest_change"]
    assert [(one["write"], one["actor"]) for one in change["changes"]] == [("within: 9", None)]
    rules.write_text(json.dumps({"rules": [{"id": "guarantees", "when": change["when"]}]}), "utf-8")
    again = json.loads(news_monitor("rules", "explain", "guarantees", text, "--rules", rules, "--json").out)
    assert (again["matches"], again["smallest_change"]) == (True, None)
    evidence = again["tree"]["of"][0]["evidence"]
    assert [(one["in"], one["text"], one["term"]) for one in evidence] == [
        ("lede", "garanties", "garantie"), ("lede", "sécurité", "sécurité"),
    ]  # fmt: skip


def test_an_article_of_the_archive_is_found_by_its_id_and_by_its_address(
    installation: Installation, news_monitor: Program
) -> None:
    address = "https://example.org/dossier-1"
    installation.write("a.txt", f"{address}\n{article(1)}")
    installation.json("once")
    config = installation.folder / "monitor.yaml"
    for asked in ("1", f"{address}?utm_source=mail"):
        lines = news_monitor("rules", "explain", "strike", asked, "--config", config).out.splitlines()
        assert lines == [
            "rule strike matches article 1: Dossier 1: Metz attend une réponse",
            "held    phrase: grève",
            "          body: grève",
            "what became of the article: news-monitor why 1",
        ]
    document = json.loads(news_monitor("rules", "explain", "strike", "1", "--json", "--config", config).out)
    assert (document["article"]["id"], document["article"]["file"]) == (1, None)


def test_what_cannot_be_explained_is_named(
    installation: Installation, news_monitor: Program, text: Path, tmp_path: Path
) -> None:
    config = installation.folder / "monitor.yaml"
    for words, message in [
        (("strik", text), "no rule has the id 'strik' (did you mean 'strike'?)"),
        (("strike", "absent.txt"), "absent.txt: cannot be read: No such file or directory"),
        (("strike", tmp_path / "no" / "such"), f"{tmp_path}/no/such: cannot be read: No such file or directory"),
        (("strike", tmp_path), f"{tmp_path}: is not a regular file"),
        (("strike", "77"), "no article has the id or URL '77'"),
        (("strike", "https://example.org/x"), "no article has the id or URL 'https://example.org/x'"),
    ]:
        done = news_monitor("rules", "explain", *words, "--config", config)
        assert (done.code, done.out, done.err) == (1, "", f"{message}\n")
    assert news_monitor("rules", "explain", "strike").code == 2


def test_the_guide_shows_what_is_printed(news_monitor: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    section = (root / "config" / "README.md").read_text("utf-8").partition("### Why did a rule (not) match?\n")[2]
    ((command, shown),) = re.findall(r"```console\n\$ (.*?)\n(.*?)```", section.partition("\n### ")[0], re.DOTALL)
    monkeypatch.chdir(root)
    program, *words = shlex.split(command)
    done = news_monitor(*words)
    assert (program, done.code, done.out) == ("news-monitor", 0, shown)
