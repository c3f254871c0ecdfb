"""Erasure, holds and the search for a value: what a customer or a court may ask of the log.

An erasure is marked, recorded and only then carried out, so that a crash in between leaves
either a case that is whole or one whose erasure is on record and is finished by the next call.
So is the release of a hold. Several who ask for one at the same moment, also in several processes,
come to the same mark and so to one record: the first one's.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import text

from summarizer.audit import Event
from summarizer.audit.header import written
from summarizer.audit.holds import ANOTHER_HOLD, Hold
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import Keeping
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable, ErasureRefused, UnknownCase
from summarizer.retention import CLASSES, ends

__all__ = [
    "Approval",
    "Erased",
    "Released",
    "check_erasable",
    "erase",
    "find_cases",
    "hold_on",
    "place_hold",
    "release_hold",
]


class Approval(NamedTuple):
    """What the first of two persons asked for, where two are needed."""

    event_id: str
    """The event that records the request."""
    by: str


class Erased(NamedTuple):
    """An erasure that is done."""

    event_id: str
    """The event that records it."""
    tag: str
    """The tag that the case had in headers; nothing links it to the case any more."""
    is_own: bool
    """Whether it is recorded as the caller's; if not, someone else was first."""


class Released(NamedTuple):
    """A release that is done."""

    event_id: str
    """The event that records it."""
    is_own: bool
    """Whether it is recorded as the caller's; if not, someone else was first."""


async def check_erasable(store: SQLAuditStore, case_id: str, *, now: datetime) -> None:
    """Refuse what `erase` would refuse; nothing is changed.

    Raises:
        UnknownCase: if nothing is recorded of it, or it was erased.
        ErasureRefused: if a hold or a statutory retention covers it.
        AuditUnavailable: if that cannot be looked up.
    """
    key = await store.run(partial(store.keystore.known, case_id))
    if key is None or key.tag is None:
        raise _unknown()
    await store.run(partial(store.keystore.holds.check, case_id, now))
    await store.run(partial(_refuse_statutory, store, key.tag, now))


async def erase(
    store: SQLAuditStore,
    case_id: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
    approved: Approval | None = None,
) -> Erased:
    """Destroy the key of a case, and with it what its events say, its index and its vault.

    Args:
        store: the log.
        case_id: the case tool's own id.
        reason: why; it outlives the case, so it must not name a customer.
        actor: who asks, or confirms.
        now: aware.
        approved: what the first person asked for, whom this one confirms.

    Raises:
        UnknownCase: if there is no key: nothing was recorded, or it was erased before.
        ErasureRefused: if a hold or a statutory retention covers it.
        AuditUnavailable: if the record could not be made, or the key not be destroyed; calling
            again, by whomever, finishes what was begun.
    """
    holds = store.keystore.holds
    begun = await store.run(partial(holds.begin_erasure, case_id, EventIds().new(), now))
    if begun is None:
        # An earlier call may have ended before old copies were overwritten.
        await store.run(store.keystore.scrub)
        raise _unknown()
    try:
        await store.run(partial(_refuse_statutory, store, begun.tag, now))
    except ErasureRefused:
        # What is on record as erased stays marked: it is finished when the law lets it.
        if await store.get(begun.event_id) is None:
            await store.run(partial(holds.abandon_erasure, case_id))
        raise
    event = Event(
        id=begun.event_id,
        kind="erased",
        at=now,
        actor=actor,
        facts={"case": begun.tag},
        body={"reason": reason, "actor": actor, **_said(approved)},
    )
    is_own = await _record(store, event)
    # Also what someone else recorded: they may have been interrupted.
    await store.run(partial(store.keystore.destroy, case_id, now, tag=begun.tag))
    return Erased(begun.event_id, begun.tag, is_own)


async def place_hold(
    store: SQLAuditStore,
    case_id: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
    until: datetime | None = None,
) -> str:
    """Keep a case from being erased and from being pruned; return the event that records it.

    Raises:
        UnknownCase: if nothing is recorded of it.
        ErasureRefused: if it is being erased already, or on hold for longer.
        AuditUnavailable: if it could not be recorded; it may be on hold nevertheless.
    """
    await _require_known(store, case_id)
    end = None if until is None else written(until)
    event = Event(
        id=EventIds().new(),
        kind="hold_placed",
        at=now,
        case=case_id,
        actor=actor,
        facts={} if end is None else {"until": end},
        body={"reason": reason, "actor": actor, "until": end},
        continues=True,
    )
    # The hold first: one without a record is safer than a record without a hold.
    await store.run(partial(store.keystore.holds.place, case_id, Hold(event.id, end)))
    await store.append([event])
    return event.id


