"""Holds: which cases must not be erased, and which are being erased.

Placing a hold, releasing it, beginning an erasure and destroying a key take turns, so that none of
them decides on what another is just changing. A release and an erasure are marked with the id of
the event that will record them: whoever comes to the mark records under that id, and the log takes
one event of an id.
"""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from summarizer.audit.database import Database
from summarizer.audit.epochs import turn
from summarizer.audit.header import written
from summarizer.audit.origin import CaseTagger
from summarizer.errors import ErasureRefused

__all__ = ["ANOTHER_HOLD", "Erasure", "Hold", "Holds", "Release"]

ANOTHER_HOLD: Final = (
    "another hold was placed on this case meanwhile, and stays; release it if it is meant"
)
"""Why a release is refused that was meant for the hold before."""


class Hold(NamedTuple):
    """A legal hold on a case."""

    event_id: str
    """The event that placed it."""
    until: str | None
    """The first moment it does not hold any more; None: until it is released."""


class Release(NamedTuple):
    """A release that was begun."""

    hold: Hold
    event_id: str
    """The event that records it."""


class Erasure(NamedTuple):
    """An erasure that was begun."""

    event_id: str
    """The event that records it."""
    tag: str
    """The tag that the case has in headers."""


class Holds:
    """The holds of one log's cases; every method is for a worker thread."""

    def __init__(self, database: Database, tagger: CaseTagger) -> None:
        """Take the keys' database and the log's tagger."""
        self._database = database
        self._tagger = tagger

    def place(self, case_id: str, hold: Hold) -> None:
        """Keep a case from being erased; a second hold replaces one that ends no later.

        Raises:
            ErasureRefused: if it is being erased or was, or is on hold for longer: one person
                alone places holds, and a shorter one in its place would release it.
        """
        lookup = self._tagger.tag(case_id)
        with turn(self._database) as connection:
            if _tag(connection, lookup) is None or _erasure(connection, lookup) is not None:
                msg = "the case is being erased, or was; a hold comes too late"
                raise ErasureRefused(msg)
            if _outlasts(connection, lookup, hold.until):
                msg = "the case is on hold for longer; a hold ends sooner only by its release"
                raise ErasureRefused(msg)
            connection.execute(
                text(
                    "INSERT INTO key_hold (lookup, event_id, until) VALUES (:l, :e, :u)"
                    " ON CONFLICT (lookup)"
                    " DO UPDATE SET event_id = :e, until = :u, releasing = NULL"
                ),
                {"l": lookup, "e": hold.event_id, "u": hold.until},
            )

    def begin_release(
        self, case_id: str, event_id: str, now: datetime, *, asked_in: str | None = None
    ) -> Release | None:
        """Mark the hold on a case as being released; it holds until `end_release`.

        Args:
            case_id: the case tool's own id.
            event_id: the event that is to record the release.
            now: aware.
            asked_in: the event in which someone asked for it; they meant no later hold.

        Returns:
            None if there is no hold; the event of the mark is another one, if it was begun before.

        Raises:
            ErasureRefused: if the hold was placed after it was asked to be released.
        """
        lookup = self._tagger.tag(case_id)
        with turn(self._database) as connection:
            hold = _hold(connection, lookup, now)
            if hold is None:
                return None
            if asked_in is not None and hold.event_id > asked_in:
                raise ErasureRefused(ANOTHER_HOLD)
            query = text("SELECT releasing FROM key_hold WHERE lookup = :lookup")
            begun = connection.execute(query, {"lookup": lookup}).scalar()
            if begun is None:
                connection.execute(
                    text("UPDATE key_hold SET releasing = :event WHERE lookup = :lookup"),
                    {"lookup": lookup, "event": event_id},
                )
        return Release(hold, event_id if begun is None else str(begun))

    def end_release(self, case_id: str, placed_by: str) -> Hold | None:
        """Take the hold away that an event placed; return the one that is there in its place."""
        lookup = self._tagger.tag(case_id)
        with turn(self._database) as connection:
            statement = text("DELETE FROM key_hold WHERE lookup = :lookup AND event_id = :event")
            connection.execute(statement, {"lookup": lookup, "event": placed_by})
            return _stored(connection, lookup)

    def of(self, case_id: str, now: datetime) -> Hold | None:
        """Return the hold that is on a case at this moment."""
        with self._database.reading() as connection:
            return _hold(connection, self._tagger.tag(case_id), now)

    def check(self, case_id: str, now: datetime) -> None:
        """Refuse to erase a case that is on hold at this moment.

        Raises:
            ErasureRefused: naming the event that placed the hold, and its end.
        """
        with self._database.reading() as connection:
            self.refuse(connection, self._tagger.tag(case_id), now)

    def tags(self, connection: Connection, now: datetime) -> frozenset[str]:
        """Return the header tags of all cases on hold, as this transaction sees them."""
        query = text(
            "SELECT c.tag FROM key_hold AS h JOIN key_case AS c ON c.lookup = h.lookup"
            " WHERE h.until IS NULL OR h.until > :now"
        )
        return frozenset(connection.execute(query, {"now": written(now)}).scalars())

    def refuse(self, connection: Connection, lookup: str, now: datetime) -> None:
        """Refuse to erase a case on hold, as this transaction sees it.

        Raises:
            ErasureRefused: naming the event that placed the hold, and its end.
        """
        hold = _hold(connection, lookup, now)
        if hold is not None:
            until = "it is released" if hold.until is None else hold.until
            msg = f"the case is on hold until {until}, by event {hold.event_id}"
            raise ErasureRefused(msg)

    def begin_erasure(self, case_id: str, event_id: str, now: datetime) -> Erasure | None:
        """Mark a case as being erased, unless it is on hold; from then on none can be placed.

        Returns:
            None if the case has no key (any more); the event of the mark is another one, if it was
            begun before.

        Raises:
            ErasureRefused: if it is on hold.
        """
        lookup = self._tagger.tag(case_id)
        with turn(self._database) as connection:
            tag = _tag(connection, lookup)
            if tag is None:
                # A mark of a case that is gone would lie in wait for the one that comes back.
                return None
            self.refuse(connection, lookup, now)
            begun = _erasure(connection, lookup)
            if begun is None:
                connection.execute(
                    text("INSERT INTO key_erasure (lookup, event_id) VALUES (:l, :e)"),
                    {"l": lookup, "e": event_id},
                )
        return Erasure(event_id if begun is None else begun, tag)

    def abandon_erasure(self, case_id: str) -> None:
        """Take the mark off a case whose erasure was refused after all."""
        with turn(self._database) as connection:
            statement = text("DELETE FROM key_erasure WHERE lookup = :lookup")
            connection.execute(statement, {"lookup": self._tagger.tag(case_id)})


def _hold(connection: Connection, lookup: str, now: datetime) -> Hold | None:
    hold = _stored(connection, lookup)
    is_over = hold is None or (hold.until is not None and hold.until <= written(now))
    return None if is_over else hold


def _stored(connection: Connection, lookup: str) -> Hold | None:
    query = text("SELECT event_id, until FROM key_hold WHERE lookup = :lookup")
    row = connection.execute(query, {"lookup": lookup}).first()
    return None if row is None else Hold(*row)


def _outlasts(connection: Connection, lookup: str, until: str | None) -> bool:
    """Say whether the hold on a case ends after a moment; one that is over ended before it."""
    hold = _stored(connection, lookup)
    return hold is not None and until is not None and (hold.until is None or hold.until > until)


def _tag(connection: Connection, lookup: str) -> str | None:
    query = text("SELECT tag FROM key_case WHERE lookup = :lookup")
    tag: str | None = connection.execute(query, {"lookup": lookup}).scalar()
    return tag


def _erasure(connection: Connection, lookup: str) -> str | None:
    query = text("SELECT event_id FROM key_erasure WHERE lookup = :lookup")
    begun = connection.execute(query, {"lookup": lookup}).scalar()
    return None if begun is None else str(begun)
