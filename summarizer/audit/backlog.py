"""Backlog: the log and its checkpoints -> how much is not published yet, and for how long."""

from collections.abc import Callable
from time import monotonic
from typing import Final, NamedTuple

from sqlalchemy import text

from summarizer.audit import LogFigures
from summarizer.audit.database import Database

__all__ = ["Backlog"]


# One statement, so that all of it is of one moment while events are numbered.
_FIGURES: Final = text(
    "SELECT (SELECT COUNT(*) FROM audit_pending),"
    " (SELECT COALESCE(MAX(seq), -1) + 1 FROM audit_leaf),"
    " (SELECT COALESCE(MAX(size), 0) FROM audit_checkpoint"
    " WHERE incarnation = (SELECT MAX(incarnation) FROM audit_log))"
)


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
            row = connection.execute(_FIGURES).one()
        pending, size, published = map(int, row)
        events = pending + size
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
