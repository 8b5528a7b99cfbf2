"""A name -> the words it is found by, in other cases, scripts and languages; a file of names -> actors."""

from monitor.match.names.forms import How, Kind, NameWord, Pattern, begins_small, patterns, whole
from monitor.match.names.givennames import is_given
from monitor.match.names.listed import Listed, read_names
from monitor.match.names.ordinary import is_ordinary, neighbours
from monitor.match.names.romanisation import is_cyrillic

__all__ = [
    "How", "Kind", "Listed", "NameWord", "Pattern", "begins_small", "is_cyrillic", "is_given", "is_ordinary",
    "neighbours", "patterns", "read_names", "whole",
]  # fmt: skip