async def release_hold(
    store: SQLAuditStore,
    case_id: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
    approved: Approval | None = None,
) -> Released:
    """Release a hold.

    Args:
        store: the log.
        case_id: the case tool's own id.
        reason: why.
        actor: who asks, or confirms.
        now: aware.
        approved: what the first person asked for, whom this one confirms.

    Raises:
        UnknownCase: if no hold is on the case.
        ErasureRefused: if another hold took its place meanwhile; that one stays.
        AuditUnavailable: if it could not be recorded; calling again finishes what was begun.
    """
    holds = store.keystore.holds
    asked_in = None if approved is None else approved.event_id
    begun = await store.run(
        partial(holds.begin_release, case_id, EventIds().new(), now, asked_in=asked_in)
    )
    if begun is None:
        raise _not_held()
    placed = begun.hold.event_id
    event = Event(
        id=begun.event_id,
        kind="hold_released",
        at=now,
        case=case_id,
        actor=actor,
        body={"reason": reason, "actor": actor, "placed": placed, **_said(approved)},
        # Erased meanwhile, the case must not get another key.
        continues=True,
    )
    is_own = await _record(store, event)
    if await store.run(partial(holds.end_release, case_id, placed)) is not None:
        raise ErasureRefused(ANOTHER_HOLD)
    return Released(event.id, is_own)


async def hold_on(store: SQLAuditStore, case_id: str, *, now: datetime) -> Hold:
    """Return the hold on a case.

    Raises:
        UnknownCase: if there is none.
        AuditUnavailable: if that cannot be looked up.
    """
    hold = await store.run(partial(store.keystore.holds.of, case_id, now))
    if hold is None:
        raise _not_held()
    return hold


async def find_cases(
    store: SQLAuditStore, value: str, *, actor: str, now: datetime
) -> tuple[str, ...]:
    """Return the ids of the cases in which a value was held back; the search is recorded.

    The record has the number of cases, and nothing of the value.

    Raises:
        AuditUnavailable: if the search could not be made or recorded.
    """
    found = await store.run(partial(Keeping(store.keystore).cases_with, value))
    event = Event(
        id=EventIds().new(),
        kind="audit_read",
        at=now,
        actor=actor,
        facts={"action": "subject"},
        body={"action": "audit subject", "reader": actor, "cases": len(found)},
    )
    await store.append([event])
    return tuple(found)


async def _require_known(store: SQLAuditStore, case_id: str) -> None:
    if await store.run(partial(store.keystore.known, case_id)) is None:
        raise _unknown()


async def _record(store: SQLAuditStore, event: Event) -> bool:
    """Record what others may be recording under the same id; say whether it is the caller's.

    Raises:
        AuditUnavailable: if nobody's could be recorded.
    """
    try:
        await store.append([event])
    except AuditUnavailable:
        recorded = await store.get(event.id)
        if recorded is None:
            raise
        return _whose(recorded.body) == _whose(event.body)
    return True


def _whose(body: Mapping[str, Any] | None) -> tuple[Any, Any] | None:
    """Return who asks or confirms, and which request; None once the case is erased."""
    return None if body is None else (body["actor"], body.get("request"))


def _said(approved: Approval | None) -> dict[str, str]:
    if approved is None:
        return {}
    return {"request": approved.event_id, "requested_by": approved.by}


def _not_held() -> UnknownCase:
    msg = "no hold is on this case; check the id"
    return UnknownCase(msg)


def _unknown() -> UnknownCase:
    msg = "nothing is recorded of this case, or it was erased; check the id"
    return UnknownCase(msg)


def _refuse_statutory(store: SQLAuditStore, tag: str, now: datetime) -> None:
    """Refuse while a law asks that an event of the case be kept.

    Raises:
        ErasureRefused: naming the class and its end.
    """
    query = text(
        "SELECT retention, MAX(at) FROM audit_entry WHERE case_tag = :tag GROUP BY retention"
    )
    with store.database.reading() as connection:
        newest = connection.execute(query, {"tag": tag}).all()
    for name, at in newest:
        kept = CLASSES.get(name)
        if kept is None:
            msg = f"retention class {name!a} is of another release, which may forbid erasing"
            raise ErasureRefused(msg)
        end = ends(kept, datetime.fromisoformat(at))
        if kept.statutory and end > now:
            msg = f"retention class {name} keeps this case until {end:%Y-%m-%d}: {kept.citation}"
            raise ErasureRefused(msg)
