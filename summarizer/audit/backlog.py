"""Backlog: the log and its checkpoints -> how much is not published yet, and for how long."""

from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from sqlalchemy import text

from summarizer.audit import LogFigures
from summarizer.audit.database import Database
from summarizer.audit.publisher import log_size

__all__ = ["Backlog"]


class _Seen(NamedTuple):
    published: int
    at: float


class Backlog:
    """Looks at the log when asked; calls block, and may come from several threads."""

    def __init__(
        self,
        database: Database,
        *,
        due_since: Callable[[], float | None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Look at nothing yet.

        Args:
            database: the log.
            due_since: the moment since when this process knows that a checkpoint is due.
            clock: gives moments, in seconds.
        """
        self._database = database
        self._due_since = due_since
        self._clock = clock
        self._seen: _Seen | None = None

    def figures(self) -> LogFigures:
        """Return the figures of the log as it is now.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        with self._database.reading() as connection:
            pending = connection.exec_driver_sql("SELECT COUNT(*) FROM audit_pending").scalar_one()
            events = log_size(connection) + int(pending)
            query = text(
                "SELECT COALESCE(MAX(size), 0) FROM audit_checkpoint"
                " WHERE incarnation = (SELECT MAX(incarnation) FROM audit_log)"
            )
            published = int(connection.execute(query).scalar_one())
        return LogFigures(events, published, self._waiting(events, published))

    def _waiting(self, events: int, published: int) -> float:
        """Return for how long the oldest unpublished event has waited, as far as can be known.

        Of events of another process, or of this one before it was started again, only the moment
        is known at which they were seen first; a checkpoint since then makes it another one.
        """
        now = self._clock()
        if events <= published:
            self._seen = None
            return 0.0
        if self._seen is None or self._seen.published != published:
            self._seen = _Seen(published, now)
        due = self._due_since()
        since = self._seen.at if due is None else min(due, self._seen.at)
        return max(0.0, now - since)
