"""What people write -> conditions and a RuleSet, or every mistake with its place; the way back; and the schema."""

from monitor.match.written.printing import NoQueryError, to_mapping, to_query
from monitor.match.written.rules import load_actors, load_rules
from monitor.match.written.schema import rules_schema
from monitor.match.written.terms import MOST_EDITS, MOST_SLOP, PERSON, Actor, Manner, Spelling, Terms, spelt
from monitor.match.written.when import MOST_WORDS_APART

__all__ = [
    "MOST_EDITS", "MOST_SLOP", "MOST_WORDS_APART", "PERSON", "Actor", "Manner", "NoQueryError", "Spelling", "Terms",
    "load_actors", "load_rules", "rules_schema", "spelt", "to_mapping", "to_query",
]  # fmt: skip
