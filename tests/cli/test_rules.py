"""rules list, test, try."""

import json
from pathlib import Path

from cli.conftest import Program
from flow.installation import Installation, article

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


def test_test_counts_and_fails(installation: Installation, news_monitor: Program, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(RULE)
    bad.write_text(RULE.replace("Le vote.", "La voix."))
    assert news_monitor("rules", "test", "--rules", good).out == "1 tests passed, 0 failed\n"
    done = news_monitor("rules", "test", "--rules", bad)
    assert (done.code, done.out.splitlines()[-1]) == (1, "0 tests passed, 1 failed")


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
