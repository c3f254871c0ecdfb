"""Events -> SQLite or PostgreSQL: the audit store behind `summarizer.audit.AuditStore`."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from summarizer.audit import Event, Filter, Receipt, Record, Verification
from summarizer.audit.backends import backend_of
from summarizer.audit.database import Database, is_conflict
from summarizer.audit.group_commit import GroupCommit
from summarizer.audit.ids import EventIds
from summarizer.audit.keystore import Keystore
from summarizer.audit.note import VerifierKey
from summarizer.audit.origin import CaseTagger, OriginFolder, new_origin
from summarizer.audit.proving import Proof, prove
from summarizer.audit.publish_loop import PublishLoop
from summarizer.audit.publisher import Published, Publisher, signer_of
from summarizer.audit.reading import Page, Reader
from summarizer.audit.seal import CaseKey, Link, Sealed, body_bytes, seal
from summarizer.audit.sequencer import Sequencer
from summarizer.audit.sink import CheckpointSink, FolderSink
from summarizer.audit.verify import Progress, verify_log
from summarizer.audit.wrapping import KeyWrapper, LocalKeyWrapper
from summarizer.errors import AuditUnavailable

__all__ = ["SQLAuditStore", "keys_url"]

T = TypeVar("T")

_MOST = 512
_FREE_BYTES = 16 * 1024 * 1024
_PROBE_BYTES = 64 * 1024
_TAG_DIGITS = 32
_TRIES = 3


class _Append(NamedTuple):
    """One call of `append`: all of it becomes durable, or none."""

    events: tuple[Event, ...]
    bodies: tuple[bytes, ...]


class SQLAuditStore:
    """An append-only log in SQLite or PostgreSQL; several processes may share it."""

    def __init__(
        self,
        database: Database,
        keys: Database,
        folder: OriginFolder,
        *,
        wrapper: KeyWrapper,
        sink: CheckpointSink,
        retention: str,
        checkpoint_seconds: float,
    ) -> None:
        """Join what `create` opened."""
        self.database = database
        self.folder = folder
        self.tagger: CaseTagger = folder.tagger()
        self.keystore = Keystore(keys, tagger=self.tagger, wrapper=wrapper)
        self.reader = Reader(database, self.keystore, self.actor_tag)
        self._backend = backend_of(database)
        self._sequencer = Sequencer(self._backend)
        self._retention = retention
        self._worker = ThreadPoolExecutor(max_workers=2, thread_name_prefix="audit-read")
        self._writer = GroupCommit[_Append, tuple[Receipt, ...]](
            self._commit, most=_MOST, name="audit-write"
        )
        self._numberer = GroupCommit[None, None](self._number, most=1 << 20, name="audit-number")
        self._publisher = Publisher(database, seed=folder.sign_key(), sink=sink)
        self._publishing = PublishLoop(self._publisher.publish, seconds=checkpoint_seconds)

    @staticmethod
    async def create(
        url: str,
        *,
        data_dir: Path,
        wrapper: KeyWrapper | None = None,
        sink: CheckpointSink | None = None,
        retention: str = "standard",
        checkpoint_seconds: float = 1.0,
        busy_seconds: float = 5.0,
        max_pages: int | None = None,
    ) -> "SQLAuditStore":
        """Open the log, and make it first if there is none.

        Args:
            url: `sqlite:///PATH` or `postgresql+psycopg://…`.
            data_dir: where `origins/` lies, with the log's secrets.
            wrapper: what keeps epoch keys; by default files in the origin's folder.
            sink: where checkpoints are published; by default `checkpoints/` in `data_dir`.
            retention: the retention class that new events get.
            checkpoint_seconds: the least time between two checkpoints.
            busy_seconds: how long to wait for another process that writes to SQLite.
            max_pages: SQLite's limit in pages of 4 KiB; its own by default.

        Raises:
            ConfigurationError: if the URL names no such database.
            AuditUnavailable: if the database cannot be opened or made.
        """

        def opened() -> "SQLAuditStore":
            database = Database(url, busy_seconds=busy_seconds, max_pages=max_pages)
            keys = Database(keys_url(url), busy_seconds=busy_seconds, forgets=True)
            try:
                database.migrate("log")
                keys.migrate("keys")
                folder = OriginFolder(data_dir, _origin(database, data_dir))
                store = SQLAuditStore(
                    database,
                    keys,
                    folder,
                    wrapper=wrapper or LocalKeyWrapper(folder.path / "epochs"),
                    sink=sink or FolderSink(data_dir / "checkpoints"),
                    retention=retention,
                    checkpoint_seconds=checkpoint_seconds,
                )
                if database.path is not None:
                    with database.translated():
                        folder.keep_database(database.path)
            except BaseException:
                database.dispose()
                keys.dispose()
                raise
            return store

        return await asyncio.to_thread(opened)

    def actor_tag(self, actor: str) -> str:
        """Return the keyed tag under which headers name an actor."""
        data = actor.encode("utf-8", "surrogatepass")
        return self.tagger.keyed_hash("actor", data)[:_TAG_DIGITS]

    async def append(self, events: Sequence[Event]) -> tuple[Receipt, ...]:
        """Make all events durable in one transaction, or none; an id counts once.

        Raises:
            AuditUnavailable: if they could not be made durable, or an id was used before for
                another event.
        """
        if not events:
            return ()
        item = _Append(tuple(events), tuple(map(_body, events)))
        try:
            future = self._writer.submit(item)
        except RuntimeError:
            raise self._closed() from None
        return await asyncio.wrap_future(future)

    async def read(
        self, wanted: Filter | None = None, *, bodies: bool = False
    ) -> AsyncIterator[Record]:
        """Yield the records in the order they were made, in pages.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        after: str | None = None
        while True:
            page = await self.page(
                wanted or Filter(), after=after, newest_first=False, bodies=bodies
            )
            for record in page.records:
                yield record
            after = page.next
            if after is None:
                return

    async def page(
        self,
        wanted: Filter,
        *,
        after: str | None = None,
        limit: int = 100,
        newest_first: bool = True,
        bodies: bool = False,
    ) -> Page:
        """Return some records and the cursor of the next page.

        Args:
            wanted: which records.
            after: the cursor of the page before.
            limit: how many at most.
            newest_first: the order.
            bodies: whether to decrypt what they say.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        work = partial(
            self.reader.page,
            wanted,
            after=after,
            limit=limit,
            newest_first=newest_first,
            bodies=bodies,
        )
        return await self.run(work)

    async def get(self, event_id: str) -> Record | None:
        """Return one record with what it says.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        return await self.run(partial(self.reader.get, event_id))

    async def number(self) -> None:
        """Number every event that is durable by now.

        Raises:
            AuditUnavailable: if the database fails.
        """
        try:
            await asyncio.wrap_future(self._numberer.submit(None))
        except RuntimeError:
            raise self._closed() from None

    async def publish(self) -> Published | None:
        """Sign and publish the log as it is numbered; None if it is empty.

        Raises:
            AuditUnavailable: if the log is no continuation of what was published, or sink or
                database fail.
        """
        return await self.run(self._publisher.publish)

    async def newest_note(self) -> str | None:
        """Return the signed note that was published last; None if there is none.

        Raises:
            AuditUnavailable: if the sink cannot be read.
        """
        return await self.run(self._publisher.newest_note)

    async def verifier(self) -> VerifierKey:
        """Return the public key that verifies this log's checkpoints."""
        return await self.run(self._publisher.verifier)

    async def prove(self, event_id: str) -> Proof | None:
        """Prove that an event is in the log under the newest checkpoint."""
        return await self.run(partial(prove, self.database, event_id))

    async def verify(
        self, *, published: Sequence[str] = (), progress: Progress | None = None
    ) -> Verification:
        """Recompute everything from the stored bytes, against the published checkpoints.

        Args:
            published: more checkpoints from outside, as signed notes.
            progress: is told how many events are verified and how many there are.

        Raises:
            AuditUnavailable: if database or sink cannot be read.
        """
        return await self.run(partial(self._verified, tuple(published), progress))

    async def ready(self) -> None:
        """Write a record of 64 KiB and take it back, and see that checkpoints go out.

        Raises:
            AuditUnavailable: if the store would not take a record, or the log is no
                continuation of what was published.
        """
        await self.run(self._ready)
        if self._publishing.fault is not None:
            raise self._publishing.fault

    async def run(self, work: Callable[[], T]) -> T:
        """Run blocking work of this store on a thread of its own.

        Raises:
            AuditUnavailable: if the store is closed, or what the work raises.
        """
        try:
            future = self._worker.submit(work)
        except RuntimeError:
            raise self._closed() from None
        return await asyncio.wrap_future(future)

    async def aclose(self) -> None:
        """Finish what was begun and release the databases; more calls do nothing."""
        await asyncio.shield(asyncio.to_thread(self.close))

    def close(self) -> None:
        """Finish what was begun and release the databases; more calls do nothing."""
        self._writer.close()
        self._numberer.close()
        self._publishing.close()
        self._worker.shutdown()
        self.keystore.dispose()
        self.database.dispose()

    def _closed(self) -> AuditUnavailable:
        return AuditUnavailable(f"{self.database.name}: the audit store is closed")

    def _commit(self, appends: Sequence[_Append]) -> list[tuple[Receipt, ...] | BaseException]:
        """Make many appends durable in one transaction."""
        keys = self.keystore.keys(event.case for append in appends for event in append.events)
        with self.database.translated():
            for _ in range(_TRIES):
                try:
                    return self._insert(appends, keys, known={})
                except IntegrityError as error:
                    self._sequencer.forget()
                    if not is_conflict(error):
                        raise
                    results = self._insert_again(appends, keys)
                    if results is not None:
                        return results
        msg = f"{self.database.name}: the append-only guard refused; run `summarizer audit verify`"
        raise AuditUnavailable(msg)

    def _insert_again(
        self, appends: Sequence[_Append], keys: dict[str | None, CaseKey]
    ) -> list[tuple[Receipt, ...] | BaseException] | None:
        """Insert what is not there yet; None if another process was in between once more."""
        with self.database.reading() as connection:
            known = _known(connection, appends)
        if not known:
            return None
        try:
            return self._insert(appends, keys, known=known)
        except IntegrityError:
            self._sequencer.forget()
            return None

    def _insert(
        self,
        appends: Sequence[_Append],
        keys: dict[str | None, CaseKey],
        *,
        known: "dict[str, _Known]",
    ) -> list[tuple[Receipt, ...] | BaseException]:
        results: list[tuple[Receipt, ...] | BaseException] = []
        fresh: dict[str, tuple[Event, bytes]] = {}
        for append in appends:
            other = _first_other(append, keys, known, fresh)
            if other is not None:
                msg = f"event {other!a}: recorded before with other content; use a new id"
                results.append(AuditUnavailable(msg))
                continue
            for event, body in zip(append.events, append.bodies, strict=True):
                if event.id not in known:
                    fresh.setdefault(event.id, (event, body))
            results.append(())
        numbers = {event_id: row.seq for event_id, row in known.items()}
        if fresh:
            try:
                with self.database.writer.begin() as connection:
                    self._backend.insert_batch(
                        connection, self._sealed(connection, list(fresh.values()), keys)
                    )
                    if self._backend.numbers_inline:
                        numbers |= self._sequencer.number(connection)
            except BaseException:
                self._sequencer.forget()
                raise
            if self._backend.numbers_inline:
                self._publishing.poke()
            else:
                self._numberer.submit(None)
        return [
            result
            if isinstance(result, BaseException)
            else tuple(Receipt(event.id, numbers.get(event.id)) for event in append.events)
            for append, result in zip(appends, results, strict=True)
        ]

    def _sealed(
        self,
        connection: Connection,
        events: Iterable[tuple[Event, bytes]],
        keys: dict[str | None, CaseKey],
    ) -> list[Sealed]:
        waiting = list(events)
        tags = {key.tag for event, _ in waiting if (key := keys[event.case]).tag is not None}
        links = dict(self._backend.claim(connection, sorted(tags)))
        sealed = []
        for event, body in waiting:
            key = keys[event.case]
            link = links[key.tag] if key.tag is not None else None
            one = seal(
                event,
                body,
                key,
                link=link,
                actor=None if event.actor is None else self.actor_tag(event.actor),
                retention=self._retention,
            )
            if key.tag is not None and link is not None:
                links[key.tag] = Link(link.n + 1, one.leaf)
            sealed.append(one)
        return sealed

    def _number(self, asked: Sequence[None]) -> list[BaseException | None]:
        """Number everything that is pending, in as many transactions as it takes."""
        while True:
            try:
                with self.database.writing() as connection:
                    numbered = self._sequencer.number(connection)
            except BaseException:
                self._sequencer.forget()
                raise
            if not numbered:
                self._publishing.poke()
                return [None] * len(asked)

    def _verified(self, published: tuple[str, ...], progress: Progress | None) -> Verification:
        seed, newest = self.folder.sign_key(), self._publisher.newest_note()
        return verify_log(
            self.database,
            public_key=lambda origin: signer_of(seed, origin).verifier,
            published=published if newest is None else (*published, newest),
            progress=progress,
        )

    def _ready(self) -> None:
        with self.database.translated():
            path = self.database.path
            if path is not None and shutil.disk_usage(path.parent).free < _FREE_BYTES:
                msg = f"{path}: less than {_FREE_BYTES >> 20} MiB are free; free space"
                raise AuditUnavailable(msg)
            event = Event(
                EventIds().new(), "audit_read", datetime.now(UTC), body={"": "." * _PROBE_BYTES}
            )
            keys = self.keystore.keys([None])
            with self.database.writer.connect() as connection, connection.begin() as transaction:
                sealed = self._sealed(connection, [(event, body_bytes(event))], keys)
                self._backend.insert_batch(connection, sealed)
                transaction.rollback()


