"""Rule files -> a RuleSet; an Article -> its matches, with the passages as evidence."""

from monitor.match.explain import ExplainedNode, Explanation, Remedy, Shown, explained, forms_of
from monitor.match.lint import ENOUGH, Census, Finding, Kind, folded, lint_rules
from monitor.match.names import Listed, read_names
from monitor.match.ruleset import Archive, Novelty, Rule, RuleSet, RuleTest, TestResult, no_archive
from monitor.match.written import Actor, NoQueryError, load_actors, load_rules, rules_schema, to_mapping, to_query

__all__ = [
    "ENOUGH", "Actor", "Archive", "Census", "ExplainedNode", "Explanation", "Finding", "Kind", "Listed", "NoQueryError",
    "Novelty", "Remedy", "Rule", "RuleSet", "RuleTest", "Shown", "TestResult", "explained", "folded", "forms_of",
    "lint_rules", "load_actors", "load_rules", "no_archive", "read_names", "rules_schema", "to_mapping", "to_query",
]  # fmt: skip
