"""`routes show, test`: the tree as it works; who would be told of an alert, when, and why."""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.conftest import Program
from flow.installation import Installation

from monitor.alert import TimeInterval
from monitor.settings import Settings, load
from monitor.store import Store

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "config" / "README.md").read_text("utf-8")
SECTION = GUIDE.partition("\n### Routes\n")[2].partition("\n### ")[0]

TREE = """\
receivers:
  - {name: duty, type: console}
  - {name: desk, type: console}
  - {name: chief, type: console}
  - {name: phone, type: console}
route:
  receiver: duty
  group_interval: 30m
  routes:
    - {match: {level: critical}, receiver: phone, continue: true, group_wait: 30s}
    - match: {tag: social}
      receiver: desk
      hold: nights
      routes:
        - {match: {level: info}, receiver: chief, hold: off, digest: "07:30"}
    - {match: {source_tag: local, language: fr}, receiver: chief, digest: "0 18 * * fri", hold: nights}
time_intervals:
  - {name: nights, location: Europe/Paris, times: ["22:00-07:00"]}
silences:
  - match: {rule: morel}
    author: anna
    comment: on the line with his office
    starts: 2026-11-19T08:00:00+01:00
    ends: 2026-11-19T13:00:00+01:00
inhibit:
  - {source: {level: critical}, target: {level: [info, low]}, equal: [story]}
"""
SOURCES = "sources: [{type: files, name: inbox, path: inbox, poll: 1s, tags: [local], language: fr}]\n"
NIGHT, DAY = "2026-11-20T23:10", "2026-11-20T12:00"


@pytest.fixture
def routed(tmp_path: Path) -> Installation:
    one = Installation(tmp_path)
    one.configure(TREE, sources=SOURCES)
    return one


def test_the_tree_is_shown_with_what_each_route_takes_from_the_one_around_it(routed: Installation) -> None:
    told = [" ".join(line.split()) for line in routed.run("routes", "show").splitlines()]
    assert told == [
        "ROUTE ALERTS RECEIVER HOW",
        "root every alert duty group_by story; group_interval 30m",
        "0 level critical phone group_by story; group_wait 30s; group_interval 30m; continue",
        "1 tag social desk group_by story; group_interval 30m; hold nights",
        "1.0 level info chief digest 07:30 Europe/Paris",
        "2 language fr, source tag local chief digest 0 18 * * fri Europe/Paris; hold nights",
        "time interval nights: 22:00-07:00, Europe/Paris",
        "inhibition: level critical hides level info or low",
    ]


def test_the_tree_is_one_document(routed: Installation) -> None:
    root = routed.json("routes", "show")
    assert (root["path"], root["receiver"], root["group_interval"], root["digest"]) == ("", "duty", "30m", None)
    inner = root["routes"][1]["routes"][0]
    assert {name: inner[name] for name in ("path", "receiver", "group_interval", "hold", "digest", "continue")} == {
        "path": "1.0",
        "receiver": "chief",
        "group_interval": "30m",
        "hold": [],
        "digest": "07:30 Europe/Paris",
        "continue": False,
    }
    assert inner["match"]["level"] == ["info"]


