"""What is asked for every report: written once as all the rest, spelled once for its database, and run by the driver itself.
SQLAlchemy takes several times as long to run a statement as a database takes to answer it.

Nothing else differs: it runs in the transaction that is open, and what fails is told as SQLAlchemy tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A statement in a database's words. ``names`` in their order; None where the driver takes values by name."""

    text: str
    names: tuple[str, ...] | None
    constants: dict[str, Any]
    returns: bool

    def given(self, values: Values) -> Values | list[Any]:
        whole = {**self.constants, **values} if self.constants else values
        return whole if self.names is None else [whole[name] for name in self.names]


class Prepared:
    """One statement whose values are named by ``bindparam`` or, where a row is written, by ``columns``.

    They must be of types that the driver takes and gives by itself: texts and whole numbers.
    """

    def __init__(self, *statements: Executable, columns: Iterable[str] = ()) -> None:
        """One for all databases, or SQLite's and PostgreSQL's own."""
        self._statements = {"sqlite": statements[0], "postgresql": statements[-1]}
        self._columns = list(columns) or None
        self._spelled: dict[str, _Spelled] = {}

    def rows(self, db: Connection, values: Values) -> list[tuple[Any, ...]]:
        """Runs it in the transaction of ``db``; what it returns, and nothing for what returns nothing."""
        if not db.in_transaction():
            db.begin()  # as SQLAlchemy does by itself
        spelled = self._spelled.get(db.dialect.name) or self._spell(db.dialect)
        return run(db, spelled.text, spelled.given(values), returns=spelled.returns)

    def _spell(self, dialect: Dialect) -> _Spelled:
        made: Any = self._statements[dialect.name]
        made = made.compile(dialect=dialect, column_keys=self._columns)
        names = tuple(made.positiontup) if made.positional else None
        constants = {name: bind.value for bind, name in made.bind_names.items() if not bind.required}
        returns = not made.statement.is_dml or bool(made.effective_returning)
        self._spelled[dialect.name] = found = _Spelled(made.string, names, constants, returns)
        return found


def run(
    db: Connection, text: str, values: Values | Sequence[Any] = (), *, returns: bool = False
) -> list[tuple[Any, ...]]:
    """One statement in the driver's own words. Raises what SQLAlchemy raises."""
    driver: Any = db.connection.driver_connection
    try:
        cursor = driver.execute(text, values)
        return cursor.fetchall() if returns else []
    except db.dialect.loaded_dbapi.Error as error:
        raise _told(db, driver, text, error) from error


def _told(db: Connection, driver: Any, text: str, error: Any) -> BaseException:
    is_gone = db.dialect.is_disconnect(error, driver, None)
    if is_gone:
        db.invalidate(error)
    return DBAPIError.instance(
        text, None, error, db.dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=is_gone,
        dialect=db.dialect,
    )  # fmt: skip
