"""Operations on a log: a new incarnation, and a new epoch of keys, each with its record."""

from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import text

from summarizer.audit import Event
from summarizer.audit.ids import EventIds
from summarizer.audit.publisher import Published, log_size
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable

__all__ = ["Incarnation", "Rotation", "begin_incarnation", "rotate_keys"]


class Incarnation(NamedTuple):
    """A log that goes on after what was published of it cannot be continued."""

    number: int
    event_id: str
    published: Published
    """Its first checkpoint."""


class Rotation(NamedTuple):
    """A new epoch of keys."""

    epoch: int
    keys: int
    """How many case keys were wrapped anew."""
    event_id: str


async def begin_incarnation(
    store: SQLAuditStore, *, reason: str, actor: str, now: datetime
) -> Incarnation:
    """Go on under a new origin line after a restore or a rollback, and explain it in the log.

    Checkpoints of earlier incarnations stay where they were published, and stay valid for what
    they say; the record names the last of them.

    Raises:
        AuditUnavailable: if sink or database fail, or another process does the same.
    """
    await store.number()
    last = await store.newest_note()
    number, size = await store.run(partial(_next, store))
    event = Event(
        id=EventIds().new(),
        kind="incarnation",
        at=now,
        actor=actor,
        facts={"incarnation": number, "size": size},
        body={"reason": reason, "actor": actor, "last_published": last},
    )
    await store.append([event])
    await store.number()
    await store.run(partial(_insert, store, number, event.id))
    published = await store.publish()
    if published is None:
        msg = "the log is empty after an event was appended; run `summarizer audit verify`"
        raise AuditUnavailable(msg)
    return Incarnation(number, event.id, published)


async def rotate_keys(store: SQLAuditStore, *, actor: str, now: datetime) -> Rotation:
    """Wrap every case key anew and destroy the old epochs' keys; record that.

    Raises:
        AuditUnavailable: if that fails; calling it again finishes what was begun.
    """
    epoch, count = await store.run(store.keystore.rotate)
    event = Event(
        id=EventIds().new(),
        kind="keys_rotated",
        at=now,
        actor=actor,
        facts={"epoch": epoch, "keys": count},
        body={"actor": actor},
    )
    await store.append([event])
    return Rotation(epoch, count, event.id)


def _next(store: SQLAuditStore) -> tuple[int, int]:
    with store.database.reading() as connection:
        query = text("SELECT MAX(incarnation) + 1 FROM audit_log")
        return int(connection.execute(query).scalar_one()), log_size(connection)


def _insert(store: SQLAuditStore, number: int, event_id: str) -> None:
    with store.database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_log (incarnation, origin, event_id)"
                " SELECT :number, origin, :event FROM audit_log WHERE incarnation = 0"
            ),
            {"number": number, "event": event_id},
        )
