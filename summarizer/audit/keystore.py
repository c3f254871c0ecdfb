"""Keystore: case ids -> the keys of cases, made when first asked for, destroyed when erased.

Apart from the log, because it must be able to forget: a key that is gone takes the content, the
tag and the index of its case with it. Every method is for a worker thread.
"""

import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, bindparam, text

from summarizer.audit.database import Database
from summarizer.audit.epochs import Epochs, turn
from summarizer.audit.holds import Holds
from summarizer.audit.origin import CaseTagger
from summarizer.audit.seal import KEY_BYTES, CaseKey
from summarizer.audit.watch import Watch
from summarizer.audit.wrapping import KeyWrapper
from summarizer.errors import AuditUnavailable

__all__ = ["Keystore"]

T = TypeVar("T")

_LOG_KEY: Final = "log"
_NONCE_BYTES = 12
_BATCH = 500
_CACHED = 10_000
_TRIES = 5
_ROW: Final = (
    "SELECT c.lookup, c.wrapped, c.sealed_id, e.reference, c.tag FROM key_case AS c"
    " LEFT JOIN key_epoch AS e ON e.epoch = c.epoch WHERE"
)


class _Row(NamedTuple):
    """A case key as stored, with the reference of its epoch, read in one statement."""

    lookup: str
    wrapped: bytes
    sealed_id: bytes
    reference: str | None


