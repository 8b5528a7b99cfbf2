"""rules lint, and what check says of it."""

import json
import re
import shlex
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli.conftest import Program
from flow.installation import Installation, article
from takings import SETTINGS, Visit, taken_in, told, written

from monitor.cli.lint import Estimate
from monitor.match import Kind, RuleSet
from monitor.model import Item, Precision, Published
from monitor.replay import replay
from monitor.store import Store

TESTS = "tests: [{match: true, text: Une grève des gares.}, {match: false, text: Rien.}]"
BAD = f"  - {{id: never, when: {{phrase: grève, not: {{phrase: grève}}}}, {TESTS.replace('true', 'false')}}}\n"


GUIDE = (Path(__file__).parents[2] / "config" / "README.md").read_text("utf-8")


def add(installation: Installation, rule: str) -> Path:
    path = installation.folder / "rules" / "more.yaml"
    path.write_text(f"version: 1\nrules:\n{rule}", "utf-8")
    return path


def test_good_rules_have_no_findings(installation: Installation, news_monitor: Program) -> None:
    config = installation.folder / "monitor.yaml"
    done = news_monitor("rules", "lint", "--config", config)
    assert (done.code, done.err) == (0, "")
    assert done.out == "0 findings in 2 rules; there is no archive yet that would tell of hits\n"
    assert not (installation.folder / "var").exists()


def test_findings_are_told_with_their_place_and_exit_3(installation: Installation, news_monitor: Program) -> None:
    path, config = add(installation, BAD), installation.folder / "monitor.yaml"
    lines = [
        f"{path}:3:10: rule 'never' has no test with match: true: add a text that must match",
        f"{path}:3:32: rule 'never' never matches: 'grève' is asked for and excluded at once: take one of the two out",
    ]
    done = news_monitor("rules", "lint", "--config", config)
    assert (done.code, done.out.splitlines()[:2]) == (3, lines)
    assert done.out.splitlines()[2].startswith("2 findings in 3 rules")
    document = json.loads(news_monitor("rules", "lint", "--json", "--config", config).out)
    assert [f"{one['file']}:{one['line']}:{one['column']}: {one['message']}" for one in document["findings"]] == lines
    assert [(one["kind"], one["rule"]) for one in document["findings"]] == [
        ("missing-tests", "never"),
        ("never-matches", "never"),
    ]
    assert document["archive"] is None
    assert document["rules"][1] == {"id": "strike", "hits": None, "alerts": None, "alerts_per_day": None}


def test_check_tells_findings_and_exits_3_when_nothing_else_is_wrong(
    installation: Installation, news_monitor: Program
) -> None:
    path, config = add(installation, BAD), installation.folder / "monitor.yaml"
    done = news_monitor("check", "--config", config)
    assert done.code == 3
    assert done.out.count(f"{path}:3:") == 2
    assert done.out.endswith("1 source, 3 rules, 1 receiver, no mistakes, 2 findings of the lint\n")
    add(installation, BAD.replace("match: false, text: Une", "match: true, text: Une"))
    assert news_monitor("check", "--config", config).code == 1, "a failing test is a mistake"


