"""Newest: a cursor -> the newest summary of each case, whatever the log's size.

Of a page no more is decrypted than it shows. What stands around a summary in its case, a later
one or a review, is found by the indexes of cases and outcomes, so that the millionth page costs
what the first one does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import String, TextClause, bindparam, text

from summarizer.audit import Record
from summarizer.audit.store import SQLAuditStore

__all__ = ["Around", "Newest", "NewestPage", "around", "newest_summaries", "reviews_of"]

_LATER: Final = (
    "EXISTS (SELECT 1 FROM audit_entry AS l WHERE l.case_tag = e.case_tag"
    " AND l.event_id > e.event_id AND {plus}l.kind = '%s'%s)"
)
_SUPERSEDED: Final = _LATER % ("outcome", " AND {plus}l.outcome = 'summarized'")
_STALE: Final = _LATER % ("received", "")
_PAGE: Final = (
    f"SELECT e.event_id, {_STALE} FROM audit_entry AS e"
    " WHERE e.outcome = 'summarized' AND {plus}e.kind = 'outcome'{after}"
    f" AND NOT {_SUPERSEDED} ORDER BY e.event_id DESC LIMIT :limit"
)
_AROUND: Final = f"SELECT {_SUPERSEDED}, {_STALE} FROM audit_entry AS e WHERE e.event_id = :id"
_REVIEWS: Final = (
    "SELECT e.event_id FROM audit_entry AS e WHERE e.outcome IN :ids"
    " AND {plus}e.kind = 'review' ORDER BY e.event_id"
)
_PLUS: Final = {
    # SQLite has no statistics and could take the index of a kind, which leads to every event of
    # it; a column with a sign is not looked up by its own index.
    "sqlite": "+",
    "postgresql": "",
}
_BATCH: Final = 500
_MOST_BATCHES: Final = 10
"""Looked at for one page at most, where few of many are wanted."""


class Newest(NamedTuple):
    """A summary after which its case has no other."""

    record: Record
    """The outcome with what it says."""
    case_id: str
    """The case tool's own id."""
    is_stale: bool
    """Whether the case was received again since."""
    reviews: tuple[Record, ...]
    """The reviews of this summary, oldest first, without what they say."""


class NewestPage(NamedTuple):
    """Some summaries, newest first, and the cursor of the next page; None at the end.

    Fewer than were asked for where cases were erased, what they said was pruned, or few of many
    are wanted.
    """

    summaries: tuple[Newest, ...]
    next: str | None


class _Found(NamedTuple):
    event_id: str
    is_stale: bool
    reviews: tuple[Record, ...]


class Around(NamedTuple):
    """What came after a summary in its case."""

    is_superseded: bool
    is_stale: bool


def newest_summaries(
    store: SQLAuditStore,
    *,
    after: str | None,
    limit: int,
    wants: Callable[[Sequence[Record]], bool] | None = None,
) -> NewestPage:
    """Return the newest summary of each case behind a cursor; for a worker thread.

    Args:
        store: the log.
        after: the cursor of the page before.
        limit: how many at most.
        wants: takes the reviews of a summary, oldest first, without what they say; by default
            every summary is wanted.

    Raises:
        AuditUnavailable: if the log cannot be read, or a record is damaged.
    """
    found: list[_Found] = []
    size = limit if wants is None else _BATCH
    for _ in range(_MOST_BATCHES):
        rows = _behind(store, after, size + 1)
        behind, rows = rows[size:], rows[:size]
        reviews = reviews_of(store, [event_id for event_id, _ in rows])
        for number, (event_id, is_stale) in enumerate(rows, 1):
            after, own = event_id, reviews.get(event_id, ())
            if wants is None or wants(own):
                found.append(_Found(event_id, is_stale, own))
            if len(found) == limit:
                is_last = number == len(rows) and not behind
                return NewestPage(_opened(store, found), None if is_last else after)
        if not behind:
            return NewestPage(_opened(store, found), None)
    return NewestPage(_opened(store, found), after)


def around(store: SQLAuditStore, event_id: str) -> Around:
    """Return what came after a summary in its case; for a worker thread.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    with store.database.reading() as connection:
        row = connection.execute(_query(store, _AROUND), {"id": event_id}).one()
    return Around(*map(bool, row))


def reviews_of(
    store: SQLAuditStore, event_ids: Sequence[str], *, bodies: bool = False
) -> Mapping[str, tuple[Record, ...]]:
    """Return the reviews of each summary, oldest first; for a worker thread.

    Raises:
        AuditUnavailable: if the log cannot be read, or a record is damaged.
    """
    query = _query(store, _REVIEWS).bindparams(bindparam("ids", expanding=True, type_=String))
    with store.database.reading() as connection:
        ids = connection.execute(query, {"ids": list(event_ids)}).scalars().all()
    found: dict[str, tuple[Record, ...]] = {}
    for record in store.reader.several(ids, bodies=bodies):
        reviewed = str(record.facts["outcome"])
        found[reviewed] = (*found.get(reviewed, ()), record)
    return found


def _behind(store: SQLAuditStore, after: str | None, limit: int) -> list[tuple[str, bool]]:
    """Return the ids of summaries that are their cases' newest, and whether they are stale."""
    query = _query(store, _PAGE, after="" if after is None else " AND e.event_id < :after")
    cursor = {} if after is None else {"after": after}
    with store.database.reading() as connection:
        rows = connection.execute(query, {**cursor, "limit": limit}).all()
    return [(event_id, bool(is_stale)) for event_id, is_stale in rows]


def _opened(store: SQLAuditStore, found: Sequence[_Found]) -> tuple[Newest, ...]:
    """Decrypt what was found, as far as it still can be read."""
    records = {
        record.id: record
        for record in store.reader.several([each.event_id for each in found], bodies=True)
        if record.body is not None
    }
    names = store.keystore.names(each.case for each in records.values() if each.case is not None)
    return tuple(
        Newest(record, names[record.case], each.is_stale, each.reviews)
        for each in found
        if (record := records.get(each.event_id)) is not None and record.case in names
    )


def _query(store: SQLAuditStore, query: str, **parts: str) -> TextClause:
    return text(query.format(plus=_PLUS[store.database.dialect], **parts))
