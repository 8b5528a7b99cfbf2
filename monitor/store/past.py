"""A rule and a moment -> what it matched before, for the triggers that look at more than one article."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from monitor.model import Alert, FirstMention, Past, Sources, Spike, Trigger, Verdict
from monitor.store.articles import batches
from monitor.store.tables import ALERT, ARTICLE, MATCH
from monitor.store.volumes import ASKEW, FLOOR, Volumes


def decided_on(connection: Connection, articles: Collection[int]) -> set[tuple[int, str]]:
    """(article, rule) for each match of these articles on which it is stored that somebody is told, or why not."""
    found: set[tuple[int, str]] = set()
    for part in batches(articles):
        rows = connection.execute(select(ALERT.c.article_id, ALERT.c.rule).where(ALERT.c.article_id.in_(part)))
        found.update((row.article_id, row.rule) for row in rows)
    return found


def is_raised(connection: Connection, alert: Alert, since: datetime) -> bool:
    """Whether an alert of no story is stored: under its key, or about the same since then, hidden by a silence."""
    if connection.scalar(select(ALERT.c.id).where(ALERT.c.key == alert.key)) is not None:
        return True
    hidden = select(ALERT.c.id).where(
        ALERT.c.story.is_(None), ALERT.c.rule == alert.rule, ALERT.c.key.is_(None), ALERT.c.created >= since
    )
    if "about" in alert.document:
        hidden = hidden.where(ALERT.c.document["about"].as_string() == alert.document["about"])
    return connection.scalar(hidden.limit(1)) is not None


def past_of(connection: Connection, volumes: Volumes, rule: str, trigger: Trigger, story: str, now: datetime) -> Past:
    """What the trigger of a rule asks of the past for an article of this story.

    Nothing that an intake still holds back is part of it.
    """
    match trigger:
        case Sources():
            return Past(origins=_origins(connection, rule, story, now - trigger.within, now))
        case FirstMention():
            asked = _asked(rule, now - trigger.within, now) | {"of": story}
            return Past(elsewhere=connection.scalar(_ELSEWHERE, asked) is not None)
        case Spike():
            return _volume(connection, volumes, rule, trigger, now)
        case _:
            return Past()


def last_of(connection: Connection, rule: str) -> datetime | None:
    """When the newest article was first seen that a rule matched, but for those too old to alert when they came."""
    return connection.scalar(_LAST, {"matched": rule})


def _origins(connection: Connection, rule: str, story: str, since: datetime, now: datetime) -> tuple[str, ...]:
    rows = connection.execute(_TELLING, _asked(rule, since, now) | {"of": story, "copy": Verdict.DUPLICATE})
    return tuple(dict.fromkeys(row.agency or row.source for row in rows))


def _volume(connection: Connection, volumes: Volumes, rule: str, trigger: Spike, now: datetime) -> Past:
    since = connection.scalar(_FIRST, {"matched": rule})
    if since is None:
        return Past()
    window = now - trigger.within
    volume = volumes.of(connection, rule, window - trigger.against, now)
    before = volume.between(trigger.begins(since, now), window)
    return Past(since=since, before=before, many=volume.until(window, now), fired=volume.fired)


def _asked(rule: str, since: datetime, now: datetime) -> dict[str, object]:
    return {"matched": rule, "from": since, "until": now, "before": since - ASKEW}


_RULE: BindParameter[str] = bindparam("matched")
_STORY: BindParameter[str] = bindparam("of")
_MINE = MATCH.join(ARTICLE, ARTICLE.c.id == MATCH.c.article_id)
_IN_TIME = ARTICLE.c.first_seen.between(bindparam("from"), bindparam("until")) & ~ARTICLE.c.old
_AFTER = func.coalesce(FLOOR.scalar_subquery(), 0)
# The id besides: else every article of the story, or that the rule ever matched, would be read.
_TELLING = (
    select(ARTICLE.c.source, ARTICLE.c.agency)
    .select_from(_MINE)
    .where(MATCH.c.rule == _RULE, ARTICLE.c.story == _STORY, ARTICLE.c.id > _AFTER, _IN_TIME)
    .where(ARTICLE.c.verdict != bindparam("copy"))
    .order_by(ARTICLE.c.first_seen, ARTICLE.c.id)
)
# The oldest first: when the actors met before, the newest articles are often all of the story at hand.
_ELSEWHERE = (
    select(MATCH.c.article_id)
    .select_from(_MINE)
    .where(MATCH.c.rule == _RULE, MATCH.c.article_id > _AFTER, ARTICLE.c.story != _STORY, _IN_TIME)
    .order_by(MATCH.c.article_id)
    .limit(1)
)
_FIRST = select(ARTICLE.c.first_seen).where(
    ARTICLE.c.id == select(func.min(MATCH.c.article_id)).where(MATCH.c.rule == _RULE).scalar_subquery()
)
_LAST = (
    select(ARTICLE.c.first_seen)
    .select_from(_MINE)
    .where(MATCH.c.rule == _RULE, ~ARTICLE.c.old)
    .order_by(MATCH.c.article_id.desc())
    .limit(1)
)
