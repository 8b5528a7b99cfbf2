"""An item that comes again -> the alerts that cite its earlier versions, who got them, and how their stories stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from monitor.model import Alert, Citation, Level, Reason, StoryFacts
from monitor.store.articles import to_article
from monitor.store.tables import ALERT, ARTICLE, DELIVERY, ENCLOSURE, ITEM, identity

Surroundings = tuple[StoryFacts, tuple[dict[str, Any], ...]]
"""A story, and the other articles of it as an Alert document has them."""


def cited(
    connection: Connection, source: str, guid: str, article_id: int, standing: Callable[[str], Surroundings]
) -> list[Citation]:
    """The newest alert of each rule that was told of an earlier version of the item that this article was made of.

    `standing` tells how a story stands.
    """
    asked = {"item": identity(source, guid), "than": article_id}
    rows = connection.execute(_CITED, asked).mappings().all()
    found = []
    for row in rows:
        article = to_article(connection.execute(_ARTICLE, {"id": row["article_id"]}).mappings().one())
        alert = Alert(
            rule=row["rule"],
            version=row["version"],
            level=Level(row["level"]),
            tags=tuple(row["tags"]),
            story=row["story"],
            reason=Reason(row["reason"]),
            key=row["key"],
            document=row["document"],
            language=article.language,
            source=article.source,
            source_tags=article.tags,
        )
        to = tuple((got.receiver, got.address) for got in connection.execute(_TO, {"alert": row["id"]}))
        number = connection.execute(_NUMBER, {"named": alert.rule, "of": alert.story}).scalar_one()
        found.append(Citation(alert, number, article, to, *standing(row["story"])))
    return found


_VERSIONS = select(ITEM.c.article_id).where(ITEM.c.identity == bindparam("item"), ITEM.c.article_id < bindparam("than"))
_NEWEST = (
    select(func.max(ALERT.c.id))
    .where(ALERT.c.article_id.in_(_VERSIONS), ALERT.c.key.is_not(None), ALERT.c.story.is_not(None))
    .group_by(ALERT.c.rule)
)
_CITED = select(ALERT).where(ALERT.c.id.in_(_NEWEST)).order_by(ALERT.c.id)
_NUMBER = select(func.count()).where(
    ALERT.c.rule == bindparam("named"), ALERT.c.story == bindparam("of"), ALERT.c.key.is_not(None)
)
_ARTICLE = select(ARTICLE).where(ARTICLE.c.id == bindparam("id"))
_TO = (
    select(DELIVERY.c.receiver, DELIVERY.c.address)
    .join(ENCLOSURE, ENCLOSURE.c.delivery_id == DELIVERY.c.id)
    .where(ENCLOSURE.c.alert_id == bindparam("alert"))
    .order_by(DELIVERY.c.id)
)
