"""config/monitor.yaml, the environment and the rule files -> Settings and RuleSet, or every mistake with its place."""

from monitor.settings.hints import Known, known, stranger, strangers, unreachable
from monitor.settings.model import Settings, shown
from monitor.settings.reading import (
    PLACES,
    Built,
    Gathered,
    asked_twice,
    build,
    check_written,
    database_of,
    essentials,
    find,
    gather,
    load,
    load_settings,
    patterns_of,
    rebuild,
    rule_files,
)

__all__ = [
    "PLACES", "Built", "Gathered", "Known", "Settings", "asked_twice", "build", "check_written", "database_of",
    "essentials", "find", "gather", "known", "load", "load_settings", "patterns_of", "rebuild", "rule_files", "shown",
    "stranger", "strangers", "unreachable",
]  # fmt: skip
