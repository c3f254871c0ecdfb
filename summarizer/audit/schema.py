"""The audit tables, their guards, how a connection is set up, and what its errors mean.

The statements are written out, because verification compares them, byte for byte, with what
the database holds. They must not depend on the version of a library.
"""

import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from summarizer.errors import AuditUnavailable

__all__ = ["GUARDS", "TABLES", "set_up", "unavailable"]

TABLES: Final = {
    "audit_log": """\
CREATE TABLE audit_log (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    origin TEXT NOT NULL
)""",
    "audit_record": """\
CREATE TABLE audit_record (
    seq INTEGER NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    case_tag TEXT,
    header BLOB NOT NULL,
    body BLOB NOT NULL,
    body_sha256 BLOB NOT NULL,
    hash BLOB NOT NULL
)""",
    "audit_record_event_id": "CREATE UNIQUE INDEX audit_record_event_id ON audit_record (event_id)",
    "audit_record_case_tag": "CREATE INDEX audit_record_case_tag ON audit_record (case_tag, seq)",
    "audit_record_kind": "CREATE INDEX audit_record_kind ON audit_record (kind, seq)",
}
"""Tables and indexes by name."""

# The event id is part of the sequence guard, because INSERT OR REPLACE deletes the row it
# collides with, and no delete trigger sees that unless recursive_triggers is on.
GUARDS: Final = {
    "audit_record_in_sequence": """\
CREATE TRIGGER audit_record_in_sequence BEFORE INSERT ON audit_record
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), -1) + 1 FROM audit_record)
OR EXISTS (SELECT 1 FROM audit_record WHERE event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'audit_record is append-only'); END""",
    "audit_record_no_update": """\
CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record
BEGIN SELECT RAISE(ABORT, 'audit_record is append-only'); END""",
    "audit_record_no_delete": """\
CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record
BEGIN SELECT RAISE(ABORT, 'audit_record is append-only'); END""",
    "audit_log_once": """\
CREATE TRIGGER audit_log_once BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log)
BEGIN SELECT RAISE(ABORT, 'audit_log is written once'); END""",
    "audit_log_no_update": """\
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is written once'); END""",
    "audit_log_no_delete": """\
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is written once'); END""",
}
"""Triggers by name."""

_PRIMARY_CODE = 0xFF
_RETRY_SECONDS = 0.02
_FIXES: Final = {
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


def set_up(connection: sqlite3.Connection, busy_seconds: float, max_pages: int | None) -> None:
    """Make a connection durable, guarded and bounded.

    Raises:
        sqlite3.Error: if another process prevents it for longer than `busy_seconds`.
    """
    # Transactions are begun and ended by the caller, never by the sqlite3 module.
    connection.isolation_level = None
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            # SQLite's own busy wait does not cover two processes that both switch a new file.
            busy = error.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
        time.sleep(_RETRY_SECONDS)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA recursive_triggers=ON")
    if max_pages is not None:
        connection.execute(f"PRAGMA max_page_count={max_pages:d}")


def unavailable(path: Path, error: BaseException) -> AuditUnavailable:
    """Say which file failed, why, and what mends it; the database's own words are left out."""
    if isinstance(error, OSError):
        reason = f"{os.strerror(error.errno or 0)}; check owner, mode and free space of the folder"
        return AuditUnavailable(f"{path}: {reason}")
    code = getattr(error, "sqlite_errorcode", -1)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    fix = _FIXES.get(code & _PRIMARY_CODE, "the database failed; run `summarizer audit verify`")
    return AuditUnavailable(f"{path}: {fix} ({name})")
