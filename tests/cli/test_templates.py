"""Templates of receivers as their owner meets them, and the commands that a message ends with."""

import shlex

import pytest
from cli.conftest import Program
from flow.installation import Installation, article

GOOD = "{{ alert.rule.title }} / {{ built_in.subject }}"


def configure(installation: Installation, source: str) -> None:
    (installation.folder / "desk.txt").write_text(source, "utf-8")
    installation.configure(
        "receivers:\n  - {name: terminal, type: console, templates: {text: desk.txt}}\nroute: {receiver: terminal}\n"
    )


def test_a_template_is_used(installation: Installation, news_monitor: Program) -> None:
    configure(installation, GOOD)
    assert news_monitor("--config", installation.folder / "monitor.yaml", "check").code == 0
    done = news_monitor("--config", installation.folder / "monitor.yaml", "receivers", "test", "terminal")
    assert done.code == 0
    assert "Test of terminal / News monitor - Test of terminal\n" in done.out
    assert "You get this" not in done.out


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("fine\n{% if %}", "desk.txt:2: Expected an expression, got 'end of statement block'"),
        ("fine\n\n{{ alert.articel }}", "desk.txt:3: 'dict object' has no attribute 'articel'"),
        ("{{ alert.article.title }}", "desk.txt:1: 'None' has no attribute 'title'"),
    ],
)
def test_a_mistake_is_told_with_both_its_places(
    source: str, problem: str, installation: Installation, news_monitor: Program
) -> None:
    configure(installation, source)
    done = news_monitor("--config", installation.folder / "monitor.yaml", "check")
    assert done.code == 1
    (line,) = [line for line in (done.out + done.err).splitlines() if "desk.txt" in line]
    assert line.startswith(f"{installation.folder / 'monitor.yaml'}:")
    assert problem in line


def test_a_template_that_fails_is_told_and_the_test_arrives_as_built_in(
    installation: Installation, news_monitor: Program
) -> None:
    configure(installation, "{{ alert.article.title }}")
    done = news_monitor("--config", installation.folder / "monitor.yaml", "receivers", "test", "terminal")
    assert done.code == 0
    assert "desk.txt:1: 'None' has no attribute 'title': sent as built in" in done.err
    assert "this is a test" in done.out


def test_documents_have_no_template(installation: Installation, news_monitor: Program) -> None:
    (installation.folder / "desk.txt").write_text(GOOD, "utf-8")
    installation.configure(
        "receivers:\n  - {name: log, type: file, path: alerts.jsonl, templates: {text: desk.txt}}\n"
        "route: {receiver: log}\n"
    )
    done = news_monitor("--config", installation.folder / "monitor.yaml", "check")
    assert done.code == 1
    assert "this receiver is sent documents, which no template changes" in done.out + done.err


def test_the_commands_that_a_message_ends_with_work(installation: Installation, news_monitor: Program) -> None:
    installation.configure("receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n")
    installation.write("a.txt", article(1))
    told = news_monitor("--config", installation.folder / "monitor.yaml", "once").out
    commands = [line.strip() for line in told.splitlines() if line.startswith("    news-monitor ")]
    assert len(commands) >= 2
    rules = [line.split("(")[1].split(",")[0] for line in told.splitlines() if line.startswith("  - the rule ")]
    for command in commands:
        words = shlex.split(command.replace(" RULE ", f" {rules[0]} "))[1:]
        assert news_monitor("--config", installation.folder / "monitor.yaml", *words).code == 0
