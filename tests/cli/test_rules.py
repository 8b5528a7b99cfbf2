"""rules list, test, try."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from cli.conftest import Program
from flow.installation import Installation, article

from monitor.store import Store

RULE = "version: 1\nrules:\n  - id: vote\n    when: {phrase: le vote}\n    tests: [{match: true, text: Le vote.}]\n"


def test_list_shows_every_rule_with_its_version_and_place(installation: Installation, news_monitor: Program) -> None:
    config = installation.folder / "monitor.yaml"
    rows = json.loads(news_monitor("rules", "list", "--json", "--config", config).out)
    assert [(row["id"], row["level"], row["tags"]) for row in rows] == [
        ("strike", "high", ["social"]),
        ("morel", "low", []),
    ]
    assert all(row["version"] and row["file"].endswith(("rules.yaml:6", "rules.yaml:7")) for row in rows)
    assert "strike" in news_monitor("rules", "list", "--config", config).out


def test_list_shows_what_rules_have_hit_and_dashes_where_no_database_tells_it(
    installation: Installation, news_monitor: Program
) -> None:
    config = installation.folder / "monitor.yaml"

    def told() -> list[tuple[int | None, bool]]:
        rows = json.loads(news_monitor("rules", "list", "--json", "--config", config).out)
        return [(row["hits"], row["last_hit"] is not None) for row in rows]

    assert told() == [(None, False), (None, False)]
    assert not (installation.folder / "var").exists()
    assert news_monitor("rules", "list", "--config", config).out.splitlines()[1].split()[4:6] == ["-", "-"]
    installation.run("once")
    assert told() == [(0, False), (0, False)]
    installation.write("a.txt", article(1))
    installation.write("b.txt", article(2, "Rien de neuf."))
    installation.run("once")
    assert told() == [(1, True), (2, True)]
    (installation.folder / "var" / "news-monitor.db").write_bytes(b"no database")
    done = news_monitor("rules", "list", "--json", "--config", config)
    assert (done.code, [row["hits"] for row in json.loads(done.out)]) == (0, [None, None])
    assert "news-monitor.db" in done.err


def test_list_shows_what_is_live_while_the_written_rules_are_refused(
    installation: Installation, news_monitor: Program
) -> None:
    config, rules = installation.folder / "monitor.yaml", installation.folder / "rules" / "rules.yaml"
    written = rules.read_text("utf-8")
    before = json.loads(news_monitor("rules", "list", "--json", "--config", config).out)
    broken = written.replace("phrase: grève", "phrases: grève")
    rules.write_text(broken, "utf-8")
    line = f"{rules}:6:54: unknown key 'phrases' (did you mean 'phrase'?)\n"
    done = news_monitor("rules", "list", "--config", config)
    assert (done.code, done.out) == (1, ""), "nothing has gone live yet"
    assert done.err.startswith(line)
    rules.write_text(written, "utf-8")
    installation.run("once")
    with closing(Store.open(f"sqlite:///{installation.folder / 'var' / 'news-monitor.db'}")) as store:
        store.went_live({str(rules): written.encode()}, ("fr", "en"), datetime(2026, 3, 2, 8, tzinfo=UTC))
    rules.write_text(broken, "utf-8")
    done = news_monitor("rules", "list", "--json", "--config", config)
    shown = [{**row, "hits": None, "last_hit": None} for row in json.loads(done.out)]
    assert (done.code, shown) == (1, before)
    first, rest = done.err.split("\n", 1)
    assert first.startswith(
        "the written rules are refused, see below; listed are those that are live since 2026-03-02 09:00 CET"
    )
    assert rest.startswith(line)
    done = news_monitor("rules", "list", "--config", config)
    assert (done.code, done.out.splitlines()[1].split()[:2]) == (1, ["strike", "high"])
    (installation.folder / "var" / "news-monitor.db").write_bytes(b"no database")
    done = news_monitor("rules", "list", "--config", config)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(line)


def test_list_says_what_each_rule_asks_for_as_a_query(installation: Installation, news_monitor: Program) -> None:
    config, more = installation.folder / "monitor.yaml", installation.folder / "rules" / "more.yaml"
    more.write_text(
        "version: 1\nrules:\n"
        "  - {id: gas, when: {phrase: [prix du gaz, gaz], in: title, language: fr, not: {source: {tag: press}}}}\n"
        "  - {id: close, when: {near: {terms: [gaz, prix], within: 3}}}\n",
        "utf-8",
    )
    rows = {
        row["id"]: row for row in json.loads(news_monitor("rules", "list", "--query", "--json", "--config", config).out)
    }
    assert rows["gas"]["query"] == '(title:"prix du gaz" OR title:gaz) AND lang:fr AND NOT tag:press'
    assert rows["close"] == {"id": "close", "query": None, "because": "'near' has no form in a query string"}
    lines = news_monitor("rules", "list", "--query", "--config", config).out.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [
        ["RULE", "QUERY"],
        ["gas", rows["gas"]["query"]],
        ["close", "('near' has no form in a query string)"],
        ["strike", "grève"],
        ["morel", "actor:morel"],
    ]
    again = installation.folder / "again.yaml"
    again.write_text(json.dumps({"rules": [{"id": "gas", "when": rows["gas"]["query"]}]}), "utf-8")
    assert news_monitor("rules", "test", "--rules", again).code == 0


def test_test_counts_and_fails(installation: Installation, news_monitor: Program, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(RULE)
    bad.write_text(RULE.replace("Le vote.", "La voix."))
    assert news_monitor("rules", "test", "--rules", good).out == "1 tests passed, 0 failed\n"
    done = news_monitor("rules", "test", "--rules", bad)
    assert (done.code, done.out.splitlines()[-1]) == (1, "0 tests passed, 1 failed")


def test_a_test_may_be_an_archived_article(installation: Installation, news_monitor: Program, tmp_path: Path) -> None:
    config, rules = installation.folder / "monitor.yaml", tmp_path / "vote.yaml"
    rules.write_text(RULE.replace("text: Le vote.", "article: 1"))
    asked = ("rules", "test", "--rules", rules, "--config", config)
    done = news_monitor(*asked)
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            f"{rules}:5:13: rule 'vote', test 1: article 1 is not in the archive, so it was not run",
            "0 tests passed, 0 failed, 1 not run",
        ],
    )
    assert not (installation.folder / "var").exists()
    installation.write("a.txt", article(1, "Le vote est reporté."))
    installation.run("once")
    assert news_monitor(*asked).out == "1 tests passed, 0 failed\n"


def test_a_build_server_gets_a_report_of_each_test(news_monitor: Program, tmp_path: Path) -> None:
    rules, report = tmp_path / "vote.yaml", tmp_path / "report.xml"
    more = '      - {match: true, text: "La <voix>\\e[31m"}\n      - {match: true, article: 9}\n'
    rules.write_text(
        RULE.replace("[{match: true, text: Le vote.}]\n", "\n      - {match: true, text: Le vote.}\n" + more)
    )
    assert news_monitor("rules", "test", "--rules", rules, "--junit", report).code == 1
    suites = ElementTree.parse(report).getroot()
    (suite,) = suites
    for counted in (suites, suite):
        assert [counted.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["3", "1", "0", "1"]
    assert [(case.get("classname"), case.get("name"), case.get("line")) for case in suite] == [
        ("vote", "test 1", "6"),
        ("vote", "test 2", "7"),
        ("vote", "test 3", "8"),
    ]
    assert [[part.tag for part in case] for case in suite] == [[], ["failure"], ["skipped"]]
    told = suite[1][0].get("message")
    assert told == "rule 'vote', test 2: should match but does not: La <voix>[31m"
    done = news_monitor("rules", "test", "--rules", rules, "--junit", tmp_path / "no" / "report.xml")
    assert (done.code, done.err) == (
        1,
        f"{tmp_path / 'no' / 'report.xml'}: cannot be written: No such file or directory\n",
    )


def test_try_gives_the_fields_and_evidence_that_points_into_them(
    installation: Installation, news_monitor: Program, tmp_path: Path
) -> None:
    rules, text = tmp_path / "vote.yaml", tmp_path / "a.txt"
    rules.write_text(RULE)
    text.write_text(article(4), "utf-8")
    (tried,) = json.loads(news_monitor("rules", "try", text, "--rules", rules, "--json").out)
    assert tried["file"] == str(text)
    fields = tried["article"]
    assert list(fields) == [
        "title", "title_derived", "lede", "body", "agency", "published", "language", "source", "url",
    ]  # fmt: skip
    assert (fields["source"], fields["language"]) == (None, "fr")
    assert fields["published"] == {"value": None, "precision": "unknown"}
    (match,) = tried["matches"]
    assert match["rule"] == "vote"
    for one in match["evidence"]:
        assert fields[one["in"]][one["start"] : one["end"]] == one["text"]
    assert not (installation.folder / "var").exists()


def test_try_reads_what_it_can_and_names_what_it_cannot(
    installation: Installation, news_monitor: Program, tmp_path: Path
) -> None:
    text = tmp_path / "a.txt"
    text.write_text(article(4), "utf-8")
    config = installation.folder / "monitor.yaml"
    done = news_monitor("rules", "try", tmp_path / "absent.txt", text, "--config", config)
    assert done.code == 1
    assert "Dossier 4" in done.out
    assert done.err == f"{tmp_path}/absent.txt: cannot be read: No such file or directory\n"


def test_a_broken_rule_file_is_told_with_its_place(news_monitor: Program, tmp_path: Path) -> None:
    rules = tmp_path / "r.yaml"
    rules.write_text("version: 1\nrules: [{id: a}]\n")
    done = news_monitor("rules", "test", "--rules", rules)
    assert done.code == 1
    assert done.err.startswith(f"{rules}:2:")
