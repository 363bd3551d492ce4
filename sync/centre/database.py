"""The open database of a centre: a SQLite file for a try and for a small county, PostgreSQL for a real one.

Writing is serialised where numbers are given: SQLite by its one writer, PostgreSQL by the locked row of a station or a
number. What a transaction has written is durable when its block has ended without an error, and gone when it raised.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError

from kiosk.errors import ConfigurationError, DatabaseError
from kiosk.words import N_
from sync.centre import prepared, upgrade

FILE = "centre.db"
#: How long a writer waits for another one.
BUSY_SECONDS = 10
#: As many as the server has threads, and one for a command beside it.
CONNECTIONS = 5
#: How long a connection may lie unused and is still believed to be there.
BELIEVED_SECONDS = 20
# Errors are logged, and what was to be written may name people: ``hide_parameters`` keeps it out of their words.


class Database:
    """One engine, brought up to this version when it is opened."""

    def __init__(self, folder: Path, address: str = "", busy_seconds: float = BUSY_SECONDS) -> None:
        """``address`` is ``postgresql://…``; '' is a SQLite file in ``folder``, made on first use.

        Raises ``DatabaseError`` when it can't be opened, ``ConfigurationError`` for an address that is none.
        """
        self.path = folder / FILE
        self._turn = threading.Lock()
        self.engine = _postgresql(address, busy_seconds) if address else _sqlite(self.path, busy_seconds)
        self._writing = self.engine.execution_options(sqlite_writes=True)  # the same connections
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.writing() as db:
                upgrade.bring_up(db, self.name)
        except (SQLAlchemyError, OSError) as error:
            self.engine.dispose()
            why = str(getattr(error, "orig", error))
            raise DatabaseError(N_("数据库 {file} 打不开：{why}"), file=self.name, why=why) from error
        except DatabaseError:
            self.engine.dispose()
            raise

    @property
    def name(self) -> str:
        """Which database this is, for people; without a password."""
        return str(self.path) if self.is_sqlite else self.engine.url.render_as_string(hide_password=True)

    @property
    def is_sqlite(self) -> bool:
        """A file, and not a server."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn, self._writing.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of everything, for as long as the block lasts."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:  # which by itself shows each statement what was committed before it
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def close(self) -> None:
        """Lets all connections go."""
        self.engine.dispose()


def _sqlite(path: Path, busy_seconds: float) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": busy_seconds, "isolation_level": None, "check_same_thread": False},
        pool_size=CONNECTIONS,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("PRAGMA trusted_schema = OFF").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once when somebody else wrote meanwhile.
        writes = connection.get_execution_options().get("sqlite_writes")
        prepared.run(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: str, busy_seconds: float) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() != "postgresql":
            raise ArgumentError("another kind of database")
        milliseconds = round(busy_seconds * 1000)
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"options": f"-c lock_timeout={milliseconds} -c timezone=UTC", "connect_timeout": 10},
            pool_size=CONNECTIONS,
            hide_parameters=True,
            pool_timeout=busy_seconds,
        )
        _ask_after_a_silence(engine)
        return engine
    except ImportError as error:
        raise ConfigurationError(
            N_("没有安装 PostgreSQL 的驱动；请安装 station-kiosk[centre]，或不写数据库地址而用 SQLite")
        ) from error
    except ArgumentError as error:
        raise ConfigurationError(N_("数据库地址应如 postgresql://用户@主机/库名；程序没有启动")) from error


def _ask_after_a_silence(engine: Engine) -> None:
    """Hands out no connection that a restarted server has left behind. What ``pool_pre_ping`` asks the server each time is
    asked only where there is a sign: a server that goes has closed the line, so that there is something to read on it
    though nothing was asked; one that vanished without a word has been silent for long."""

    @event.listens_for(engine, "checkin")
    def leave(connection: Any, record: Any) -> None:
        record.info["left"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, proxy: Any) -> None:
        left = record.info.get("left")
        if left is None or (time.monotonic() - left < BELIEVED_SECONDS and not _is_readable(connection.fileno())):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool makes a new one


def _is_readable(number: int) -> bool:
    line = select.poll()
    line.register(number, select.POLLIN)
    return bool(line.poll(0))
