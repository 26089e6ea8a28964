"""Opening a study's database, keeping its schema up to date, and transactions.

SQLite (in WAL mode) and PostgreSQL are served alike. Whatever the database driver raises
reaches people as one `StoreError` sentence; only a violated constraint is passed on as
SQLAlchemy's ``IntegrityError``, because it answers a question: *is that there already?*
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sqlalchemy as sa

from musegen import settings
from musegen.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

BUSY_TIMEOUT_S = 15.0
"""How long to wait for somebody else's lock: far longer than any of our transactions."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_BEGIN = "musegen_begin"
_one_migration = threading.Lock()  # alembic keeps its context in module globals


class Lock(IntEnum):
    """What only one transaction at a time may do (numbers are PostgreSQL's advisory locks)."""

    MIGRATION = 7_368_501
    ASSIGNMENT = 7_368_502


class Database:
    """A database whose schema is up to date; made by `Database.open`."""

    def __init__(self, engine: sa.Engine, where: str) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self.where = where

    @classmethod
    def open(cls, url: str | None = None, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Database:
        """The database at ``url`` (default: `musegen.settings.database_url`).

        An SQLite file that does not exist is made; missing migrations are run.

        Raises
        ------
        StoreError
            When it cannot be reached, read or written, or is newer than this program.
        """
        try:
            parsed = sa.make_url(settings.database_url() if url is None else url)
            engine = _engine(parsed, busy_timeout_s)
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as error:
            raise StoreError(
                "The database's address cannot be used; set MUSEGEN_DATABASE_URL to "
                "“sqlite:////folder/file.db” or “postgresql://user:password@host/name”."
            ) from error
        except OSError as error:
            raise StoreError(
                f"The folder for the database cannot be used ({error}); "
                "set MUSEGEN_DATA to a folder that may be written."
            ) from error
        database = cls(engine, _where(parsed))
        try:
            database._migrate()
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that only reads."""
        with self._in_words(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def transaction(self, *, lock: Lock | None = None) -> Iterator[sa.Connection]:
        """All or nothing: committed at the end, rolled back by any exception.

        On SQLite there is one writer at a time anyway; on PostgreSQL ``lock`` keeps out
        other transactions with the same one.
        """
        with self._in_words(), self._writer.begin() as connection:
            if lock is not None and connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(int(lock))))
            yield connection

    @contextmanager
    def deleting(self) -> Iterator[sa.Connection]:
        """A transaction that takes rows away, and with them all that points to them.

        Raises
        ------
        StoreError
            When something that points to them arrives at the same moment.
        """
        try:
            with self.transaction() as connection:
                yield connection
        except sa.exc.IntegrityError as error:
            raise StoreError(
                "An answer arrived while this was being deleted, so nothing was; try again."
            ) from error

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        from alembic import command

        config, script = _alembic()
        with _one_migration:
            with self.reading() as connection:
                if self._is_current(connection, script):
                    return
            with self.transaction(lock=Lock.MIGRATION) as connection:
                if self._is_current(connection, script):  # another process was faster
                    return
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    def _is_current(self, connection: sa.Connection, script: ScriptDirectory) -> bool:
        from alembic.runtime.migration import MigrationContext

        heads = MigrationContext.configure(connection).get_current_heads()
        known = {revision.revision for revision in script.walk_revisions()}
        if not known.issuperset(heads):
            raise StoreError(
                f"The database {self.where} was made by a newer musegen; update musegen, "
                "or name another database in MUSEGEN_DATABASE_URL."
            )
        return set(heads) == set(script.get_heads())

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        from pandas.errors import DatabaseError

        try:
            yield
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, DatabaseError) as error:
            # pandas wraps what SQLAlchemy raises.
            cause = error.__cause__ if isinstance(error, DatabaseError) else error
            if isinstance(cause, sa.exc.IntegrityError):
                raise cause from None
            sentence = _sentence(cause or error)
            if sentence is None and isinstance(cause, sa.exc.ProgrammingError):
                raise cause from None  # our own mistake, not the database's state
            raise StoreError((sentence or _SILENT).format(self.where)) from error


def _engine(url: sa.URL, busy_timeout_s: float) -> sa.Engine:
    backend = url.get_backend_name()
    if backend == "postgresql":
        limits = f"-c lock_timeout={int(busy_timeout_s * 1000)}"
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": 5, "options": limits},
            pool_pre_ping=True,
        )
    if backend != "sqlite" or url.database in (None, "", ":memory:"):
        raise sa.exc.ArgumentError("neither an SQLite file nor PostgreSQL")
    timeout = {} if "timeout" in url.query else {"timeout": busy_timeout_s}
    engine = sa.create_engine(
        _existing_file(url),
        connect_args={"check_same_thread": False, **timeout},
        poolclass=sa.NullPool,  # a file that was taken away must be noticed at once
    )
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _existing_file(url: sa.URL) -> sa.URL:
    """The address of the same file, made if need be, that will not make it a second time."""
    if str(url.database).startswith("file:"):
        return url
    path = Path(str(url.database)).expanduser().absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch()
    query = {**url.query, "mode": "rw", "uri": "true"}
    return url.set(database=f"file:{quote(path.as_posix())}", query=query)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, DDL included
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "journal_mode=WAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _alembic() -> tuple[Config, ScriptDirectory]:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config, ScriptDirectory.from_config(config)


def _where(url: sa.URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"“{url.database}”"
    place = f"{url.host or 'localhost'}:{url.port or 5432}"
    return f"“{url.database}” on {place}"


_SENTENCES = (
    (
        "locked|lock timeout|deadlock",
        "The database {} is being used by another program; wait a moment and try again.",
    ),
    (
        "readonly|read-only|permission denied",
        "The database {} may not be written; give this program the right to write it.",
    ),
    (
        "disk is full|No space left|disk I/O",
        "The disk with the database {} is full or broken; make room and try again.",
    ),
    (
        "not a database|malformed",
        "The file {} is damaged or no database; put back a copy or set MUSEGEN_DATABASE_URL.",
    ),
    (
        "no such table|does not exist|no such column|already exists",
        "The database {} is not one that musegen made; name another in MUSEGEN_DATABASE_URL.",
    ),
    (
        "authentication failed",
        "The database {} refuses the user or password in MUSEGEN_DATABASE_URL; correct them.",
    ),
    (
        "unable to open",
        "The database {} is gone or cannot be opened; put it back, or start musegen again.",
    ),
)


_SILENT = (
    "The database {} does not answer; see that it runs and that MUSEGEN_DATABASE_URL is right, "
    "then try again."
)


def _sentence(error: BaseException) -> str | None:
    text = str(getattr(error, "orig", error))
    matching = (said for found, said in _SENTENCES if re.search(found, text, re.IGNORECASE))
    return next(matching, None)
