"""Summaries: what is on record of summaries -> lists, single ones, their values, their reviews."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api import examples, openapi
from summarizer.api.asked import ReviewBody, require_codes
from summarizer.api.body import read_model
from summarizer.api.guard import allowed
from summarizer.api.opened import Cursor, Opened, is_id, now
from summarizer.api.problems import HTTPCode, HTTPRefusal, json_response
from summarizer.casework.events import record_reading
from summarizer.casework.reviewing import review
from summarizer.casework.reviews import ReviewRecord, State
from summarizer.casework.summaries import MOST, SummaryPage, list_summaries
from summarizer.casework.summary import Restored, SummaryRecord, read_summary, restore_summary

__all__ = ["router"]

router = APIRouter()

_Id = Annotated[str, Path(alias="id", description="of the outcome's event, `audit.event_ids[-1]`")]


@router.get(
    "/v1/summaries",
    response_model=SummaryPage,
    responses=openapi.responses(openapi.READ_CODES, newest=examples.SUMMARY_PAGE),
)
async def list_newest(
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.READ_SUMMARIES))],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    after: Cursor = None,
    state: Annotated[State | None, Query(description="by the newest review")] = None,
) -> Response:
    """Return the newest summary of each case, newest first; cases that were erased are left out."""
    page = await list_summaries(application.log, after=after, limit=limit, state=state)
    what = {"summaries": [line.id for line in page.summaries]}
    await record_reading(application.log, "summaries", what, actor=caller.name, now=now())
    return json_response(page.model_dump(mode="json"))


@router.get(
    "/v1/summaries/{id}",
    response_model=SummaryRecord,
    responses=openapi.responses(openapi.SUMMARY_READ_CODES, summary=examples.SUMMARY_RECORD),
)
async def read_one(
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.READ_SUMMARIES))],
    summary_id: _Id,
) -> Response:
    """Return one summary: the Outcome as stored, the redacted case, its reviews."""
    found = await read_summary(application.log, summary_id) if is_id(summary_id) else None
    if found is None:
        raise _unknown()
    await record_reading(
        application.log,
        "summary",
        {"event": summary_id},
        found.case_id,
        actor=caller.name,
        now=now(),
    )
    return json_response(found.model_dump(mode="json"))


@router.post(
    "/v1/summaries/{id}/restore",
    response_model=Restored,
    responses=openapi.responses(openapi.RESTORE_CODES, restored=examples.RESTORED),
)
async def restore_one(
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.RESTORE))],
    summary_id: _Id,
) -> Response:
    """Return a summary with the values that were held back. That they were seen is recorded."""
    found = None
    if is_id(summary_id):
        found = await restore_summary(application.log, summary_id, actor=caller.name, now=now())
    if found is None:
        raise _unknown()
    return json_response(found.model_dump(mode="json"))


@router.post(
    "/v1/summaries/{id}/review",
    response_model=ReviewRecord,
    responses=openapi.responses(openapi.REVIEW_CODES, review=examples.REVIEW),
    openapi_extra=openapi.json_body(
        [ReviewBody], accept={"decision": "accept"}, edit=examples.EDIT, reject=examples.REJECT
    ),
)
async def review_one(
    request: Request,
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.REVIEW))],
    summary_id: _Id,
) -> Response:
    """Accept, edit or reject a summary. Of several reviews the newest counts."""
    asked = await read_model(request, ReviewBody)
    require_codes(application.policy.taxonomy, asked.summary)
    done = None
    if is_id(summary_id):
        done = await review(
            application.log,
            application.redactor,
            summary_id,
            asked.decision,
            reason=asked.reason,
            final=asked.summary,
            actor=caller.name,
            now=now(),
        )
    if done is None:
        raise _unknown()
    return json_response(done.review.model_dump(mode="json"))


def _unknown() -> HTTPRefusal:
    detail = "there is no summary of this id, its case was erased, or its retention has ended"
    return HTTPRefusal(HTTPCode.UNKNOWN_SUMMARY, detail)
