"""Approvals: what needs two persons -> a request on record, and its confirmation by another.

A request holds for a week, for the action and the case that it names, and once: what it asked
for, or anything that changed what it is about, uses it up. Of several who confirm at the same
moment, in whatever process, the one counts whose record the log took.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

from summarizer.audit import Event, EventKind, Filter, Record
from summarizer.audit.erasure import Approval, erase, release_hold
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import UnknownCase

__all__ = [
    "LASTS",
    "Action",
    "NotApproved",
    "approved",
    "confirm_erasure",
    "confirm_release",
    "request_approval",
]

Action = Literal["erase", "release"]

LASTS: Final = timedelta(days=7)
_USED_BY: Final[Mapping[Action, tuple[EventKind, ...]]] = {
    # An erased case has no events any more by which a request could be found.
    "erase": (),
    "release": ("hold_placed", "hold_released"),
}


class NotApproved(Exception):
    """There is no second person, or no request that they could confirm."""

    def __init__(self, detail: str) -> None:
        """Keep what is missing; it quotes nothing."""
        super().__init__(detail)
        self.detail = detail


async def request_approval(
    store: SQLAuditStore, action: Action, case_id: str, *, reason: str, actor: str, now: datetime
) -> str:
    """Record what the first person asks for; return the event that a second one confirms.

    Args:
        store: the log.
        action: what is asked for.
        case_id: the case tool's own id, of a case that is known: a record makes a key.
        reason: why; it must not name a customer.
        actor: the first person.
        now: aware.

    Raises:
        AuditUnavailable: if it is not on record.
    """
    event = Event(
        id=EventIds().new(),
        kind="approval_requested",
        at=now,
        case=case_id,
        actor=actor,
        facts={"action": action},
        body={"action": action, "reason": reason, "actor": actor},
        continues=True,
    )
    await store.append([event])
    return event.id


async def confirm_erasure(
    store: SQLAuditStore, case_id: str, request: str, *, reason: str, actor: str, now: datetime
) -> str:
    """Erase a case that another person asked to erase; return the event that records it.

    Raises:
        NotApproved: if it is not theirs to confirm, or someone else was first.
        ErasureRefused: if a hold or a statutory retention covers the case.
        AuditUnavailable: as `erase` says.
    """
    approval = await approved(store, "erase", case_id, request, actor=actor, now=now)
    try:
        done = await erase(store, case_id, reason=reason, actor=actor, now=now, approved=approval)
    except UnknownCase:
        raise _overtaken() from None
    if not done.is_own:
        raise _overtaken()
    return done.event_id


async def confirm_release(
    store: SQLAuditStore, case_id: str, request: str, *, reason: str, actor: str, now: datetime
) -> str:
    """Release a hold that another person asked to release; return the event that records it.

    Raises:
        NotApproved: if it is not theirs to confirm, someone else was first, or the hold ended.
        ErasureRefused: if another hold took its place meanwhile; that one stays.
        AuditUnavailable: as `release_hold` says.
    """
    approval = await approved(store, "release", case_id, request, actor=actor, now=now)
    try:
        done = await release_hold(
            store, case_id, reason=reason, actor=actor, now=now, approved=approval
        )
    except UnknownCase:
        raise _overtaken() from None
    if not done.is_own:
        raise _overtaken()
    return done.event_id


async def approved(
    store: SQLAuditStore, action: Action, case_id: str, request: str, *, actor: str, now: datetime
) -> Approval:
    """Return what a second person confirms.

    Raises:
        NotApproved: if it is not theirs to confirm, or there is no such request any more.
        AuditUnavailable: if the log cannot be read.
    """
    record = await store.get(request)
    if record is None or record.body is None or not await _is_of(store, record, action, case_id):
        msg = "confirms: there is no such request for this case; ask anew, without confirms"
        raise NotApproved(msg)
    if now - record.at > LASTS:
        msg = f"confirms: the request is older than {LASTS.days} days; ask anew, without confirms"
        raise NotApproved(msg)
    if _person(str(record.body["actor"])) == _person(actor):
        msg = "confirms: whoever asked cannot confirm; another person must"
        raise NotApproved(msg)
    if await _is_used(store, action, case_id, request, actor):
        msg = "confirms: the request was used, or the hold was changed since; ask anew"
        raise NotApproved(msg)
    return Approval(request, str(record.body["actor"]))


async def _is_of(store: SQLAuditStore, record: Record, action: Action, case_id: str) -> bool:
    key = await store.run(partial(store.keystore.known, case_id))
    is_right = (record.kind, record.facts.get("action")) == ("approval_requested", action)
    return is_right and key is not None and record.case == key.tag


async def _is_used(
    store: SQLAuditStore, action: Action, case_id: str, request: str, actor: str
) -> bool:
    for kind in _USED_BY[action]:
        page = await store.page(Filter(case=case_id, kind=kind), limit=1, bodies=True)
        if any(
            record.id > request and not _is_of_both(record, request, actor)
            for record in page.records
        ):
            return True
    return False


def _is_of_both(record: Record, request: str, actor: str) -> bool:
    """Say whether it records this very confirmation, which may have been interrupted then."""
    said = record.body or {}
    return (said.get("request"), said.get("actor")) == (request, actor)


def _overtaken() -> NotApproved:
    return NotApproved("confirms: someone else was first, so there is nothing left to confirm")


def _person(name: str) -> str:
    """Return a name without what nobody sees or says: two such keys are not two persons."""
    return " ".join(name.split()).casefold()
