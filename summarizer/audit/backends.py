"""Backends: the few statements that SQLite and PostgreSQL each need in their own words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection

from summarizer.audit.database import Database
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
        heads = {tag: Link(0, None) for tag in tags}
        for tag in heads:
            query = "SELECT n, leaf FROM audit_case_head WHERE case_tag = ?"
            row = connection.exec_driver_sql(query, (tag,)).first()
            if row is not None:
                heads[tag] = Link(row[0] + 1, row[1])
        return heads

    def insert_batch(self, connection: Connection, events: Sequence[Sealed]) -> None:
        run = connection.exec_driver_sql
        marks = ", ".join("?" * 13)
        run(f"INSERT INTO audit_entry VALUES ({marks})", [_entry(event) for event in events])
        run(
            "INSERT INTO audit_body VALUES (?, ?)",
            [(event.header.id, event.ciphertext) for event in events],
        )
        run(
            "INSERT INTO audit_pending (event_id, leaf) VALUES (?, ?)",
            [(event.header.id, event.leaf) for event in events],
        )
        if heads := _last_of_each_case(events):
            run(
                "INSERT INTO audit_case_head VALUES (?, ?, ?) ON CONFLICT (case_tag)"
                " DO UPDATE SET n = excluded.n, leaf = excluded.leaf",
                heads,
            )

    def lock_sequencer(self, connection: Connection) -> int:
        # The transaction holds SQLite's one write lock.
        query = "SELECT next_seq FROM audit_sequencer"
        return int(connection.exec_driver_sql(query).scalar_one())

    def number(
        self,
        connection: Connection,
        first: int,
        pending: Sequence[Pending],
        nodes: Sequence[StoredNode],
    ) -> None:
        run = connection.exec_driver_sql
        run(
            "INSERT INTO audit_leaf VALUES (?, ?, ?)",
            [(seq, item.event_id, item.leaf) for seq, item in enumerate(pending, first)],
        )
        if nodes:
            run("INSERT INTO audit_node VALUES (?, ?, ?)", [tuple(node) for node in nodes])
        run("DELETE FROM audit_pending WHERE id <= ?", (pending[-1].id,))
        run("UPDATE audit_sequencer SET next_seq = ?", (first + len(pending),))


class _PostgreSQL:
    numbers_inline = False

    def claim(self, connection: Connection, tags: Sequence[str]) -> Mapping[str, Link]:
        if not tags:
            return {}
        rows = connection.exec_driver_sql("SELECT * FROM audit_claim(%s)", (sorted(tags),))
        return {tag: Link(n + 1, leaf) for tag, n, leaf in rows}

    def insert_batch(self, connection: Connection, events: Sequence[Sealed]) -> None:
        columns = zip(*(_entry(event) for event in events), strict=True)
        arguments = [*map(list, columns), [event.ciphertext for event in events]]
        kinds = "text text text text bigint text text text text text text bytea bytea bytea"
        marks = ", ".join(f"%b::{kind}[]" for kind in kinds.split())
        connection.exec_driver_sql(f"SELECT audit_append({marks})", tuple(arguments))

    def lock_sequencer(self, connection: Connection) -> int:
        query = "SELECT audit_lock_sequencer()"
        return int(connection.exec_driver_sql(query).scalar_one())

    def number(
        self,
        connection: Connection,
        first: int,
        pending: Sequence[Pending],
        nodes: Sequence[StoredNode],
    ) -> None:
        connection.exec_driver_sql(
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
        )
