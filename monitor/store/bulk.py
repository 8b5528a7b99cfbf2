"""Rows of a table -> one plain statement for all of them.

SQLAlchemy takes 60 us to get the forty columns of an article ready, which is more than SQLite takes to store them: here
the statement and what turns a value into a parameter are made once for each table and engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import Column

_Turn = Callable[[Any], Any] | None


class Bulk:
    """Inserts rows that all have the same columns of a table."""

    def __init__(self, table: Table, names: Sequence[str], tail: str = "") -> None:
        """`tail` follows the values in the statement."""
        self._columns = [table.c[name] for name in names]
        self._names = tuple(names)
        self._head = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES "  # noqa: S608 - names of ours
        self._tail = tail
        self._made: dict[str, tuple[str, list[_Turn]]] = {}

    def add(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert rows; gives how many were inserted or changed."""
        dialect = connection.dialect
        if dialect.name not in self._made:
            self._made[dialect.name] = self._make(dialect)
        statement, turns = self._made[dialect.name]
        names = self._names
        told = [
            tuple([turn(row[name]) if turn else row[name] for name, turn in zip(names, turns, strict=True)])
            for row in rows
        ]
        return connection.exec_driver_sql(statement, told, execution_options={"preserve_rowcount": True}).rowcount

    def _make(self, dialect: Dialect) -> tuple[str, list[_Turn]]:
        mark = "?" if dialect.name == "sqlite" else "%s"
        return f"{self._head}({', '.join(mark for _ in self._names)}) {self._tail}", [
            _turn(column, dialect) for column in self._columns
        ]


def _turn(column: Column[Any], dialect: Dialect) -> _Turn:
    """What turns a value of a column into a parameter of a statement; None for what need not be turned."""
    turn: _Turn = column.type.dialect_impl(dialect).bind_processor(dialect)
    return turn
