"""The guide: its links lead somewhere, its commands exist; what it says of stories, novelty and `why` is so."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from cli.conftest import Program
from flow.installation import RULES, Installation, article

from monitor.dedup import Limits
from monitor.settings import load

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "config" / "README.md").read_text("utf-8")
SECTION = GUIDE.partition("\n## Stories, novelty and `why`\n")[2].partition("\n## ")[0]
CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
FACT = "Le préfet Hamid Kaci a reçu 14 délégués.\n"
WORDS = "Les habitants attendent avec patience la décision.\n"


def anchor(heading: str) -> str:
    """What leads to a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_link_inside_leads_to_a_heading_and_the_contents_to_each() -> None:
    text = re.sub(r"^```.*?^```", "", GUIDE, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^(#+) (.+)$", text, re.MULTILINE)
    anchors = [anchor(heading) for _, heading in headings]
    assert len(set(anchors)) == len(anchors)
    assert set(re.findall(r"\]\(#(.+?)\)", text)) <= set(anchors)
    contents = set(re.findall(r"\]\(#(.+?)\)", text.partition("\n## ")[0]))
    wanted = [heading for depth, heading in headings[1:] if depth in ("##", "###") and not heading[0].isdigit()]
    assert contents == {anchor(heading) for heading in wanted}


def test_every_command_of_the_tables_exists(news_monitor: Program) -> None:
    text = GUIDE.partition("\n### Commands for rules\n")[2]
    rows = re.findall(r"^\| ((?:`(?:check|rules|actors|sources) ?.*?`(?:, )?)+) \|", text, re.MULTILINE)
    commands = [command for row in rows for command in re.findall(r"`(.+?)`", row)]
    assert len(commands) > 14
    for command in commands:
        verb = command.split()[: 1 if command == "check" else 2]
        assert news_monitor(*verb, "--help").code == 0, command


def shown() -> list[tuple[str, list[str]]]:
    """(command, lines under it) of the console blocks."""
    blocks = re.findall(r"```console\n\$ (.*?)\n(.*?)```", SECTION, re.DOTALL)
    return [(command, lines.splitlines()) for command, lines in blocks]


def masked(line: str) -> str:
    """A line without what differs from run to run: times, seconds, how near stories are."""
    return re.sub(r"\d\.\d\d\d?\b", "0.00", re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? [A-Z]+", "TIME", line))


def test_the_commands_print_what_is_shown(
    tmp_path: Path, news_monitor: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("config", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert news_monitor("once").code == 0
    for command, lines in shown():
        program, *words = shlex.split(command)
        done = news_monitor(*words)
        assert (program, done.code) == ("news-monitor", 0), done.err
        printed = [masked(line) for line in done.out.splitlines()]
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if line == "...":
                assert printed, f"{command}: nothing is left out before {following}"
                while printed and following and printed[0] != masked(following):
                    del printed[0]
            else:
                assert printed[:1] == [masked(line)]
                del printed[0]
        assert printed == [] or lines[-1] == "..."
    assert len(shown()) == 2


def test_the_settings_shown_are_the_defaults_and_can_be_others(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
    path = tmp_path / "monitor.yaml"
    path.write_text(block, "utf-8")
    assert load(path, {})[0].stories == Limits()
    path.write_text(block.replace("3d", "5d").replace("14d", "20d"), "utf-8")
    assert load(path, {})[0].stories == Limits(window="5d", max_span="20d")


@pytest.mark.parametrize(
    ("novelty", "raised"), [("first", [1, 0, 0, 0]), ("new-facts", [1, 1, 0, 0]), ("every", [1, 1, 1, 0])]
)
def test_novelty_does_what_the_table_says(installation: Installation, novelty: str, raised: list[int]) -> None:
    assert re.search(rf"^\| `{novelty}` \|", SECTION, re.MULTILINE)
    rules = f"{RULES.partition('  - {id: morel')[0].replace('tags: [social]', f'novelty: {novelty}')}"
    installation.configure(CONSOLE, rules=rules)
    alerts = []
    versions = [article(1), article(1) + FACT, article(1) + FACT + WORDS]
    for name, text in [*(("a.txt", version) for version in versions), ("b.txt", versions[-1].upper())]:
        installation.write(name, text)
        alerts.append(installation.json("once")["alerts"])
    assert alerts == raised
    statuses = [row["status"] for row in installation.json("articles", "list")]
    assert statuses == ["duplicate", "update", "update", "new"]
