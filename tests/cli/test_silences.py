"""silences add, list, expire: alerts that nobody is told of, from the command line to `why`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cli.conftest import Outcome, Program
from flow.installation import Installation, article

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
        (["--tag", "a", "--ends", "2020-01-01"], "it would be over: 2020-01-01T00:00:00+01:00 has passed"),
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
    assert "alert of strike: suppressed, silence: it is silenced: silence 1 of jane: known" in installation.run(
        "why", "1"
    )


def test_what_the_configuration_silences_is_listed_without_a_number(silences: Silences) -> None:
    silences.installation.configure(
        "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
        "silences: [{match: {tag: social}, author: joe, comment: moving, times: ['00:00-24:00']}]\n"
    )
    (row,) = silences.rows()
    assert (row["id"], row["state"], row["author"]) == (None, "active", "joe")
    silences.installation.write("a.txt", article(1))
    assert silences.installation.json("once")["alerts"] == 1
