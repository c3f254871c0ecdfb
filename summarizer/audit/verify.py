"""A database file, read without the code that wrote it -> what is not as it was written.

Everything is recomputed from stored bytes, in one snapshot and one pass. Beside the kinds of a
changed record there are two for the database itself: `database_damaged` (its structure or its
tables) and `guard_missing` (a trigger is gone or another one).

What lies outside the database, in the origin's folder, tells the rest: `chain.key`, without
which no record can be forged, `head.json`, which shows a tail that was cut off, and
`database.json`, which shows a log that was put in the place of another. Whoever can write the
data folder too can rebuild everything; only a head kept by somebody else shows that.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from summarizer.audit import Verification
from summarizer.audit.origin import Head, OriginFolder, other_logs
from summarizer.audit.schema import GUARDS, TABLES, unavailable
from summarizer.audit.walk import ChainWalk, Findings, Row
from summarizer.errors import AuditUnavailable

__all__ = ["Progress", "verify_log"]

Progress = Callable[[int, int], None]

_RECORDS = (
    "SELECT seq, event_id, kind, at, case_tag, header, body, body_sha256, hash FROM audit_record"
)
_PROGRESS_EVERY = 512
_BUSY_SECONDS = 5.0
# These say that the database cannot be read now, not that it is damaged.
_NOT_DAMAGE = frozenset({
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
})


def verify_log(path: Path, *, data_dir: Path, progress: Progress | None = None) -> Verification:
    """Verify an audit database; damage of any kind is a finding.

    Args:
        path: the database file.
        data_dir: the folder with `origins/`, where the last known head is kept.
        progress: called with the records done and their total, now and then and at the end.

    Raises:
        AuditUnavailable: if the file is absent, locked or may not be read.
    """
    findings = Findings()
    origin: str | None = None
    with closing(_connect(path)) as connection:
        with _damage_found(path, findings):
            origin = _origin(connection, findings)
        _find_replaced(data_dir, path, origin, findings)
        # The head is read before the snapshot is taken, or a running writer would outdo it.
        key, head = (None, None) if origin is None else _known(data_dir, origin, findings)
        connection.execute("BEGIN")
        with _damage_found(path, findings):
            _check_structure(connection, findings)
        walk = ChainWalk(
            findings,
            origin=origin,
            key=key,
            head=head,
            header_at=lambda seq: _header_at(connection, seq),
        )
        with _damage_found(path, findings):
            _walk(connection, walk, progress)
        walk.finish()
    return Verification(walk.entries, walk.root.hex(), findings.listed())


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)
    except sqlite3.Error as error:
        raise unavailable(path, error) from None
    connection.isolation_level = None
    # A text that is not UTF-8 is damage to be named, not an error.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


@contextmanager
def _damage_found(path: Path, findings: Findings) -> Iterator[None]:
    """Turn an error that means damage into a finding."""
    try:
        yield
    # Beside its own errors, sqlite3 fails to decode a message that quotes a damaged schema.
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_DAMAGE:
            raise unavailable(path, error) from None
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        findings.add("database_damaged", None, f"SQLite cannot read it all: {name}")


def _origin(connection: sqlite3.Connection, findings: Findings) -> str | None:
    match connection.execute("SELECT id, origin FROM audit_log").fetchall():
        case [(0, str(origin))]:
            return origin
    findings.add("database_damaged", None, "audit_log does not hold the log's one origin id")
    return None


def _find_replaced(data_dir: Path, path: Path, origin: str | None, findings: Findings) -> None:
    for other in other_logs(data_dir, path, origin):
        detail = (
            f"the log {other} was in this file and was replaced; restore it, or take its folder "
            "out of origins/ if it was moved on purpose"
        )
        findings.add("rolled_back", None, detail)


def _known(data_dir: Path, origin: str, findings: Findings) -> tuple[bytes | None, Head | None]:
    """Return the chain key and the last known head; what is wrong with either is a finding."""
    key = head = None
    try:
        folder = OriginFolder(data_dir, origin)
    except AuditUnavailable:
        findings.add("database_damaged", None, "audit_log: the origin id is damaged")
        return None, None
    try:
        key = folder.chain_key()
    except AuditUnavailable as error:
        findings.add("checkpoint_invalid", None, f"no hash can be checked: {error.detail}")
    try:
        head = folder.read_head()
    except (OSError, ValueError) as error:
        detail = f"head.json cannot be read: {type(error).__name__}"
        findings.add("checkpoint_invalid", None, detail)
    return key, head


def _check_structure(connection: sqlite3.Connection, findings: Findings) -> None:
    for (message,) in connection.execute("PRAGMA integrity_check"):
        if message != "ok":
            findings.add("database_damaged", None, f"integrity check: {message}")
    expected = TABLES | GUARDS
    tables = {name for name, sql in TABLES.items() if sql.startswith("CREATE TABLE")}
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    stored = {row for row in rows if row[1] in expected or row[2] in tables}
    for name, sql in expected.items():
        kind = "guard_missing" if name in GUARDS else "database_damaged"
        same = {row for row in stored if row[1] == name and row[3] == sql and row[2] in tables}
        if not same:
            findings.add(kind, None, f"{name} is missing or not as it was created")
        stored -= same
    if stored:
        findings.add("database_damaged", None, f"{len(stored)} foreign object(s) on audit tables")


def _header_at(connection: sqlite3.Connection, seq: int) -> Any:
    query = "SELECT header FROM audit_record WHERE seq = ?"
    row = connection.execute(query, (seq,)).fetchone()
    return row[0] if row else None


def _walk(connection: sqlite3.Connection, walk: ChainWalk, progress: Progress | None) -> None:
    (last,) = connection.execute("SELECT MAX(seq) FROM audit_record").fetchone()
    total = last + 1 if isinstance(last, int) else 0
    for row in connection.execute(f"{_RECORDS} ORDER BY seq"):
        walk.take(Row(*row))
        if progress and walk.entries % _PROGRESS_EVERY == 0:
            progress(walk.entries, max(total, walk.entries))
    if progress:
        progress(walk.entries, walk.entries)
