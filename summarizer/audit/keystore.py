"""Keystore: case ids -> the keys of cases, made when first asked for, destroyed when erased.

Apart from the log, because it must be able to forget: a key that is gone takes the content, the
tag and the index of its case with it. Every method is for a worker thread.
"""

import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, text

from summarizer.audit.database import Database
from summarizer.audit.header import written
from summarizer.audit.origin import CaseTagger
from summarizer.audit.seal import KEY_BYTES, CaseKey
from summarizer.audit.wrapping import KeyWrapper
from summarizer.errors import AuditUnavailable

__all__ = ["Hold", "Keystore"]

_LOG_KEY: Final = "log"
_NONCE_BYTES = 12
_BATCH = 500


class Hold(NamedTuple):
    """A legal hold on a case."""

    event_id: str
    """The event that placed it."""
    until: str | None
    """The first moment it does not hold any more; None: until it is released."""


class _Row(NamedTuple):
    epoch: int
    wrapped: bytes
    sealed_id: bytes


class Keystore:
    """The keys of one log's cases; safe for several threads and processes."""

    def __init__(self, database: Database, *, tagger: CaseTagger, wrapper: KeyWrapper) -> None:
        """Take a migrated database, the log's tagger and what keeps epoch keys."""
        self._database = database
        self._tagger = tagger
        self._wrapper = wrapper
        self._lock = threading.Lock()
        self._epochs: dict[int, bytes] = {}
        self._cache: dict[str, CaseKey] = {}
        self._generation = -1

    def lookup(self, case_id: str) -> str:
        """Return what finds a case's key: a keyed tag that is in no header."""
        return self._tagger.tag(case_id)

    def keys(self, case_ids: Iterable[str | None]) -> dict[str | None, CaseKey]:
        """Return the key of each case, making those that are not there; None is the log's own.

        Raises:
            AuditUnavailable: if a key cannot be read or made.
        """
        wanted = dict.fromkeys(case_ids)
        with self._lock:
            with self._database.reading() as connection:
                self._refresh(connection)
                missing = [case for case in wanted if self._name(case) not in self._cache]
                self._load(connection, missing)
            missing = [case for case in wanted if self._name(case) not in self._cache]
            if missing:
                self._make(missing)
            return {case: self._cache[self._name(case)] for case in wanted}

    def known(self, case_id: str) -> CaseKey | None:
        """Return the key of a case if there is one; nothing is made."""
        with self._lock, self._database.reading() as connection:
            self._refresh(connection)
            self._load(connection, [case_id])
            return self._cache.get(self._name(case_id))

    def by_tag(self, tags: Iterable[str]) -> dict[str | None, CaseKey]:
        """Return the keys of the cases with these header tags, as far as they still are."""
        found: dict[str | None, CaseKey] = {}
        with self._lock, self._database.reading() as connection:
            self._refresh(connection)
            for tag in dict.fromkeys(tags):
                query = text("SELECT epoch, wrapped, sealed_id FROM key_case WHERE tag = :tag")
                row = connection.execute(query, {"tag": tag}).first()
                if row is not None:
                    found[tag] = self._open(connection, _Row(*row))[0]
        return found

    def case_ids(self, lookups: Sequence[str]) -> list[str]:
        """Return the case tool's own ids of cases whose keys are there."""
        with self._lock, self._database.reading() as connection:
            self._refresh(connection)
            rows = _rows(connection, lookups)
            return [self._open(connection, row)[1] for row in rows.values()]

    def destroy(self, case_id: str) -> str | None:
        """Destroy a case's key, index and vault; return the tag it had in headers.

        Afterwards neither the database file nor its log holds the wrapped key.

        Raises:
            AuditUnavailable: if that fails; then the key is still there.
        """
        lookup = self.lookup(case_id)
        with self._lock:
            with self._database.writing() as connection:
                query = text("SELECT tag FROM key_case WHERE lookup = :lookup")
                tag = connection.execute(query, {"lookup": lookup}).scalar()
                for table in ("key_case", "key_subject", "key_vault"):
                    statement = f"DELETE FROM {table} WHERE lookup = :lookup"
                    connection.execute(text(statement), {"lookup": lookup})
                self._forget_cached(connection)
            self._scrub()
        return None if tag is None else str(tag)

    def rotate(self) -> tuple[int, int]:
        """Begin a new epoch, wrap every live key anew and destroy the old epochs' keys.

        Returns:
            The new epoch, and how many keys were wrapped anew.

        Raises:
            AuditUnavailable: if that fails; the old keys are destroyed last.
        """
        with self._lock:
            fresh = self._wrapper.create()
            with self._database.writing() as connection:
                _take_turn(connection)
                old = connection.execute(text("SELECT epoch, reference FROM key_epoch")).all()
                epoch = max((number for number, _ in old), default=0) + 1
                rows = connection.execute(text("SELECT lookup, epoch, wrapped FROM key_case")).all()
                for lookup, before, wrapped in rows:
                    plain = _unwrapped(self._epoch_key(connection, before), wrapped)
                    connection.execute(
                        text("UPDATE key_case SET epoch = :e, wrapped = :w WHERE lookup = :l"),
                        {"e": epoch, "w": _wrapped(fresh.key, plain), "l": lookup},
                    )
                connection.execute(text("DELETE FROM key_epoch"))
                self._insert_epoch(connection, epoch, fresh.reference)
                self._forget_cached(connection)
            for _, reference in old:
                self._wrapper.destroy(reference)
            self._epochs = {epoch: fresh.key}
            self._scrub()
        return epoch, len(rows)

    def place_hold(self, case_id: str, hold: Hold) -> None:
        """Keep a case from being erased; a second hold replaces the first."""
        with self._database.writing() as connection:
            connection.execute(
                text(
                    "INSERT INTO key_hold (lookup, event_id, until) VALUES (:l, :e, :u)"
                    " ON CONFLICT (lookup) DO UPDATE SET event_id = :e, until = :u"
                ),
                {"l": self.lookup(case_id), "e": hold.event_id, "u": hold.until},
            )

    def release_hold(self, case_id: str) -> bool:
        """Release a hold; say whether there was one."""
        with self._database.writing() as connection:
            statement = text("DELETE FROM key_hold WHERE lookup = :lookup")
            return bool(connection.execute(statement, {"lookup": self.lookup(case_id)}).rowcount)

    def hold(self, case_id: str, now: datetime) -> Hold | None:
        """Return the hold that is on a case at this moment."""
        with self._database.reading() as connection:
            query = text("SELECT event_id, until FROM key_hold WHERE lookup = :lookup")
            row = connection.execute(query, {"lookup": self.lookup(case_id)}).first()
        if row is None or (row[1] is not None and row[1] <= written(now)):
            return None
        return Hold(*row)

    def index(self, case_id: str, values: Iterable[str]) -> None:
        """Remember, by keyed tags, which values occur in a case."""
        rows = [
            {"v": self._value_tag(value), "l": self.lookup(case_id)}
            for value in dict.fromkeys(values)
        ]
        if rows:
            with self._database.writing() as connection:
                connection.execute(
                    text(
                        "INSERT INTO key_subject (value_tag, lookup) VALUES (:v, :l)"
                        " ON CONFLICT DO NOTHING"
                    ),
                    rows,
                )

    def cases_with(self, value: str) -> list[str]:
        """Return the ids of the cases in which a value was found, sorted."""
        with self._database.reading() as connection:
            query = text("SELECT lookup FROM key_subject WHERE value_tag = :tag")
            lookups = connection.execute(query, {"tag": self._value_tag(value)}).scalars().all()
        return sorted(self.case_ids(list(lookups)))

    def keep(self, case_id: str, event_id: str, plain: bytes, *, expires: datetime) -> None:
        """Seal what was received under the case's key until a moment."""
        key = self.keys([case_id])[case_id]
        sealed = AESGCM(key.derived("vault")).encrypt(
            nonce := secrets.token_bytes(_NONCE_BYTES), plain, event_id.encode()
        )
        with self._database.writing() as connection:
            connection.execute(
                text(
                    "INSERT INTO key_vault (event_id, lookup, expires, sealed)"
                    " VALUES (:e, :l, :x, :s) ON CONFLICT DO NOTHING"
                ),
                {
                    "e": event_id,
                    "l": self.lookup(case_id),
                    "x": written(expires),
                    "s": nonce + sealed,
                },
            )

    def kept(self, case_id: str, now: datetime) -> Iterator[tuple[str, bytes]]:
        """Yield what was kept of a case and has not expired: event id and content, oldest first."""
        key = self.known(case_id)
        if key is None:
            return
        with self._database.reading() as connection:
            query = text(
                "SELECT event_id, sealed FROM key_vault WHERE lookup = :l AND expires > :now"
                " ORDER BY event_id"
            )
            rows = connection.execute(query, {"l": self.lookup(case_id), "now": written(now)}).all()
        cipher = AESGCM(key.derived("vault"))
        for event_id, sealed in rows:
            nonce, data = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            yield event_id, cipher.decrypt(nonce, data, event_id.encode())

    def forget_expired(self, now: datetime) -> int:
        """Remove what was kept for longer than it may be; return how much."""
        with self._database.writing() as connection:
            statement = text("DELETE FROM key_vault WHERE expires <= :now")
            removed = connection.execute(statement, {"now": written(now)}).rowcount
        if removed:
            self._scrub()
        return int(removed)

    def dispose(self) -> None:
        """Close the database and drop every key from memory."""
        self._cache.clear()
        self._epochs.clear()
        self._database.dispose()

    def _name(self, case: str | None) -> str:
        return _LOG_KEY if case is None else self.lookup(case)

    def _value_tag(self, value: str) -> str:
        return self._tagger.keyed_hash("subject", value.encode("utf-8", "surrogatepass"))

    def _refresh(self, connection: Connection) -> None:
        """Drop what is cached if any key was destroyed or wrapped anew since, anywhere."""
        query = text("SELECT generation FROM key_state")
        generation = connection.execute(query).scalar_one()
        if generation != self._generation:
            self._cache.clear()
            self._epochs.clear()
            self._generation = generation

    def _forget_cached(self, connection: Connection) -> None:
        connection.execute(text("UPDATE key_state SET generation = generation + 1"))
        self._cache.clear()

    def _load(self, connection: Connection, cases: Iterable[str | None]) -> None:
        names = {self._name(case): case for case in cases}
        for name, row in _rows(connection, list(names)).items():
            self._cache[name] = self._open(connection, row, names[name])[0]

    def _open(
        self, connection: Connection, row: _Row, case: str | None = None
    ) -> tuple[CaseKey, str]:
        plain = _unwrapped(self._epoch_key(connection, row.epoch), row.wrapped)
        case_id = (
            CaseKey(plain, None).decrypt(row.sealed_id, "case id").decode("utf-8", "surrogatepass")
        )
        is_log = not case_id and case is None
        return CaseKey(plain, None if is_log else case_id), case_id

    def _make(self, cases: Sequence[str | None]) -> None:
        with self._database.writing() as connection:
            _take_turn(connection)
            epoch, epoch_key = self._current_epoch(connection)
            rows = []
            for case in cases:
                plain = secrets.token_bytes(KEY_BYTES)
                key = CaseKey(plain, case)
                sealed_id = key.encrypt((case or "").encode("utf-8", "surrogatepass"), "case id")
                rows.append({
                    "l": self._name(case),
                    "t": key.tag,
                    "e": epoch,
                    "w": _wrapped(epoch_key, plain),
                    "i": sealed_id,
                })
            connection.execute(
                text(
                    "INSERT INTO key_case (lookup, tag, epoch, wrapped, sealed_id)"
                    " VALUES (:l, :t, :e, :w, :i) ON CONFLICT DO NOTHING"
                ),
                rows,
            )
            # Another process may have been first: what counts is what is stored.
            self._load(connection, cases)

    def _current_epoch(self, connection: Connection) -> tuple[int, bytes]:
        query = text("SELECT epoch FROM key_epoch ORDER BY epoch DESC LIMIT 1")
        epoch = connection.execute(query).scalar()
        if epoch is not None:
            return int(epoch), self._epoch_key(connection, int(epoch))
        fresh = self._wrapper.create()
        self._insert_epoch(connection, 1, fresh.reference)
        self._epochs[1] = fresh.key
        return 1, fresh.key

    def _insert_epoch(self, connection: Connection, epoch: int, reference: str) -> None:
        connection.execute(
            text("INSERT INTO key_epoch (epoch, reference) VALUES (:e, :r)"),
            {"e": epoch, "r": reference},
        )

    def _epoch_key(self, connection: Connection, epoch: int) -> bytes:
        if epoch not in self._epochs:
            query = text("SELECT reference FROM key_epoch WHERE epoch = :epoch")
            reference = connection.execute(query, {"epoch": epoch}).scalar()
            if reference is None:
                msg = f"the key of epoch {epoch} is gone; restore the keys' database"
                raise AuditUnavailable(msg)
            self._epochs[epoch] = self._wrapper.open(reference)
        return self._epochs[epoch]

    def _scrub(self) -> None:
        """Take what was deleted out of SQLite's write-ahead log, too."""
        if self._database.dialect == "sqlite":
            with self._database.translated(), self._database.engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                with suppress(AttributeError):
                    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _take_turn(connection: Connection) -> None:
    """Wait for another process that makes or rotates keys; SQLite has one writer anyway."""
    connection.execute(text("UPDATE key_state SET generation = generation"))


def _rows(connection: Connection, lookups: Sequence[str]) -> Mapping[str, _Row]:
    found: dict[str, _Row] = {}
    for lookup in lookups:
        query = text("SELECT epoch, wrapped, sealed_id FROM key_case WHERE lookup = :lookup")
        row = connection.execute(query, {"lookup": lookup}).first()
        if row is not None:
            found[lookup] = _Row(*row)
    return found


def _wrapped(epoch_key: bytes, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(epoch_key).encrypt(nonce, plain, None)


def _unwrapped(epoch_key: bytes, wrapped: bytes) -> bytes:
    try:
        return AESGCM(epoch_key).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError):
        msg = "a case key does not fit its epoch; restore the keys' database"
        raise AuditUnavailable(msg) from None
