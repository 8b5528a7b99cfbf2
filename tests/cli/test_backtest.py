"""`rules backtest`: what an edit of the rules would have changed, in words, as JSON and as exit code."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Outcome, Program
from cli.test_guide import ROOT, masked
from flow.installation import RULES, Installation, article

from monitor.store import Store

EDITED = RULES.replace("phrase: grève", "phrase: [grève, préavis]").replace("{actor: morel}", "{phrase: Dossier 3}")
"""`strike` finds one article more, `morel` another one and no more the others."""


@pytest.fixture
def held(installation: Installation) -> Installation:
    """Three articles: two on strikes, one on a notice; Morel is in all of them."""
    for number, words in ((1, "Une grève commence."), (2, "Un préavis est déposé."), (3, "Une grève finit.")):
        installation.write(f"{number}.txt", article(number, words))
    installation.json("once")
    return installation


def edited(installation: Installation, text: str = EDITED) -> Path:
    path = installation.folder / "edited.yaml"
    path.write_text(text, "utf-8")
    return path


def backtest(news_monitor: Program, installation: Installation, *words: str | Path) -> Outcome:
    return news_monitor("--config", installation.folder / "monitor.yaml", "rules", "backtest", *words)


def go_live(installation: Installation, rules: str) -> None:
    with closing(Store.open(f"sqlite:///{installation.folder / 'var' / 'news-monitor.db'}")) as store:
        store.went_live({"rules/rules.yaml": rules.encode()}, ("fr", "en"), datetime.now(UTC))


def shown(held: Installation, *words: str, expect: int) -> Any:
    return json.loads(held.run("rules", "backtest", *words, "--json", expect=expect))


def test_people_read_by_rule_what_they_would_have_got_and_missed(held: Installation, news_monitor: Program) -> None:
    done = backtest(news_monitor, held, "--rules", edited(held))
    first, *lines = done.out.splitlines()
    assert first.startswith("3 articles since 20")
    assert first.endswith(": 1 alert gained, 2 lost, 3 kept")
    titles = {row["id"]: row["title"] for row in held.json("articles", "list")}
    ids = {title[8:9]: id_ for id_, title in titles.items()}
    assert lines == [
        "strike (changed): 1 gained, 0 lost, 2 kept",
        f"  + article {ids['2']}, inbox, no date: {titles[ids['2']]}",
        "      Un *préavis* est déposé.",
        "morel (changed): 0 gained, 2 lost, 1 kept",
        *(
            line
            for id_ in sorted((ids["1"], ids["2"]))
            for line in (
                f"  - article {id_}, inbox, no date: {titles[id_]}",
                f"      Le vote sur le point {titles[id_][8:9]} aura lieu dans {int(titles[id_][8:9]) + 2} jours,"
                " selon *Luc Morel*.",
            )
        ),
    ]
    assert done.code == 3


def test_json_has_each_alert_that_differs_and_counts_the_others(held: Installation) -> None:
    found = shown(held, "--rules", str(edited(held)), expect=3)
    assert {name: found[name] for name in ("articles", "kept", "per_rule")} == {
        "articles": 3,
        "kept": 3,
        "per_rule": {
            "strike": {"gained": 1, "lost": 0, "kept": 2, "edit": "changed"},
            "morel": {"gained": 0, "lost": 2, "kept": 1, "edit": "changed"},
        },
    }
    (gained,) = found["gained"]
    assert gained["evidence"] == [
        {"in": "body", "quote": "Un préavis est déposé.", "marks": [[3, 10]], "term": "préavis"}
    ]
    (row,) = [row for row in held.json("articles", "list") if row["id"] == gained["article"]]
    assert {name: gained[name] for name in ("source", "title", "url", "published")} == {
        name: row[name] for name in ("source", "title", "url", "published")
    }
    assert (gained["rule"], gained["level"], gained["reason"]) == ("strike", "high", "first")
    lost = {row["article"] for row in held.json("alerts", "list") if row["rule"] == "morel"} - {
        row["id"] for row in held.json("articles", "list") if row["title"].startswith("Dossier 3")
    }
    assert [(one["rule"], one["article"]) for one in found["lost"]] == [("morel", id_) for id_ in sorted(lost)]


def test_other_words_for_the_same_alerts_differ_in_nothing(held: Installation, news_monitor: Program) -> None:
    same = RULES.replace("phrase: grève", "any: [{phrase: grève}, {phrase: commence}]").replace(
        "level: low", "level: info"
    )
    found = shown(held, "--rules", str(edited(held, same)), expect=0)
    assert (found["gained"], found["lost"], found["kept"]) == ([], [], 5)
    done = backtest(news_monitor, held, "--rules", edited(held, RULES + "# the same\n"))
    assert (done.code, done.out.splitlines()[1:]) == (0, ["as before: 5 alerts of 2 rules"])


def test_rules_that_came_and_went_are_told(held: Installation) -> None:
    renamed = RULES.replace("id: strike", "id: walkout")
    found = shown(held, "--rules", str(edited(held, renamed)), expect=3)
    assert found["per_rule"] == {
        "walkout": {"gained": 2, "lost": 0, "kept": 0, "edit": "added"},
        "morel": {"gained": 0, "lost": 0, "kept": 3, "edit": None},
        "strike": {"gained": 0, "lost": 2, "kept": 0, "edit": "removed"},
    }


def test_articles_seen_before_the_span_do_not_count(held: Installation) -> None:
    found = shown(held, "--since", "0s", "--rules", str(edited(held)), expect=0)
    assert (found["articles"], found["gained"], found["lost"], found["kept"]) == (0, [], [], 0)


def test_without_files_the_configured_rules_are_compared_with_those_that_went_live(held: Installation) -> None:
    go_live(held, EDITED)
    found = shown(held, expect=3)
    assert {rule: (one["gained"], one["lost"], one["kept"]) for rule, one in found["per_rule"].items()} == {
        "strike": (0, 1, 2),
        "morel": (2, 0, 1),
    }
    go_live(held, RULES)
    assert shown(held, expect=0)["kept"] == 5


def test_without_anything_to_compare_with_it_says_what_to_do(installation: Installation, news_monitor: Program) -> None:
    done = backtest(news_monitor, installation)
    assert (done.code, done.out) == (1, "")
    assert done.err == "no rules have gone live yet: name the edited rule files with --rules\n"


def test_a_mended_file_is_compared_with_what_is_live_while_the_configured_one_is_broken(
    held: Installation, news_monitor: Program
) -> None:
    go_live(held, RULES)
    (held.folder / "rules" / "rules.yaml").write_text("rules: [", "utf-8")
    done = backtest(news_monitor, held, "--rules", edited(held))
    assert (done.code, done.out.splitlines()[0].endswith(": 1 alert gained, 2 lost, 3 kept")) == (3, True)
    assert "the configured rules have mistakes: compared with those that went live last\n" in done.err


def test_a_mistake_in_the_edited_rules_is_named_with_its_place(held: Installation, news_monitor: Program) -> None:
    path = edited(held, RULES.replace("actor: morel", "actor: nobody"))
    done = backtest(news_monitor, held, "--rules", path)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"{path}:7:")
    assert "unknown actor 'nobody'" in done.err
    done = backtest(news_monitor, held, "--rules", held.folder / "missing.yaml")
    assert (done.code, done.out) == (1, "")
    assert "missing.yaml" in done.err


def test_a_span_that_is_none_is_a_wrong_call(held: Installation, news_monitor: Program) -> None:
    done = backtest(news_monitor, held, "--rules", edited(held), "--since", "yesterday")
    assert (done.code, done.out) == (2, "")
    assert "'yesterday' is not a duration" in done.err


def test_progress_goes_to_stderr_and_nothing_is_stored_or_sent(held: Installation, news_monitor: Program) -> None:
    before = [held.json(noun, "list") for noun in ("articles", "alerts", "deliveries", "stories")]
    done = backtest(news_monitor, held, "--rules", edited(held), "--json")
    titles = [row["title"] for row in before[0][::-1]]
    assert done.err.splitlines() == [f"{nth}/3 {title}" for nth, title in enumerate(titles, 1)]
    assert [held.json(noun, "list") for noun in ("articles", "alerts", "deliveries", "stories")] == before


def test_the_guide_shows_what_is_printed(
    tmp_path: Path, news_monitor: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (ROOT / "config" / "README.md").read_text("utf-8").partition("### What would an edit change?\n")[2]
    found = re.search(r"```console\n\$ (.*?)\n(.*?)```", guide.partition("\n### ")[0], re.DOTALL)
    assert found, "no command is shown"
    for name in ("config", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name)
    edited = shutil.copytree(tmp_path / "config" / "rules", tmp_path / "edited") / "diplomacy.yaml"
    edited.write_text(edited.read_text("utf-8").replace("within: 8", "within: 11"), "utf-8")
    monkeypatch.chdir(tmp_path)
    assert news_monitor("once").code == 0
    done = news_monitor(*shlex.split(found[1])[1:])
    assert [masked(line) for line in done.out.splitlines()] == [masked(line) for line in found[2].splitlines()]
    assert done.code == 3
