"""Events -> SQLite: the audit store behind `summarizer.audit.AuditStore`.

One connection on one worker thread: calls queue there, and one that is cancelled while its
transaction runs lets the thread finish it, so that a batch is durable as a whole or not at all.
Processes take turns through `BEGIN IMMEDIATE`.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import anyio.to_thread
from sqlalchemy import URL, LargeBinary, event, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import Field, Session, SQLModel, col, create_engine, select

from summarizer.audit import Event, EventKind, Receipt, Record, Verification
from summarizer.audit.chain import Header, Sealed, follows, genesis, read_record, record_hash
from summarizer.audit.origin import Head, OriginFolder, new_origin, private_folder
from summarizer.audit.schema import GUARDS, TABLES, set_up, unavailable
from summarizer.audit.verify import Progress, verify_log
from summarizer.errors import AuditUnavailable, ConfigurationError

__all__ = ["SQLAuditStore"]

T = TypeVar("T")

_PAGE = 64
_IDS_PER_QUERY = 500
_PROBE_BYTES = 64 * 1024
_FREE_BYTES = 16 * 1024 * 1024


class _Stored(LargeBinary):
    """Gives a value back as it is stored: in a damaged database it may have any type."""

    def result_processor(self, dialect: object, coltype: object) -> None:
        """Convert nothing."""


class _LogRow(SQLModel, table=True):
    __tablename__ = "audit_log"

    id: int = Field(primary_key=True)
    origin: str


class _RecordRow(SQLModel, table=True):
    __tablename__ = "audit_record"

    seq: int = Field(primary_key=True)
    event_id: str
    kind: str
    at: str
    case_tag: str | None
    header: bytes = Field(sa_type=_Stored)
    body: bytes = Field(sa_type=_Stored)
    body_sha256: bytes = Field(sa_type=_Stored)
    hash: bytes = Field(sa_type=_Stored)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return [("seq", self.seq)]


class SQLAuditStore:
    """An append-only log in one SQLite file; several processes may share it."""

    def __init__(
        self, path: Path, *, data_dir: Path, busy_seconds: float, max_pages: int | None
    ) -> None:
        """Prepare a store that is not open; use `create`."""
        self.path = path
        self._data_dir = data_dir
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="audit")
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)),
            hide_parameters=True,
            connect_args={"timeout": busy_seconds, "check_same_thread": False},
        )
        event.listen(
            self._engine,
            "connect",
            lambda connection, _: set_up(connection, busy_seconds, max_pages),
        )
        event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(writes=True)
        self._folder: OriginFolder

    @classmethod
    async def create(
        cls, url: str, *, data_dir: Path, busy_seconds: float = 5.0, max_pages: int | None = None
    ) -> Self:
        """Open the log, and make it first if there is none.

        Args:
            url: `sqlite:///PATH`.
            data_dir: where `origins/` lies, with the log's key and last known head.
            busy_seconds: how long to wait for another process that is writing.
            max_pages: the database's limit in pages of 4 KiB; SQLite's own by default.

        Raises:
            ConfigurationError: if the URL names no SQLite file.
            AuditUnavailable: if the database cannot be opened or made.
        """
        path = _database_path(url)
        store = cls(path, data_dir=data_dir, busy_seconds=busy_seconds, max_pages=max_pages)
        try:
            await store._run(store._open)
        except BaseException:
            await store.aclose()
            raise
        return store

    @property
    def folder(self) -> OriginFolder:
        """The folder beside the database that holds this log's key and last known head."""
        return self._folder

    async def append(self, events: Sequence[Event]) -> tuple[Receipt, ...]:
        """Make all events durable in one transaction, or none; an id counts once.

        Raises:
            AuditUnavailable: if they could not be made durable, or an id was used before for
                another event.
        """
        return await self._run(self._append, tuple(events))

    async def read(
        self,
        *,
        after: int = -1,
        limit: int | None = None,
        case: str | None = None,
        kind: EventKind | None = None,
    ) -> AsyncIterator[Record]:
        """Yield records with `seq > after` in order, in pages.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        left = limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            page = await self._run(self._read, after, size, case, kind)
            for record in page:
                yield record
            if len(page) < size:
                return
            after = page[-1].seq
            left = None if left is None else left - size

    async def get(self, event_id: str) -> Record | None:
        """Return one record.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        return await self._run(self._get, event_id)

    async def verify(self, progress: Progress | None = None) -> Verification:
        """Recompute every hash from the stored bytes, on a connection of its own.

        Raises:
            AuditUnavailable: if the database is absent, locked or may not be read.
        """
        work = partial(verify_log, self.path, data_dir=self._data_dir, progress=progress)
        return await anyio.to_thread.run_sync(work)

    async def ready(self) -> None:
        """Write a record of 64 KiB and take it back; bring the last known head up to date.

        Raises:
            AuditUnavailable: if the store would not take a record.
        """
        await self._run(self._ready)

    async def aclose(self) -> None:
        """Finish what was begun and release the database; more calls do nothing."""
        with suppress(RuntimeError):
            closing = self._worker.submit(self._engine.dispose)
            self._worker.shutdown(wait=False)
            await asyncio.shield(asyncio.wrap_future(closing))

    async def _run(self, work: Callable[..., T], *args: Any) -> T:
        try:
            future = self._worker.submit(self._guarded, work, *args)
        except RuntimeError:
            msg = f"{self.path}: the audit store is closed"
            raise AuditUnavailable(msg) from None
        return await asyncio.wrap_future(future)

    def _guarded(self, work: Callable[..., T], *args: Any) -> T:
        try:
            return work(*args)
        except SQLAlchemyError as error:
            raise unavailable(self.path, getattr(error, "orig", None) or error) from None
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            raise unavailable(self.path, error) from None

    def _open(self) -> None:
        private_folder(self.path.parent)
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        # Only a new log needs the write lock: an old one opens while another process holds it.
        with Session(self._engine) as session:
            made = _has_log(session)
        if not made:
            with Session(self._writer) as session, session.begin():
                if not _has_log(session):
                    self._make_log(session)
        with Session(self._engine) as session:
            self._origin = _origin(session)
        self._folder = OriginFolder(self._data_dir, self._origin)
        self._key = self._folder.chain_key()
        self._folder.keep_database(self.path)

    def _make_log(self, session: Session) -> None:
        for statement in (TABLES | GUARDS).values():
            session.connection().exec_driver_sql(statement)
        origin = new_origin()
        # Durable before the log is: a log without its key could not go on.
        OriginFolder(self._data_dir, origin).chain_key(new=True)
        session.add(_LogRow(id=0, origin=origin))

    def _append(self, events: tuple[Event, ...]) -> tuple[Receipt, ...]:
        sealed = [_seal(event) for event in events]
        if not sealed:
            return ()
        with Session(self._writer) as session, session.begin():
            receipts = self._extend(session, sealed)
        # The events are durable: that the head could not be kept as well is for `ready` to say.
        with suppress(AuditUnavailable, OSError, SQLAlchemyError):
            self._keep_head()
        return receipts

    def _extend(self, session: Session, sealed: list[Sealed]) -> tuple[Receipt, ...]:
        """Write what is new behind the last record; the caller commits."""
        seq, previous = self._end(session)
        rows = _rows_by_id(session, [item.event.id for item in sealed])
        receipts = []
        for item in sealed:
            row = rows.get(item.event.id)
            if row is None:
                seq += 1
                row = _row(item, seq, previous, self._key)
                previous = row.hash
                rows[item.event.id] = row
                session.add(row)
            elif not _holds(row, item):
                msg = f"event {item.event.id}: recorded before with other content; use a new id"
                raise AuditUnavailable(msg)
            receipts.append(Receipt(row.event_id, row.seq))
        session.flush()
        return tuple(receipts)

    def _end(self, session: Session) -> tuple[int, bytes]:
        """Return the last record's number and hash; nothing is built on one that is not ours."""
        row = _RecordRow
        query = select(row.seq, row.header, row.body_sha256, row.hash)
        ends = [*session.exec(query.order_by(col(row.seq).desc()).limit(2))]
        if not ends:
            return -1, genesis(self._origin)
        seq, header, body_sha256, value = ends[0]
        previous = ends[1][3] if len(ends) > 1 else genesis(self._origin)
        if not follows(self._key, previous, header, body_sha256, value):
            raise _damaged(seq)
        return seq, value

    def _keep_head(self) -> None:
        """Keep the newest record outside the database, if the kept one led to it."""
        try:
            known = self._folder.read_head()
        except ValueError:
            return
        with Session(self._engine) as session:
            seq, value = self._end(session)
            if seq <= (known.seq if known is not None else -1):
                return
            if known is not None:
                query = select(_RecordRow.hash).where(_RecordRow.seq == known.seq)
                # After a rollback the kept head is the evidence: it must not be overwritten.
                if session.exec(query).first() != bytes.fromhex(known.hash):
                    return
        self._folder.write_head(Head(seq, value.hex()))

    def _read(
        self, after: int, size: int, case: str | None, kind: EventKind | None
    ) -> list[Record]:
        query = select(_RecordRow).where(_RecordRow.seq > after)
        if case is not None:
            query = query.where(_RecordRow.case_tag == case)
        if kind is not None:
            query = query.where(_RecordRow.kind == kind)
        with Session(self._engine) as session:
            rows = session.exec(query.order_by(col(_RecordRow.seq)).limit(size))
            return [_record(row) for row in rows]

    def _get(self, event_id: str) -> Record | None:
        with Session(self._engine) as session:
            row = _rows_by_id(session, [event_id]).get(event_id)
            return None if row is None else _record(row)

    def _ready(self) -> None:
        if shutil.disk_usage(self.path.parent).free < _FREE_BYTES:
            msg = f"{self.path}: less than {_FREE_BYTES >> 20} MiB are free; free space"
            raise AuditUnavailable(msg)
        probe = Event("ready", "audit_read", datetime.now(UTC), None, {"": "." * _PROBE_BYTES})
        with Session(self._writer) as session:
            self._extend(session, [_seal(probe)])
            session.rollback()
        self._keep_head()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _database_path(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = URL.create("none")
    named = parsed.database not in {None, "", ":memory:"} and not parsed.query
    if parsed.get_backend_name() != "sqlite" or not named:
        msg = "database_url: use sqlite:///PATH, the path of a file"
        raise ConfigurationError(msg)
    return Path(str(parsed.database))


def _has_log(session: Session) -> bool:
    query = text("SELECT 1 FROM sqlite_master WHERE name = 'audit_log'")
    return session.connection().execute(query).first() is not None


def _origin(session: Session) -> str:
    origin = session.connection().execute(text("SELECT origin FROM audit_log")).scalar()
    if not isinstance(origin, str):
        msg = "the origin id in the database is gone or damaged; run `summarizer audit verify`"
        raise AuditUnavailable(msg)
    return origin


def _damaged(seq: int) -> AuditUnavailable:
    return AuditUnavailable(f"record {seq} is damaged; run `summarizer audit verify`")


def _rows_by_id(session: Session, ids: list[str]) -> dict[str, _RecordRow]:
    rows: dict[str, _RecordRow] = {}
    for start in range(0, len(ids), _IDS_PER_QUERY):
        some = ids[start : start + _IDS_PER_QUERY]
        query = select(_RecordRow).where(col(_RecordRow.event_id).in_(some))
        rows |= {row.event_id: row for row in session.exec(query)}
    return rows


def _seal(event: Event) -> Sealed:
    try:
        return Sealed.of(event)
    except ValueError as error:
        msg = f"event {event.id!a}: {error}"
        raise AuditUnavailable(msg) from None


def _row(item: Sealed, seq: int, previous: bytes, key: bytes) -> _RecordRow:
    header = Header.of(item.event, seq)
    data = header.encode()
    return _RecordRow(
        seq=seq,
        event_id=header.id,
        kind=header.kind,
        at=header.at,
        case_tag=header.case,
        header=data,
        body=item.body,
        body_sha256=item.body_sha256,
        hash=record_hash(key, previous, data, item.body_sha256),
    )


def _holds(row: _RecordRow, item: Sealed) -> bool:
    """Say whether a record holds this very event."""
    header = Header.of(item.event, row.seq).encode()
    return (header, item.body_sha256) == (row.header, row.body_sha256)


def _record(row: _RecordRow) -> Record:
    try:
        return read_record(row.seq, row.header, row.body, row.hash)
    except (TypeError, ValueError):
        raise _damaged(row.seq) from None
