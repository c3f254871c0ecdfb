"""Sequencer: events that are durable -> gap-free numbers and the tree's stored nodes.

Any process may do it: who holds the row lock of `audit_sequencer` numbers what is there, and
numbers and nodes are written in one transaction, so that a crash loses nothing.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from summarizer.audit.backends import Backend, Pending
from summarizer.audit.database import driver
from summarizer.audit.seal import Sealed
from summarizer.audit.tree import Frontier
from summarizer.errors import AuditUnavailable

__all__ = ["MOST_AT_ONCE", "Sequencer", "StoredHashes"]

MOST_AT_ONCE: Final = 5_000
"""Events that are numbered in one transaction."""


class StoredHashes:
    """The hashes that the log stores, as a tree's reader wants them."""

    def __init__(self, connection: Connection) -> None:
        """Read through this connection."""
        self._connection = connection
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        self._leaves = (
            f"SELECT leaf FROM audit_leaf WHERE seq >= {mark} AND seq < {mark} ORDER BY seq"
        )
        self._nodes = (
            f"SELECT hash FROM audit_node WHERE level = {mark} AND idx >= {mark}"
            f" AND idx < {mark} ORDER BY idx"
        )

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes `start` to `stop`, without `stop`, of a level.

        Raises:
            AuditUnavailable: if one of them is gone.
        """
        query, arguments = (
            (self._nodes, (level, start, stop)) if level else (self._leaves, (start, stop))
        )
        with driver(self._connection) as raw:
            found = [row[0] for row in raw.execute(query, arguments).fetchall()]
        if len(found) != stop - start:
            msg = "the stored tree lacks a hash; run `summarizer audit verify`"
            raise AuditUnavailable(msg)
        return found


class Sequencer:
    """Numbers what is pending; keeps the tree's right edge between calls."""

    def __init__(self, backend: Backend) -> None:
        """Start without an edge; the first call reads it."""
        self._backend = backend
        self._edge: Frontier | None = None

    def number(self, connection: Connection) -> int:
        """Number what is pending, `MOST_AT_ONCE` at most; return how many events that were.

        The caller's transaction must be one that writes; if it fails, `forget` the edge.

        Raises:
            AuditUnavailable: if the stored tree lacks a hash.
        """
        first = self._backend.lock_sequencer(connection)
        query = f"SELECT id, event_id, leaf FROM audit_pending ORDER BY id LIMIT {MOST_AT_ONCE}"
        with driver(connection) as raw:
            pending = [Pending(*row) for row in raw.execute(query).fetchall()]
        self._number(connection, first, pending)
        return len(pending)

    def number_at_once(self, connection: Connection, events: Sequence[Sealed]) -> dict[str, int]:
        """Number events in the transaction that inserts them; return event id -> number.

        Raises:
            AuditUnavailable: if the stored tree lacks a hash.
        """
        first = self._backend.lock_sequencer(connection)
        pending = [Pending(0, event.header.id, event.leaf) for event in events]
        self._number(connection, first, pending)
        return {event.header.id: seq for seq, event in enumerate(events, first)}

    def _number(self, connection: Connection, first: int, pending: Sequence[Pending]) -> None:
        if not pending:
            return
        edge, self._edge = self._edge, None
        if edge is None or edge.size != first:
            edge = Frontier.resume(StoredHashes(connection), first)
        nodes = [node for item in pending for node in edge.append(item.leaf)]
        self._backend.number(connection, first, pending, nodes)
        self._edge = edge

    def forget(self) -> None:
        """Drop the edge: what was numbered last was not committed."""
        self._edge = None
