"""What every verb of the program has in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from monitor.cli import app

PROGRAM = typer.main.get_command(app)
# It makes the configuration that others read.
NO_CONFIGURATION = {"init"}


def verbs(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name, one in inner.items():
        yield from verbs(one, (*words, name))


VERBS = {" ".join(words): command for words, command in verbs(PROGRAM)}


def test_every_verb_is_looked_at() -> None:
    assert {"run", "alerts show", "rules schema", "receivers schema", "rules backtest", "why"} <= VERBS.keys()
    assert VERBS.keys() >= NO_CONFIGURATION


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - NO_CONFIGURATION))
def test_every_verb_takes_a_configuration_after_it_as_before_it(verb: str) -> None:
    for command in (PROGRAM, VERBS[verb]):
        assert "--config" in {option for one in command.params for option in one.opts}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_and_each_of_its_options_is_explained(verb: str) -> None:
    assert VERBS[verb].help
    assert [
        one.name for one in VERBS[verb].params if one.opts[0].startswith("--") and not getattr(one, "help", "")
    ] == []
