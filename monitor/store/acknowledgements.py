"""Who has seen which alert <-> rows; a rule and a story -> whether they are left in peace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from monitor.model import Reason
from monitor.store.articles import batches
from monitor.store.database import Database
from monitor.store.rows import Acknowledged
from monitor.store.tables import ACKNOWLEDGEMENT, ALERT


def acknowledged(connection: Connection, alerts: Sequence[int]) -> dict[int, Acknowledged]:
    """Those of some alerts that somebody has seen, by their ids."""
    found: dict[int, Acknowledged] = {}
    for ids in batches(alerts):
        seen = select(ACKNOWLEDGEMENT).where(ACKNOWLEDGEMENT.c.alert_id.in_(ids))
        for row in connection.execute(seen).mappings():
            found[row["alert_id"]] = Acknowledged(row["at"], row["author"], row["comment"])
    return found


def is_acknowledged(connection: Connection, rule: str, story: str) -> bool:
    """Whether somebody has seen the last thing that a rule told of a story, or a repetition of it."""
    told = (ALERT.c.story == story) & (ALERT.c.rule == rule) & ALERT.c.suppressed.is_(None)
    last = select(func.max(ALERT.c.id)).where(told, ALERT.c.reason != Reason.REPEAT).scalar_subquery()
    seen = select(ACKNOWLEDGEMENT.c.alert_id).join_from(ACKNOWLEDGEMENT, ALERT).where(told, ALERT.c.id >= last)
    return connection.execute(seen.limit(1)).first() is not None


class Acknowledgements:
    """The part of the store about who has seen what."""

    _database: Database

    def acknowledge(self, alert: int, author: str, comment: str | None, now: datetime) -> Acknowledged | None:
        """Say that somebody has seen an alert that is held; gives who has said so before, and changes nothing then."""
        with self._database.decide() as connection:
            if before := acknowledged(connection, [alert]).get(alert):
                return before
            row = {"alert_id": alert, "at": now, "author": author, "comment": comment}
            connection.execute(insert(ACKNOWLEDGEMENT), row)
        return None
