"""Receivers as people write them -> settings, or every mistake with its place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from monitor.deliver import (
    AnyReceiver,
    AppriseReceiver,
    ConsoleReceiver,
    EmailReceiver,
    FileReceiver,
    Rate,
    WebhookReceiver,
)
from monitor.errors import ConfigError
from monitor.values import Written
from monitor.yaml import parse, validate


class Settings(Written):
    """The configuration around receivers."""

    receivers: list[AnyReceiver]


def load(path: Path, text: str) -> Settings:
    return validate(parse(path, text.encode()), Settings, {"folder": path.parent})


def test_the_type_says_which_kind_it_is(tmp_path: Path) -> None:
    (tmp_path / "smtp-password").write_text("canary-4711\n")
    settings = load(
        tmp_path / "monitor.yaml",
        """
receivers:
  - {name: terminal, type: console}
  - {name: desk, type: email, to: [desk@example.org], from: watch@example.org, language: fr,
     smtp: {host: mail.example.org, port: 587, starttls: required, username: watch, password_file: smtp-password}}
  - {name: hook, type: webhook, url: https://example.org/hook, secret: whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz}
  - {name: archive, type: file, path: alerts.jsonl}
  - {name: chat, type: apprise, url: "ntfys://ntfy.example.org/news", rate: 20/1m}
""",
    )
    kinds = [ConsoleReceiver, EmailReceiver, WebhookReceiver, FileReceiver, AppriseReceiver]
    assert [type(one) for one in settings.receivers] == kinds
    assert [one.language for one in settings.receivers] == ["en", "fr", "en", "en", "en"]
    assert [one.addresses() for one in settings.receivers] == [[""], ["desk@example.org"], [""], [""], [""]]
    assert [one.rate for one in settings.receivers] == [None] * 4 + [Rate(20, timedelta(minutes=1))]


def test_every_mistake_is_reported_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "monitor.yaml"
    with pytest.raises(ConfigError) as failed:
        load(
            path,
            """receivers:
  - {name: chat, type: pigeon, url: x}
  - name: desk
    type: email
    to: [desk]
    from: watch@example.org
    smtp:
      hots: mail.example.org
      username: watch
      password_file: nowhere
  - name: hook
    type: webhook
    url: ftp://example.org
    secret_file: nowhere
""",
        )
    found = [str(problem).removeprefix(f"{path}:") for problem in failed.value.problems]
    assert [problem.partition(" ")[0] for problem in found] == [
        "2:5:",
        "5:10:",
        "8:7:",
        "8:7:",
        "10:22:",
        "13:10:",
        "14:18:",
    ]
    assert "'console', 'email', 'webhook', 'file', 'apprise'" in found[0]
    assert "desk@example.org" in found[1]
    assert "'host' is missing" in found[2]
    assert "unknown key 'hots' (did you mean 'host'?)" in found[3]
    assert f"password_file {tmp_path / 'nowhere'} cannot be read" in found[4]
    assert "https://example.org/hook" in found[5]
    assert f"secret_file {tmp_path / 'nowhere'} cannot be read" in found[6]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[31m", "x" * 101, "\u202ea"])
def test_a_name_is_one_printable_line(name: str) -> None:
    with pytest.raises(ValidationError):
        ConsoleReceiver(name=name, type="console")


def test_a_name_may_be_of_any_language() -> None:
    assert ConsoleReceiver(name="Équipe d'été", type="console").name == "Équipe d'été"


def test_only_languages_that_messages_are_written_in() -> None:
    with pytest.raises(ValidationError):
        ConsoleReceiver.model_validate({"name": "terminal", "type": "console", "language": "de"})