def test_the_effective_configuration_has_what_routes_inherit(routed: Installation) -> None:
    inner = routed.json("config", "show")["route"]["routes"][1]["routes"][0]
    assert (inner["group_interval"], inner["digest"]) == ("30m", "07:30 Europe/Paris")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ["--rule", "strike", "--at", DAY],
            [
                "rule strike: level high, tags social; at 2026-11-20 12:00 CET",
                "route 0 (level critical): its level is high, not critical",
                "route 1 (tag social): taken",
                "route 1.0 (level info): its level is high, not info",
                "desk, by route 1: sent at once, 2026-11-20 12:00 CET;"
                " the next message of its group at least 30m later",
            ],
        ),
        (
            ["--rule", "strike", "--at", NIGHT, "--level", "critical"],
            [
                "rule strike: level critical, tags social; at 2026-11-20 23:10 CET",
                "route 0 (level critical): taken, and the next ones are asked",
                "route 1 (tag social): taken",
                "route 1.0 (level info): its level is critical, not info",
                "phone, by route 0: sent 2026-11-20 23:10:30 CET, after group_wait 30s;"
                " the next message of its group at least 30m later",
                "desk, by route 1: held by quiet hours nights, sent in one summary when they end,"
                " 2026-11-21 07:00 CET",
            ],
        ),
        (
            ["--rule", "strike", "--at", NIGHT, "--level", "info"],
            [
                "rule strike: level info, tags social; at 2026-11-20 23:10 CET",
                "route 0 (level critical): its level is info, not critical",
                "route 1 (tag social): taken",
                "route 1.0 (level info): taken",
                "would be hidden once its story has an alert of level critical",
                "chief, by route 1.0: in the digest 07:30 Europe/Paris, next 2026-11-21 07:30 CET",
            ],
        ),
        (
            ["--rule", "morel", "--at", "2026-11-19T10:00", "--source", "inbox"],
            [
                "rule morel: level low, language fr, source inbox, source tags local; at 2026-11-19 10:00 CET",
                "route 0 (level critical): its level is low, not critical",
                "route 1 (tag social): it has no tag",
                "route 2 (language fr, source tag local): taken",
                "silence of anna until 2026-11-19 13:00 CET: on the line with his office",
                "chief, by route 2: only counted in the digest of 2026-11-20 18:00 CET",
            ],
        ),
        (
            ["--rule", "morel", "--at", DAY, "--tag", "x", "--tag", "social", "--told", "strike"],
            [
                "rule morel: level low, tags x, social; at 2026-11-20 12:00 CET",
                "route 0 (level critical): its level is low, not critical",
                "route 1 (tag social): taken",
                "route 1.0 (level info): its level is low, not info",
                "would be hidden once its story has an alert of level critical",
                "desk, by route 1: sent at once, 2026-11-20 12:00 CET;"
                " the next message of its group at least 30m later",
            ],
        ),
        (
            ["--rule", "monitor.source-failing", "--at", "2026-11-20T12:00Z", "--language", "ru"],
            [
                "rule monitor.source-failing: level medium, tags operator, language ru; at 2026-11-20 13:00 CET",
                "route 0 (level critical): its level is medium, not critical",
                "route 1 (tag social): its tag is operator, not social",
                "route 2 (language fr, source tag local): its language is ru, not fr",
                "duty, by the root: sent at once, 2026-11-20 13:00 CET;"
                " the next message of its group at least 30m later",
            ],
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_an_alert_is_told_in_words(routed: Installation, words: list[str], expected: list[str]) -> None:
    assert routed.run("routes", "test", *words).splitlines() == expected


def test_what_becomes_of_an_alert_is_one_document(routed: Installation) -> None:
    found = routed.json("routes", "test", "--rule", "strike", "--at", NIGHT)
    (desk,) = found.pop("receivers")
    assert desk.pop("why").startswith("held by quiet hours nights")
    assert desk == {
        "receiver": "desk",
        "path": "1",
        "group": "1 story=%28new%29",
        "kind": "summary",
        "at": "2026-11-21T06:00:00+00:00",
        "held": True,
        "slot": None,
    }
    assert [(one["path"], one["taken"]) for one in found.pop("asked")] == [("0", False), ("1", True), ("1.0", False)]
    assert found == {
        "alert": {
            "rule": "strike",
            "level": "high",
            "tags": ["social"],
            "language": None,
            "source": None,
            "source_tags": [],
            "story": None,
        },
        "at": "2026-11-20T22:10:00+00:00",
        "told": True,
        "silence": None,
        "inhibition": None,
        "could_hide": [],
    }


def test_what_is_hidden_is_not_sent(routed: Installation) -> None:
    routed.configure(TREE.replace("source: {level: critical}", "source: {rule: strike}"))
    found = routed.json("routes", "test", "--rule", "morel", "--at", DAY, "--told", "strike", "--story", "s-1")
    assert (found["told"], found["inhibition"]) == (False, "rule strike hides level info or low")
    assert [(one["receiver"], one["kind"], one["at"], one["why"]) for one in found["receivers"]] == [
        ("duty", None, None, "not sent")
    ]
    assert found["alert"]["story"] == "s-1"
    assert found["receivers"][0]["group"] == "story=s-1"
    words = routed.run("routes", "test", "--rule", "morel", "--at", DAY, "--told", "strike").splitlines()
    assert words[-2:] == ["inhibition: rule strike hides level info or low", "duty, by the root: not sent"]


def test_a_silence_is_told_with_who_and_why(routed: Installation) -> None:
    found = routed.json("routes", "test", "--rule", "morel", "--at", "2026-11-19T10:00")
    assert found["told"] is False
    assert found["silence"] == {
        "match": {"rule": ["morel"]},
        "author": "anna",
        "comment": "on the line with his office",
        "starts": "2026-11-19T07:00:00+00:00",
        "ends": "2026-11-19T12:00:00+00:00",
    }


def test_without_a_time_it_is_now(routed: Installation) -> None:
    found = routed.json("routes", "test", "--rule", "strike", "--level", "critical")
    assert found["receivers"][0]["at"] > found["at"]


def test_without_receivers_nobody_is_told(installation: Installation) -> None:
    installation.configure("")
    assert installation.run("routes", "test", "--rule", "strike").splitlines()[-1].startswith("nobody is told")
    assert installation.run("routes", "show").splitlines()[1].split()[:4] == ["root", "every", "alert", "-"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--rule", "strik"], 1, "no rule is named 'strik' (did you mean 'strike'?)"),
        (["--rule", "monitor.nothing"], 1, "no event is named 'monitor.nothing'"),
        (["--rule", "monitor.source-faling"], 1, "(did you mean 'monitor.source-failing'?)"),
        (["--rule", "strike", "--told", "morell"], 1, "(did you mean 'morel'?)"),
        (["--rule", "strike", "--source", "inbux"], 1, "no source is named 'inbux' (did you mean 'inbox'?)"),
        (["--rule", "strike", "--at", "tonight"], 2, "'tonight' is not a time"),
        (["--rule", "strike", "--at", "0001-01-01"], 2, "is not a time"),
        (["--rule", "strike", "--level", "urgent"], 2, "'urgent' is not one of"),
        ([], 2, "--rule"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    routed: Installation, news_monitor: Program, words: list[str], code: int, told: str
) -> None:
    done = news_monitor("--config", routed.folder / "monitor.yaml", "routes", "test", *words)
    assert (done.code, done.out) == (code, "")
    assert told in " ".join(done.err.replace("│", " ").split())


def test_a_silence_that_was_added_by_a_command_is_told_with_its_number(routed: Installation) -> None:
    routed.run("once")
    now = datetime(2026, 11, 20, tzinfo=UTC)
    with closing(Store.open(f"sqlite:///{routed.folder / 'var' / 'news-monitor.db'}")) as store:
        recurring = {"times": ["22:00-24:00"]}
        id_ = store.silence({"rule": ["strike"]}, recurring, "ben", "at night", now, None, now)
    words = routed.run("routes", "test", "--rule", "strike", "--at", NIGHT).splitlines()
    assert words[-2:] == [
        f"silence of ben ({id_}), 22:00-24:00, Europe/Paris: at night",
        "desk, by route 1: not sent",
    ]
    assert routed.json("routes", "test", "--rule", "strike", "--at", NIGHT)["silence"]["id"] == id_
    assert routed.json("routes", "test", "--rule", "strike", "--at", DAY)["told"]


def test_a_sign_of_life_goes_to_its_receiver_alone(routed: Installation) -> None:
    words = ("routes", "test", "--rule", "monitor.heartbeat", "--at", NIGHT)
    assert routed.run(*words).splitlines()[1:] == ["nobody is told: there is no heartbeat in the configuration"]
    routed.configure(TREE + "heartbeat: {receiver: phone, at: '08:00'}\n")
    assert routed.run(*words).splitlines()[1:] == [
        "phone: sent at 08:00 Europe/Paris, next 2026-11-21 08:00 CET; it goes to heartbeat.receiver alone, no route "
        "is asked"
    ]
    found = routed.json(*words)
    (phone,) = found["receivers"]
    assert (phone["receiver"], phone["path"], phone["kind"], phone["at"]) == (
        "phone",
        None,
        "group",
        "2026-11-21T07:00:00+00:00",
    )
    assert phone["group"] == "alert=monitor.heartbeat/example.org/20261120T221000Z"
    assert found["asked"] == []


@pytest.mark.parametrize(("level", "capped"), [("high", True), ("critical", False)])
def test_a_cap_is_told_where_there_is_one(routed: Installation, level: str, *, capped: bool) -> None:
    routed.configure(TREE.replace("{name: desk, type: console}", "{name: desk, type: console, at_most: 2/1h}"))
    told = routed.run("routes", "test", "--rule", "strike", "--at", DAY, "--level", level).splitlines()[-1]
    assert told.startswith("desk, by route 1: sent at once")
    assert told.endswith("; at most 2/1h, more comes together") is capped


# ---- What the guide says ----


@pytest.fixture
def guided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The examples of the guide, together, with the rules that are shipped."""
    receivers = re.findall(r"```yaml\n(.*?)```", GUIDE.partition("\n### Receivers and routes\n")[2], re.DOTALL)[0]
    (example,) = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
    shutil.copytree(ROOT / "config" / "rules", tmp_path / "config" / "rules")
    path = tmp_path / "config" / "monitor.yaml"
    zone = "timezone: Europe/Paris\nrules: [rules/*.yaml]\n"
    path.write_text(receivers.partition("\nroute:")[0] + "\n" + zone + example, "utf-8")
    monkeypatch.chdir(tmp_path)
    return load(path, {})[0]


def test_the_commands_of_the_guide_print_what_is_shown(guided: Settings, news_monitor: Program) -> None:
    (console,) = re.findall(r"```console\n(.*?)```", SECTION, re.DOTALL)
    parts = re.findall(r"\$ (.*)\n((?:[^$].*\n)*)", console)
    assert len(parts) == 2
    for command, lines in parts:
        program, *words = shlex.split(command)
        done = news_monitor(*words)
        assert (program, done.code, done.out) == ("news-monitor", 0, lines), done.err


def test_the_table_of_the_guide_has_the_keys_and_their_defaults(guided: Settings) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", SECTION, re.MULTILINE))
    root = guided.route
    fields = {info.alias or name: info for name, info in type(root).model_fields.items()}
    assert set(rows) == fields.keys() - {"receiver", "routes"}
    plain = type(root)().model_dump(mode="json", by_alias=True)
    told = {key: str(value).replace("'", "") for key, value in plain.items()}
    assert {key: value.strip("`") for key, value in rows.items()} == {
        **{key: told[key] for key in ("group_by", "group_wait", "group_interval", "repeat_interval")},
        **{"match": "every alert", "continue": "false", "hold": "off", "digest": "off"},
    }


def test_what_the_guide_says_of_nights_is_so(guided: Settings) -> None:
    night = guided.intervals["nights"]
    assert night.location == "Europe/Paris"
    fridays = TimeInterval(name="x", location="Europe/Paris", times=["22:00-07:00"], weekdays=["friday"])
    assert fridays.holds(datetime(2026, 11, 21, 5, tzinfo=UTC))
    assert not fridays.holds(datetime(2026, 11, 20, 5, tzinfo=UTC))
    assert guided.intervals["august"].location == guided.timezone
