"""The archive and two sets of rules -> the alerts that each article would have raised under either.

The archive is taken in anew, into a database of its own that is thrown away, by the functions that the daemon runs.
Where an article belongs does not depend on rules, so both sets share one pass. What was told before the first article
of the archive is unknown to both.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import groupby, islice
from tempfile import TemporaryDirectory
from typing import NamedTuple

from monitor.alert import Visit
from monitor.errors import StoreError
from monitor.match import Rule, RuleSet
from monitor.model import Alert, Item
from monitor.pipeline import BATCH, decide
from monitor.placing import Placer, Reading
from monitor.settings import Settings
from monitor.store import Archived, Store

# No id of a rule has a colon.
BEFORE, AFTER = "before:", "after:"


class Raised(NamedTuple):
    """An archived article and the alerts that it raises under the rules before and after an edit, by rule.

    Suppressed ones are left out. Documents name the article by its id in the archive, and the story of the replay.
    """

    article: Archived
    before: Mapping[str, Alert]
    after: Mapping[str, Alert]


def replay(
    archive: Iterable[Archived], before: Mapping[str, Rule], after: Mapping[str, Rule], settings: Settings
) -> Generator[Raised, None, None]:
    """Take articles in again, the oldest first, under two sets of rules (by id); each as old as it was when it came.

    Raises StoreError when there is no place for the database of the replay.
    """
    rules = RuleSet(_side_by_side(before, after), settings.languages)
    with _scratch() as store:
        for poll in _polls(archive):
            yield from _take(store, rules, poll, settings)


@contextmanager
def _scratch() -> Iterator[Store]:
    """An empty store that is gone afterwards."""
    try:
        folder = TemporaryDirectory(prefix="news-monitor-", ignore_cleanup_errors=True)
    except OSError as error:
        raise StoreError(f"there is no place for the database of the replay: {error.strerror}") from error
    with folder as place, closing(Store.open(f"sqlite:///{place}/replay.db", lasting=False)) as store:
        yield store


def _side_by_side(before: Mapping[str, Rule], after: Mapping[str, Rule]) -> list[Rule]:
    """The rules of both sets in one; those that mean the same in both are there once, the others under marked ids."""
    same = {id_ for id_ in before.keys() & after.keys() if before[id_].version == after[id_].version}
    return [
        *(rule for id_, rule in after.items() if id_ in same),
        *(replace(rule, id=BEFORE + id_) for id_, rule in before.items() if id_ not in same),
        *(replace(rule, id=AFTER + id_) for id_, rule in after.items() if id_ not in same),
    ]


def _polls(archive: Iterable[Archived]) -> Iterator[Sequence[Archived]]:
    """The articles in the batches in which they came."""
    for _, found in groupby(archive, lambda one: (one.article.source, one.first_seen)):
        while batch := list(islice(found, BATCH)):
            yield batch


def _take(store: Store, rules: RuleSet, poll: Sequence[Archived], settings: Settings) -> list[Raised]:
    """One commit, as the journey makes it."""
    now = poll[0].first_seen
    readings = [_reading(one, rules) for one in poll]
    found = []
    with store.intake() as memory:
        placer = Placer(memory, now, settings.stories)
        placer.look_up(readings)
        for archived, one in zip(poll, readings, strict=True):
            # How old it was is settled: a quiet visit makes all old, one without a limit nothing.
            visit = Visit(now, first=False, max_age=None, quiet=archived.old)
            _, id_, alerts = decide(rules, memory, placer, one, visit)
            told = [alert for alert in alerts if alert.key]
            for alert in told:
                memory.raised(alert, id_, (), now)
            found.append(Raised(archived, _of(BEFORE, told, archived), _of(AFTER, told, archived)))
    return found


def _reading(archived: Archived, rules: RuleSet) -> Reading:
    article = archived.article
    # The item is not kept; what matters of its version is that no other article came from it.
    return Reading.of(Item(article.source, article.guid, ""), str(archived.id), article, rules.match(article))


def _of(side: str, alerts: Sequence[Alert], archived: Archived) -> dict[str, Alert]:
    """The alerts of one side, as a daemon with its rules alone would raise them."""
    mine = [alert for alert in alerts if ":" not in alert.rule or alert.rule.startswith(side)]
    return {one.rule: one for one in (_own(alert, alert.rule.removeprefix(side), archived) for alert in mine)}


def _own(alert: Alert, rule: str, archived: Archived) -> Alert:
    key = (alert.key or "").removeprefix(alert.rule.removesuffix(rule))
    named = {"key": key, "rule": alert.document["rule"] | {"id": rule}}
    named |= {"article": alert.document["article"] | {"id": archived.id}}
    return replace(alert, rule=rule, key=key, document=alert.document | named)
