"""A configuration, whole or not, and what is held -> the names that matchers may use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from monitor.cli.backtest import live_rules
from monitor.cli.sources import polled_now
from monitor.errors import ConfigError
from monitor.ingest import FeedSource, FileSource
from monitor.match import Rule
from monitor.settings import Known, Settings, build, gather, known
from monitor.store import Store

_OF_RULES = {"rule", "tag"}
_OF_SOURCES = {"source", "source_tag", "tag"}  # a tag that no rule has may be one of sources


def known_to(keys: Collection[str], path: Path, settings: Settings | None, store: Store) -> Known:
    """What alerts may have by these keys of matchers, and perhaps by others: what is not asked for is not read.

    To read 100,000 rules takes a minute. For rules that are broken now stand those that went live last.
    """
    rules = _rules(path, store) if _OF_RULES.intersection(keys) else None
    sources = _sources(settings) if settings and _OF_SOURCES.intersection(keys) else None
    return known(rules, sources, settings.languages if settings else None)


def _rules(path: Path, store: Store) -> Mapping[str, Rule] | None:
    if rules := build(gather(path)).rules:
        return rules.rules
    try:
        return live_rules(store)
    except ConfigError:
        return None


def _sources(settings: Settings) -> Iterable[FileSource | FeedSource] | None:
    polled, _, broken = polled_now(settings)
    return None if broken else polled  # a list that cannot be read may have any name
