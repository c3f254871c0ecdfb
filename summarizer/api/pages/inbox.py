"""Inbox: the newest summary of each case -> a list with urgency, deadline and state."""

from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal, get_args

from fastapi import APIRouter, Depends, Query, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import application_of
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.casework.events import record_reading
from summarizer.casework.reviews import State
from summarizer.casework.summaries import SummaryLine, list_summaries
from summarizer.reasons import Urgency

__all__ = ["router"]

_LINES: Final = 50
_URGENCIES: Final[tuple[str, ...]] = get_args(Urgency)
_STATES: Final[tuple[str, ...]] = get_args(State)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def inbox(
    request: Request,
    caller: Annotated[Caller, Depends(on_page(Permission.READ_SUMMARIES))],
    state: State | Literal[""] = "",
    order: Literal["newest", "urgent"] = "newest",
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """List summaries; that they were listed is recorded."""
    store = application_of(request).log
    found = await list_summaries(store, after=after, limit=_LINES, state=state or None)
    now = datetime.now(UTC)
    what = {"summaries": [line.id for line in found.summaries]}
    await record_reading(store, "list", what, actor=caller.name, now=now)
    lines = list(found.summaries)
    if order == "urgent":
        lines.sort(key=_urgency_first)
    return page(
        request,
        "inbox.html",
        lines=lines,
        states=_STATES,
        state=state,
        order=order,
        next=found.next,
        is_first=after is None,
        today=now.date(),
    )


def _urgency_first(line: SummaryLine) -> tuple[int, date]:
    return -_URGENCIES.index(line.urgency), line.due or date.max