class Keystore:
    """The keys of one log's cases; safe for several threads and processes."""

    def __init__(self, database: Database, *, tagger: CaseTagger, wrapper: KeyWrapper) -> None:
        """Take a migrated database, the log's tagger and what keeps epoch keys."""
        self.database = database
        self.tagger = tagger
        self.holds = Holds(database, tagger)
        self._epochs = Epochs(database, wrapper)
        self._lock = threading.Lock()
        self._cache: dict[str, CaseKey] = {}
        self._tags: dict[str, tuple[CaseKey, str]] = {}
        self._generation = -1
        self._watch = Watch(database)
        self._mark: object = None

    def lookup(self, case_id: str) -> str:
        """Return what finds a case's key: a keyed tag that is in no header."""
        return self.tagger.tag(case_id)

    def keys(
        self, case_ids: Iterable[str | None], *, unless: Collection[str | None] = ()
    ) -> dict[str | None, CaseKey]:
        """Return the key of each case, making those that are not there; None is the log's own.

        Args:
            case_ids: the case tool's own ids.
            unless: those for which none is made.

        Raises:
            AuditUnavailable: if a key cannot be read or made.
        """
        wanted = {case: self._name(case) for case in dict.fromkeys(case_ids)}
        with self._lock:
            mark = self._watch.mark()
            if mark == self._mark and all(name in self._cache for name in wanted.values()):
                return {case: self._cache[name] for case, name in wanted.items()}
            found = self._read(lambda connection: self._cached(connection, wanted))
            missing = [case for case in wanted if case not in found and case not in unless]
            if missing:
                found |= self._make(missing)
            # What was read since is at least as new as the mark that was taken before.
            self._mark = mark
            return found

    def known(self, case_id: str) -> CaseKey | None:
        """Return the key of a case if there is one; nothing is made."""
        with self._lock:
            wanted: dict[str | None, str] = {case_id: self._name(case_id)}
            return self._read(lambda connection: self._cached(connection, wanted)).get(case_id)

    def log_key(self) -> CaseKey | None:
        """Return the log's own key if there is one; nothing is made."""
        with self._lock:
            return self._read(lambda connection: self._cached(connection, {None: _LOG_KEY})).get(
                None
            )

    def by_tag(self, tags: Iterable[str]) -> dict[str | None, CaseKey]:
        """Return the keys of the cases with these header tags, as far as they still are."""
        return {tag: key for tag, (key, _) in self._tagged(tags).items()}

    def names(self, tags: Iterable[str]) -> dict[str, str]:
        """Return the case tool's own ids by header tag, of cases whose keys still are."""
        return {tag: case_id for tag, (_, case_id) in self._tagged(tags).items()}

    def case_ids(self, lookups: Sequence[str]) -> list[str]:
        """Return the case tool's own ids of cases whose keys are there."""
        with self._lock:
            return self._read(
                lambda connection: [
                    self._open(row)[1] for row in _rows(connection, lookups).values()
                ]
            )

    def destroy(
        self, case_id: str, now: datetime | None = None, *, tag: str | None = None
    ) -> str | None:
        """Destroy a case's key, index and vault; return the tag it had in headers.

        Afterwards neither the database file nor its log holds the wrapped key.

        Args:
            case_id: the case tool's own id.
            now: aware; by default the clock's.
            tag: the tag that the key has to have; another one is of a case that came back after
                another process destroyed this one, and stays.

        Raises:
            ErasureRefused: if the case is on hold.
            AuditUnavailable: if that fails, or if an old copy may still lie in SQLite's log;
                calling it again is safe.
        """
        lookup = self.lookup(case_id)
        with self._lock:
            with turn(self.database) as connection:
                query = text("SELECT tag FROM key_case WHERE lookup = :lookup")
                found: str | None = connection.execute(query, {"lookup": lookup}).scalar()
                if tag in {None, found}:
                    self.holds.refuse(connection, lookup, now or datetime.now(UTC))
                    _delete_case(connection, lookup)
            self._forget()
            self.scrub()
        return found

    def rotate(self) -> tuple[int, int]:
        """Begin a new epoch, wrap every live key anew and destroy the old epochs' keys.

        Others go on working meanwhile. After a crash at any point the store is usable, and the
        next call finishes what was left, also the destruction of old keys.

        Returns:
            The new epoch, and how many keys were wrapped anew.

        Raises:
            AuditUnavailable: if that fails; the old keys are destroyed last.
        """
        with self._lock:
            fresh = self._epochs.begin()
            with turn(self.database) as connection:
                epoch = self._epochs.adopt(connection, fresh)
            count, done = 0, False
            while not done:
                with turn(self.database) as connection:
                    wrapped = self._wrap_anew(connection, epoch, fresh.key)
                    count += wrapped
                    done = wrapped < _BATCH
                    if done:
                        self._epochs.end(connection, epoch)
                        _invalidate_caches(connection)
                self.database.give_way()
            self._forget()
            self._epochs.sweep()
            self.scrub()
        return epoch, count

    def scrub(self) -> None:
        """Take what was deleted out of SQLite's write-ahead log, too.

        Raises:
            AuditUnavailable: if another process reads for too long.
        """
        self.database.scrub()

    def dispose(self) -> None:
        """Close the database and drop every key from memory."""
        self._forget()
        self._watch.close()
        self.database.dispose()

    def _tagged(self, tags: Iterable[str]) -> dict[str, tuple[CaseKey, str]]:
        """Return key and case id by header tag, from memory or the database."""
        wanted = tuple(dict.fromkeys(tags))

        def found(connection: Connection) -> dict[str, tuple[CaseKey, str]]:
            opened = {tag: self._tags[tag] for tag in wanted if tag in self._tags}
            missing = [tag for tag in wanted if tag not in opened]
            if len(self._tags) + len(missing) > _CACHED:
                self._tags.clear()
            for tag, row in _rows(connection, missing, column="tag").items():
                opened[tag] = self._tags[tag] = self._open(row)
            return opened

        with self._lock:
            return self._read(found)

    def _name(self, case: str | None) -> str:
        return _LOG_KEY if case is None else self.lookup(case)

    def _read(self, work: Callable[[Connection], T]) -> T:
        """Read keys; again if another process rotated while an old epoch's key was opened."""
        for _ in range(_TRIES):
            try:
                with self.database.reading() as connection:
                    self._refresh(connection)
                    return work(connection)
            except AuditUnavailable:
                with self.database.reading() as connection:
                    if _generation(connection) == self._generation:
                        raise
        msg = "the keys are rotated over and over; find out who does it"
        raise AuditUnavailable(msg)

    def _refresh(self, connection: Connection) -> None:
        """Drop what is cached if any key was destroyed or wrapped anew since, anywhere."""
        generation = _generation(connection)
        if generation != self._generation:
            self._forget()
            self._generation = generation

    def _forget(self) -> None:
        self._cache.clear()
        self._tags.clear()
        self._epochs.forget()

    def _cached(
        self, connection: Connection, wanted: Mapping[str | None, str]
    ) -> dict[str | None, CaseKey]:
        """Return those of the wanted keys that there are, from memory or the database."""
        found = {case: self._cache[name] for case, name in wanted.items() if name in self._cache}
        names = {name: case for case, name in wanted.items() if case not in found}
        if len(self._cache) + len(names) > _CACHED:
            self._cache.clear()
        for name, row in _rows(connection, list(names)).items():
            found[names[name]] = self._cache[name] = self._open(row, names[name])[0]
        return found

    def _open(self, row: _Row, case: str | None = None) -> tuple[CaseKey, str]:
        if row.reference is None:
            msg = "the epoch of a case key is not on record; restore the keys' database"
            raise AuditUnavailable(msg)
        plain = _unwrapped(self._epochs.key(row.reference), row.wrapped)
        try:
            sealed_id = CaseKey(plain, None).decrypt(row.sealed_id, "case id")
        except ValueError:
            msg = "a case key is damaged; restore the keys' database"
            raise AuditUnavailable(msg) from None
        case_id = sealed_id.decode("utf-8", "surrogatepass")
        is_log = row.lookup == _LOG_KEY and case is None
        return CaseKey(plain, None if is_log else case_id), case_id

    def _make(self, cases: Sequence[str | None]) -> dict[str | None, CaseKey]:
        """Make keys; where another process was first, what counts is what is stored."""
        with self.database.reading() as connection:
            begins = self._epochs.newest(connection) is None
        fresh = self._epochs.begin() if begins else None
        with turn(self.database) as connection:
            self._refresh(connection)
            newest = self._epochs.newest(connection)
            adopted = newest is None and fresh is not None
            if newest is None and fresh is not None:
                newest = self._epochs.adopt(connection, fresh), fresh.reference
            if newest is None:
                msg = "no epoch is on record any more; restore the keys' database"
                raise AuditUnavailable(msg)
            epoch, reference = newest
            epoch_key = fresh.key if adopted and fresh else self._epochs.key(reference)
            rows = [self._row(case, epoch, epoch_key) for case in cases]
            connection.execute(
                text(
                    "INSERT INTO key_case (lookup, tag, epoch, wrapped, sealed_id)"
                    " VALUES (:l, :t, :e, :w, :i) ON CONFLICT DO NOTHING"
                ),
                rows,
            )
            names = {self._name(case): case for case in cases}
            found = {
                names[name]: self._open(row, names[name])[0]
                for name, row in _rows(connection, list(names)).items()
            }
        if fresh is not None and not adopted:
            self._epochs.sweep()
        # Only now is it durable.
        self._cache |= {self._name(case): key for case, key in found.items()}
        return found

    def _row(self, case: str | None, epoch: int, epoch_key: bytes) -> dict[str, Any]:
        plain = secrets.token_bytes(KEY_BYTES)
        key = CaseKey(plain, case)
        return {
            "l": self._name(case),
            "t": key.tag,
            "e": epoch,
            "w": _wrapped(epoch_key, plain),
            "i": key.encrypt((case or "").encode("utf-8", "surrogatepass"), "case id"),
        }

    def _wrap_anew(self, connection: Connection, epoch: int, epoch_key: bytes) -> int:
        query = text(f"{_ROW} c.epoch < :epoch ORDER BY c.lookup LIMIT {_BATCH}")
        rows = [_stored(row) for row in connection.execute(query, {"epoch": epoch})]
        for row in rows:
            if row.reference is None:
                msg = "the epoch of a case key is not on record; restore the keys' database"
                raise AuditUnavailable(msg)
            plain = _unwrapped(self._epochs.key(row.reference), row.wrapped)
            connection.execute(
                text("UPDATE key_case SET epoch = :e, wrapped = :w WHERE lookup = :l"),
                {"e": epoch, "w": _wrapped(epoch_key, plain), "l": row.lookup},
            )
        return len(rows)


