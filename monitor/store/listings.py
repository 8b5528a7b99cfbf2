"""Questions of people -> rows: counts, articles, stories, alerts, deliveries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, case, func, select

from monitor.model import DeliveryKind, DeliveryState, Level, Match, Reason, Suppression, Verdict
from monitor.store.acknowledgements import acknowledged
from monitor.store.articles import batches, to_article, to_match
from monitor.store.database import Database
from monitor.store.gathering import NOTHING
from monitor.store.rows import AlertRow, ArticleRow, AttemptRow, Counts, DeliveryRow, ReceiverState, StoryRow, document
from monitor.store.tables import ALERT, ARTICLE, ATTEMPT, DELIVERY, ENCLOSURE, MATCH, SOURCE, STORY, key

_LONGEST = 18  # digits of a number that a column of 64 bits can hold for certain


class Listings:
    """The part of the store that people read; the newest come first everywhere."""

    _database: Database

    def counts(self) -> Counts:
        """How much is stored."""
        told = select(func.count()).select_from(ALERT).where(ALERT.c.suppressed.is_(None))
        # What only counts is not waited for: it goes with the next that somebody is told of.
        states = select(DELIVERY.c.state, func.count()).where(DELIVERY.c.rank > NOTHING).group_by(DELIVERY.c.state)
        with self._database.read() as connection:
            deliveries = {DeliveryState(state): number for state, number in connection.execute(states)}
            return Counts(
                articles=connection.scalars(select(func.count()).select_from(ARTICLE)).one(),
                stories=connection.scalars(select(func.count()).where(STORY.c.merged_into.is_(None))).one(),
                alerts=connection.scalars(told).one(),
                deliveries={state: deliveries.get(state, 0) for state in DeliveryState},
            )

    def articles(self, limit: int) -> list[ArticleRow]:
        """The articles taken in last, duplicates included."""
        statement = select(ARTICLE).order_by(ARTICLE.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return _articles(connection, statement)

    def articles_of(self, story: str, limit: int) -> list[ArticleRow]:
        """The articles of a story taken in last."""
        statement = select(ARTICLE).where(ARTICLE.c.story == story).order_by(ARTICLE.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return _articles(connection, statement)

    def articles_among(self, ids: Collection[int]) -> list[ArticleRow]:
        """Those of these articles that are held, the newest first."""
        found: list[ArticleRow] = []
        with self._database.read() as connection:
            for part in batches(sorted(set(ids), reverse=True)):
                statement = select(ARTICLE).where(ARTICLE.c.id.in_(part)).order_by(ARTICLE.c.id.desc())
                found += _articles(connection, statement)
        return found

    def article(self, id_or_url: str) -> ArticleRow | None:
        """One article by its id, or the newest under a URL."""
        number = id_or_url.isascii() and id_or_url.isdigit() and len(id_or_url) <= _LONGEST
        wanted = ARTICLE.c.id == int(id_or_url) if number else ARTICLE.c.url_key == key(id_or_url)
        statement = select(ARTICLE).where(wanted).order_by(ARTICLE.c.id.desc()).limit(1)
        with self._database.read() as connection:
            return next(iter(_articles(connection, statement)), None)

    def stories(self, limit: int) -> list[StoryRow]:
        """The stories whose articles were taken in last, copies included."""
        wanted: dict[str, None] = {}
        with self._database.read() as connection:
            newest = connection.scalar(select(func.max(ARTICLE.c.id))) or 0
            while newest and len(wanted) < limit:
                rows = connection.execute(_STORIES_BEFORE, {"newest": newest}).all()
                wanted.update(dict.fromkeys(row.story for row in rows))
                newest = rows[-1].id - 1 if rows else 0
            return _stories(connection, list(wanted)[:limit])

    def story(self, id_: str) -> StoryRow | None:
        """One story; for one that was swallowed by another that other one, whose `merged` has it."""
        living = select(func.coalesce(STORY.c.merged_into, STORY.c.id)).where(STORY.c.id == id_)
        with self._database.read() as connection:
            return next(iter(_stories(connection, connection.scalars(living).all())), None)

    def alerts_on(self, story: str, limit: int) -> list[AlertRow]:
        """The alerts told on a story last, with those on stories that it swallowed; without the suppressed ones."""
        told = (ALERT.c.story == story) & ALERT.c.suppressed.is_(None)
        statement = select(ALERT).where(told).order_by(ALERT.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return _alerts(connection, statement)

    def kind(self, source: str) -> str | None:
        """What kind of source has this name (files, feed), None when it was never configured."""
        with self._database.read() as connection:
            return connection.scalar(select(SOURCE.c.kind).where(SOURCE.c.name == source))

    def alerts(self, limit: int, *, suppressed: bool) -> list[AlertRow]:
        """The alerts raised last; with `suppressed` also those that nobody was told about."""
        statement = select(ALERT).order_by(ALERT.c.id.desc()).limit(limit)
        if not suppressed:
            statement = statement.where(ALERT.c.suppressed.is_(None))
        with self._database.read() as connection:
            return _alerts(connection, statement)

    def alert(self, id_: int) -> AlertRow | None:
        """One alert, suppressed or not."""
        if not 0 < id_ < 10**_LONGEST:
            return None
        statement = select(ALERT).where(ALERT.c.id == id_)
        with self._database.read() as connection:
            return next(iter(_alerts(connection, statement)), None)

    def alerts_of(self, article_id: int) -> list[AlertRow]:
        """The alerts that an article raised or that were suppressed, oldest first."""
        statement = select(ALERT).where(ALERT.c.article_id == article_id).order_by(ALERT.c.id)
        with self._database.read() as connection:
            return _alerts(connection, statement)

    def deliveries(
        self, limit: int, states: Collection[DeliveryState] = (), receivers: Collection[str] = ()
    ) -> list[DeliveryRow]:
        """The rows of the outbox written last, all or those in some states and to some receivers."""
        statement = select(DELIVERY).order_by(DELIVERY.c.id.desc()).limit(limit)
        for column, wanted in ((DELIVERY.c.state, states), (DELIVERY.c.receiver, receivers)):
            if wanted:
                statement = statement.where(column.in_(wanted))
        with self._database.read() as connection:
            return _deliveries(connection, statement)

    def delivery(self, id_: int) -> DeliveryRow | None:
        """One row of the outbox."""
        if not 0 < id_ < 10**_LONGEST:
            return None
        with self._database.read() as connection:
            return next(iter(_deliveries(connection, select(DELIVERY).where(DELIVERY.c.id == id_))), None)

    def deliveries_of(self, alerts: Collection[int]) -> dict[int, list[DeliveryRow]]:
        """The rows of the outbox that tell of some alerts or count them, oldest first, by the id of the alert."""
        enclosing: dict[int, list[int]] = {}
        found: dict[int, DeliveryRow] = {}
        with self._database.read() as connection:
            for ids in batches(alerts):
                enclosed = select(ENCLOSURE.c.alert_id, ENCLOSURE.c.delivery_id).where(ENCLOSURE.c.alert_id.in_(ids))
                for alert, delivery in connection.execute(enclosed.order_by(ENCLOSURE.c.delivery_id)):
                    enclosing.setdefault(alert, []).append(delivery)
            for ids in batches({one for some in enclosing.values() for one in some}):
                wanted = select(DELIVERY).where(DELIVERY.c.id.in_(ids))
                found |= {one.id: one for one in _deliveries(connection, wanted)}
        return {alert: [found[one] for one in some] for alert, some in enclosing.items()}

    def attempts(self, delivery: int) -> list[AttemptRow]:
        """Every attempt to send a delivery that is known, the first one first."""
        columns = (ATTEMPT.c.number, ATTEMPT.c.at, ATTEMPT.c.seconds, ATTEMPT.c.outcome, ATTEMPT.c.answer)
        tried = select(*columns).where(ATTEMPT.c.delivery_id == delivery).order_by(ATTEMPT.c.number)
        with self._database.read() as connection:
            return [AttemptRow(**row) for row in connection.execute(tried).mappings()]


def _deliveries(connection: Connection, statement: Select[Any]) -> list[DeliveryRow]:
    rows = connection.execute(statement).mappings().all()
    told: dict[int, tuple[int, int]] = {}
    keys: dict[int, str] = {}
    for ids in batches([row["id"] for row in rows]):
        for id_, first, number, counted in connection.execute(_NUMBERS.where(ENCLOSURE.c.delivery_id.in_(ids))):
            told[id_] = (number, counted)
            keys[id_] = first
        firsts = select(ALERT.c.id, ALERT.c.key).where(ALERT.c.id.in_([keys[id_] for id_ in ids if id_ in keys]))
        named = {row.id: row.key for row in connection.execute(firsts)}
        keys |= {id_: named.get(keys[id_]) for id_ in ids if id_ in keys}
    return [
        DeliveryRow(
            **{name: row[name] for name in _PLAIN},
            kind=DeliveryKind(row["kind"]),
            slot=row["slot"] or None if row["kind"] == DeliveryKind.DIGEST else None,
            alert=keys.get(row["id"]),
            alerts=told.get(row["id"], (0, 0))[0],
            counted=told.get(row["id"], (0, 0))[1],
            state=DeliveryState(row["state"]),
        )
        for row in rows
    ]


_PLAIN = "id wire_id receiver address due_at attempt answer created tried_at dropped dropped_by".split()
_NUMBERS = select(
    ENCLOSURE.c.delivery_id,
    func.min(case((~ENCLOSURE.c.counted, ENCLOSURE.c.alert_id))),
    func.sum(case((ENCLOSURE.c.counted, 0), else_=1)),
    func.sum(case((ENCLOSURE.c.counted, 1), else_=0)),
).group_by(ENCLOSURE.c.delivery_id)


def _articles(connection: Connection, statement: Select[Any]) -> list[ArticleRow]:
    rows = connection.execute(statement).mappings().all()
    matches: dict[int, list[Match]] = defaultdict(list)
    for ids in batches([row["id"] for row in rows]):
        theirs = select(MATCH).where(MATCH.c.article_id.in_(ids)).order_by(MATCH.c.rule)
        for found in connection.execute(theirs).mappings():
            matches[found["article_id"]].append(to_match(found))
    return [
        ArticleRow(
            id=row["id"],
            article=to_article(row),
            status=Verdict(row["verdict"]),
            of=row["of"],
            story=row["story"],
            because=row["because"],
            news=tuple(row["news"]),
            matches=tuple(matches[row["id"]]),
            first_seen=row["first_seen"],
            old=row["old"],
            evidence=row["evidence"],
        )
        for row in rows
    ]


_STORIES_BEFORE = (
    select(ARTICLE.c.id, ARTICLE.c.story)
    .where(ARTICLE.c.id <= bindparam("newest"))
    .order_by(ARTICLE.c.id.desc())
    .limit(500)
)
_OWN = case((ARTICLE.c.verdict != Verdict.DUPLICATE, ARTICLE.c.identity))
# Versions of an article are one.
_HELD = select(
    ARTICLE.c.story,
    func.count(ARTICLE.c.identity.distinct()),
    func.count(_OWN.distinct()),
    func.count(ARTICLE.c.source.distinct()),
).group_by(ARTICLE.c.story)
_TOLD = ("id", "title", "first_seen", "last_seen", "opened", "first", "last")


def _stories(connection: Connection, ids: Sequence[str]) -> list[StoryRow]:
    """The living stories of these ids, in their order."""
    rows: dict[str, RowMapping] = {}
    held: dict[str, dict[str, Any]] = {}
    alerts: Counter[str] = Counter()
    merged: dict[str, dict[str, int | None]] = defaultdict(dict)
    for part in batches(ids):
        rows |= {row["id"]: row for row in connection.execute(select(STORY).where(STORY.c.id.in_(part))).mappings()}
        for story, *numbers in connection.execute(_HELD.where(ARTICLE.c.story.in_(part))):
            held[story] = _numbers(*numbers)
        told = select(ALERT.c.story, func.count()).where(ALERT.c.story.in_(part), ALERT.c.suppressed.is_(None))
        for story, number in connection.execute(told.group_by(ALERT.c.story)):
            alerts[story] = number
        swallowed = select(STORY.c.merged_into, STORY.c.id, STORY.c.opened).where(STORY.c.merged_into.in_(part))
        for into, id_, opened in connection.execute(swallowed.order_by(STORY.c.opened, STORY.c.id)):
            merged[into][id_] = opened
    return [
        StoryRow(
            **{name: rows[id_][name] for name in _TOLD},
            **held.get(id_, _numbers(0, 0, 0)),
            alerts=alerts[id_],
            merged=merged[id_],
        )
        for id_ in ids
        if id_ in rows
    ]


def _numbers(articles: int, own: int, sources: int) -> dict[str, Any]:
    return {"articles": articles, "duplicates": articles - own, "sources": sources}


def _alerts(connection: Connection, statement: Select[Any]) -> list[AlertRow]:
    rows = connection.execute(statement).mappings().all()
    seen = acknowledged(connection, [row["id"] for row in rows])
    # A dict for each alert keeps the order of the deliveries and drops what would be said twice.
    receivers: dict[int, dict[ReceiverState, None]] = defaultdict(dict)
    columns = (ENCLOSURE.c.alert_id, DELIVERY.c.receiver, DELIVERY.c.state)
    enclosed = select(*columns).join(DELIVERY, DELIVERY.c.id == ENCLOSURE.c.delivery_id).where(~ENCLOSURE.c.counted)
    for ids in batches([row["id"] for row in rows]):
        theirs = enclosed.where(ENCLOSURE.c.alert_id.in_(ids)).order_by(DELIVERY.c.id)
        for alert_id, receiver, state in connection.execute(theirs):
            receivers[alert_id][ReceiverState(receiver, DeliveryState(state))] = None
    return [
        AlertRow(
            id=row["id"],
            key=row["key"],
            rule=row["rule"],
            version=row["version"],
            level=Level(row["level"]),
            tags=tuple(row["tags"]),
            reason=Reason(row["reason"]) if row["reason"] else None,
            suppressed=Suppression(row["suppressed"]) if row["suppressed"] else None,
            because=row["because"],
            story=row["story"],
            article=row["article_id"],
            receivers=tuple(receivers[row["id"]]),
            created=row["created"],
            document=document(row["id"], row["document"]),
            acknowledged=seen.get(row["id"]),
        )
        for row in rows
    ]
