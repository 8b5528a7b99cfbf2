"""A row for each hash of words in a row -> segments of many hashes, which are written once."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa
from alembic import op

from monitor.store.postings import Fresh
from monitor.store.recent import HOLDER, SHINGLES, TRAITS
from monitor.store.segments import Segments

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SHINGLE = sa.table("shingle", sa.column("hash"), sa.column("holders"))
_TRAIT = sa.table("trait", sa.column("hash"), sa.column("holders"))
_STORY = sa.table("story", *(sa.column(name) for name in ("id", "opened", "merged_into")))
_FEW = 5_000  # traits that are in memory
_MANY = 60_000  # hashes of a segment: as many as the program makes of one


def upgrade() -> None:
    """What the hashes find stays as it is."""
    op.create_table(
        "segment",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in ("level", "bits")),
        sa.Column("filter", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
    )
    op.create_table(
        "part",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        sa.Column("holders", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_part"),
    )
    connection, segments = op.get_bind(), Segments(SHINGLES.most)
    rows = connection.execute(sa.select(_SHINGLE).order_by("hash"), execution_options={"yield_per": _MANY})
    for part in rows.partitions():
        fresh = Fresh()
        fresh.holders = {hash_: bytes(holders) for hash_, holders in part}
        segments.add(connection, fresh)
    op.drop_table("shingle")
    _renumber(connection)
    op.create_index("ix_article_story_id", "article", ["story", "id"])


def _renumber(connection: sa.Connection) -> None:
    """Have the index of traits know merged stories by the number of the one that they belong to."""
    swallowed = _STORY.alias()
    merged = dict(
        connection.execute(
            sa.select(swallowed.c.opened, _STORY.c.opened)
            .join(_STORY, _STORY.c.id == swallowed.c.merged_into)
            .where(swallowed.c.opened.is_not(None))
        ).all()
    )
    if not merged:
        return
    rows = connection.execute(sa.select(_TRAIT).order_by("hash"), execution_options={"yield_per": _FEW})
    for part in rows.partitions():
        changed = {}
        for hash_, packed in part:
            holders = np.frombuffer(packed, HOLDER).copy()
            holders["number"] = [merged.get(one, one) for one in holders["number"].tolist()]
            if (told := holders.tobytes()) != packed:
                changed[hash_] = told
        TRAITS.replace(connection, changed)
