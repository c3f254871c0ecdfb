"""Appending: events -> one transaction: claimed, sealed, inserted, and on SQLite numbered.

Runs on the writer's thread of a store. An id that was appended before is the same event; one
that stands for another event refuses its own append and no other.
"""

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from summarizer.audit import KINDS, Event, Receipt
from summarizer.audit.backends import Backend
from summarizer.audit.database import Database, KeptConnection, is_conflict
from summarizer.audit.header import are_facts, canonical_json, written
from summarizer.audit.ids import EventIds
from summarizer.audit.keystore import Keystore
from summarizer.audit.seal import CaseKey, Encrypted, Link, Sealed, body_bytes, encrypt, seal
from summarizer.audit.sequencer import Sequencer
from summarizer.errors import AuditUnavailable

__all__ = ["Append", "Appender"]

_FREE_BYTES = 16 * 1024 * 1024
_PROBE_BYTES = 64 * 1024
_TRIES = 3


class Append(NamedTuple):
    """One call of `append`: all of it becomes durable, or none."""

    events: tuple[Event, ...]
    bodies: tuple[bytes, ...]

    @classmethod
    def of(cls, events: Sequence[Event]) -> "Append":
        """Check each event and serialise its body, before it shares a transaction with others.

        Raises:
            AuditUnavailable: if a header or JSON cannot hold one; the message does not quote it.
        """
        for event in events:
            _check(event)
        return cls(tuple(events), tuple(map(_body, events)))


class _Known(NamedTuple):
    seq: int | None
    kind: str
    ciphertext: bytes | None


class Appender:
    """Writes batches of appends."""

    def __init__(
        self,
        database: Database,
        backend: Backend,
        keystore: Keystore,
        sequencer: Sequencer,
        *,
        actor_tag: Callable[[str], str],
        retention: str,
    ) -> None:
        """Take the log and its keys, what numbers, what tags an actor, the retention class."""
        self._database = database
        self._backend = backend
        self._keystore = keystore
        self._sequencer = sequencer
        self._actor_tag = actor_tag
        self._retention = retention
        self._writing = KeptConnection(database)

    def commit(self, appends: Sequence[Append]) -> list[tuple[Receipt, ...] | BaseException]:
        """Make many appends durable in one transaction; the caller has its turn in the queue."""
        events = [event for append in appends for event in append.events]
        begun = {event.case for event in events if not event.continues}
        going_on = {event.case for event in events} - begun
        keys = self._keystore.keys((event.case for event in events), unless=going_on)
        with self._database.translated():
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
        msg = f"{self._database.name}: the append-only guard refused; run `summarizer audit verify`"
        raise AuditUnavailable(msg)

    def _insert_again(
        self, appends: Sequence[Append], keys: dict[str | None, CaseKey]
    ) -> list[tuple[Receipt, ...] | BaseException] | None:
        """Insert what is not there yet; None if another process was in between once more."""
        with self._database.reading() as connection:
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
        appends: Sequence[Append],
        keys: dict[str | None, CaseKey],
        *,
        known: "dict[str, _Known]",
    ) -> list[tuple[Receipt, ...] | BaseException]:
        results: list[tuple[Receipt, ...] | BaseException] = []
        fresh: dict[str, tuple[Event, bytes]] = {}
        for append in appends:
            if any(event.case not in keys for event in append.events):
                msg = "the case was erased meanwhile; nothing more is recorded of it"
                results.append(AuditUnavailable(msg))
                continue
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
            # What needs no lock is done before it is taken.
            encrypted = [encrypt(event, body, keys[event.case]) for event, body in fresh.values()]
            try:
                with self._writing.transaction() as connection:
                    sealed = self._sealed(connection, encrypted)
                    self._backend.insert_batch(connection, sealed)
                    if self._backend.numbers_inline:
                        numbers |= self._sequencer.number_at_once(connection, sealed)
            except BaseException:
                self._sequencer.forget()
                raise
        return [
            result
            if isinstance(result, BaseException)
            else tuple(Receipt(event.id, numbers.get(event.id)) for event in append.events)
            for append, result in zip(appends, results, strict=True)
        ]

    def _sealed(self, connection: Connection, events: Sequence[Encrypted]) -> list[Sealed]:
        tags = {tag for event in events if (tag := event.key.tag) is not None}
        links = dict(self._backend.claim(connection, sorted(tags)))
        sealed = []
        for one in events:
            tag, actor = one.key.tag, one.event.actor
            done = seal(
                one,
                link=None if tag is None else links[tag],
                actor=None if actor is None else self._actor_tag(actor),
                retention=self._retention,
            )
            if tag is not None:
                links[tag] = Link(links[tag].n + 1, done.leaf)
            sealed.append(done)
        return sealed

    def close(self) -> None:
        """Close the connection that is kept."""
        self._writing.close()

    def probe(self) -> None:
        """Write a record of 64 KiB and take it back.

        Raises:
            AuditUnavailable: if the store would not take a record.
        """
        with self._database.translated():
            path = self._database.path
            if path is not None and shutil.disk_usage(path.parent).free < _FREE_BYTES:
                msg = f"{path}: less than {_FREE_BYTES >> 20} MiB are free; free space"
                raise AuditUnavailable(msg)
            event = Event(
                EventIds().new(), "audit_read", datetime.now(UTC), body={"": "." * _PROBE_BYTES}
            )
            keys = self._keystore.keys([None])
            encrypted = encrypt(event, body_bytes(event), keys[None])
            with (
                self._database.queue.turn(),
                self._database.writer.connect() as connection,
                connection.begin() as transaction,
            ):
                self._backend.insert_batch(connection, self._sealed(connection, [encrypted]))
                transaction.rollback()


def _known(connection: Connection, appends: Sequence[Append]) -> dict[str, _Known]:
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
    append: Append,
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


def _check(event: Event) -> None:
    try:
        fits = event.kind in KINDS and are_facts(event.facts)
        written(event.at)
        # PostgreSQL's text, in which the facts are indexed, holds no zero.
        fits = fits and b"\\u0000" not in canonical_json(event.facts)
    except ValueError:
        fits = False
    if not fits:
        msg = f"event {event.id!a}: its kind, time or facts are not of the form of a header"
        raise AuditUnavailable(msg)


def _body(event: Event) -> bytes:
    try:
        return body_bytes(event)
    except ValueError as error:
        msg = f"event {event.id!a}: {error}"
        raise AuditUnavailable(msg) from None
