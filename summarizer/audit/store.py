"""Events -> SQLite or PostgreSQL: the audit store behind `summarizer.audit.AuditStore`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import Any, TypeVar

import structlog
from sqlalchemy import text

from summarizer.audit import Event, Filter, LogFigures, Receipt, Record, Verification
from summarizer.audit.appending import Append, Appender
from summarizer.audit.backends import backend_of
from summarizer.audit.backlog import Backlog
from summarizer.audit.database import Database
from summarizer.audit.group_commit import GroupCommit
from summarizer.audit.keystore import Keystore
from summarizer.audit.note import VerifierKey
from summarizer.audit.numbering import Numbering
from summarizer.audit.origin import CaseTagger, OriginFolder, new_origin
from summarizer.audit.paced_loop import PacedLoop
from summarizer.audit.proving import Proof, prove
from summarizer.audit.publisher import Published, Publisher, signer_of
from summarizer.audit.reading import Page, Reader
from summarizer.audit.seal import unseal
from summarizer.audit.sequencer import Sequencer
from summarizer.audit.sink import CheckpointSink, FolderSink
from summarizer.audit.verify import Progress, replaced_logs, verify_log
from summarizer.audit.wrapping import KeyWrapper, LocalKeyWrapper
from summarizer.errors import AuditUnavailable, SummarizerError

__all__ = ["SQLAuditStore", "keys_url"]

T = TypeVar("T")

_MOST = 512
_TAG_DIGITS = 32


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
        self._closing = Flag()
        self._worker = ThreadPoolExecutor(max_workers=2, thread_name_prefix="audit-read")
        self._appender = Appender(
            database,
            self._backend,
            self.keystore,
            self._sequencer,
            actor_tag=self.actor_tag,
            retention=retention,
        )
        self._writer = GroupCommit[Append, tuple[Receipt, ...]](
            self._commit, most=_MOST, name="audit-write", turn=database.queue.turn
        )
        self._publisher = Publisher(
            database, seed=folder.sign_key(), sink=sink, opens=self._opened_by_log
        )
        self._publishing = PacedLoop(
            self._publisher.publish,
            name="audit-publish",
            seconds=checkpoint_seconds,
            tell=partial(_tell, "records are kept, but no checkpoint is published"),
        )
        self._backlog = Backlog(database, due_since=lambda: self._publishing.due_since)
        self._numbering = Numbering(
            database,
            self._sequencer,
            then=self._publishing.poke,
            tell=partial(_tell, "records are kept, but not numbered"),
        )

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
        item = Append.of(events)
        try:
            future = self._writer.submit(item)
        except RuntimeError:
            raise self._closed() from None
        return await future

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
        await self.run(self._numbering.number)

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
        await self.run(self._appender.probe)
        if self._publishing.fault is not None:
            raise self._publishing.fault

    async def figures(self) -> LogFigures:
        """Return how large the log is, and how far checkpoints lag behind.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        return await self.run(self._backlog.figures)

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
        self._closing.set()
        self._writer.close()
        self._appender.close()
        self._numbering.close()
        self._publishing.close()
        self._worker.shutdown()
        self.keystore.dispose()
        self.database.dispose()

    def _closed(self) -> AuditUnavailable:
        return AuditUnavailable(f"{self.database.name}: the audit store is closed")

    def _commit(self, appends: Sequence[Append]) -> list[tuple[Receipt, ...] | BaseException]:
        results = self._appender.commit(appends)
        if self._backend.numbers_inline:
            self._publishing.poke()
        else:
            self._numbering.poke()
        return results

    def _verified(self, published: tuple[str, ...], progress: Progress | None) -> Verification:
        seed = self.folder.sign_key()
        verification = verify_log(
            self.database,
            public_key=lambda origin: signer_of(seed, origin).verifier,
            published=published,
            newest=self._publisher.newest_note,
            earlier=self._publisher.earlier_notes,
            opens=self._opened_by_log,
            progress=partial(self._go_on, progress),
        )
        replaced = replaced_logs(self.folder, self.database.path)
        return Verification(
            entries=verification.entries,
            root=verification.root,
            findings=(*replaced, *verification.findings),
            checkpoint=None if replaced else verification.checkpoint,
        )

    def _go_on(self, progress: Progress | None, done: int, total: int) -> None:
        """Give up a verification that would keep the store from closing."""
        if self._closing.is_set():
            raise self._closed()
        if progress is not None:
            progress(done, total)

    def _opened_by_log(self, event_id: str, ciphertext: bytes) -> Mapping[str, Any] | None:
        try:
            key = self.keystore.log_key()
            return None if key is None else unseal(key, event_id, ciphertext)
        except (AuditUnavailable, ValueError):
            return None


def _tell(state: str, fault: SummarizerError) -> None:
    # Unconfigured, structlog would write to standard output, which is for what a command prints.
    if structlog.is_configured():
        structlog.get_logger("summarizer.audit").warning(
            f"{state}: {fault.detail}", code=str(fault.code)
        )


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
