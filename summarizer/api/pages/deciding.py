"""Deciding: what an agent or a risk officer does with a summary, from its page."""

from typing import Annotated, Final, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.asked import FindingBody, ReviewBody
from summarizer.api.guard import require
from summarizer.api.opened import Opened, application_of, now
from summarizer.api.pages.case import found_summary, shown_case
from summarizer.api.pages.forms import read_as, read_form
from summarizer.api.pages.guard import on_page
from summarizer.api.problems import HTTPRefusal
from summarizer.casework.events import record_reading
from summarizer.casework.findings import Severity, record_finding
from summarizer.casework.reviewing import review
from summarizer.casework.reviews import Decision
from summarizer.casework.summary import SummaryRecord, restore_summary
from summarizer.errors import UnknownCase

__all__ = ["router"]

_FORM_BYTES: Final = 200_000
_SEE_OTHER: Final = 303
_UNPROCESSABLE: Final = 422
_OK: Final = 200
_EDITED: Final = ("headline", "narrative", "next_action")

router = APIRouter(include_in_schema=False)


@router.post("/cases/{summary_id}/review")
async def decide(
    request: Request,
    application: Opened,
    summary_id: str,
    caller: Annotated[Caller, Depends(on_page(Permission.REVIEW))],
) -> Response:
    """Accept, edit or reject a summary; what was written is redacted before it is kept."""
    form = await read_form(request, limit=_FORM_BYTES)
    found = await found_summary(application.log, summary_id)
    decision = next((each for each in get_args(Decision) if each == form.get("decision")), None)
    reason = form.get("reason", "").strip()
    if decision is None or (decision == "reject" and not reason):
        fault = "Say what is wrong with the summary." if decision else "Choose what to do with it."
        return await _again(request, found, caller, fault=fault)
    final = {name: form.get(name, "").strip() or None for name in _EDITED}
    said = {"decision": decision, "reason": reason, "summary": final}
    if decision != "edit":
        said.pop("summary")
    try:
        asked = read_as(ReviewBody, said)
    except HTTPRefusal as error:
        return await _again(request, found, caller, fault=error.detail)
    await review(
        application.log,
        application.redactor,
        summary_id,
        asked.decision,
        reason=asked.reason,
        final=asked.summary,
        actor=caller.name,
        now=now(),
    )
    return RedirectResponse(f"/cases/{found.id}", _SEE_OTHER)


@router.post("/cases/{summary_id}/restore")
async def restore(
    request: Request,
    application: Opened,
    summary_id: str,
    caller: Annotated[Caller, Depends(on_page(Permission.RESTORE))],
) -> Response:
    """Show a summary with the values that were held back; that they were seen is recorded."""
    found = await found_summary(application.log, summary_id)
    try:
        restored = await restore_summary(application.log, found.id, actor=caller.name, now=now())
    except UnknownCase as error:
        return await _again(request, found, caller, fault=_sentence(error.detail), status=_OK)
    summary = None if restored is None else restored.summary
    return await shown_case(request, found, restored=summary)


@router.post("/cases/{summary_id}/finding")
async def finding(
    request: Request,
    application: Opened,
    summary_id: str,
    caller: Annotated[Caller, Depends(on_page(Permission.RECORD_FINDINGS))],
) -> Response:
    """Record what a risk officer noticed; it is redacted before it is kept."""
    form = await read_form(request, limit=_FORM_BYTES)
    found = await found_summary(application.log, summary_id)
    severity = next((each for each in get_args(Severity) if each == form.get("severity")), None)
    text = form.get("text", "").strip()
    if severity is None or not text:
        fault = "Say what you noticed, and how much it matters."
        return await _again(request, found, caller, fault=fault)
    said = {"case": found.case_id, "event": found.id, "severity": severity, "text": text}
    try:
        asked = read_as(FindingBody, said)
    except HTTPRefusal as error:
        return await _again(request, found, caller, fault=error.detail)
    await record_finding(
        application.log,
        application.redactor,
        found.case_id,
        asked.text,
        severity=asked.severity,
        about=found.id,
        actor=caller.name,
        now=now(),
    )
    return RedirectResponse(f"/cases/{found.id}", _SEE_OTHER)


async def _again(
    request: Request,
    found: SummaryRecord,
    caller: Caller,
    *,
    fault: str,
    status: int = _UNPROCESSABLE,
) -> Response:
    """Show the summary with what is wrong with the form: a look at it like any other.

    Raises:
        HTTPRefusal: if the caller may not read it.
        AuditUnavailable: if that it was read is not on record.
    """
    application = application_of(request)
    await require(application, caller, Permission.READ_SUMMARIES)
    what = {"event": found.id}
    await record_reading(application.log, "show", what, found.case_id, actor=caller.name, now=now())
    return await shown_case(request, found, fault=fault, status=status)


def _sentence(detail: str) -> str:
    return f"{detail[:1].upper()}{detail[1:]}."
