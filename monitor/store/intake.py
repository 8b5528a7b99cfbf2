"""What one poll brought -> article, story, matches, alerts and outbox rows in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, insert, or_, select, update

from monitor.model import Alert, Citation, DeliveryKind, Level, Match, Past, StoryFacts, Suppression, Trigger
from monitor.store.acknowledgements import is_acknowledged
from monitor.store.articles import GIVE_UP, batches, held_items
from monitor.store.citations import Surroundings, cited
from monitor.store.gathering import Gathering
from monitor.store.others import TEXTS, others
from monitor.store.past import decided_on, is_raised, past_of
from monitor.store.placing import Placing
from monitor.store.recent import Recent
from monitor.store.rows import Also, Envelope, Newest, SilenceRow, Told
from monitor.store.silences import silences, swallowed
from monitor.store.tables import ALERT, ARTICLE, ITEM, SOURCE, STORY, identity


class Intake(Placing):
    """One transaction of `Store.intake`: everything in it is committed together or not at all.

    No other intake runs meanwhile, in any process, so what is asked here is still true when it is written.
    """

    def __init__(self, connection: Connection, recent: Recent) -> None:
        super().__init__(connection, recent)
        self._gathering = Gathering(connection)

    def held_items(self, source: str, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the (guid, digest) pairs of a source that were seen before, also earlier in this intake."""
        self.write()
        return held_items(self._connection, source, pairs)

    def seen(self, source: str, guid: str, item_digest: str, stamp: str | None, now: datetime) -> None:
        """Remember an item version without article (empty ones), or the newest stamp of a version held already."""
        self._write_version(source, guid)
        version = {"item": identity(source, guid), "version": item_digest}
        if not self._connection.execute(_SEEN, {**version, "stamp": stamp, "seen": now}).rowcount:
            self._see(source, guid, item_digest, stamp, None, now)

    def unreadable(self, source: str, guid: str, item_digest: str, error: str, now: datetime) -> bool:
        """Remember an item version that could not be read, and why; True when it is given up now (`GIVE_UP`).

        One that was read before, by another daemon, stays read.
        """
        self._write_version(source, guid)
        failed = {"item": identity(source, guid), "version": item_digest, "error": error, "seen": now}
        failures: int | None = self._connection.scalar(_FAILED, failed)
        if failures is None:
            self._see(source, guid, item_digest, None, None, now, failures=1, error=error)
        return failures == GIVE_UP

    def _write_version(self, source: str, guid: str) -> None:
        """Store what waits when a version of this item is among it."""
        item = identity(source, guid)
        if any(row["identity"] == item for row in self._queue.items):
            self.write()

    def _see(
        self,
        source: str,
        guid: str,
        digest: str,
        stamp: str | None,
        article_id: int | None,
        now: datetime,
        **trouble: object,
    ) -> None:
        version = {"source": source, "guid": guid, "identity": identity(source, guid), "digest": digest}
        found = {"stamp": stamp, "article_id": article_id, "seen": now}
        self._connection.execute(insert(ITEM), version | found | trouble)

    def mark_told(self, names: Mapping[str, datetime | None]) -> set[str]:
        """Remember when the operator was told of the trouble of sources, None for that it is over.

        Gives those of which this was not so before: another daemon may have told the operator meanwhile, and nobody is
        to be told twice. An intake that raises the alerts for exactly these says it once.
        """
        told: dict[datetime | None, list[str]] = defaultdict(list)
        for name, moment in names.items():
            told[moment].append(name)
        changed: set[str] = set()
        for moment, group in told.items():
            news = SOURCE.c.told.is_not(None) if moment is None else SOURCE.c.told.is_(None)
            for part in batches(group):
                telling = update(SOURCE).where(SOURCE.c.name.in_(part), news).values(told=moment)
                changed.update(self._connection.scalars(telling.returning(SOURCE.c.name)))
        return changed

    def last_events(self, rules: Collection[str]) -> dict[str, str]:
        """Which of these rules raised the last operator alert, by what they told of."""
        about = ALERT.c.document["about"].as_string()
        mine = (ALERT.c.story.is_(None), ALERT.c.rule.in_(rules))
        newest = select(func.max(ALERT.c.id)).where(*mine).group_by(about)
        rows = self._connection.execute(select(about.label("about"), ALERT.c.rule).where(ALERT.c.id.in_(newest)))
        return {row.about: row.rule for row in rows}

    def is_raised(self, alert: Alert, since: datetime) -> bool:
        """As `Store.is_raised`."""
        return is_raised(self._connection, alert, since)

    def matched(self, article_id: int, matches: Sequence[Match]) -> None:
        """Store which rules matched an article, with their evidence."""
        if article_id != self._queue.newest:
            self._recent.volumes.recheck()
        self._queue.matches += [
            {"article_id": article_id, "rule": match.rule, "evidence": [asdict(one) for one in match.evidence]}
            for match in matches
        ]

    def decided(self, articles: Collection[int]) -> set[tuple[int, str]]:
        """As `Store.decided`, this intake included."""
        self.write()
        return decided_on(self._connection, articles)

    def past(self, asked: Mapping[str, Trigger], story: str, now: datetime) -> dict[str, Past]:
        """What the trigger of each rule looks back upon now for an article of a story, this intake included."""
        if not asked:
            return {}
        self.write()
        story, volumes = self._stories.living(story), self._recent.volumes
        return {rule: past_of(self._connection, volumes, rule, one, story, now) for rule, one in asked.items()}

    def told(self, rules: Collection[str], story: str) -> dict[str, int]:
        """How many alerts each rule has had for a story, with those that it swallowed, and with those hidden.

        An alert that a silence or another one hid counts as told: what repeats it is no news.
        """
        return self._count(rules, story, or_(ALERT.c.key.is_not(None), ALERT.c.suppressed.in_(_HIDDEN)))

    def keyed(self, rules: Collection[str], story: str) -> dict[str, int]:
        """How many keys each rule has given for a story: what was `told` but not hidden has one.

        The next key's N is one more: no alert ever leaves its story, so that no key is given twice.
        """
        return self._count(rules, story, ALERT.c.key.is_not(None))

    def _count(self, rules: Collection[str], story: str, wanted: ColumnElement[bool]) -> dict[str, int]:
        if not rules:
            return {}
        of_story = ALERT.c.story == self._stories.living(story)
        counted = select(ALERT.c.rule, func.count().label("number")).where(of_story, wanted).group_by(ALERT.c.rule)
        found = {row.rule: row.number for row in self._connection.execute(counted)}
        return {rule: found.get(rule, 0) for rule in rules}

    def story(self, story: str) -> StoryFacts:
        """What is known about a story that has an article; copies count as articles, versions of one are one."""
        self.write()
        story = self._stories.living(story)
        facts = (
            select(STORY.c.title, STORY.c.first_seen, _count_different("identity"), _count_different("source"))
            .join(ARTICLE, ARTICLE.c.story == STORY.c.id)
            .where(STORY.c.id == story)
            .group_by(STORY.c.id)
        )
        return StoryFacts(story, *self._connection.execute(facts).one())

    def others(self, story: str, article_id: int, texts: int = TEXTS) -> list[Also]:
        """The other items of a story by text, that with the newest first, and what each is to this article.

        Of a text the original comes first, then its copies, the newest first. Each item stands there by its newest
        version.
        """
        self.write()
        return others(self._connection, self._stories.living(story), article_id, texts)

    def cited(self, source: str, guid: str, article_id: int) -> list[Citation]:
        """The newest alert of each rule that was told of an earlier version of the item of this article."""

        def standing(story: str) -> Surroundings:
            return self.story(story), tuple(one._asdict() for one in self.others(story, article_id))

        return cited(self._connection, source, guid, article_id, cache(standing))

    def alerts_told(self, story: str) -> list[Told]:
        """The alerts that were told of a story, or of one that it swallowed; none of no story."""
        if not story:
            return []
        told = select(ALERT.c.rule, ALERT.c.level, ALERT.c.tags).where(
            ALERT.c.story == self._stories.living(story), ALERT.c.key.is_not(None)
        )
        return [Told(row.rule, Level(row.level), tuple(row.tags)) for row in self._connection.execute(told)]

    def silences(self, now: datetime) -> list[SilenceRow]:
        """The silences added by commands that have not ended, in the order in which they were added."""
        return silences(self._connection, now)

    def swallowed(self, stories: Collection[str]) -> dict[str, str]:
        """Those of these stories that another one has swallowed, by their ids, with the id of that one."""
        return swallowed(self._connection, stories)

    def is_acknowledged(self, rule: str, story: str) -> bool:
        """Whether somebody has seen the last thing that a rule told of a story, or a repetition of it."""
        return is_acknowledged(self._connection, rule, self._stories.living(story))

    def newest(self, receiver: str, address: str, group: str) -> Newest | None:
        """The newest message of a group to an address, None before the first."""
        return self._gathering.newest(receiver, address, group)

    def is_closed(self, receiver: str, address: str, path: str, slot: str) -> bool:
        """Whether the digest of a slot takes no more."""
        return self._gathering.is_closed(receiver, address, path, slot)

    def spill(self, receiver: str, address: str, path: str) -> datetime | None:
        """When the spill that gathers for an address leaves, None where there is none."""
        return self._gathering.spill(receiver, address, path)

    def nth_newest(self, receiver: str, address: str, nth: int, before: datetime) -> datetime | None:
        """When the n-th newest message to an address left or will leave before a moment; no digest and no summary."""
        return self._gathering.nth_newest(receiver, address, nth, before)

    def raised(
        self, alert: Alert, article_id: int | None, to: Iterable[Envelope], now: datetime, because: str | None = None
    ) -> int:
        """Store an alert and put it into a delivery for each address; gives the alert's id.

        A delivery that gathers takes it, else one is opened. Who is named twice gets it once, by the first envelope. A
        suppressed alert, which has no key, is counted by digests and told to nobody (ValueError for other envelopes);
        `because` says which silence or alert hid it.
        """
        envelopes = list(to)
        if alert.key is None and any(one.kind is not DeliveryKind.DIGEST for one in envelopes):
            raise ValueError(f"a suppressed alert of rule {alert.rule} has receivers")
        self.write()
        columns = {
            "key": alert.key,
            "rule": alert.rule,
            "version": alert.version,
            "level": alert.level,
            "tags": alert.tags,
            "reason": alert.reason,
            "suppressed": alert.suppressed,
            "because": because,
            "story": self._stories.living(alert.story) if alert.story else None,
            "article_id": article_id,
            "document": alert.document,
            "created": now,
        }
        id_: int = self._connection.execute(_RAISED, columns).scalar_one()
        self._gathering.enclose(alert, id_, envelopes, now)
        return id_

    def finish(self) -> None:
        """Store all of it, and leave to the next intake what it may need too."""
        self._gathering.write()
        super().finish()


def _count_different(column: str) -> ColumnElement[int]:
    return func.count(ARTICLE.c[column].distinct())


_HIDDEN = (Suppression.SILENCE, Suppression.INHIBITION)
_RAISED = insert(ALERT).returning(ALERT.c.id)
_VERSION = (ITEM.c.identity == bindparam("item")) & (ITEM.c.digest == bindparam("version"))
_GIVEN_UP = ITEM.c.failures >= GIVE_UP
_WAS_READ = ITEM.c.error.is_(None)
_FAILED = (
    update(ITEM)
    .where(_VERSION)
    .values(
        failures=case((_WAS_READ, 0), else_=ITEM.c.failures + 1),
        error=case((_WAS_READ, None), else_=bindparam("error", type_=ITEM.c.error.type)),
        seen=bindparam("seen"),
    )
    .returning(ITEM.c.failures)
)
# Who sees an item that was given up has only looked at its stamp.
_SEEN = (
    update(ITEM)
    .where(_VERSION)
    .values(failures=case((_GIVEN_UP, ITEM.c.failures), else_=0), error=case((_GIVEN_UP, ITEM.c.error), else_=None))
)
