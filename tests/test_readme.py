"""What the README shows is what happens."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from deliver.conftest import PASSWORD
from flow.installation import SECRET, Receiver
from flow.mail import mail_server

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SECTIONS = {part.split("\n")[0].strip("# "): part for part in re.split(r"(?m)^(?=## )", README)}


def blocks(section: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", SECTIONS[section], re.DOTALL)


def shown(section: str) -> list[tuple[str, str]]:
    """(command, what it prints) of the console blocks of a section."""
    found: list[tuple[str, str]] = []
    for block in blocks(section, "console"):
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:].strip(), ""))
            else:
                found[-1] = (found[-1][0], found[-1][1] + line)
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The parts of the project that a user works with, in a folder of the test."""
    for name in ("config", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "var").mkdir()
    return tmp_path


def typed(command: str, folder: Path) -> str:
    """The output of a command typed in a folder; it must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put(folder: Path, block: str) -> None:
    """Write a block into the file its first line names; in monitor.yaml it replaces the sections it has."""
    path = folder / block.split("\n", maxsplit=1)[0].removeprefix("# ")
    if path.name == "monitor.yaml":
        values = {**yaml.safe_load(path.read_text("utf-8")), **yaml.safe_load(block)}
        block = yaml.safe_dump(values, allow_unicode=True)
    path.write_text(block, "utf-8")


def test_the_alert_shown_is_one_of_the_sample_articles(checkout: Path) -> None:
    (alert,) = blocks("news-monitor", "text")
    assert alert.strip() in typed("news-monitor once 2>/dev/null", checkout)


def test_the_first_rule_does_what_is_shown(checkout: Path) -> None:
    for block in blocks("Your first rule", "yaml"):
        put(checkout, block)
    commands = shown("Your first rule")
    assert len(commands) == 3
    for command, output in commands:
        assert typed(command, checkout) == output
    assert typed("news-monitor check", checkout).endswith("no mistakes\n")


def test_the_e_mail_receiver_is_answered_as_shown(checkout: Path, tmp_path: Path) -> None:
    (block,) = blocks("An e-mail alert", "yaml")
    (command, output), = shown("An e-mail alert")  # fmt: skip
    (checkout / "config" / "smtp-password").write_bytes(PASSWORD)
    with mail_server(tmp_path) as (peer, port):
        peer.finals.append("250 OK")
        assert "host: mail.example.org, port: 587" in block
        local = f"host: localhost, ca_file: '{peer.certificate.file}', port: {port}"
        put(checkout, block.replace("host: mail.example.org, port: 587", local))
        assert typed(command, checkout) == output
    assert peer.mails()[0]["to"] == "desk@example.org"


def test_the_webhook_is_answered_as_shown(checkout: Path, receiver: Receiver) -> None:
    (block,) = blocks("A webhook alert", "yaml")
    (make_secret, nothing), (command, output) = shown("A webhook alert")
    assert typed(make_secret, checkout) == nothing == ""
    assert re.fullmatch(r"whsec_[\w+/=]{44}\n", (checkout / "config" / "hook-secret").read_text())
    (checkout / "config" / "hook-secret").write_text(SECRET)
    put(checkout, block.replace("https://example.org/hook", receiver.url) + "http: {allow_networks: [127.0.0.0/8]}\n")
    assert typed(command, checkout) == output
    assert not receiver.bad


def test_the_service_commands_work_in_a_folder_of_the_test(tmp_path: Path) -> None:
    install, *rest = [command for command, _ in shown("As a service")]
    assert install == "pip install ."
    for command in rest:
        typed(command.replace("/etc/news-monitor", str(tmp_path / "etc")), tmp_path)
    assert len(rest) == 2


def test_make_test_runs_pytest() -> None:
    assert [command for command, _ in shown("Run it")] == ["make run", "make test"]
    done = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shlex.split(done.stdout.splitlines()[-1])[1:3] == ["-m", "pytest"]


@pytest.mark.skipif(not (ROOT / ".venv" / ".ready").exists(), reason="not set up by make: `make run` would set up now")
def test_make_run_alerts_within_seconds_and_knows_the_articles_the_second_time(tmp_path: Path) -> None:
    environ = {**os.environ, "NEWS_MONITOR_DATABASE": f"sqlite:///{tmp_path}/run.db"}
    for awaited in ("[HIGH] Garanties de sécurité", '"known": 5'):
        process = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        started, said = time.monotonic(), ""
        while awaited not in said:
            assert time.monotonic() - started < 30, said
            said += process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        said += process.communicate(timeout=30)[0]
        assert '"event": "stopped"' in said
        assert "Error" not in said
