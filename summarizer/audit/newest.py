"""Newest: a cursor -> the newest summary of each case, whatever the log's size.

Of a page no more is decrypted than it shows. What stands around a summary in its case, a later
one or a review, is found by the indexes of cases and outcomes, so that the millionth page costs
what the first one does.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from sqlalchemy import String, TextClause, bindparam, text

from summarizer.audit import Record
from summarizer.audit.migrations.log_0002 import REVIEWS, has_decision, index_of
from summarizer.audit.store import SQLAuditStore

__all__ = [
    "Around",
    "Newest",
    "NewestPage",
    "Standing",
    "around",
    "newest_readable",
    "newest_summaries",
    "opened",
    "reviews_of",
]

Standing = Literal["accept", "edit", "reject", "none"]
"""What the newest review of a summary decided; `none` if there is no review."""

_LATER: Final = (
    "EXISTS (SELECT 1 FROM audit_entry AS l WHERE l.case_tag = e.case_tag"
    " AND l.event_id > e.event_id AND {plus}l.kind = '%s'%s)"
)
_SUPERSEDED: Final = _LATER % ("outcome", " AND {plus}l.outcome = 'summarized'")
_STALE: Final = _LATER % ("received", "")
_IS_SUMMARY: Final = "e.outcome = 'summarized' AND {plus}e.kind = 'outcome'"
_PAGE: Final = (
    "SELECT e.event_id, {shown} FROM audit_entry AS e"
    f" WHERE {_IS_SUMMARY}{{after}} AND NOT {_SUPERSEDED}"
    " ORDER BY e.event_id DESC LIMIT :limit"
)
_KEPT: Final = "e.case_tag, EXISTS (SELECT 1 FROM audit_body AS b WHERE b.event_id = e.event_id)"
# Most of many were reviewed: of them no more is read, since SQLite works out both sides of an AND.
_OPEN_PAGE: Final = (
    "SELECT o.event_id, CASE WHEN EXISTS (SELECT 1 FROM audit_entry AS n{by}"
    " WHERE n.kind = 'review' AND n.outcome{bytewise} = o.event_id{alone}) THEN 1 = 0 ELSE"
    " EXISTS (SELECT 1 FROM audit_entry AS e WHERE e.event_id = o.event_id"
    f" AND {_IS_SUMMARY} AND NOT {_SUPERSEDED}{{alone}}) END"
    " FROM audit_entry AS o WHERE o.outcome = 'summarized'{after}"
    " ORDER BY o.event_id DESC LIMIT :limit"
)
# From the reviews with this decision, by what they review: whether that is the newest review of
# the newest summary is asked of each.
_LAST_WORD: Final = (
    "NOT EXISTS (SELECT 1 FROM audit_entry AS n WHERE n.outcome = r.outcome"
    " AND {plus}n.kind = 'review' AND n.event_id > r.event_id)"
    f" AND NOT {_SUPERSEDED}"
)
_DECIDED_PAGE: Final = (
    f"SELECT e.event_id, {_LAST_WORD}"
    " FROM audit_entry AS r{by} CROSS JOIN audit_entry AS e"
    f" WHERE {{decided}} AND e.event_id = r.outcome{{bytewise}} AND {_IS_SUMMARY}{{after}}"
    " ORDER BY r.outcome{bytewise} DESC, r.event_id DESC LIMIT :limit"
)
_STALE_ONES: Final = (
    f"SELECT e.event_id FROM audit_entry AS e WHERE e.event_id IN :ids AND {_STALE}"
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
_BYTEWISE: Final = {"sqlite": "", "postgresql": ' COLLATE "C"'}
_ALONE: Final = {
    # PostgreSQL would answer it for every summary of the log at once, and then look up the few
    # of a page.
    "sqlite": "",
    "postgresql": " OFFSET 0",
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


class Around(NamedTuple):
    """What came after a summary in its case."""

    is_superseded: bool
    is_stale: bool


def newest_summaries(
    store: SQLAuditStore, *, after: str | None, limit: int, standing: Standing | None = None
) -> NewestPage:
    """Return the newest summary of each case behind a cursor; for a worker thread.

    Args:
        store: the log.
        after: the cursor of the page before.
        limit: how many at most.
        standing: only those whose newest review decided so; by default every summary is wanted.

    Raises:
        AuditUnavailable: if the log cannot be read, or a record is damaged.
    """
    found: list[str] = []
    for size in (limit, *(_BATCH,) * _MOST_BATCHES):
        rows = _behind(store, after, size + 1, standing)
        behind, rows = rows[size:], rows[:size]
        for number, (event_id, is_wanted) in enumerate(rows, 1):
            after = event_id
            if is_wanted:
                found.append(event_id)
            if len(found) == limit:
                is_last = number == len(rows) and not behind
                return NewestPage(opened(store, found), None if is_last else after)
        if not behind:
            return NewestPage(opened(store, found), None)
    return NewestPage(opened(store, found), after)


def newest_readable(store: SQLAuditStore, *, among: int) -> tuple[str, ...]:
    """Return the newest summaries that can be read, each of another case; for a worker thread.

    Args:
        store: the log.
        among: how many are looked at.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    with store.database.reading() as connection:
        query = _query(store, _PAGE, shown=_KEPT, after="")
        rows = connection.execute(query, {"limit": among}).all()
    alive = store.keystore.names(case for _, case, is_kept in rows if is_kept)
    return tuple(event_id for event_id, case, is_kept in rows if is_kept and case in alive)


