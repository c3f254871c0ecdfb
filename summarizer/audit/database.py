"""Database: a URL -> an engine whose connections are durable, guarded and bounded.

What differs between SQLite and PostgreSQL stands here and in `backends.py`, and nowhere else.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from select import POLLOUT, poll
from typing import Any, Final, Literal, Self

from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from summarizer.audit.origin import private_folder
from summarizer.audit.write_queue import WriteQueue
from summarizer.errors import AuditUnavailable, ConfigurationError

__all__ = ["Branch", "Database", "KeptConnection", "driver", "is_conflict"]

Branch = Literal["log", "keys", "spending", "access"]

_HEADS: Final[dict[Branch, str]] = {
    "log": "log0002",
    "keys": "keys0002",
    "spending": "spending0001",
    "access": "access0002",
}
_PRIMARY_CODE = 0xFF
_RETRY_SECONDS = 0.02
_SCRUB_TRIES = 5
_PAUSE_SECONDS = 0.12
"""Longer than SQLite's longest wait between two looks at a locked file."""
_CONNECT_SECONDS = 5
_SQLITE_FIXES: Final = {
    sqlite3.SQLITE_FULL: "the disk or the database is full; free space",
    sqlite3.SQLITE_BUSY: "another process keeps the database locked; find and end it",
    sqlite3.SQLITE_LOCKED: "another process keeps the database locked; find and end it",
    sqlite3.SQLITE_READONLY: "the database is read-only; check the owner and mode of the file",
    sqlite3.SQLITE_PERM: "no permission; check the owner and mode of the file",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check the path, owner and mode of file and folder",
    sqlite3.SQLITE_NOTADB: "not an SQLite database; check database_url or restore a backup",
    sqlite3.SQLITE_CORRUPT: "the database is damaged; run `summarizer audit verify`",
    sqlite3.SQLITE_CONSTRAINT: "the append-only guard refused; run `summarizer audit verify`",
    sqlite3.SQLITE_IOERR: "the disk failed to read or write; check the volume",
}
_POSTGRESQL_FIXES: Final = {
    "08": "the server closed or refused the connection; check that it runs and database_url",
    "23": "the append-only guard refused; run `summarizer audit verify`",
    "28": "the server refused the user; check database_url and PGPASSWORD or the pgpass file",
    "40": "the transaction lost a conflict; try again",
    "42": "a table, function or right is missing; run `summarizer db upgrade` and `db roles`",
    "53": "the server is out of disk, memory or connections; free some",
    "57": "the server is shutting down or restarting; try again when it is up",
    "58": "the server's disk failed; check its volume",
}


