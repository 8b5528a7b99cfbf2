"""The systemd unit -> what systemd itself says of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "news-monitor.service"
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def analyze(verb: str, unit: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", verb, *options, unit]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def verify(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """systemd-analyze on a copy of the unit: it wants a program that exists. Only empty stderr means no finding."""
    unit = folder / UNIT.name
    unit.write_text(re.sub(r"(?m)^(ExecStart=)\S+", rf"\1{shutil.which('true')}", text), "utf-8")
    return analyze("verify", unit, "--man=no", "--recursive-errors=yes")


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    done = verify(tmp_path, UNIT.read_text("utf-8"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
@pytest.mark.parametrize("line", ["Tyype=exec", "Restart=sometimes", "SystemCallFilter=@no-such-group"])
def test_systemd_would_have_found_a_mistake(line: str, tmp_path: Path) -> None:
    done = verify(tmp_path, UNIT.read_text("utf-8").replace("[Service]", f"[Service]\n{line}"))
    assert done.stderr


@needs_systemd
def test_the_service_is_exposed_as_little_as_promised() -> None:
    done = analyze("security", UNIT, "--offline=yes", "--threshold=20")  # 20 is an exposure of 2.0
    assert done.returncode == 0, done.stdout + done.stderr


@needs_systemd
def test_the_service_has_no_privilege_left() -> None:
    found = json.loads(analyze("security", UNIT, "--offline=yes", "--json=short").stdout)
    privileges = [one for one in found if one["json_field"].startswith(("CapabilityBoundingSet", "NoNewPrivileges"))]
    assert len(privileges) > 10
    assert [one["name"] for one in privileges if not one["set"]] == []


def test_a_reload_is_the_signal_that_the_daemon_takes() -> None:
    assert re.search(r"(?m)^ExecReload=/bin/kill -HUP \$MAINPID$", UNIT.read_text("utf-8"))
    assert "systemctl reload news-monitor" in (UNIT.parent / "README.md").read_text("utf-8")


def test_a_file_of_the_unit_is_where_the_guide_puts_it() -> None:
    guide = (UNIT.parent / "README.md").read_text("utf-8")
    start = re.search(r"(?m)^ExecStart=(\S+) run --config (\S+)$", UNIT.read_text("utf-8"))
    assert start
    assert f"{start[1]} init {Path(start[2]).parent}" in guide
    assert f"check --config {start[2]}" in guide
