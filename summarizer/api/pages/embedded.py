"""Embedded: what `<case-summary>` asks for, and a plain case tool that it stands in."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.asked import ReviewBody, require_codes
from summarizer.api.body import read_model
from summarizer.api.opened import Opened, now
from summarizer.api.pages.case import found_summary
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.problems import json_response
from summarizer.casework.events import record_reading
from summarizer.casework.reviewing import review
from summarizer.casework.summaries import list_summaries

__all__ = ["router"]

_LINES: Final = 10

router = APIRouter(include_in_schema=False)
_Reader = Annotated[Caller, Depends(on_page(Permission.READ_SUMMARIES))]


@router.get("/demo")
async def demo(request: Request, application: Opened, caller: _Reader) -> Response:
    """Show a case tool with the newest summaries in it."""
    found = await list_summaries(application.log, limit=_LINES)
    what = {"summaries": [line.id for line in found.summaries]}
    await record_reading(application.log, "summaries", what, actor=caller.name, now=now())
    wanted = request.query_params.get("case")
    lines = found.summaries
    chosen = next((line for line in lines if line.id == wanted), lines[0] if lines else None)
    return page(request, "demo.html", lines=lines, chosen=chosen)


@router.get("/demo/{summary_id}")
async def embedded(
    request: Request, application: Opened, summary_id: str, caller: _Reader
) -> Response:
    """Return a summary as the interface does, to whoever is signed in; that is recorded first."""
    del request
    found = await found_summary(application.log, summary_id)
    await record_reading(
        application.log,
        "summary",
        {"event": found.id},
        found.case_id,
        actor=caller.name,
        now=now(),
    )
    return json_response(found.model_dump(mode="json"))


@router.post("/demo/{summary_id}/review")
async def embedded_review(
    request: Request,
    application: Opened,
    summary_id: str,
    caller: Annotated[Caller, Depends(on_page(Permission.REVIEW))],
) -> Response:
    """Take a decision as the interface does."""
    asked = await read_model(request, ReviewBody)
    require_codes(application.policy.taxonomy, asked.summary)
    found = await found_summary(application.log, summary_id)
    done = await review(
        application.log,
        application.redactor,
        found.id,
        asked.decision,
        reason=asked.reason,
        final=asked.summary,
        actor=caller.name,
        now=now(),
    )
    return json_response(None if done is None else done.review.model_dump(mode="json"))
