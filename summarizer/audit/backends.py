"""Backends: the few statements that SQLite and PostgreSQL each need in their own words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import Connection

from summarizer.audit.database import Database, driver
from summarizer.audit.seal import Link, Sealed
from summarizer.audit.tree import StoredNode

__all__ = ["Backend", "Pending", "backend_of"]


class Pending(NamedTuple):
    """An event that is durable and not numbered yet."""

    id: int
    event_id: str
    leaf: bytes


class Backend(Protocol):
    """How a batch goes in."""

    numbers_inline: bool
    """Whether events are numbered in the transaction that appends them."""

    def claim(self, connection: Connection, tags: Sequence[str]) -> Mapping[str, Link]:
        """Lock these cases, and return the next place within each."""
        ...

    def insert_batch(self, connection: Connection, events: Sequence[Sealed]) -> None:
        """Insert events whose place was claimed in this transaction."""
        ...

    def lock_sequencer(self, connection: Connection) -> int:
        """Wait for whoever numbers, and return the next number."""
        ...

    def number(
        self,
        connection: Connection,
        first: int,
        pending: Sequence[Pending],
        nodes: Sequence[StoredNode],
    ) -> None:
        """Number what is pending, from `first`, and keep the nodes that became full."""
        ...


_SQLITE_ENTRY: Final = f"INSERT INTO audit_entry VALUES ({', '.join('?' * 13)})"
_POSTGRESQL_KINDS: Final = (
    "text text text text bigint text text text text text text bytea bytea bytea"
)
_POSTGRESQL_APPEND: Final = (
    f"SELECT audit_append({', '.join(f'%b::{kind}[]' for kind in _POSTGRESQL_KINDS.split())})"
)


def backend_of(database: Database) -> Backend:
    """Return what speaks this database's dialect."""
    return _SQLite() if database.dialect == "sqlite" else _PostgreSQL()


def _entry(sealed: Sealed) -> tuple[Any, ...]:
    header = sealed.header
    return (
        header.id,
        header.kind,
        header.at,
        header.case,
        header.n,
        header.actor,
        header.fact("model"),
        header.fact("prompt"),
        header.fact("policy"),
        header.fact("outcome"),
        header.retention,
        sealed.encoded,
        sealed.leaf,
    )


def _last_of_each_case(events: Iterable[Sealed]) -> list[tuple[str, int, bytes]]:
    last = {
        event.header.case: (event.header.case, event.header.n, event.leaf)
        for event in events
        if event.header.case is not None and event.header.n is not None
    }
    return list(last.values())


class _SQLite:
    numbers_inline = True

    def claim(self, connection: Connection, tags: Sequence[str]) -> Mapping[str, Link]:
        query = "SELECT n, leaf FROM audit_case_head WHERE case_tag = ?"
        heads = {}
        with driver(connection) as raw:
            for tag in tags:
                row = raw.execute(query, (tag,)).fetchone()
                heads[tag] = Link(0, None) if row is None else Link(row[0] + 1, row[1])
        return heads

    def insert_batch(self, connection: Connection, events: Sequence[Sealed]) -> None:
        with driver(connection) as raw:
            raw.executemany(_SQLITE_ENTRY, map(_entry, events))
            raw.executemany(
                "INSERT INTO audit_body VALUES (?, ?)",
                [(event.header.id, event.ciphertext) for event in events],
            )
            raw.executemany(
                "INSERT INTO audit_case_head VALUES (?, ?, ?) ON CONFLICT (case_tag)"
                " DO UPDATE SET n = excluded.n, leaf = excluded.leaf",
                _last_of_each_case(events),
            )

    def lock_sequencer(self, connection: Connection) -> int:
        # The transaction holds SQLite's one write lock.
        with driver(connection) as raw:
            return int(raw.execute("SELECT next_seq FROM audit_sequencer").fetchone()[0])

    def number(
        self,
        connection: Connection,
        first: int,
        pending: Sequence[Pending],
        nodes: Sequence[StoredNode],
    ) -> None:
        with driver(connection) as raw:
            raw.executemany(
                "INSERT INTO audit_leaf VALUES (?, ?, ?)",
                [(seq, item.event_id, item.leaf) for seq, item in enumerate(pending, first)],
            )
            raw.executemany("INSERT INTO audit_node VALUES (?, ?, ?)", nodes)
            # What is numbered at once never waited.
            if pending[-1].id:
                raw.execute("DELETE FROM audit_pending WHERE id <= ?", (pending[-1].id,))
            raw.execute("UPDATE audit_sequencer SET next_seq = ?", (first + len(pending),))


class _PostgreSQL:
    numbers_inline = False

    def claim(self, connection: Connection, tags: Sequence[str]) -> Mapping[str, Link]:
        if not tags:
            return {}
        query = "SELECT * FROM audit_claim(%b::text[])"
        # In one round trip with the transaction's BEGIN.
        with driver(connection) as raw:
            rows = raw.execute(query, (sorted(tags),), prepare=True, binary=True).fetchall()
        return {tag: Link(n + 1, leaf) for tag, n, leaf in rows}

    def insert_batch(self, connection: Connection, events: Sequence[Sealed]) -> None:
        columns = zip(*map(_entry, events), strict=True)
        arguments = [*map(list, columns), [event.ciphertext for event in events]]
        with driver(connection) as raw:
            raw.execute(_POSTGRESQL_APPEND, arguments, prepare=True)

    def lock_sequencer(self, connection: Connection) -> int:
        with driver(connection) as raw:
            row = raw.execute("SELECT audit_lock_sequencer()", prepare=True).fetchone()
        return int(row[0])

    def number(
        self,
        connection: Connection,
        first: int,
        pending: Sequence[Pending],
        nodes: Sequence[StoredNode],
    ) -> None:
        with driver(connection) as raw:
            raw.execute(
                "SELECT audit_number(%b, %b::bigint[], %b::text[], %b::bytea[],"
                " %b::integer[], %b::bigint[], %b::bytea[])",
                (
                    first,
                    [item.id for item in pending],
                    [item.event_id for item in pending],
                    [item.leaf for item in pending],
                    [node.level for node in nodes],
                    [node.idx for node in nodes],
                    [node.hash for node in nodes],
                ),
                prepare=True,
            )
