"""Rule files that went live, and what rules found -> rows: which rules were live when, and what each has hit."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, select

from monitor.store.articles import batches
from monitor.store.columns import storable
from monitor.store.database import Database
from monitor.store.rows import LiveRules, RuleHits
from monitor.store.tables import ARTICLE, MATCH, RULESET, RULETEXT, key


class Rulesets:
    """The part of the store about rules."""

    _database: Database

    def went_live(self, files: Mapping[str, bytes], languages: Sequence[str], now: datetime) -> bool:
        """Remember the rule files (path -> content, in their order) that are live from now on; whether they are others.

        `languages` are those that they are read in. A content is kept once, however many sets it belongs to.
        """
        named = [(storable(path), hashlib.sha256(content).hexdigest()) for path, content in files.items()]
        name = key(*languages, *(part for pair in named for part in pair))
        with self._database.decide() as connection:
            if connection.scalar(select(RULESET.c.hash).order_by(RULESET.c.id.desc()).limit(1)) == name:
                return False
            held: set[str] = set()
            for part in batches({content for _, content in named}):
                held.update(connection.scalars(select(RULETEXT.c.hash).where(RULETEXT.c.hash.in_(part))))
            fresh = {one: text for (_, one), text in zip(named, files.values(), strict=True) if one not in held}
            if fresh:
                rows = [{"hash": one, "content": zlib.compress(text)} for one, text in fresh.items()]
                connection.execute(insert(RULETEXT), rows)
            row = {"hash": name, "languages": list(languages), "files": [list(pair) for pair in named], "live": now}
            connection.execute(insert(RULESET), row)
        return True

    def ruleset_live(self, at: datetime | None = None) -> LiveRules | None:
        """The rule files that were live at a time, without one those that went live last; None before the first."""
        statement = select(RULESET).order_by(RULESET.c.id.desc()).limit(1)
        if at is not None:
            statement = statement.where(RULESET.c.live <= at)
        with self._database.read() as connection:
            row = connection.execute(statement).mappings().first()
            return _live(connection, row) if row else None

    def rulesets(self, since: datetime, until: datetime) -> list[LiveRules]:
        """The rule files that were live at any time in between, the first to go live first."""
        first = select(func.max(RULESET.c.id)).where(RULESET.c.live <= since).scalar_subquery()
        statement = select(RULESET).where(RULESET.c.live <= until, RULESET.c.id >= func.coalesce(first, 0))
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(RULESET.c.id)).mappings().all()
            return [_live(connection, row) for row in rows]

    def named_since(self, rule: str) -> datetime | None:
        """Since when the rule files that were live name a rule without a pause; None when those of today do not."""
        named = rule.encode()
        since = None
        seen: dict[str, bool] = {}
        with self._database.read() as connection:
            rows = connection.execute(select(RULESET.c.files, RULESET.c.live).order_by(RULESET.c.id.desc())).all()
            for row in rows:
                for one in {one for _, one in row.files} - seen.keys():
                    content = connection.scalar(select(RULETEXT.c.content).where(RULETEXT.c.hash == one))
                    seen[one] = content is not None and named in zlib.decompress(content)
                if not any(seen[one] for _, one in row.files):
                    break
                since = row.live
        return since

    def rule_hits(self) -> dict[str, RuleHits]:
        """What each rule that ever matched has hit, by its id."""
        with self._database.read() as connection:
            return {rule: RuleHits(hits, last) for rule, hits, last in connection.execute(_HITS)}


def _live(connection: Connection, row: RowMapping) -> LiveRules:
    texts: dict[str, bytes] = {}
    for part in batches({one for _, one in row["files"]}):
        for one, content in connection.execute(select(RULETEXT).where(RULETEXT.c.hash.in_(part))):
            texts[one] = zlib.decompress(content)
    files = {path: texts[one] for path, one in row["files"]}
    return LiveRules(files, tuple(row["languages"]), row["live"], row["hash"])


_NUMBERS = (
    select(MATCH.c.rule, func.count().label("hits"), func.max(MATCH.c.article_id).label("last"))
    .group_by(MATCH.c.rule)
    .subquery()
)
_HITS = select(_NUMBERS.c.rule, _NUMBERS.c.hits, ARTICLE.c.first_seen).join(ARTICLE, ARTICLE.c.id == _NUMBERS.c.last)