def opened(store: SQLAuditStore, event_ids: Sequence[str]) -> tuple[Newest, ...]:
    """Decrypt summaries, as far as they still can be read; for a worker thread.

    Raises:
        AuditUnavailable: if the log cannot be read, or a record is damaged.
    """
    records = {
        record.id: record
        for record in store.reader.several(event_ids, bodies=True)
        if record.body is not None
    }
    reviews = reviews_of(store, event_ids)
    stale = _stale(store, event_ids)
    names = store.keystore.names(each.case for each in records.values() if each.case is not None)
    return tuple(
        Newest(record, names[record.case], event_id in stale, reviews.get(event_id, ()))
        for event_id in event_ids
        if (record := records.get(event_id)) is not None and record.case in names
    )


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


def _behind(
    store: SQLAuditStore, after: str | None, limit: int, standing: Standing | None
) -> list[tuple[str, bool]]:
    """Return ids of summaries, newest first, and whether each is wanted.

    Every one that is wanted is among them; what else there is costs a look.
    """
    query = _page_of(store, standing, is_first=after is None)
    cursor = {} if after is None else {"after": after}
    with store.database.reading() as connection:
        rows = connection.execute(query, {**cursor, "limit": limit}).all()
    return [(event_id, bool(is_wanted)) for event_id, is_wanted in rows]


def _stale(store: SQLAuditStore, event_ids: Sequence[str]) -> frozenset[str]:
    """Return those whose case was received again since."""
    query = _query(store, _STALE_ONES).bindparams(bindparam("ids", expanding=True, type_=String))
    with store.database.reading() as connection:
        return frozenset(connection.execute(query, {"ids": list(event_ids)}).scalars())


def _page_of(store: SQLAuditStore, standing: Standing | None, *, is_first: bool) -> TextClause:
    dialect = store.database.dialect
    after = "" if is_first else " AND {column} < :after"
    if standing is None:
        return _query(store, _PAGE, shown="1", after=after.format(column="e.event_id"))
    by = REVIEWS if standing == "none" else index_of(standing)
    bytewise = _BYTEWISE[dialect]
    reviewed = f"r.outcome{bytewise}"
    return _query(
        store,
        _OPEN_PAGE if standing == "none" else _DECIDED_PAGE,
        by=f" INDEXED BY {by}" if dialect == "sqlite" else "",
        decided="" if standing == "none" else has_decision(dialect, standing, "r."),
        bytewise=bytewise,
        alone=_ALONE[dialect],
        after=after.format(column="o.event_id" if standing == "none" else reviewed),
    )


def _query(store: SQLAuditStore, query: str, **parts: str) -> TextClause:
    return text(query.format(plus=_PLUS[store.database.dialect], **parts))
