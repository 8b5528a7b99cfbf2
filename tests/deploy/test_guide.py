"""The operator's guide -> its commands, run here as far as that needs neither root nor a network."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli import main

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "deploy" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = list(dict.fromkeys(line.removeprefix("sudo ") for block in BLOCKS for line in block.splitlines()))
OURS = [line for line in COMMANDS if "bin/news-monitor " in line]
INIT = next(line for line in OURS if " init " in line)

Run = Callable[[str], tuple[int, str, str]]


def here(command: str, folder: Path) -> str:
    """A command of the guide, with `folder` for the places of the system."""
    return command.replace("/etc/news-monitor", f"{folder}/etc").replace("/var/lib/news-monitor", f"{folder}/state")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command of ours in this process (the program needs seconds to start): exit code, stdout, stderr."""

    def call(command: str) -> tuple[int, str, str]:
        words = shlex.split(here(command, tmp_path))
        while "=" in words[0]:
            monkeypatch.setenv(*words.pop(0).split("=", 1))
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as stop:
            main()
        return int(stop.value.code or 0), *capsys.readouterr()

    return call


@pytest.fixture
def configured(tmp_path: Path, run: Run) -> Path:
    """A machine on which `init` was run as the guide says: etc/ and an empty state/."""
    (tmp_path / "state").mkdir()
    assert run(INIT)[0] == 0
    return tmp_path


def test_a_shell_can_read_every_command() -> None:
    assert len(COMMANDS) > len(OURS) > 5
    done = subprocess.run(["sh", "-n"], input="\n".join(COMMANDS), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("command", [line for line in OURS if line != INIT])
def test_a_command_works_on_what_init_wrote(command: str, run: Run) -> None:
    code, _, err = run(command)
    assert (code, err) == (1 if " health " in command else 0, ""), "no daemon runs here"


def test_the_database_of_the_service_is_in_its_state_directory(configured: Path, run: Run) -> None:
    run(next(line for line in OURS if "alerts list" in line))
    assert [path.relative_to(configured) for path in configured.rglob("*.db")] == [Path("state/news-monitor.db")]


def test_init_overwrites_nothing(configured: Path, run: Run) -> None:
    code, out, err = run(INIT)
    assert (code, out) == (1, "")
    assert str(configured) in err


def test_a_file_of_the_project_that_is_named_exists() -> None:
    named = {word for command in COMMANDS for word in shlex.split(command) if re.match(r"deploy/|requirements", word)}
    assert len(named) == 3
    assert {word for word in named if not (ROOT / word).is_file()} == set()


def test_pip_is_called_as_in_the_image() -> None:
    image = (ROOT / "deploy" / "Containerfile").read_text("utf-8").replace("--no-cache-dir ", "")
    installs = [line for line in COMMANDS if "/pip install" in line]
    assert len(installs) == 2
    assert [line for line in installs if line not in image] == []
