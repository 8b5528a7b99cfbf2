"""A single pass: nothing unforeseen ends it."""

from types import SimpleNamespace
from typing import Any

import pytest

from monitor import daemon


def source(number: int) -> Any:
    return SimpleNamespace(name=f"s{number:02}", type="feed")


def test_what_a_visit_raises_unforeseen_is_an_error_of_its_source() -> None:
    report = daemon._told(source(3), ValueError("odd"))
    assert (report.sources, report.errors) == (1, ("s03: ValueError: odd",))
    with pytest.raises(KeyboardInterrupt):
        daemon._told(source(3), KeyboardInterrupt())
