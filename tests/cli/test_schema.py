"""rules schema: what it prints is what is shipped, and what `init` writes for editors."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Program

from monitor.match import rules_schema

SHIPPED = Path(__file__).parents[2] / "config" / "rules" / "rules.schema.json"


def test_it_prints_the_schema_that_is_shipped(news_monitor: Program) -> None:
    done = news_monitor("rules", "schema")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == rules_schema()
    assert done.out == SHIPPED.read_text("utf-8")


def test_init_writes_it_beside_the_rules(tmp_path: Path, news_monitor: Program) -> None:
    folder = tmp_path / "etc"
    done = news_monitor("init", folder)
    written = folder / "rules" / "rules.schema.json"
    assert written.read_text("utf-8") == SHIPPED.read_text("utf-8")
    assert str(written) in done.out
    for path in (folder / "rules").glob("*.yaml"):
        assert path.read_text("utf-8").startswith(f"# yaml-language-server: $schema={written.name}\n")
