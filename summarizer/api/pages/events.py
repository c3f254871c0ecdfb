"""Events: what the log says in clear, newest first, narrowed by filters and kept up to date."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import application_of
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
_WORD: Final = 200

router = APIRouter(include_in_schema=False)
_Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(9000, 1, 1))]
_Caller = Annotated[Caller, Depends(on_page(Permission.READ_AUDIT))]


class _Wanted(BaseModel):
    """The filters of the list, as the form sends them; empty does not narrow."""

    model_config = ConfigDict(extra="ignore")

    case: Annotated[str, Field(max_length=_WORD)] = ""
    kind: EventKind | None = None
    actor: Annotated[str, Field(max_length=_WORD)] = ""
    outcome: Annotated[str, Field(max_length=_WORD)] = ""
    since: _Day | None = None
    until: _Day | None = None
    """The last day that counts."""
    after: Annotated[str, Field(max_length=_WORD)] = ""

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
        narrowed = self.model_dump(mode="json", exclude={"after"})
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
    now = datetime.now(UTC)
    await record_reading(store, "list", wanted.query(), actor=caller.name, now=now)
    found = await store.page(wanted.filter(), after=wanted.after or None, limit=_LINES)
    return page(
        request,
        "events.html",
        lines=await _lines(request, found.records),
        next=found.next,
        wanted=wanted,
        query=wanted.query(),
        kinds=KINDS,
        badge=await badge_of(request),
    )


@router.get("/events/rows")
async def rows(request: Request, caller: _Caller, wanted: _Filters) -> Response:
    """List the newest events again, for a list that is open.

    It shows headers alone, and whoever opened the list is on record: if each look at it were an
    event, an open list would never come to rest.
    """
    del caller
    found = await application_of(request).log.page(wanted.filter(), limit=_LINES)
    return page(request, "events_rows.html", lines=await _lines(request, found.records))


@router.get("/events/{event_id}")
async def event(request: Request, event_id: str, caller: _Caller) -> Response:
    """Show all of one event; that it was read is recorded first."""
    store = application_of(request).log
    record = await store.get(event_id)
    if record is None:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, "there is no event of this id")
    case_id = (await _names(store, [record])).get(record.case or "", "")
    now = datetime.now(UTC)
    await record_reading(
        store, "show", {"event": record.id}, case_id or None, actor=caller.name, now=now
    )
    people = await people_of(request)
    return page(request, "event.html", event=shown(record), case_id=case_id, people=people)


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
