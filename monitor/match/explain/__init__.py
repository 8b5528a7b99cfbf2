"""A rule or an actor, and an article -> why it is found there or not, and the smallest change that would do."""

from monitor.match.explain.actor import Shown, forms_of
from monitor.match.explain.rule import ExplainedNode, Explanation, Remedy, explained

__all__ = ["ExplainedNode", "Explanation", "Remedy", "Shown", "explained", "forms_of"]
