"""run, once, init, check, config show: what they print and how they exit."""

import json
import re
from pathlib import Path

import pytest
import yaml
from cli.conftest import Program
from flow.installation import Installation, article


def test_check_of_a_good_configuration_counts_what_there_is(installation: Installation, news_monitor: Program) -> None:
    done = news_monitor("--config", installation.folder / "monitor.yaml", "check")
    assert done.code == 0
    assert done.out.endswith("1 source, 2 rules, 1 receiver, no mistakes\n")


def test_check_prints_every_mistake_with_its_place_and_exits_1(
    installation: Installation, news_monitor: Program
) -> None:
    path = installation.folder / "monitor.yaml"
    path.write_text(path.read_text() + "langauges: [fr]\nfoo: 1\n")
    (installation.folder / "rules" / "bad.yaml").write_text("version: 1\nrules:\n  - {id: x, when: {phrse: a}}\n")
    done = news_monitor("check", "--config", path)
    assert done.code == 1
    lines = done.out.splitlines()
    assert len(lines) == 3
    assert all(re.match(r"[^:]+:\d+:\d+: ", line) for line in lines)
    assert "(did you mean 'languages'?)" in done.out
    assert "(did you mean 'phrase'?)" in done.out


def test_check_hints_that_publishers_cannot_reach_who_polls_their_feeds(
    installation: Installation, news_monitor: Program
) -> None:
    path = installation.folder / "monitor.yaml"
    hint = "hint: http.contact is not set: publishers whose feeds are asked cannot reach you\n"
    assert hint not in news_monitor("check", "--config", path).out, "a folder has no publisher"
    feed = "sources:\n  - {type: feed, name: A, url: 'https://a.example/'}\n"
    installation.configure(sources=feed)
    done = news_monitor("check", "--config", path)
    assert (done.code, done.out.count(hint), done.out.endswith("no mistakes\n")) == (0, 1, True)
    path.write_text(path.read_text("utf-8").replace("http: {", "http: {contact: watch@example.org, "), "utf-8")
    assert hint not in news_monitor("check", "--config", path).out


def test_check_notes_an_address_that_is_configured_twice_with_both_places(
    installation: Installation, news_monitor: Program
) -> None:
    names = ("A", "B", "C")
    lines = [f"  - {{type: feed, name: {name}, url: 'https://x.example/?key=canary'}}\n" for name in names]
    lines[1] = lines[1].replace("canary", "another")
    installation.configure(sources="sources:\n" + "".join(lines))
    path = installation.folder / "monitor.yaml"
    first = path.read_text("utf-8").splitlines().index(lines[0].rstrip()) + 1
    done = news_monitor("check", "--config", path)
    noted = f"{path}:{first + 2}:32: the address is that of 'A' in line {first}: it is asked twice\n"
    assert (done.code, done.out.count("asked twice"), noted in done.out) == (0, 1, True)
    assert "canary" not in done.out


def test_check_finds_matchers_that_name_nothing_and_routes_that_no_alert_comes_to(
    installation: Installation, news_monitor: Program
) -> None:
    installation.configure(
        "receivers: [{name: terminal, type: console}, {name: desk, type: console}]\n"
        "route: {receiver: terminal, routes: [{match: {tag: sociale}, receiver: desk}, {receiver: desk}, {}]}\n"
        "silences: [{match: {source: inbux}, author: joe, comment: moving, times: '00:00-24:00'}]\n"
    )
    path = installation.folder / "monitor.yaml"
    done = news_monitor("check", "--config", path)
    assert done.code == 3
    assert re.findall(r"^.+?:\d+:\d+: ", done.out, re.MULTILINE) == [
        f"{path}:9:52: ",
        f"{path}:9:97: ",
        f"{path}:10:29: ",
    ]
    told = [line.partition(": ")[2] for line in done.out.splitlines()]
    assert told[0] == "no rule has the tag 'sociale' (did you mean 'social'?)"
    assert told[1].startswith("no alert comes to this route: the route in line ")
    assert told[2] == "no source is named 'inbux' (did you mean 'inbox'?)"
    assert told[3] == "1 source, 2 rules, 2 receivers, no mistakes, 3 findings of the lint"
    assert installation.run("routes", "show"), "it is no mistake"


