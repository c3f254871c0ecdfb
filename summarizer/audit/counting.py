"""Counting: a place in the log -> what the headers of some kinds say from there on.

Numbers have no gaps and are given in the order in which events become durable, so that whoever
counts up to a number has counted every event below it, once.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Row, String, bindparam, text

from summarizer.audit import EventKind
from summarizer.audit.store import SQLAuditStore
from summarizer.audit.strict import StrictHeader
from summarizer.errors import AuditUnavailable

__all__ = ["Told", "ToldPage", "numbered", "told_before", "told_between"]

_SIZE: Final = "SELECT COALESCE(MAX(seq) + 1, 0) FROM audit_leaf"
_BEFORE: Final = (
    "SELECT e.event_id, e.header FROM audit_entry AS e"
    " JOIN audit_leaf AS l ON l.event_id = e.event_id"
    " WHERE e.kind = :kind AND l.seq < :before{after} ORDER BY e.event_id DESC LIMIT :limit"
)
# In this order of the tables on SQLite, too: the kind would lead to every event of it.
_BETWEEN: Final = (
    "SELECT e.event_id, e.header FROM audit_leaf AS l CROSS JOIN audit_entry AS e"
    " WHERE l.seq >= :first AND l.seq < :before AND e.event_id = l.event_id"
    " AND e.kind IN :kinds ORDER BY l.seq"
)


class Told(NamedTuple):
    """What a header says in clear that can be counted."""

    kind: EventKind
    day: date
    """UTC."""
    facts: Mapping[str, Any]


class ToldPage(NamedTuple):
    """What some headers say, and the cursor of the next page; None at the end."""

    told: tuple[Told, ...]
    next: str | None


def numbered(store: SQLAuditStore) -> int:
    """Return how many events are numbered; for a worker thread.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    with store.database.reading() as connection:
        return int(connection.execute(text(_SIZE)).scalar_one())


def told_before(
    store: SQLAuditStore, kind: EventKind, *, before: int, after: str | None, limit: int
) -> ToldPage:
    """Return what the newest headers of a kind say; for a worker thread.

    Args:
        store: the log.
        kind: of which events.
        before: the first number that does not count any more.
        after: the cursor of the page before.
        limit: how many at most.

    Raises:
        AuditUnavailable: if the log cannot be read, or a header is damaged.
    """
    cursor = {} if after is None else {"after": after}
    query = text(_BEFORE.format(after=" AND e.event_id < :after" if cursor else ""))
    arguments = {**cursor, "kind": kind, "before": before, "limit": limit + 1}
    with store.database.reading() as connection:
        rows = connection.execute(query, arguments).all()
    shown = rows[:limit]
    return ToldPage(tuple(map(_told, shown)), shown[-1].event_id if len(rows) > limit else None)


def told_between(
    store: SQLAuditStore, kinds: Sequence[EventKind], *, first: int, before: int
) -> tuple[Told, ...]:
    """Return what the headers of these kinds say among some numbers; for a worker thread.

    Args:
        store: the log.
        kinds: of which events.
        first: the first number.
        before: the first number that does not count any more.

    Raises:
        AuditUnavailable: if the log cannot be read, or a header is damaged.
    """
    query = text(_BETWEEN).bindparams(bindparam("kinds", expanding=True, type_=String))
    arguments = {"first": first, "before": before, "kinds": list(kinds)}
    with store.database.reading() as connection:
        return tuple(map(_told, connection.execute(query, arguments)))


def _told(row: Row[Any]) -> Told:
    try:
        header = StrictHeader.read(row.header)
    except (ValueError, AttributeError):
        msg = f"event {row.event_id!a} is damaged; run `summarizer audit verify`"
        raise AuditUnavailable(msg) from None
    day = date.fromisoformat(header.at[:10])
    return Told(cast("EventKind", header.kind), day, header.facts.named)