class Database:
    """One database and how it is spoken to; engine and dialect are public."""

    def __init__(
        self,
        url: str,
        *,
        busy_seconds: float = 5.0,
        max_pages: int | None = None,
        forgets: bool = False,
    ) -> None:
        """Prepare an engine; nothing is opened yet.

        Args:
            url: `sqlite:///PATH` or `postgresql+psycopg://…`.
            busy_seconds: how long to wait for another process that is writing to SQLite.
            max_pages: SQLite's limit in pages of 4 KiB; its own by default.
            forgets: overwrite what is deleted (SQLite), for keys.

        Raises:
            ConfigurationError: if the URL names neither kind of database.
        """
        parsed = _parsed(url)
        self.dialect: Literal["sqlite", "postgresql"]
        self.path: Path | None = None
        """The file, on SQLite."""
        if parsed.get_backend_name() == "sqlite":
            self.dialect, self.path = "sqlite", Path(str(parsed.database))
            self.engine = create_engine(
                parsed,
                hide_parameters=True,
                connect_args={"timeout": busy_seconds, "check_same_thread": False},
            )
            event.listen(
                self.engine,
                "connect",
                lambda connection, _: _set_up(connection, busy_seconds, max_pages, forgets=forgets),
            )
            event.listen(self.engine, "begin", _begin)
        else:
            self.dialect = "postgresql"
            self.engine = create_engine(
                parsed,
                hide_parameters=True,
                pool_pre_ping=True,
                pool_size=10,
                max_overflow=20,
                connect_args={"connect_timeout": _CONNECT_SECONDS},
            )
            event.listen(self.engine, "connect", lambda connection, _: _make_durable(connection))
        self.name = str(self.path or _place(parsed))
        """What faults call it: callers read it, so it holds no secret and not who signs in."""
        self.writer = self.engine.execution_options(writes=True)
        self.queue = WriteQueue(self.path, busy_seconds)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction that does not write.

        Raises:
            AuditUnavailable: with the fix, if the database fails.
        """
        with self.translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection to which the database does not change, whatever others write.

        Raises:
            AuditUnavailable: with the fix, if the database fails.
        """
        frozen = self.engine
        if self.dialect == "postgresql":
            frozen = frozen.execution_options(isolation_level="REPEATABLE READ")
        with self.translated(), frozen.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is committed, durably, at the end.

        Raises:
            AuditUnavailable: with the fix, if the database fails.
        """
        with self.translated(), self.queue.turn(), self.writer.begin() as connection:
            yield connection

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the database's errors into ours; its own words are left out."""
        try:
            yield
        except (
            SQLAlchemyError,
            self.engine.dialect.loaded_dbapi.Error,
            sqlite3.Error,
            OSError,
            UnicodeDecodeError,
        ) as error:
            msg = f"{self.name}: {self._fix(error)}"
            raise AuditUnavailable(msg) from None

    def scrub(self) -> None:
        """Take what was deleted and overwritten out of SQLite's write-ahead log, too.

        Raises:
            AuditUnavailable: if another process reads for too long.
        """
        if self.dialect != "sqlite":
            return
        with self.translated(), self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            for _ in range(_SCRUB_TRIES):
                busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    return
                time.sleep(_PAUSE_SECONDS)
        msg = (
            f"{self.name}: done, but another process keeps an old copy in the write-ahead log; "
            "end it and run this again"
        )
        raise AuditUnavailable(msg)

    def give_way(self) -> None:
        """Let others write between two batches: SQLite has no queue of those who wait."""
        if self.dialect == "sqlite":
            time.sleep(_PAUSE_SECONDS)

    def migrate(self, branch: Branch) -> Self:
        """Bring the tables of a branch to the newest revision; a new database gets them all.

        Raises:
            AuditUnavailable: if that fails, or the database is of a newer release.
        """
        if self.path is not None:
            with self.translated():
                private_folder(self.path.parent)
                with suppress(FileExistsError):
                    os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        current = self.revision(branch)
        if current == _HEADS[branch]:
            return self
        if current is not None and current > _HEADS[branch]:
            msg = f"{self.name}: the tables are those of a newer release ({current}); upgrade"
            raise AuditUnavailable(msg)
        from summarizer.audit.migrate import upgrade  # noqa: PLC0415 - loads Alembic

        with self.writing() as connection:
            upgrade(connection, branch)
        return self

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def revision(self, branch: Branch) -> str | None:
        """Return the revision of a branch's tables; None if there are none.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        from sqlalchemy import inspect  # noqa: PLC0415 - beside its only use

        with self.reading() as connection:
            table = f"{branch}_version"
            if not inspect(connection).has_table(table):
                return None
            query = text(f"SELECT version_num FROM {table}")
            return connection.execute(query).scalar()

    def _fix(self, error: BaseException) -> str:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, OSError) and cause.errno is not None:
            reason = os.strerror(cause.errno)
            return f"{reason}; check owner, mode and free space of the folder"
        state = getattr(cause, "sqlstate", None)
        if self.dialect == "postgresql":
            # Without a state the connection itself was lost.
            kind = state[:2] if state else "08"
            fix = _POSTGRESQL_FIXES.get(kind, "the database failed; see its log")
            return f"{fix} ({state or type(cause).__name__})"
        code = getattr(cause, "sqlite_errorcode", -1)
        name = getattr(cause, "sqlite_errorname", type(cause).__name__)
        default = "the database failed; run `summarizer audit verify`"
        return f"{_SQLITE_FIXES.get(code & _PRIMARY_CODE, default)} ({name})"


class KeptConnection:
    """A connection to write by, kept from one transaction to the next; for one thread.

    To take one from the pool and to ask whether it is alive costs as much as to append an event.
    """

    def __init__(self, database: Database) -> None:
        """Open nothing yet."""
        self._database = database
        self._kept: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the connection in a transaction; after a failure the next one is new.

        Raises:
            SQLAlchemyError: if the database fails.
        """
        if self._kept is not None and _was_closed(self._kept):
            self._drop()
        if self._kept is None:
            self._kept = self._database.writer.connect()
        try:
            with self._kept.begin():
                yield self._kept
        except BaseException:
            self._drop()
            raise

    def close(self) -> None:
        """Give the connection back."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.invalidate()
        self.close()


def _was_closed(connection: Connection) -> bool:
    """Say whether the server closed a connection that rests: then there is something to read."""
    if connection.dialect.name == "sqlite":
        return False
    raw: Any = connection.connection.driver_connection
    if raw.closed:
        return True
    waiting = poll()
    waiting.register(raw.fileno())
    return any(events & ~POLLOUT for _, events in waiting.poll(0))


@contextmanager
def driver(connection: Connection) -> Iterator[Any]:
    """Give the driver's own connection, for statements that run for every batch.

    SQLAlchemy's way to one statement takes longer than SQLite does for most of them.

    Raises:
        DBAPIError: as SQLAlchemy would, if the database fails.
    """
    errors = connection.dialect.loaded_dbapi.Error
    try:
        yield connection.connection.driver_connection
    except errors as error:
        # Without the statement and its values, as `hide_parameters` has it.
        raise DBAPIError.instance(None, None, error, errors, dialect=connection.dialect) from None


def is_conflict(error: BaseException) -> bool:
    """Say whether an insert collided with a row that was there: an id that was used before."""
    cause = getattr(error, "orig", None) if isinstance(error, DBAPIError) else None
    state = getattr(cause, "sqlstate", None) or ""
    code = getattr(cause, "sqlite_errorcode", 0)
    return state.startswith("23") or code & _PRIMARY_CODE == sqlite3.SQLITE_CONSTRAINT


def _parsed(url: str) -> URL:
    with suppress(ArgumentError):
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
            if not parsed.query:
                return parsed
        elif parsed.drivername == "postgresql+psycopg":
            return parsed
    msg = (
        "database_url (SUMMARIZER_DATABASE_URL): use sqlite:///PATH, the path of a file, or "
        "postgresql+psycopg://USER@HOST/NAME"
    )
    raise ConfigurationError(msg)


def _place(url: URL) -> URL:
    """Return where a database is; a password may stand among the options, too."""
    return URL.create(url.drivername, host=url.host, port=url.port, database=url.database)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    with driver(connection) as raw:
        raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_durable(connection: Any) -> None:
    """Have a commit wait for the disk, whatever the server's default; stronger settings stay."""
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def _set_up(
    connection: sqlite3.Connection, busy_seconds: float, max_pages: int | None, *, forgets: bool
) -> None:
    """Make a connection durable, guarded and bounded.

    Raises:
        sqlite3.Error: if another process prevents it for longer than `busy_seconds`.
    """
    # Transactions are begun and ended by the caller, never by the sqlite3 module.
    connection.isolation_level = None
    _until_free(lambda: connection.execute("PRAGMA journal_mode=WAL"), busy_seconds)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA recursive_triggers=ON")
    # Pages that many commits write again are copied into the file once, 16 MiB at a time.
    connection.execute("PRAGMA wal_autocheckpoint=4000")
    connection.execute("PRAGMA cache_size=-16384")
    if forgets:
        connection.execute("PRAGMA secure_delete=ON")
    if max_pages is not None:
        connection.execute(f"PRAGMA max_page_count={max_pages:d}")


def _until_free(work: Callable[[], Any], busy_seconds: float) -> None:
    """Repeat: SQLite's own wait does not cover two processes that both switch a new file."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            work()
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(_RETRY_SECONDS)
