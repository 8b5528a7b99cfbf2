"""The operator's guide -> its commands, run here as far as that needs neither root nor a network."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "deploy" / "README.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines() if line]
OURS = [line for line in COMMANDS if "bin/news-monitor " in line]
PROGRAM = Path(sys.executable).parent / "news-monitor"


def run(command: str, etc: Path) -> subprocess.CompletedProcess[str]:
    """A command of the guide with `etc` for /etc/news-monitor and the program of this environment."""
    here = command.replace("sudo ", "").replace("/opt/news-monitor/.venv/bin/news-monitor", str(PROGRAM))
    here = here.replace("/etc/news-monitor", str(etc)).replace("/var/lib/news-monitor", str(etc.parent))
    return subprocess.run(["sh", "-c", here], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """The folder that the first commands of the section on configuring leave behind."""
    etc = tmp_path / "etc"
    for command in [line for line in COMMANDS if " init " in line or line.startswith("sudo sed ")]:
        done = run(command, etc)
        assert done.returncode == 0, done.stderr
    return etc


def test_the_guide_has_commands_of_ours_and_of_the_system() -> None:
    assert len(OURS) >= 6
    assert len(COMMANDS) > len(OURS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_one_that_a_shell_can_read(command: str) -> None:
    assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0


@pytest.mark.parametrize("command", [line for line in dict.fromkeys(OURS) if " init " not in line])
def test_a_command_of_the_guide_works_on_what_init_wrote(command: str, configured: Path) -> None:
    done = run(command, configured)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr


def test_the_database_of_the_service_is_in_its_state_directory(configured: Path) -> None:
    listing = next(line for line in OURS if "alerts list" in line)
    assert run(listing, configured).returncode == 0
    assert [path.name for path in configured.parent.glob("*.db")] == ["news-monitor.db"]
    assert not list(configured.rglob("*.db"))


def test_init_overwrites_nothing(configured: Path) -> None:
    done = run(next(line for line in OURS if " init " in line), configured)
    assert (done.returncode, done.stdout) == (1, "")
    assert str(configured) in done.stderr


@pytest.mark.parametrize("command", [line for line in COMMANDS if line not in OURS])
def test_a_file_of_the_project_that_is_named_exists(command: str) -> None:
    named = [word for word in shlex.split(command) if re.match(r"deploy/|requirements", word)]
    assert [word for word in named if not (ROOT / word).is_file()] == []


def test_pip_is_called_as_in_the_image() -> None:
    image = (ROOT / "deploy" / "Containerfile").read_text("utf-8").replace("--no-cache-dir ", "")
    installs = [line.removeprefix("sudo ") for line in COMMANDS if "/pip install" in line]
    assert len(installs) == 2
    assert [line for line in installs if line not in image] == []
