"""Fixtures of whole journeys."""

from pathlib import Path

import pytest
from flow.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)
