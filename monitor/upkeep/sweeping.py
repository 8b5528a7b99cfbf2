"""The articles of a day and the rules that were live when they came -> the alerts that are missing, raised late."""

from __future__ import annotations

from asyncio import gather, to_thread
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from monitor.dispatch import Dispatch
from monitor.errors import ConfigError, StoreError
from monitor.log import get
from monitor.match import RuleSet
from monitor.model import Match, Placement, Reason
from monitor.raising import raised
from monitor.settings import rebuild
from monitor.store import Archived, LiveRules
from monitor.watch import Watch

log = get("sweep")

PAGE = 50
"""Articles that are read at once."""

MARGIN = timedelta(minutes=5)
"""Before and after an article within which a reload makes it uncertain what it was matched against: a batch is matched
before it is committed."""


async def sweep(watch: Watch, since: datetime, until: datetime) -> int:
    """Look whether every article first seen in between raised what the rules live at the time make of it.

    What is missing is raised with the reason `late`, through the ordinary routes; gives how many. An alert that was
    suppressed then is not missing: that it was, and why, is stored. Running it twice raises nothing twice.
    """
    rulesets = _Rulesets(watch, await to_thread(watch.store.rulesets, since - MARGIN, until + MARGIN))
    # The clock of another daemon may be ahead, or was: one article from the future is not the end.
    articles = (one for one in watch.store.archive(since) if one.first_seen < until)
    late = 0
    while page := await to_thread(_page, articles):
        known = await to_thread(watch.store.decided, [one.id for one in page])
        for one in page:
            # An article must not keep the others from being looked at.
            (found,) = await gather(to_thread(_check, watch, rulesets, one, known), return_exceptions=True)
            if isinstance(found, int):
                late += found
            elif isinstance(found, StoreError) or not isinstance(found, Exception):
                raise found
            else:
                log.error("sweep_failed", article=one.id, exc_info=found)
    log.info("swept", since=since.isoformat(), until=until.isoformat(), late=late)
    return late


def _page(articles: Iterator[Archived]) -> list[Archived]:
    return list(islice(articles, PAGE))


class _Rulesets:
    """The rule sets that were live in a time, built when they are asked for; one at a time is kept."""

    def __init__(self, watch: Watch, found: Sequence[LiveRules]) -> None:
        self._found = found
        self._current = watch.store.ruleset_live()
        self._built = (self._current.hash, watch.current.rules) if self._current else ("", watch.current.rules)

    def around(self, moment: datetime) -> Iterator[RuleSet]:
        """Those that were live about a moment; none where that is not known or they can no longer be read."""
        for index, one in enumerate(self._found):
            ended = self._found[index + 1].since if index + 1 < len(self._found) else None
            if one.since <= moment + MARGIN and (ended is None or ended > moment - MARGIN):
                yield self._build(one)

    def _build(self, one: LiveRules) -> RuleSet:
        if self._built[0] != one.hash:
            try:
                self._built = one.hash, rebuild(one.files, one.languages)
            except ConfigError as error:
                log.warning("swept_without_rules", live=one.since.isoformat(), error=str(error))
                self._built = one.hash, RuleSet((), one.languages)
        return self._built[1]


def _check(watch: Watch, rulesets: _Rulesets, one: Archived, known: Collection[tuple[int, str]]) -> int:
    found = _missing(rulesets, one, known)
    return _raise(watch, one, *found) if found else 0


def _missing(
    rulesets: _Rulesets, one: Archived, known: Collection[tuple[int, str]]
) -> tuple[RuleSet, list[Match]] | None:
    """The matches of an article about which nothing is stored, under every rule set that may have been live."""
    missing: list[Match] = []
    rules = None
    for found in rulesets.around(one.first_seen):
        matched = [match for match in found.match(one.article) if (one.id, match.rule) not in known]
        missing = [match for match in matched if rules is None or match.rule in {other.rule for other in missing}]
        rules = found
        if not missing:
            return None
    return (rules, missing) if rules else None


def _raise(watch: Watch, one: Archived, rules: RuleSet, matches: Sequence[Match]) -> int:
    """One transaction that looks again: another daemon may sweep as well."""
    now = watch.clock()
    row = watch.store.articles_among([one.id])[0]
    with watch.store.intake() as memory:
        decided = memory.decided([one.id])
        missing = [match for match in matches if (one.id, match.rule) not in decided]
        placement = Placement(row.status, row.story, row.because, row.of, row.news)
        memory.matched(one.id, [match for match in missing if match.rule not in {kept.rule for kept in row.matches}])
        told = memory.told([match.rule for match in missing], row.story)
        alerts = raised(rules, memory, one, placement, missing, told, now)
        alerts = [alert.told(Reason.LATE, alert.key) if alert.key else alert for alert in alerts]
        late = Dispatch(watch.current.settings, memory, now).send(alerts, one.id)
    for alert in alerts:
        log.error("alert_late", article=one.id, rule=alert.rule, key=alert.key)
    return late
