"""Dashboard: what a risk officer sees at a glance, drawn by the server."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import application_of
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.pages.verification import badge_of
from summarizer.casework.events import record_reading
from summarizer.casework.figures import figures
from summarizer.casework.tally import MOST_DAYS, Tally

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/dashboard")
async def dashboard(
    request: Request,
    caller: Annotated[Caller, Depends(on_page(Permission.READ_AUDIT))],
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 14,
) -> Response:
    """Show the figures of some days; that they were read is recorded."""
    store = application_of(request).log
    tally: Tally = request.app.state.tally
    now = datetime.now(UTC)
    await record_reading(store, "figures", {"days": days}, actor=caller.name, now=now)
    found = await figures(store, tally, days=days, now=now)
    return page(request, "dashboard.html", found=found, days=days, badge=await badge_of(request))
