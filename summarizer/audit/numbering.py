"""Numbering: events that a store committed -> numbered soon after, by a thread of its own."""

from collections.abc import Callable
from threading import Lock
from typing import Final

from summarizer.audit.database import Database
from summarizer.audit.paced_loop import PacedLoop
from summarizer.audit.sequencer import MOST_AT_ONCE, Sequencer
from summarizer.errors import SummarizerError

__all__ = ["Numbering"]

_SECONDS: Final = 0.1
"""Time between two transactions that number: each costs as much as one that appends a group."""


class Numbering:
    """Numbers what is pending, when asked to and by itself."""

    def __init__(
        self,
        database: Database,
        sequencer: Sequencer,
        *,
        then: Callable[[], object],
        tell: Callable[[SummarizerError], None],
    ) -> None:
        """Start the thread.

        Args:
            database: the log.
            sequencer: what numbers.
            then: is called after everything was numbered.
            tell: is told of a fault when it begins.
        """
        self._database = database
        self._sequencer = sequencer
        self._then = then
        self._one_at_a_time = Lock()
        self._behind = False
        self._loop = PacedLoop(self._catch_up, name="audit-number", seconds=_SECONDS, tell=tell)

    def poke(self) -> None:
        """Say that this store committed something that is not numbered."""
        self._behind = True
        self._loop.poke()

    def number(self) -> None:
        """Number everything that is pending, in as many transactions as it takes.

        Raises:
            AuditUnavailable: if the database fails.
        """
        with self._one_at_a_time:
            more = True
            while more:
                try:
                    with self._database.writing() as connection:
                        more = self._sequencer.number(connection) == MOST_AT_ONCE
                except BaseException:
                    self._sequencer.forget()
                    raise
        self._then()

    def close(self) -> None:
        """Number what this store committed, then end; more calls do nothing."""
        self._loop.close()

    def _catch_up(self) -> None:
        """Number only if need be: a store that only reads takes no lock to close."""
        if self._behind:
            self._behind = False
            try:
                self.number()
            except BaseException:
                self._behind = True
                raise