def test_check_runs_the_tests_in_the_rules(installation: Installation, news_monitor: Program) -> None:
    rules = (
        "version: 1\nrules:\n  - id: x\n    when: {phrase: paix}\n    tests:\n      - {match: true, text: La guerre.}\n"
    )
    (installation.folder / "rules" / "more.yaml").write_text(rules)
    done = news_monitor("check", "--config", installation.folder / "monitor.yaml")
    assert done.code == 1
    assert re.search(r"more\.yaml:6:\d+: rule 'x', test 1: should match but does not: La guerre\.", done.out)


def test_the_configuration_may_be_named_before_or_after_the_verb_or_by_the_environment(
    installation: Installation, news_monitor: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = installation.folder / "monitor.yaml"
    assert news_monitor("--config", path, "rules", "list").code == 0
    assert news_monitor("rules", "list", "--config", path).code == 0
    monkeypatch.chdir(tmp_path / "rules")
    nowhere = news_monitor("rules", "list")
    assert (nowhere.code, nowhere.out) == (1, "")
    assert nowhere.err.startswith("no configuration found: give --config FILE")
    monkeypatch.setenv("NEWS_MONITOR_CONFIG", str(path))
    assert news_monitor("rules", "list").code == 0


def test_a_wrong_call_exits_2(news_monitor: Program) -> None:
    assert news_monitor("frobnicate").code == 2
    assert news_monitor("once", "--jsno").code == 2
    assert news_monitor("rules", "try").code == 2


def test_a_missing_configuration_is_named(news_monitor: Program) -> None:
    done = news_monitor("once", "--config", "/nowhere/monitor.yaml")
    assert (done.code, done.err) == (1, "/nowhere/monitor.yaml:1:1: cannot be read: No such file or directory\n")


def test_once_prints_alerts_and_a_summary(installation: Installation, news_monitor: Program) -> None:
    installation.write("a.txt", article(1))
    done = news_monitor("once", "--config", installation.folder / "monitor.yaml")
    assert done.code == 0
    assert "[HIGH] strike - first alert on this story" in done.out
    assert "une *grève*" in done.out
    assert done.out.splitlines()[-1] == (
        "1 source, 1 item, 1 new, 0 duplicates, 0 updates, 0 known, 0 empty, 2 alerts, 1 sent, 0 failed, 0 pending"
    )


def test_once_as_json_prints_one_document_on_stdout_and_the_alerts_elsewhere(
    installation: Installation, news_monitor: Program
) -> None:
    installation.write("a.txt", article(1))
    done = news_monitor("once", "--json", "--config", installation.folder / "monitor.yaml")
    document = json.loads(done.out)
    assert list(document) == [
        "sources", "items", "new", "duplicates", "updates", "known", "empty", "stories", "matches", "alerts", "sent",
        "failed", "pending", "errors",
    ]  # fmt: skip
    assert "strike" in done.err


def test_config_show_is_the_effective_configuration(installation: Installation, news_monitor: Program) -> None:
    path = installation.folder / "monitor.yaml"
    shown = yaml.safe_load(news_monitor("config", "show", "--config", path).out)
    assert shown == json.loads(news_monitor("config", "show", "--json", "--config", path).out)
    assert shown["sources"][0]["poll"] == "1s"
    assert shown["http"]["timeout"] == "30s"


def test_init_writes_a_working_configuration_and_overwrites_nothing(tmp_path: Path, news_monitor: Program) -> None:
    folder = tmp_path / "made"
    assert news_monitor("init", folder).code == 0
    assert (folder / "monitor.yaml").exists()
    assert news_monitor("check", "--config", folder / "monitor.yaml").code == 0
    again = news_monitor("init", folder)
    assert again.code == 1
    assert "exists already; nothing was written" in again.err
    blocked = tmp_path / "file"
    blocked.touch()
    assert news_monitor("init", blocked / "x").code == 1
