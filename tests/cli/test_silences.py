"""silences add, list, expire: alerts that nobody is told of, from the command line to `why`."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cli.conftest import Outcome, Program
from flow.installation import Installation, article

from monitor.errors import MonitorError

HOUR = timedelta(hours=1)


class Silences:
    """The verbs, called on an installation."""

    def __init__(self, installation: Installation, program: Program) -> None:
        self.installation = installation
        self._program = program

    def __call__(self, *words: str) -> Outcome:
        return self._program("silences", *words, "--config", self.installation.folder / "monitor.yaml")

    def rows(self, *words: str) -> list[dict[str, Any]]:
        done = self("list", "--json", *words)
        assert done.code == 0, done.err
        rows: list[dict[str, Any]] = json.loads(done.out)
        return rows


@pytest.fixture
def silences(installation: Installation, news_monitor: Program) -> Silences:
    return Silences(installation, news_monitor)


def test_a_silence_is_added_shown_and_expired(silences: Silences) -> None:
    words = ("--rule", "strike", "--rule", "morel", "--tag", "social", "--for", "2h", "--comment", "works on the line")
    added = silences("add", *words, "--author", "jane")
    assert (added.code, added.out.startswith("silence 1 until 20")) == (0, True)
    (row,) = silences.rows()
    assert (row["id"], row["state"], row["author"], row["comment"]) == (1, "active", "jane", "works on the line")
    assert row["match"] == {"rule": ["strike", "morel"], "tag": ["social"]}
    left = datetime.fromisoformat(row["ends"]) - datetime.now(UTC)
    assert timedelta(minutes=118) < left <= 2 * HOUR
    assert silences("expire", "1").out == "silence 1 has ended\n"
    assert silences.rows() == []
    assert [one["state"] for one in silences.rows("--all")] == ["ended"]
    assert (again := silences("expire", "1")).code == 1
    assert again.err == "silence 1 has ended already\n"
    assert silences("expire", "7").err == "no silence has the id 7\n"


def test_times_are_those_of_the_configured_zone(silences: Silences) -> None:
    assert (
        silences("add", "--tag", "a", "--starts", "2030-07-01T18:00", "--ends", "2030-07-02", "--comment", "c").code
        == 0
    )
    (row,) = silences.rows()
    assert (row["state"], row["starts"], row["ends"]) == (
        "waiting",
        "2030-07-01T16:00:00+00:00",
        "2030-07-01T22:00:00+00:00",
    )
    assert "starts 2030-07-01 18:00 CEST; ends 2030-07-02 00:00 CEST" in silences("list").out


def test_a_time_that_clocks_skip_is_when_they_do(silences: Silences) -> None:
    assert silences("add", "--tag", "a", "--ends", "2030-03-31T02:30", "--comment", "c").code == 0
    assert silences.rows()[0]["ends"] == "2030-03-31T01:00:00+00:00"


def test_who_is_asked_for_a_name_where_the_system_knows_none(
    silences: Silences, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that runs as a user who has no entry in passwd."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr("getpass.getuser", nobody)
    words = ("--tag", "a", "--for", "2h", "--comment", "c")
    done = silences("add", *words)
    assert (done.code, done.err) == (1, "nobody knows who you are: say it with --author NAME\n")
    assert silences("add", *words, "--author", "jane").code == 0
    assert [row["author"] for row in silences.rows()] == ["jane"]


def test_times_may_come_again_each_week(silences: Silences) -> None:
    words = ("--level", "low", "--weekdays", "saturday:sunday", "--times", "22:00-07:00", "--comment", "weekends")
    assert silences("add", *words).out == "silence 1 until it is expired, at its times\n"
    (row,) = silences.rows()
    assert row["times"] == {"location": "Europe/Paris", "times": ["22:00-07:00"], "weekdays": ["saturday:sunday"]}
    assert (row["match"], row["ends"]) == ({"level": ["low"]}, None)
    assert row["author"], "the name of the user"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--for", "2h"], "must name something: this would silence everything"),
        (["--tag", "a"], "say until when: --for 2h, --ends TIME, or --times and --weekdays that come again"),
        (["--tag", "a", "--for", "2h", "--ends", "2030-01-01"], "--for and --ends say the same: give one of them"),
        (["--tag", "a", "--for", "two"], "--for: "),
        (["--tag", "a", "--for", "1000000w"], "--for: "),
        (["--tag", "a", "--ends", "soon"], "--ends: 'soon' is not a time"),
        (["--tag", "a", "--ends", "0001-01-01T00:00+14:00"], "--ends: '0001-01-01T00:00+14:00' is not a time"),
        (["--tag", "a", "--starts", ""], "--starts: '' is not a time"),
        (["--tag", "a", "--ends", "2020-01-01"], "it would be over: 2020-01-01 00:00 CET has passed"),
        (["--tag", "a", "--starts", "2030-01-02", "--ends", "2030-01-01"], "'ends' must be later than 'starts'"),
        (["--level", "loud", "--for", "2h"], "--level: "),
        (["--tag", "a", "--times", "25:00-26:00"], "--times: '25:00-26:00' is no part of a day"),
        (["--tag", "a", "--times", "22:00-07:00", "--location", "Mars"], "--location: "),
    ],
)
def test_a_mistake_is_one_sentence_and_adds_nothing(silences: Silences, words: list[str], told: str) -> None:
    done = silences("add", *words, "--comment", "c")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(told), done.err
    assert len(done.err.splitlines()) == 1
    assert silences.rows("--all") == []


def test_a_silenced_alert_is_not_sent_and_listed_with_who_silenced_it(silences: Silences) -> None:
    installation = silences.installation
    silences("add", "--rule", "strike", "--for", "2h", "--comment", "known", "--author", "jane")
    installation.write("a.txt", article(1))
    done = installation.json("once")
    assert (done["matches"], done["alerts"], done["sent"], done["pending"]) == (2, 1, 1, 0)
    assert [one["rule"] for one in installation.json("alerts", "list")] == ["morel"]
    (hidden,) = [one for one in installation.json("alerts", "list", "--all") if one["suppressed"]]
    assert (hidden["rule"], hidden["suppressed"], hidden["because"], hidden["receivers"]) == (
        "strike",
        "silence",
        "silence 1 of jane: known",
        [],
    )
    told = installation.run("why", "1")
    assert re.search(r"alert of strike: suppressed by silence 1 of jane: known \(until 20[\d-]+ [\d:]+ CES?T\)\n", told)


def test_what_the_configuration_silences_is_listed_without_a_number(silences: Silences) -> None:
    silences.installation.configure(
        "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
        "silences: [{match: {tag: social}, author: joe, comment: moving, times: ['00:00-24:00']}]\n"
    )
    (row,) = silences.rows()
    assert (row["id"], row["state"], row["author"]) == (None, "active", "joe")
    silences.installation.write("a.txt", article(1))
    assert silences.installation.json("once")["alerts"] == 1


# ---- Names that nothing has ----


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--rule", "strik"], "no rule has the id 'strik' (did you mean 'strike'?)"),
        (["--tag", "sociale"], "no rule has the tag 'sociale' (did you mean 'social'?)"),
        (["--source", "inbux"], "no source is named 'inbux' (did you mean 'inbox'?)"),
        (["--source-tag", "x"], "no source has the tag 'x'"),
        (["--language", "de"], "no article has the language 'de': those that are looked for stand under 'languages'"),
        (["--story", "s-1"], "no story has the id 's-1'"),
    ],
)
def test_a_name_that_nothing_has_is_warned_of_and_silenced_all_the_same(
    silences: Silences, words: list[str], told: str
) -> None:
    done = silences("add", *words, "--for", "2h", "--comment", "c")
    assert (done.code, done.out.startswith("silence 1 until ")) == (0, True)
    assert done.err == f"warning: {told}; `news-monitor silences expire 1` takes the silence back\n"
    assert len(silences.rows()) == 1


def test_only_what_is_named_is_looked_for_and_the_id_is_told_before(
    silences: Silences, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> None:
        raise MonitorError("stopped")

    monkeypatch.setattr("monitor.cli.names.build", slow)
    monkeypatch.setattr("monitor.cli.names.polled_now", slow)
    words = ("--for", "2h", "--comment", "c")
    for named in ("--story", "--level", "--language"):
        done = silences("add", named, {"--level": "low"}.get(named, "fr"), *words)
        assert (done.code, "stopped" in done.err) == (0, False)
    for number, named in enumerate(("--rule", "--tag", "--source", "--source-tag"), start=4):
        done = silences("add", named, "x", *words)
        assert (done.out.startswith(f"silence {number} until "), done.err) == (True, "stopped\n")


def test_what_there_is_brings_no_warning_also_while_the_rules_are_broken(silences: Silences) -> None:
    installation = silences.installation
    installation.write("a.txt", article(1))
    installation.run("once")
    words = ("--rule", "strike", "--rule", "monitor.disk-full", "--source", "INBOX", "--for", "2h", "--comment", "c")
    story = installation.json("articles", "list")[0]["story"]
    assert silences("add", *words, "--story", story).err == ""
    (installation.folder / "rules" / "bad.yaml").write_text("version: 1\nrules: [{id: x}]\n", "utf-8")
    assert silences("add", *words).err == "", "nobody knows which rules there are"


def test_one_that_was_expired_before_it_began_says_so(silences: Silences) -> None:
    words = ("--tag", "social", "--starts", "2030-07-01T18:00", "--ends", "2030-07-02", "--comment", "c")
    assert silences("add", *words, "--author", "jane").code == 0
    silences("expire", "1")
    line = silences("list", "--all").out.splitlines()[1]
    assert re.split(" {2,}", line) == [
        "1", "expired before it began", "tag: social; starts 2030-07-01 18:00 CEST", "jane", "c",
    ]  # fmt: skip


def test_why_says_until_when_a_silence_of_the_configuration_lasts(silences: Silences) -> None:
    silences.installation.configure(
        "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
        "silences: [{match: {tag: social}, author: joe, comment: moving, ends: '2099-01-01T12:00:00+00:00'}]\n"
    )
    silences.installation.write("a.txt", article(1))
    silences.installation.run("once")
    line = "alert of strike: suppressed by silence of joe: moving (until 2099-01-01 13:00 CET)"
    assert line in silences.installation.run("why", "1").splitlines()
    (alert,) = [one for one in silences.installation.json("why", "1")["alerts"] if one["suppressed"]]
    assert (alert["because"], alert["silenced_until"]) == ("silence of joe: moving", "2099-01-01T12:00:00+00:00")


def test_why_gives_no_end_where_nobody_knows_which_silence_it_was(silences: Silences) -> None:
    two = "{{match: {{tag: social}}, author: 'desk: joe', comment: moving, ends: '20{}-01-01T12:00:00Z'}}"
    silences.installation.configure(
        "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
        f"silences: [{two.format(98)}, {two.format(99)}]\n"
    )
    silences.installation.write("a.txt", article(1))
    silences.installation.run("once")
    line = "alert of strike: suppressed by silence of desk: joe: moving"
    assert line in silences.installation.run("why", "1").splitlines()
