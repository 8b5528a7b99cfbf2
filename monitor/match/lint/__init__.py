"""Rules, alone or with the articles of an archive -> what is probably not meant in them."""

from monitor.match.lint.census import ENOUGH, Census
from monitor.match.lint.findings import Finding, Kind, folded, lint_rules

__all__ = ["ENOUGH", "Census", "Finding", "Kind", "folded", "lint_rules"]
