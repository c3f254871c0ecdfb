"""Logs for the audit tests, on both databases, and what tampers with them."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import anyio
from sqlalchemy import Connection, text

from summarizer.audit import Event, Finding, Verification
from summarizer.audit.database import Database
from summarizer.audit.ids import EventIds
from summarizer.audit.migrations.log_0001 import postgresql
from summarizer.audit.store import SQLAuditStore

__all__ = ["FIRST", "SIZE", "START", "Log", "event", "events", "fill"]

START: Final = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
FIRST: Final = 300
"""Events under the first checkpoint of a filled log: more than one stored node's."""
SIZE: Final = 320
"""Events in a filled log; the second checkpoint is over all of them."""
_CASES: Final = ("T-1001", "T-1002", None, "T-1003")


@dataclass(frozen=True)
class Log:
    """Where a log lies."""

    url: str
    data_dir: Path

    @property
    def dialect(self) -> str:
        return self.url.partition(":")[0].partition("+")[0]

    @property
    def path(self) -> Path:
        """The database file, on SQLite."""
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def checkpoints(self) -> Path:
        return self.data_dir / "checkpoints"

    @asynccontextmanager
    async def opened(self, **options: Any) -> AsyncIterator[SQLAuditStore]:
        options = {"checkpoint_seconds": 3600.0, **options}
        store = await SQLAuditStore.create(self.url, data_dir=self.data_dir, **options)
        try:
            yield store
        finally:
            await store.aclose()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Give a connection in a transaction of whoever owns the database."""
        database = Database(self.url)
        try:
            with database.writer.begin() as connection:
                yield connection
        finally:
            database.dispose()

    @contextmanager
    def tampering(self) -> Iterator["Tamper"]:
        """Switch every guard off, and on again at the end, as a superuser can."""
        with self.connected() as connection:
            tamper = Tamper(connection)
            if self.dialect == "sqlite":
                guards = tamper.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                for name, _ in guards:
                    tamper(f"DROP TRIGGER {name}")
                yield tamper
                for _, sql in guards:
                    tamper(sql)
            else:
                for table in postgresql.GUARDED:
                    tamper(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                yield tamper
                for name, sql in postgresql.TRIGGERS.items():
                    table = sql.split(" ON ")[1].split()[0]
                    tamper(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.connected() as connection:
            return Tamper(connection).rows(query, **values)

    def verify(self, published: Sequence[str] = ()) -> Verification:
        async def verified() -> Verification:
            async with self.opened() as store:
                return await store.verify(published=published)

        return anyio.run(verified)

    def findings(self, published: Sequence[str] = ()) -> list[tuple[str, int | None]]:
        """Verify, and return kind and number of each finding."""
        return [_short(finding) for finding in self.verify(published).findings]

    def published(self) -> list[str]:
        """Return the notes that are outside, oldest first."""
        files = sorted(path for path in self.checkpoints.rglob("*") if path.is_file())
        return [note for path in files if (note := path.read_text()).startswith("case-summarizer/")]

    def copied(self, folder: Path, url: str) -> "Log":
        """Copy the folder, and on SQLite the database that lies in it."""
        shutil.copytree(self.data_dir, folder)
        return Log(url, folder)


class Tamper:
    """Runs statements with values by name."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __call__(self, statement: str, **values: Any) -> None:
        self.connection.execute(text(statement.replace("::", r"\:\:")), values)

    def rows(self, query: str, **values: Any) -> list[Any]:
        return [tuple(row) for row in self.connection.execute(text(query), values)]

    def value(self, query: str, **values: Any) -> Any:
        return self.rows(query, **values)[0][0]

    def id_of(self, seq: int) -> str:
        value: str = self.value("SELECT event_id FROM audit_leaf WHERE seq = :seq", seq=seq)
        return value


def event(ids: EventIds, number: int, case: str | None, **changes: Any) -> Event:
    """An event whose body says its number."""
    values: dict[str, Any] = {
        "kind": ("received", "prompt", "response", "outcome")[number % 4],
        "at": START + timedelta(seconds=number),
        "case": case,
        "actor": "os:agent" if number % 3 else None,
        "facts": {"model": f"m-{number % 2}", "tokens": number},
        "body": {"text": f"this is event {number}", "number": number},
        **changes,
    }
    return Event(id=ids.new(), **values)


def events(count: int, *, ids: EventIds | None = None, **changes: Any) -> list[Event]:
    """Events of three cases and of none, in turn."""
    ids = ids or EventIds(clock=_clock())
    return [event(ids, number, _CASES[number % 4], **changes) for number in range(count)]


async def fill(log: Log) -> Log:
    """Write `SIZE` events, with a checkpoint after `FIRST` and one at the end."""
    made = events(SIZE)
    async with log.opened() as store:
        for batch in (made[:FIRST], made[FIRST:]):
            await store.append(batch)
            await store.number()
            await store.publish()
    return log


def _clock() -> Callable[[], datetime]:
    seconds = iter(range(10**9))
    return lambda: START + timedelta(seconds=next(seconds))


def _short(finding: Finding) -> tuple[str, int | None]:
    return finding.kind, finding.seq
