"""Events: what the log says in clear, newest first, narrowed by filters and kept up to date.

Whoever opens the list is on record, and that record says until when it follows the list: so long
an open list looks for new events without another one, and then again once there is something new
to see. If each look were recorded, an open list would fill the log, and show itself for ever.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.asked import Day
from summarizer.api.opened import application_of, is_id
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.people import People, people_of
from summarizer.api.pages.rendering import page
from summarizer.api.pages.verification import badge_of
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.audit import KINDS, EventKind, Filter, Record
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.events import record_reading, shown

__all__ = ["router"]

_LINES: Final = 50
_FOLLOWED: Final = timedelta(minutes=15)

router = APIRouter(include_in_schema=False)
_Word = Annotated[str, Field(max_length=256, pattern=r"^[^\x00]*$")]
_UNTIL: Final = "follows_until"
_NO_FILTERS: Final = frozenset({"action", "reader", _UNTIL})
_Caller = Annotated[Caller, Depends(on_page(Permission.READ_AUDIT))]


class _Wanted(BaseModel):
    """The filters of the list, as the form sends them; empty does not narrow."""

    model_config = ConfigDict(extra="ignore")

    case: _Word = ""
    kind: EventKind | None = None
    actor: _Word = ""
    outcome: _Word = ""
    since: Day | None = None
    until: Day | None = None
    """The last day that counts."""
    after: _Word = ""
    look: _Word = ""
    """The event that records that the list was opened; of a list that is open."""

    @field_validator("kind", "since", "until", mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        return value or None

    def filter(self) -> Filter:
        until = None if self.until is None else _morning(self.until + timedelta(days=1))
        return Filter(
            case=self.case or None,
            kind=self.kind,
            actor=self.actor or None,
            outcome=self.outcome or None,
            since=None if self.since is None else _morning(self.since),
            until=until,
        )

    def query(self) -> Mapping[str, str]:
        """Return the filters as they stand in an address."""
        narrowed = self.model_dump(mode="json", exclude={"after", "look"})
        return {name: str(value) for name, value in narrowed.items() if value}


_Filters = Annotated[_Wanted, Query()]


class _Line(NamedTuple):
    """An event as the list shows it."""

    record: Record
    case_id: str
    """Empty if it is of no case, or of one that was erased."""
    by: str


@router.get("/events")
async def events(request: Request, caller: _Caller, wanted: _Filters) -> Response:
    """List events; that they were listed is recorded."""
    store = application_of(request).log
    found = await store.page(wanted.filter(), after=wanted.after or None, limit=_LINES)
    return page(
        request,
        "events.html",
        lines=await _lines(request, found.records),
        next=found.next,
        wanted=wanted,
        query=wanted.query(),
        look=await _record_look(store, wanted, found.records, by=caller.name),
        kinds=KINDS,
        badge=await badge_of(request),
    )


@router.get("/events/rows")
async def rows(request: Request, caller: _Caller, wanted: _Filters) -> Response:
    """List the newest events again, for a list that is open and whose opening is on record."""
    store = application_of(request).log
    newest = (await store.page(wanted.filter(), limit=_LINES)).records
    look = wanted.look
    opened = await store.get(look) if is_id(look) else None
    if opened is None or not _covers(opened, wanted, newest, by=store.actor_tag(caller.name)):
        look = await _record_look(store, wanted, newest, by=caller.name)
    return page(
        request,
        "events_rows.html",
        lines=await _lines(request, newest),
        wanted=wanted,
        query=wanted.query(),
        look=look,
    )


@router.get("/events/{event_id}")
async def event(request: Request, event_id: str, caller: _Caller) -> Response:
    """Show all of one event; that it was read is recorded first."""
    store = application_of(request).log
    record = await store.get(event_id) if is_id(event_id) else None
    if record is None:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, "there is no event of this id")
    case_id = (await _names(store, [record])).get(record.case or "", "")
    now = datetime.now(UTC)
    await record_reading(
        store, "show", {"event": record.id}, case_id or None, actor=caller.name, now=now
    )
    people = await people_of(request)
    return page(request, "event.html", event=shown(record), case_id=case_id, people=people)


async def _record_look(
    store: SQLAuditStore, wanted: _Wanted, records: Sequence[Record], *, by: str
) -> str:
    """Record that a list is read, and until when it is followed; return the event."""
    now = datetime.now(UTC)
    what = _told(wanted)
    if not wanted.after:
        what[_UNTIL] = (now + _FOLLOWED).isoformat()
    # A record of a case would make a key for one that is not known, or that was erased.
    of_case = (wanted.case or None) if records else None
    return await record_reading(store, "list", what, of_case, actor=by, now=now)


def _covers(look: Record, wanted: _Wanted, records: Sequence[Record], *, by: str) -> bool:
    """Say whether a look that is on record is this person's, at this list, and still goes on."""
    said = look.body or {}
    told = {name: value for name, value in said.items() if name not in _NO_FILTERS}
    case = records[0].case if wanted.case and records else None
    this = ("audit_read", "list", by, case, _told(wanted))
    if (look.kind, look.facts.get("action"), look.actor, look.case, told) != this:
        return False
    # Older pages of a list are not followed.
    end = datetime.fromisoformat(said[_UNTIL]) if _UNTIL in said else look.at
    return datetime.now(UTC) < end or not any(_is_news(record, end, by) for record in records)


def _is_news(record: Record, end: datetime, by: str) -> bool:
    """Say whether an event was not there when a look ended; one's own looks are no news."""
    return record.at >= end and (record.kind, record.actor) != ("audit_read", by)


def _told(wanted: _Wanted) -> dict[str, str]:
    """Return the filters as they are recorded; the case is who the record is of."""
    return {name: value for name, value in wanted.query().items() if name != "case"}


async def _lines(request: Request, records: Sequence[Record]) -> list[_Line]:
    names = await _names(application_of(request).log, records)
    people: People = await people_of(request)
    return [
        _Line(record, names.get(record.case or "", ""), people.name(record.actor))
        for record in records
    ]


async def _names(store: SQLAuditStore, records: Sequence[Record]) -> Mapping[str, str]:
    tags = [record.case for record in records if record.case is not None]
    return await store.run(partial(store.keystore.names, tags))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
