"""The program called in this process, as `news-monitor WORDS` would be."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from flow.installation import Installation

from monitor.cli import main


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Program = Callable[..., Outcome]


@pytest.fixture
def news_monitor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    def call(*words: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["news-monitor", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Outcome(code, out, err)

    return call


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    one = Installation(tmp_path)
    one.configure("receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n")
    return one