def test_rule_files_need_no_configuration(
    installation: Installation, news_monitor: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(installation.inbox)
    rules = tmp_path / "mine.yaml"
    rules.write_text(f"version: 1\nrules:\n  - {{id: a, languages: [de], when: {{phrase: Streik}}, {TESTS}}}\n")
    done = news_monitor("rules", "lint", "--rules", rules)
    assert (done.code, done.out.splitlines()[-1].split(";")[0]) == (0, "0 findings in 1 rule")
    config = installation.folder / "monitor.yaml"
    done = news_monitor("rules", "lint", "--rules", rules, "--config", config)
    assert (done.code, "only matches articles of unknown language" in done.out) == (3, True)
    broken = news_monitor("rules", "lint", "--rules", tmp_path / "absent.yaml")
    assert (broken.code, broken.err) == (1, f"{tmp_path}/absent.yaml:1:1: cannot be read: No such file or directory\n")


def test_the_archive_tells_what_each_rule_would_have_raised(installation: Installation) -> None:
    for number in range(5):
        installation.write(f"{number}.txt", article(number))
    installation.write("copy.txt", article(3).upper())
    assert installation.json("once")["alerts"] == 10
    add(installation, f"  - {{id: vote, novelty: every, when: {{phrase: vote}}, {TESTS.replace('grève', 'vote')}}}\n")
    document = installation.json("rules", "lint")
    assert (document["findings"], document["archive"]["articles"], document["archive"]["enough"]) == ([], 6, False)
    assert document["archive"]["days"] == 1
    assert [(one["id"], one["hits"], one["alerts"], one["alerts_per_day"]) for one in document["rules"]] == [
        ("vote", 6, 5, 5.0),
        ("strike", 6, 5, 5.0),
        ("morel", 6, 5, 5.0),
    ]
    table = installation.run("rules", "lint").splitlines()
    assert [line.split() for line in table[-4:-1]] == [
        ["vote", "6", "5", "5.0"],
        ["strike", "6", "5", "5.0"],
        ["morel", "6", "5", "5.0"],
    ]
    assert table[-1] == "0 findings in 3 rules, 6 articles of the last 1d; findings on hits need 100"


def test_an_archive_of_many_articles_tells_of_hits(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("monitor.match.lint.census", "monitor.cli.lint"):
        monkeypatch.setattr(f"{module}.ENOUGH", 5)
    for number in range(5):
        installation.write(f"{number}.txt", article(number))
    installation.json("once")
    path = add(installation, f"  - {{id: rail, when: {{phrase: [Brest, gares]}}, {TESTS}}}\n")
    out = installation.run("rules", "lint", expect=3)
    message = "'gares' stands in none of 5 articles of the last 1d: look how the press writes it, or take it out"
    assert f"{path}:3:39: {message}\n" in out
    assert "rule 'strike' matches nearly everything: 5 of 5 articles of the last 1d (100 %): ask for more\n" in out
    assert installation.json("rules", "lint", "--since", "0s")["archive"]["articles"] == 0


NOW, HOUR = datetime(2026, 3, 2, 8, tzinfo=UTC), timedelta(hours=1)
FIRE = (
    "Un incendie s'est déclaré lundi dans un entrepôt de pneus de la société Delbosc à Lanester, ont indiqué les"
    " pompiers. Une épaisse fumée noire était visible de loin, et Delbosc a fermé ses autres entrepôts de Lanester."
)
AGAIN = (
    "Les pompiers luttent lundi contre le feu qui a pris dans un entrepôt de pneus de Delbosc. La fumée noire se voit"
    " de loin, et l'incendie de Lanester a commencé dans la matinée chez Delbosc."
)
LATER = (
    "Lanester sous la fumée : l'entrepôt de pneus de la société Delbosc brûle depuis lundi, et les pompiers y restent."
    " Chez Delbosc, l'incendie a pris dans la matinée."
)
HURT = " Deux pompiers ont été blessés dans une explosion, a annoncé le préfet Yann Guivarch."
KILLED = " Le gérant, Pierre Kerlann, est mort à l'hôpital de Lorient, selon la mairie."
TOLD = [FIRE, FIRE.upper(), AGAIN + HURT, FIRE + HURT, LATER, LATER + KILLED, f"{FIRE} Il pleut.{KILLED}"]
"""Of one fire by seven desks: a copy, other words with and without facts, later versions with and without."""


def estimated(store: Store, rules: RuleSet, at_once: int) -> dict[str, int]:
    """What is estimated of an archive, of so many articles at a time."""
    estimate = Estimate(store, rules.rules)
    found = [(one.id, [match.rule for match in rules.match(one.article)]) for one in store.archive(NOW - HOUR)]
    for start in range(0, len(found), at_once):
        estimate.add(dict(found[start : start + at_once]))
    return estimate.alerts


@pytest.mark.parametrize("at_once", [1, 2, 100])
@pytest.mark.parametrize("remembered", [0, 20])
def test_the_estimate_is_what_a_daemon_and_a_backtest_raise_whatever_rules_the_archive_was_taken_in_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remembered: int, at_once: int
) -> None:
    monkeypatch.setattr("monitor.cli.lint._STORIES", remembered)
    visits = [
        Visit(
            NOW + number * HOUR,
            f"desk{number}",
            [Item(f"desk{number}", "a", text, published=Published(NOW + number * HOUR, Precision.SECOND))],
        )
        for number, text in enumerate(TOLD)
    ]
    novelties = ("new-facts", "first", "every")
    listed = "".join(f"  - {{id: {one}, novelty: {one}, when: {{phrase: pompiers}}}}\n" for one in novelties)
    rules = written(tmp_path / "r.yaml", f"version: 1\nrules:\n{listed}  - {{id: dead, when: {{phrase: Kerlann}}}}\n")
    none = written(tmp_path / "n.yaml", "version: 1\nrules: []\n")
    empty = tmp_path / "empty.db"
    Store.open(f"sqlite:///{empty}").close()
    with taken_in(empty, tmp_path / "with.db", rules, visits) as store:
        raised = Counter(one.rule for one in told(store))
        assert estimated(store, rules, at_once) == raised
    with taken_in(empty, tmp_path / "without.db", none, visits) as store:
        replayed = Counter(
            rule for one in replay(store.archive(NOW - HOUR), {}, rules.rules, SETTINGS) for rule in one.after
        )
        assert estimated(store, rules, at_once) == replayed == raised
    assert raised["first"] == 1 < raised["new-facts"] < raised["every"]


def test_a_wrong_span_of_time_is_a_wrong_call(installation: Installation, news_monitor: Program) -> None:
    done = news_monitor("rules", "lint", "--since", "soon", "--config", installation.folder / "monitor.yaml")
    assert done.code == 2


def test_the_guide_shows_what_is_printed_and_every_kind(
    tmp_path: Path, news_monitor: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = GUIDE.partition("### Lint\n")[2].partition("\n### ")[0]
    (rules,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    ((command, shown),) = re.findall(r"```console\n\$ (.*?)\n(.*?)```", section, re.DOTALL)
    (tmp_path / "mine.yaml").write_text(rules, "utf-8")
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(command)
    done = news_monitor(*words)
    assert (program, done.code, done.out) == ("news-monitor", 3, shown)
    listed = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert {kind.strip("`") for row in listed for kind in row.split(", ")} == set(Kind)
