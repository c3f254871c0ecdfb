"""Epochs: which key of the wrapper is in use, and which must be destroyed, surviving any crash.

The key of an epoch is on record as retired before it wraps anything, is taken off that list in
the transaction that puts it in use, and is on it again in the transaction that takes it out of
use. So a crash at any point leaves the list of what `sweep` still has to destroy.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, text

from summarizer.audit.database import Database
from summarizer.audit.wrapping import EpochKey, KeyWrapper
from summarizer.errors import AuditUnavailable

__all__ = ["Epochs", "turn"]

_NEWEST: Final = "SELECT epoch, reference FROM key_epoch ORDER BY epoch DESC LIMIT 1"


class Epochs:
    """The keys under which case keys are stored; a caller serialises its own threads."""

    def __init__(self, database: Database, wrapper: KeyWrapper) -> None:
        """Take the keys' database and what keeps the keys of epochs."""
        self._database = database
        self._wrapper = wrapper
        self._opened: dict[str, bytes] = {}

    def key(self, reference: str) -> bytes:
        """Return a key by its reference, from memory if it was opened before.

        Raises:
            AuditUnavailable: if it is gone or cannot be read.
        """
        if reference not in self._opened:
            self._opened[reference] = self._wrapper.open(reference)
        return self._opened[reference]

    def newest(self, connection: Connection) -> tuple[int, str] | None:
        """Return number and reference of the epoch in use; None in a store that begins."""
        row = connection.execute(text(_NEWEST)).first()
        return None if row is None else (int(row[0]), str(row[1]))

    def begin(self) -> EpochKey:
        """Make a key that is on record as retired until `adopt`.

        Raises:
            AuditUnavailable: if it cannot be made.
        """
        fresh = self._wrapper.create()
        with self._database.writing() as connection:
            self._retire(connection, fresh.reference)
        return fresh

    def adopt(self, connection: Connection, fresh: EpochKey) -> int:
        """Put a key that was begun in use; the caller has its turn. Return the epoch.

        Raises:
            AuditUnavailable: if another process destroyed it meanwhile, as one that is retired.
        """
        statement = text("DELETE FROM key_retired WHERE reference = :reference")
        if connection.execute(statement, {"reference": fresh.reference}).rowcount != 1:
            msg = "another process rotated the keys at the same time; try again"
            raise AuditUnavailable(msg)
        newest = self.newest(connection)
        epoch = 1 if newest is None else newest[0] + 1
        connection.execute(
            text("INSERT INTO key_epoch (epoch, reference) VALUES (:e, :r)"),
            {"e": epoch, "r": fresh.reference},
        )
        return epoch

    def end(self, connection: Connection, before: int) -> None:
        """Take every epoch before this one out of use; the caller has its turn."""
        query = text("SELECT reference FROM key_epoch WHERE epoch < :before")
        for reference in connection.execute(query, {"before": before}).scalars().all():
            self._retire(connection, reference)
        statement = text("DELETE FROM key_epoch WHERE epoch < :before")
        connection.execute(statement, {"before": before})

    def sweep(self) -> None:
        """Destroy every retired key, also those that a crash left over.

        Raises:
            AuditUnavailable: if one may still be there; the next call tries again.
        """
        # Nobody adopts a key while it is destroyed here.
        with turn(self._database) as connection:
            query = text("SELECT reference FROM key_retired ORDER BY reference")
            for reference in connection.execute(query).scalars().all():
                self._wrapper.destroy(reference)
                self._opened.pop(reference, None)
                connection.execute(
                    text("DELETE FROM key_retired WHERE reference = :reference"),
                    {"reference": reference},
                )

    def forget(self) -> None:
        """Drop every key from memory."""
        self._opened.clear()

    def _retire(self, connection: Connection, reference: str) -> None:
        connection.execute(
            text("INSERT INTO key_retired (reference) VALUES (:r)"), {"r": reference}
        )


@contextmanager
def turn(database: Database) -> Iterator[Connection]:
    """Give a transaction that no other one which makes or destroys keys, or holds, runs beside.

    The row stays locked until it ends; SQLite has one writer anyway.

    Raises:
        AuditUnavailable: if the database fails.
    """
    with database.writing() as connection:
        connection.execute(text("UPDATE key_state SET generation = generation"))
        yield connection
