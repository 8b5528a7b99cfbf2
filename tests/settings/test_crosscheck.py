"""What is wrong in a configuration only in the light of the rest is told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.settings import Settings, load

HEAD = """\
version: 1
timezone: Asia/Tokyo
receivers: [{name: desk, type: console}, {name: night, type: console}]
time_intervals:
  - {name: nights, location: Europe/Paris, times: ["22:00-07:00"]}
  - {name: days, location: Europe/Paris, times: ["07:00-22:00"]}
  - {name: weekends, weekdays: [saturday, sunday]}
"""


def read(folder: Path, text: str) -> Settings:
    path = folder / "monitor.yaml"
    path.write_text(HEAD + text, "utf-8")
    return load(path, {})[0]


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return [str(one).replace(f"{folder}/monitor.yaml:", "") for one in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "route: {receiver: desk, hold: night}\n",
            ["8:31: no time interval is named 'night' (did you mean 'nights'?)"],
        ),
        (
            "route:\n  receiver: desk\n  routes:\n    - {match: {tag: a}, hold: [nights, holidays]}\n",
            ["11:40: no time interval is named 'holidays'"],
        ),
        (
            "route:\n  receiver: desk\n  routes:\n    - {receiver: nigth, hold: weekend}\n",
            [
                "11:18: no receiver is named 'nigth' (did you mean 'night'?)",
                "11:31: no time interval is named 'weekend' (did you mean 'weekends'?)",
            ],
        ),
        (
            "route: {receiver: desk, hold: [nights, days]}\n",
            ["8:31: never ends: what is held would never be sent"],
        ),
        ("route: {receiver: desk, hold: [off, nights]}\n", ["8:32: 'off' stands alone"]),
        ("route: {receiver: desk, match: {tag: a}, continue: true}\n", None),
        (
            "route: {receiver: desk, digest: '07:30 Europe/Pariss'}\n",
            ["8:33: 'Europe/Pariss' is not a time zone (did you mean 'Europe/Paris'?)"],
        ),
        (
            "route: {receiver: desk, group_bye: story}\n",
            ["8:25: unknown key 'group_bye' (did you mean 'group_by'?)"],
        ),
        (
            "route: {receiver: desk, group_by: [storys]}\n",
            ["8:36: must be 'story', 'rule', 'level', 'tag', 'source' or 'alert'"],
        ),
        (
            "route: {receiver: desk}\nsilences:\n  - {match: {tag: a}, author: anna, comment: noise}\n",
            ["10:5: needs 'ends', or times that come again"],
        ),
        (
            "route: {receiver: desk}\nsilences:\n  - {match: {tga: a}, author: anna, comment: x, times: 1:00-2:00}\n",
            ["10:14: unknown key 'tga' (did you mean 'tag'?)"],
        ),
        (
            "route: {receiver: desk}\nsilences:\n"
            "  - {match: {tag: a}, author: anna, comment: x, ends: 2026-11-22T10:00}\n",
            ["10:55: must be a time with its offset, such as 2026-11-22T18:00:00+01:00"],
        ),
        (
            "route: {receiver: desk}\ninhibit:\n  - {source: {level: critical}, target: {level: lo}}\n",
            ["10:49: must be 'info', 'low', 'medium', 'high' or 'critical'"],
        ),
        (
            "route: {receiver: desk}\ninhibit:\n  - {source_match: {level: critical}, target: {level: low}}\n",
            ["10:5: 'source' is missing", "10:6: unknown key 'source_match'"],
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(tmp_path: Path, text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = [
            "8:25: 'match' has no meaning at the top: this route takes every alert",
            "8:42: 'continue' has no meaning at the top: this route takes every alert",
        ]
    found = problems(tmp_path, text)
    assert [one[: len(wanted)] for one, wanted in zip(found, expected, strict=True)] == expected


def test_an_interval_named_twice_and_a_wrong_one_show_beside_each_other(tmp_path: Path) -> None:
    text = "route: {receiver: desk, hold: evenings}\n"
    path = tmp_path / "monitor.yaml"
    more = '  - {name: nights, times: "1:00-2:00"}\n  - {name: evenings, times: ["18:00-24:30"]}\n'
    path.write_text(HEAD + more + text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert [str(one).removeprefix(f"{path}:") for one in caught.value.problems] == [
        "8:12: the name 'nights' is used twice",
        "9:30: '18:00-24:30' is no part of a day (write 22:00-07:00)",
    ]


def test_times_are_those_of_the_place_unless_they_say_otherwise(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "route: {receiver: desk, digest: 7:30, routes: [{match: {tag: a}, digest: 8:00 UTC}]}\n"
        "silences:\n  - {match: {tag: a}, author: anna, comment: noise, weekdays: sunday}\n",
    )
    assert {name: one.location for name, one in settings.intervals.items()} == {
        "nights": "Europe/Paris",
        "days": "Europe/Paris",
        "weekends": "Asia/Tokyo",
    }
    assert [str(one.digest) for one in (settings.route, settings.route.routes[0])] == ["07:30 Asia/Tokyo", "08:00 UTC"]
    assert settings.silences[0].location == "Asia/Tokyo"
