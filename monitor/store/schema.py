"""A database of any earlier version -> one of this version; a later one is refused."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from monitor.errors import StoreError
from monitor.store.database import Database
from monitor.store.sqlitefile import check

_MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0008"
"""The revision that the last migration leads to."""


def upgrade(database: Database) -> None:
    """Create or upgrade the schema in place; raises StoreError for a later version and every trouble of the driver."""
    with database.read() as connection:
        found = _revision(connection)
    if found == HEAD:
        return
    if database.file:
        check(database.file)  # what is damaged is not rebuilt
    # Almost every start ends above: Alembic takes 0.4 s to import.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    known = {revision.revision for revision in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    with database.decide() as connection:
        # Another process may have upgraded it while this one waited.
        if (found := _revision(connection)) is not None and found not in known:
            raise StoreError(f"{database.place} was written by a later version of this program (schema {found})")
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """The revision of a database, None before the first one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(select(column("version_num")).select_from(table("alembic_version")))
    return found
