"""A rule and a moment -> what it matched since then, for the triggers that look at more than one article."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, select

from monitor.model import Alert, Hit, Past, Reason, Verdict
from monitor.store.articles import batches
from monitor.store.tables import ALERT, ARTICLE, MATCH


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


def past_of(connection: Connection, rule: str, since: datetime) -> Past:
    """The articles that a rule matched and that were first seen since then, but those too old to alert when they came.

    Nothing that an intake still holds back is among them.
    """
    asked = {"matched": rule, "from": since, "before": since - _ASKEW}
    rows = connection.execute(_HITS, asked)
    hits = [Hit(row.first_seen, row.story, row.agency or row.source, row.verdict == Verdict.DUPLICATE) for row in rows]
    first, last, fired = (connection.scalar(statement, asked) for statement in (_FIRST, _LAST, _FIRED))
    return Past(hits, first, last, fired)


_ASKEW = timedelta(days=1)
"""Articles have their ids in the order in which they were stored; two first seen that far apart never swapped it."""

_RULE: BindParameter[str] = bindparam("matched")
_MINE = MATCH.join(ARTICLE, ARTICLE.c.id == MATCH.c.article_id)
_BEFORE = (
    select(ARTICLE.c.id)
    .where(ARTICLE.c.first_seen < bindparam("before"))
    .order_by(ARTICLE.c.first_seen.desc(), ARTICLE.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
# The id besides: else every article that the rule ever matched would be read.
_SINCE = and_(MATCH.c.article_id > func.coalesce(_BEFORE, 0), ARTICLE.c.first_seen >= bindparam("from"))
_HITS = (
    select(ARTICLE.c.first_seen, ARTICLE.c.story, ARTICLE.c.source, ARTICLE.c.agency, ARTICLE.c.verdict)
    .select_from(_MINE)
    .where(MATCH.c.rule == _RULE, _SINCE, ~ARTICLE.c.old)
    .order_by(ARTICLE.c.first_seen, ARTICLE.c.id)
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
_FIRED = (
    select(func.max(ALERT.c.created))
    .select_from(_MINE.join(ALERT, ALERT.c.article_id == ARTICLE.c.id))
    .where(MATCH.c.rule == _RULE, _SINCE, ALERT.c.rule == _RULE, ALERT.c.reason == Reason.SPIKE)
)
