"""Rule files -> a RuleSet; an Article -> its matches, with the passages as evidence."""

from monitor.match.printing import NoQueryError, to_mapping, to_query
from monitor.match.rules import load_rules
from monitor.match.ruleset import Novelty, Rule, RuleSet, RuleTest, TestResult

__all__ = [
    "NoQueryError", "Novelty", "Rule", "RuleSet", "RuleTest", "TestResult", "load_rules", "to_mapping", "to_query",
]  # fmt: skip
