"""Article and condition -> the passages because of which it holds, or None."""

from monitor.match.passages.evaluation import Evaluation, same_name
from monitor.match.passages.lexicon import Lexicon, Numbers, Read
from monitor.match.passages.near import closest, span
from monitor.match.passages.page import Page
from monitor.match.passages.search import Hit, occurrences

__all__ = ["Evaluation", "Hit", "Lexicon", "Numbers", "Page", "Read", "closest", "occurrences", "same_name", "span"]
