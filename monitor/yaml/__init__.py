"""YAML that people write -> values that know their line, or every mistake with its place.

`edit`, which writes into such files, is no part of this door: it needs ruamel.yaml, which only two verbs wait for.
"""

from monitor.yaml.events import Loc
from monitor.yaml.file import YamlFile, content, parse, problems, read, suggestion, validate

__all__ = ["Loc", "YamlFile", "content", "parse", "problems", "read", "suggestion", "validate"]
