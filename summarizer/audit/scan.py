"""Scan: a query -> its rows as they lie in the database, streamed and in constant memory.

Rows come from the driver without SQLAlchemy's own row objects, which would cost as much as the
check of an event. On PostgreSQL the cursor is on the server's side.
"""

import sqlite3
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

__all__ = ["is_damage", "keyed", "scan"]

_ROWS: Final = 1_000
_SQLITE_ROWS: Final = 100
_DAMAGE: Final = frozenset({
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_TOOBIG,
})
"""Primary codes of a file that is not as SQLite wrote it; SQLITE_ERROR: a table is gone."""
_numbers = count()
_PRIMARY: Final = 0xFF
_DAMAGED_STATES: Final = ("XX", "42", "22")
"""Classes of SQLSTATE: damaged data, a table or column that is gone, text that is none."""


def scan(connection: Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a query without parameters, read as they are asked for.

    Text of a damaged SQLite file that is not UTF-8 has surrogates.

    Raises:
        DBAPIError: if the database fails; `is_damage` tells whether it is damaged.
    """
    if connection.dialect.name == "sqlite":
        return _from_sqlite(connection, query)
    return _from_postgresql(connection, query)


def keyed(connection: Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows whose first column is a key that grows from 0, some at a time.

    No cursor stays open in between, so that several of these can be read side by side. The
    query has a place `{after}`, is ordered by the key, and has no limit of its own.

    Raises:
        DBAPIError: if the database fails.
    """
    after = -1
    while True:
        rows = list(scan(connection, f"{query.format(after=after)} LIMIT {_ROWS}"))
        yield from rows
        last = rows[-1][0] if len(rows) == _ROWS else None
        if type(last) is not int or last <= after:
            return
        after = last


def is_damage(error: DBAPIError) -> bool:
    """Say whether the database is damaged, and not just busy, full or gone."""
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(_DAMAGED_STATES)
    # SQLite quotes a damaged schema in its message, which may then be no text.
    if isinstance(error.orig, UnicodeDecodeError):
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    return isinstance(error.orig, sqlite3.Error) and (code is None or code & _PRIMARY in _DAMAGE)


def _from_postgresql(connection: Connection, query: str) -> Iterator[tuple[Any, ...]]:
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor(f"audit_scan_{next(_numbers)}") as cursor:
            cursor.execute(query, binary=True)
            while rows := cursor.fetchmany(_ROWS):
                yield from rows
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(error) from None


def _from_sqlite(connection: Connection, query: str) -> Iterator[tuple[Any, ...]]:
    raw: Any = connection.connection.driver_connection
    read = 0
    try:
        cursor = raw.execute(query)
        # Few at a time: a row may hold a whole body.
        while rows := cursor.fetchmany(_SQLITE_ROWS):
            yield from rows
            read += len(rows)
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise _wrapped(error) from None
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _wrapped(error) from None
    else:
        return
    # Once more from where it stopped, and slower: text that is not UTF-8 stands in the file.
    raw.text_factory = _leniently
    try:
        for number, row in enumerate(raw.execute(query)):
            if number >= read:
                yield row
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _wrapped(error) from None
    finally:
        raw.text_factory = str


def _leniently(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _wrapped(error: Exception) -> DBAPIError:
    return DBAPIError("", None, error)
