"""A configuration, whole or not, and what is held -> the names that matchers may use."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.cli.backtest import live_rules
from monitor.cli.sources import polled_now
from monitor.errors import ConfigError
from monitor.hints import Known, known
from monitor.match import Rule, RuleSet
from monitor.settings import Settings
from monitor.store import Store


def known_to(settings: Settings | None, rules: RuleSet | None, store: Store) -> Known:
    """What alerts may have; for rules that are broken now stand those that went live last."""
    sources = None
    if settings:
        polled, _, broken = polled_now(settings)
        sources = None if broken else polled  # a list that cannot be read may have any name
    return known(rules.rules if rules else _live(store), sources, settings.languages if settings else None)


def _live(store: Store) -> Mapping[str, Rule] | None:
    try:
        return live_rules(store)
    except ConfigError:
        return None
