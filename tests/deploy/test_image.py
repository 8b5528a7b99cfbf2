"""The Containerfile -> what can be said of it without building it."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch
from pathlib import Path

from typer.testing import CliRunner

from monitor.cli import app

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "deploy" / "Containerfile").read_text("utf-8").replace("\\\n", " ").splitlines()


def instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in LINES if line.startswith(f"{name} ")]


def test_the_image_starts_the_daemon_without_privileges() -> None:
    program, *arguments = json.loads(instructions("CMD")[-1])
    assert (program, arguments[0]) == ("news-monitor", "run")
    assert CliRunner().invoke(app, [arguments[0], "--help"]).exit_code == 0
    user = instructions("USER")[0]
    assert user.isdecimal()  # a cluster that refuses root cannot look up a name
    assert user != "0"
    assert f"--uid {user} " in "".join(instructions("RUN"))
    assert LINES.index(f"USER {user}") > max(n for n, line in enumerate(LINES) if line.startswith("RUN "))


def test_the_image_asks_the_daemon_for_its_health_with_the_same_configuration() -> None:
    check = json.loads(instructions("HEALTHCHECK")[0].partition("CMD ")[2])
    start = json.loads(instructions("CMD")[-1])
    assert check == ["health" if word == "run" else word for word in start]
    assert CliRunner().invoke(app, [check[1], "--help"]).exit_code == 0


def test_the_database_lies_in_the_volume() -> None:
    assert f"STATE_DIRECTORY={instructions('VOLUME')[0]}" in instructions("ENV")[0].split()


def test_the_base_can_be_chosen_and_is_the_same_for_building_and_running() -> None:
    assert re.fullmatch(r"BASE=docker\.io/library/python:3\.\d+-slim", instructions("ARG")[0])
    assert {line.split()[0] for line in instructions("FROM")} == {"${BASE}"}


def test_every_package_in_the_image_is_checked_against_its_hash() -> None:
    installs = [part for run in instructions("RUN") for part in run.split("&&") if "pip install" in part]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[1]


def test_what_the_wheel_is_built_from_is_let_into_the_build() -> None:
    let_in = [line[1:] for line in (ROOT / ".containerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    needed = ["monitor", "config", "seeds", "pyproject.toml", "README.md", "LICENSE", "requirements.txt"]
    assert sorted(let_in) == sorted(needed)
    assert [one for one in let_in if not (ROOT / one).exists()] == []
    assert not any(fnmatch(secret, one) for secret in ("var", ".git", ".venv") for one in let_in)
