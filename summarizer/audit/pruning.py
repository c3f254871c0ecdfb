"""Pruning: bodies whose retention has ended -> gone, with a numbered event that says so.

Headers and leaves stay, so that every proof stays valid. A body goes only after the event that
covers it is in the tree, and bodies of cases on hold stay.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from summarizer.audit import Event
from summarizer.audit.epochs import turn
from summarizer.audit.header import written
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import Keeping
from summarizer.audit.store import SQLAuditStore
from summarizer.retention import CLASSES, RetentionClass, ended_before

__all__ = ["Pruned", "prune"]

_BATCH: Final = 500
_LASTING: Final = ("erased", "in_force", "incarnation", "pruned")
"""Kinds that are needed to read or to verify what stays, and say nothing of a customer."""


class Pruned(NamedTuple):
    """What ended of one retention class."""

    retention: str
    before: datetime
    bodies: int
    """Bodies that were removed, or that would be."""
    on_hold: int
    """Bodies that stay because their case is on hold."""
    event_id: str | None
    """The event that covers them; None if there is nothing to remove, or nothing was done."""


async def prune(
    store: SQLAuditStore, now: datetime, *, actor: str, dry_run: bool = False
) -> tuple[Pruned, ...]:
    """Remove every body whose retention has ended, and what was kept for too long.

    After an interruption the next call removes the rest.

    Args:
        store: the log.
        now: aware.
        actor: who asks.
        dry_run: only count.

    Raises:
        AuditUnavailable: if that fails; a body is never removed without its event.
    """
    done = []
    for kept in CLASSES.values():
        before = ended_before(kept, now)
        bodies, on_hold = await store.run(partial(_counted, store, kept, before, now))
        event_id = None
        if bodies and not dry_run:
            event_id = await _record(store, kept, before, actor=actor, now=now)
            bodies = await store.run(partial(_remove, store, kept, before, now))
        done.append(Pruned(kept.name, before, bodies, on_hold, event_id))
    if not dry_run:
        await store.run(partial(Keeping(store.keystore).forget_expired, now))
    return tuple(done)


async def _record(
    store: SQLAuditStore, kept: RetentionClass, before: datetime, *, actor: str, now: datetime
) -> str:
    """Put the event in the tree, and only then the row that lets bodies go."""
    event = Event(
        id=EventIds().new(),
        kind="pruned",
        at=now,
        actor=actor,
        facts={"retention": kept.name, "before": written(before)},
        body={"actor": actor, "months": kept.months, "citation": kept.citation},
    )
    await store.append([event])
    await store.number()
    await store.run(partial(_cover, store, event.id, kept, before))
    return event.id


def _cover(store: SQLAuditStore, event_id: str, kept: RetentionClass, before: datetime) -> None:
    with store.database.writing() as connection:
        connection.execute(
            text("INSERT INTO audit_prune (event_id, retention, before) VALUES (:e, :r, :b)"),
            {"e": event_id, "r": kept.name, "b": written(before)},
        )


def _counted(
    store: SQLAuditStore, kept: RetentionClass, before: datetime, now: datetime
) -> tuple[int, int]:
    with store.keystore.database.reading() as keys, store.database.reading() as connection:
        held = store.keystore.holds.tags(keys, now)
        count = on_hold = 0
        for page in _pages(connection, kept, before):
            count += len(page)
            on_hold += sum(tag in held for _, tag in page)
    return count - on_hold, on_hold


def _remove(store: SQLAuditStore, kept: RetentionClass, before: datetime, now: datetime) -> int:
    removed, after = 0, ""
    while True:
        # No hold is placed while a batch goes.
        with turn(store.keystore.database) as keys, store.database.writing() as connection:
            held = store.keystore.holds.tags(keys, now)
            page = _page(connection, kept, before, after)
            removed += _drop(connection, [event_id for event_id, tag in page if tag not in held])
        if len(page) < _BATCH:
            store.database.scrub()
            return removed
        after = page[-1][0]
        store.database.give_way()


def _drop(connection: Connection, event_ids: Sequence[str]) -> int:
    if not event_ids:
        return 0
    if connection.dialect.name == "postgresql":
        query = text("SELECT audit_drop_pruned(:ids)")
        return int(connection.execute(query, {"ids": list(event_ids)}).scalar_one())
    # Overwritten, and not only given free: the key of the case may live on.
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    statement = text("DELETE FROM audit_body WHERE event_id = :id")
    connection.execute(statement, [{"id": event_id} for event_id in event_ids])
    return len(event_ids)


def _pages(
    connection: Connection, kept: RetentionClass, before: datetime
) -> Iterator[list[tuple[str, str | None]]]:
    after = ""
    while page := _page(connection, kept, before, after):
        yield page
        after = page[-1][0]


def _page(
    connection: Connection, kept: RetentionClass, before: datetime, after: str
) -> list[tuple[str, str | None]]:
    """Return event id and case tag of bodies that ended, by id."""
    query = text(
        "SELECT e.event_id, e.case_tag FROM audit_entry AS e"
        " JOIN audit_body AS b ON b.event_id = e.event_id"
        " WHERE e.event_id > :after AND e.retention = :retention AND e.at < :before"
        f" AND e.kind NOT IN {_LASTING}"
        f" ORDER BY e.event_id LIMIT {_BATCH}"
    )
    values = {"after": after, "retention": kept.name, "before": written(before)}
    return [(event_id, tag) for event_id, tag in connection.execute(query, values)]