class _Known(NamedTuple):
    seq: int | None
    kind: str
    ciphertext: bytes | None


def keys_url(url: str) -> str:
    """Return where a log's keys lie: `keys.db` beside a SQLite file, the same server else."""
    scheme, found, path = url.partition(":///")
    if scheme != "sqlite" or not found:
        return url
    return f"sqlite:///{Path(path).with_name('keys.db')}"


def _origin(database: Database, data_dir: Path) -> str:
    query = text("SELECT origin FROM audit_log WHERE incarnation = 0")
    with database.reading() as connection:
        origin = connection.execute(query).scalar()
    if origin is not None:
        return str(origin)
    with database.writing() as connection:
        origin = connection.execute(query).scalar()
        if origin is None:
            origin = new_origin()
            # Durable before the log is: a log without its secrets could not go on.
            OriginFolder(data_dir, origin).make()
            connection.execute(
                text("INSERT INTO audit_log (incarnation, origin) VALUES (0, :origin)"),
                {"origin": origin},
            )
    return str(origin)


def _known(connection: Connection, appends: Sequence[_Append]) -> dict[str, _Known]:
    found = {}
    query = text(
        "SELECT l.seq, e.kind, b.ciphertext FROM audit_entry AS e"
        " LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"
        " LEFT JOIN audit_body AS b ON b.event_id = e.event_id WHERE e.event_id = :id"
    )
    for event in (event for append in appends for event in append.events):
        row = connection.execute(query, {"id": event.id}).first()
        if row is not None:
            found[event.id] = _Known(*row)
    return found


def _first_other(
    append: _Append,
    keys: dict[str | None, CaseKey],
    known: dict[str, _Known],
    fresh: dict[str, tuple[Event, bytes]],
) -> str | None:
    """Return the first id that stands for another event already."""
    for event, body in zip(append.events, append.bodies, strict=True):
        if event.id in fresh and fresh[event.id][1] != body:
            return event.id
        row = known.get(event.id)
        if row is not None and not _is_same(event, body, keys[event.case], row):
            return event.id
    return None


def _is_same(event: Event, body: bytes, key: CaseKey, row: _Known) -> bool:
    if row.kind != event.kind or row.ciphertext is None:
        return False
    try:
        return key.decrypt(row.ciphertext, event.id) == body
    except ValueError:
        return False


def _body(event: Event) -> bytes:
    try:
        return body_bytes(event)
    except ValueError as error:
        msg = f"event {event.id!a}: {error}"
        raise AuditUnavailable(msg) from None
