"""Reading: a filter and a cursor -> a page of records, whatever the log's size.

The cursor is the last event id of the page: ids sort by time, and every filter has an index
that ends in the id, so that a page costs the same at the first and at the millionth event.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, cast

from sqlalchemy import Row, String, bindparam, text

from summarizer.audit import EventKind, Filter, Record
from summarizer.audit.database import Database
from summarizer.audit.header import written
from summarizer.audit.ids import first_id
from summarizer.audit.keystore import Keystore
from summarizer.audit.seal import CaseKey, unseal
from summarizer.audit.strict import StrictHeader
from summarizer.errors import AuditUnavailable

__all__ = ["SLACK", "Page", "Reader"]

SLACK: Final = timedelta(days=1)
"""By how much the time of an event and that of its id may differ where a period is asked for."""
_COLUMNS = "e.event_id, e.header, e.leaf, l.seq"
_JOINS = "FROM audit_entry AS e LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"


State = Literal["readable", "erased", "pruned"]
_NOT_ASKED: Final[tuple[None, State]] = (None, "readable")


class Page(NamedTuple):
    """Some records, and the cursor of the next page; None at the end."""

    records: tuple[Record, ...]
    next: str | None


class _Stored(NamedTuple):
    event_id: str
    header: bytes
    leaf: bytes
    seq: int | None
    ciphertext: bytes | None = None


class Reader:
    """Reads records; every method is for a worker thread."""

    def __init__(
        self, database: Database, keystore: Keystore, actor_tag: Callable[[str], str]
    ) -> None:
        """Take the log, its keys, and what tags an actor."""
        self._database = database
        self._keystore = keystore
        self._actor_tag = actor_tag

    def page(
        self, wanted: Filter, *, after: str | None, limit: int, newest_first: bool, bodies: bool
    ) -> Page:
        """Return the records behind a cursor.

        Raises:
            AuditUnavailable: if the database cannot be read, or a record is damaged.
        """
        conditions = self._conditions(wanted)
        if conditions is None:
            return Page((), None)
        parts = [f"e.{column} {sign} :{name}" for name, (column, sign, _) in conditions.items()]
        arguments: dict[str, Any] = {name: value for name, (_, _, value) in conditions.items()}
        if after is not None:
            parts.append(f"e.event_id {'<' if newest_first else '>'} :after")
            arguments["after"] = after
        where = f"WHERE {' AND '.join(parts)}" if parts else ""
        order = "DESC" if newest_first else "ASC"
        query = text(
            f"SELECT {_COLUMNS}{', b.ciphertext' if bodies else ''} {_JOINS}"
            f"{' LEFT JOIN audit_body AS b ON b.event_id = e.event_id' if bodies else ''}"
            f" {where} ORDER BY e.event_id {order} LIMIT :limit"
        )
        with self._database.reading() as connection:
            rows = connection.execute(query, {**arguments, "limit": limit + 1}).all()
        records = tuple(self._records(rows[:limit], bodies=bodies))
        return Page(records, records[-1].id if len(rows) > limit else None)

    def get(self, event_id: str) -> Record | None:
        """Return one record with what it says."""
        return next(iter(self.several([event_id], bodies=True)), None)

    def several(self, event_ids: Sequence[str], *, bodies: bool) -> list[Record]:
        """Return the records with these ids, oldest first; one that is not there is left out.

        Raises:
            AuditUnavailable: if the database cannot be read, or a record is damaged.
        """
        query = text(
            f"SELECT {_COLUMNS}{', b.ciphertext' if bodies else ''} {_JOINS}"
            f"{' LEFT JOIN audit_body AS b ON b.event_id = e.event_id' if bodies else ''}"
            " WHERE e.event_id IN :ids ORDER BY e.event_id"
        ).bindparams(bindparam("ids", expanding=True, type_=String))
        with self._database.reading() as connection:
            rows = connection.execute(query, {"ids": list(event_ids)}).all()
        return list(self._records(rows, bodies=bodies))

    def _conditions(self, wanted: Filter) -> dict[str, tuple[str, str, str]] | None:
        """Return name -> column, comparison and value; None if nothing can match."""
        found: dict[str, tuple[str, str, str]] = {}
        for name in ("kind", "model", "prompt", "policy", "outcome"):
            value = getattr(wanted, name)
            if value is not None:
                found[name] = (name, "=", value)
        if wanted.case is not None:
            key = self._keystore.known(wanted.case)
            if key is None or key.tag is None:
                return None
            found["case"] = ("case_tag", "=", key.tag)
        if wanted.actor is not None:
            found["actor"] = ("actor_tag", "=", self._actor_tag(wanted.actor))
        # Times have no index; ids are made from the same clock a moment before or after.
        if wanted.since is not None:
            found["since"] = ("at", ">=", written(wanted.since))
            found["first"] = ("event_id", ">=", first_id(wanted.since, -SLACK))
        if wanted.until is not None:
            found["until"] = ("at", "<", written(wanted.until))
            found["last"] = ("event_id", "<", first_id(wanted.until, SLACK))
        return found

    def _records(self, rows: Sequence[Row[Any]], *, bodies: bool) -> Iterator[Record]:
        stored = [_Stored(*tuple(row)) for row in rows]
        headers = [_header(row.event_id, row.header) for row in stored]
        keys: dict[str | None, CaseKey] = {}
        if bodies:
            keys[None] = self._keystore.keys([None])[None]
            keys |= self._keystore.by_tag(
                header.case for header in headers if header.case is not None
            )
        for row, header in zip(stored, headers, strict=True):
            body, state = (
                _body(header, keys.get(header.case), row.ciphertext) if bodies else _NOT_ASKED
            )
            yield Record(
                seq=row.seq,
                id=header.id,
                kind=cast("EventKind", header.kind),
                at=datetime.fromisoformat(header.at),
                case=header.case,
                n=header.n,
                actor=header.actor,
                facts=header.facts.named,
                hash=bytes(row.leaf).hex(),
                body=body,
                state=state,
            )


def _header(event_id: str, data: bytes) -> StrictHeader:
    try:
        return StrictHeader.read(data)
    except (ValueError, AttributeError):
        msg = f"event {event_id!a} is damaged; run `summarizer audit verify`"
        raise AuditUnavailable(msg) from None


def _body(
    header: StrictHeader, key: CaseKey | None, ciphertext: bytes | None
) -> tuple[Mapping[str, Any] | None, State]:
    if ciphertext is None:
        return None, "pruned"
    if key is None:
        return None, "erased"
    try:
        return unseal(key, header.id, ciphertext), "readable"
    except ValueError:
        msg = f"event {header.id!a}: the body is damaged; run `summarizer audit verify`"
        raise AuditUnavailable(msg) from None
