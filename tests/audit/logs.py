"""Audit logs for tests: events, a filled log, and an attacker with a raw connection."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from summarizer.audit import Event, EventKind, Verification
from summarizer.audit.chain import Header, record_hash
from summarizer.audit.ids import EventIds
from summarizer.audit.schema import GUARDS
from summarizer.audit.sql import SQLAuditStore
from summarizer.audit.verify import verify_log

START = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
KINDS: tuple[EventKind, ...] = ("received", "redacted", "prompt", "response", "outcome")
INSERT = "INSERT INTO audit_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
ids = EventIds()


def an_event(n: int = 0, text: str = "") -> Event:
    """Make an event; every sixth belongs to no case."""
    case = None if n % 6 == 5 else f"{n % 3:032x}"
    at = START + timedelta(milliseconds=n)
    return Event(
        ids.new(), KINDS[n % len(KINDS)], at, case, {"n": n, "text": text or f"é {n}" * 40}
    )


class Log(NamedTuple):
    """A closed log on disk."""

    data_dir: Path

    @property
    def path(self) -> Path:
        return self.data_dir / "audit.db"

    @property
    def head(self) -> Path:
        (path,) = self.data_dir.glob("origins/*/head.json")
        return path

    @property
    def key(self) -> bytes:
        return (self.head.parent / "chain.key").read_bytes()

    def copy(self, to: Path) -> "Log":
        return Log(shutil.copytree(self.data_dir, to))

    def verify(self) -> Verification:
        return verify_log(self.path, data_dir=self.data_dir)

    def kinds(self) -> set[tuple[str, int | None]]:
        return {(found.kind, found.seq) for found in self.verify().findings}


async def open_store(data_dir: Path, **options: float) -> SQLAuditStore:
    url = f"sqlite:///{data_dir / 'audit.db'}"
    return await SQLAuditStore.create(url, data_dir=data_dir, **options)  # type: ignore[arg-type] # both options are numbers


async def fill(data_dir: Path, count: int, first: int = 0) -> Log:
    """Append `count` events in batches of three, and close."""
    store = await open_store(data_dir)
    events = [an_event(n) for n in range(first, first + count)]
    for start in range(0, count, 3):
        await store.append(events[start : start + 3])
    await store.aclose()
    return Log(data_dir)


@contextmanager
def attacker(log: Log) -> Iterator[sqlite3.Connection]:
    """Open the file as its owner can: guards dropped, and put back when done."""
    with closing(sqlite3.connect(log.path)) as connection:
        for name in GUARDS:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for sql in GUARDS.values():
            connection.execute(sql)
        connection.commit()


def forge_behind_the_last(log: Log) -> None:
    """Append a well-formed record as whoever has the database and its guards, but no key."""
    with closing(sqlite3.connect(log.path)) as connection:
        query = "SELECT * FROM audit_record ORDER BY seq DESC LIMIT 1"
        seq, _, *columns = connection.execute(query).fetchone()
        header = Header.decode(columns[3])._replace(seq=seq + 1, id="forged").encode()
        value = record_hash(bytes(32), columns[6], header, columns[5])
        forged = (seq + 1, "forged", *columns[:3], header, *columns[4:6], value)
        connection.execute(INSERT, forged)
        connection.commit()
