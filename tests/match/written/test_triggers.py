"""The `alert:` of a rule: what must happen over time before it alerts."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.match import Rule, load_rules
from monitor.model import Article, FirstMention, Published, Quiet, Sources, Spike, Trigger

ACTORS = """\
version: 1
actors:
  lavrov: {name: Sergueï Lavrov, aliases: [Lavrov]}
  blinken: {name: Antony Blinken, aliases: [Blinken]}
rules:
  - id: talks
    when: {phrase: négociations}
"""


def rule(folder: Path, alert: str) -> Rule:
    file = folder / "rules.yaml"
    file.write_text(f"{ACTORS}    alert: {alert}\n", "utf-8")
    return load_rules([file], ["fr"]).rules["talks"]


@pytest.mark.parametrize(
    ("written", "trigger"),
    [
        ("{sources: 3, within: 2h}", Sources(3, timedelta(hours=2))),
        ("{sources: 3}", Sources(3, timedelta(hours=1))),
        (
            "{first_mention: {actors: [lavrov, blinken], within: 30d}}",
            FirstMention(("lavrov", "blinken"), timedelta(days=30), ("Sergueï Lavrov", "Antony Blinken")),
        ),
        ("{spike: {factor: 5, against: 14d}}", Spike(5, timedelta(days=14), timedelta(days=1))),
        ("{spike: {factor: 2.5, against: 2d, within: 1h}}", Spike(2.5, timedelta(days=2), timedelta(hours=1))),
        ("{quiet: 24h}", Quiet(timedelta(days=1))),
    ],
)
def test_every_kind_is_read(tmp_path: Path, written: str, trigger: Trigger) -> None:
    assert rule(tmp_path, written).trigger == trigger


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{}", "8:12: must hold one of sources, first_mention, spike, quiet"),
        ("{sources: 3, quiet: 1d}", "8:12: must hold one of"),
        ("{sources: 1}", "8:22: "),
        ("{quiet: 1d, within: 1h}", "8:12: 'within' belongs to 'sources'"),
        ("{first_mention: {actors: [lavrov, blinkin]}}", "8:46: unknown actor 'blinkin' (did you mean 'blinken'?)"),
        ("{spike: {factor: 1, against: 14d}}", "8:29: "),
        ("{spike: {factor: 3, against: 1h}}", "8:12: 'against' must be at least as long as 'within'"),
        ("{quiet: 400d}", "8:12: looks back at most 366 days"),
        ("{quiet: soon}", "8:20: 'soon' is not a duration"),
        ("{quite: 1d}", "8:13: "),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, written: str, message: str) -> None:
    with pytest.raises(ConfigError) as told:
        rule(tmp_path, written)
    assert f"rules.yaml:{message}" in str(told.value)


def test_a_first_mention_needs_all_of_its_actors_in_the_article(tmp_path: Path) -> None:
    rule(tmp_path, "{first_mention: {actors: [lavrov, blinken]}}")
    rules = load_rules([tmp_path / "rules.yaml"], ["fr"])

    def matches(body: str) -> bool:
        return bool(rules.match(Article("A", "1", None, "Titre", False, body, "", None, Published(), "fr")))

    assert matches("Les négociations de Lavrov et Blinken.")
    assert not matches("Les négociations de Lavrov.")
    assert not matches("Lavrov et Blinken se parlent.")


def test_a_rule_without_a_trigger_keeps_the_version_that_it_had_before_there_were_any(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(ACTORS, "utf-8")
    assert load_rules([file], ["fr"]).rules["talks"].version == "a91ebb48f4b95d86"
    assert rule(tmp_path, "{quiet: 1d}").version != "a91ebb48f4b95d86"