def _generation(connection: Connection) -> int:
    query = "SELECT generation FROM key_state"
    return int(connection.exec_driver_sql(query).scalar_one())


def _delete_case(connection: Connection, lookup: str) -> None:
    for table in ("key_case", "key_subject", "key_vault", "key_hold", "key_erasure"):
        statement = f"DELETE FROM {table} WHERE lookup = :lookup"
        connection.execute(text(statement), {"lookup": lookup})
    _invalidate_caches(connection)


def _invalidate_caches(connection: Connection) -> None:
    """Have every process drop what it cached."""
    connection.execute(text("UPDATE key_state SET generation = generation + 1"))


def _rows(
    connection: Connection,
    values: Sequence[str],
    *,
    column: Literal["lookup", "tag"] = "lookup",
) -> Mapping[str, _Row]:
    """Return rows by the column that has one of these values, in the order of the values."""
    found: dict[str, _Row] = {}
    query = text(f"{_ROW} c.{column} IN :values").bindparams(bindparam("values", expanding=True))
    for some in (values[first : first + _BATCH] for first in range(0, len(values), _BATCH)):
        for row in connection.execute(query, {"values": some}):
            found[getattr(row, column)] = _stored(row)
    return {value: found[value] for value in values if value in found}


def _stored(row: Row[Any]) -> _Row:
    return _Row(row.lookup, row.wrapped, row.sealed_id, row.reference)


def _wrapped(epoch_key: bytes, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(epoch_key).encrypt(nonce, plain, None)


def _unwrapped(epoch_key: bytes, wrapped: bytes) -> bytes:
    try:
        return AESGCM(epoch_key).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError):
        msg = "a case key does not fit its epoch; restore the keys' database"
        raise AuditUnavailable(msg) from None
