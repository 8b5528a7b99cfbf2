"""A database of any earlier version -> one of this version; a later one is refused."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from monitor.errors import StoreError
from monitor.store.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Create or upgrade the schema in place; raises StoreError for a later version and every trouble of the driver."""
    script = ScriptDirectory(str(_MIGRATIONS))
    with database.read() as connection:
        outdated = _outdated(database, script, connection)
    if not outdated:
        return
    with database.decide() as connection:
        # Another process may have upgraded it while this one waited.
        if _outdated(database, script, connection):
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
            command.upgrade(config, "head")


def _outdated(database: Database, script: ScriptDirectory, connection: Connection) -> bool:
    """Whether the schema is of an earlier version; raises StoreError when it is of a later one."""
    found = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := found - {revision.revision for revision in script.walk_revisions()}:
        raise StoreError(
            f"{database.place} was written by a later version of this program (schema {', '.join(sorted(unknown))})"
        )
    return found != set(script.get_heads())
