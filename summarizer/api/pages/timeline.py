"""Timeline: one case from its first event on: what was sent, what came back, who looked."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import application_of
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.people import people_of
from summarizer.api.pages.rendering import page
from summarizer.api.pages.verification import badge_of
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.casework.events import record_reading, timeline

__all__ = ["router"]

_EVENTS: Final = 50

router = APIRouter(include_in_schema=False)


@router.get("/timeline")
async def case_timeline(
    request: Request,
    caller: Annotated[Caller, Depends(on_page(Permission.READ_AUDIT))],
    case: Annotated[str, Query(max_length=500)] = "",
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Show what happened to a case; that it was read is recorded first."""
    store = application_of(request).log
    found = await timeline(store, case, after=after, limit=_EVENTS)
    if found is None:
        detail = "nothing is recorded of this case, or it was erased; check the id"
        raise HTTPRefusal(HTTPCode.NOT_FOUND, detail)
    what = {"events": len(found.events)}
    await record_reading(store, "case", what, case, actor=caller.name, now=datetime.now(UTC))
    return page(
        request,
        "timeline.html",
        found=found,
        people=await people_of(request),
        badge=await badge_of(request),
        is_first=after is None,
    )
