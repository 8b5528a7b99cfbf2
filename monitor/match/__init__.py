"""Rule files -> a RuleSet; an Article -> its matches, with the passages as evidence."""

from monitor.match.census import ENOUGH, Census
from monitor.match.explain import ExplainedNode, Explanation, Remedy, explained
from monitor.match.lint import Finding, Kind, folded, lint_rules
from monitor.match.listed import Listed, read_names
from monitor.match.printing import NoQueryError, to_mapping, to_query
from monitor.match.rules import load_actors, load_rules
from monitor.match.ruleset import Archive, Novelty, Rule, RuleSet, RuleTest, TestResult, no_archive
from monitor.match.schema import rules_schema
from monitor.match.shown import Shown, forms_of
from monitor.match.terms import Actor

__all__ = [
    "ENOUGH", "Actor", "Archive", "Census", "ExplainedNode", "Explanation", "Finding", "Kind", "Listed", "NoQueryError",
    "Novelty", "Remedy", "Rule", "RuleSet", "RuleTest", "Shown", "TestResult", "explained", "folded", "forms_of",
    "lint_rules", "load_actors", "load_rules", "no_archive", "read_names", "rules_schema", "to_mapping", "to_query",
]  # fmt: skip
