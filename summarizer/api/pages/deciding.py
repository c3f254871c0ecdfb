"""Deciding: what an agent or a risk officer does with a summary, from its page."""

from collections.abc import Mapping
from typing import Annotated, Final, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.guard import require
from summarizer.api.opened import Opened, application_of, now
from summarizer.api.pages.case import found_summary, shown_case
from summarizer.api.pages.forms import read_form
from summarizer.api.pages.guard import on_page
from summarizer.casework.events import record_reading
from summarizer.casework.findings import Severity, record_finding
from summarizer.casework.reviewing import review
from summarizer.casework.reviews import Decision, FinalText
from summarizer.casework.summary import SummaryRecord, restore_summary
from summarizer.errors import UnknownCase

__all__ = ["router"]

_FORM_BYTES: Final = 200_000
_SEE_OTHER: Final = 303
_UNPROCESSABLE: Final = 422
_OK: Final = 200

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
    reason = form.get("reason", "").strip() or None
    if decision is None or (decision == "reject" and reason is None):
        fault = "Say what is wrong with the summary." if decision else "Choose what to do with it."
        return await _again(request, found, caller, fault=fault)
    try:
        final = _final(form) if decision == "edit" else None
    except ValidationError:
        fault = "A text is longer than 4000 characters; shorten it."
        return await _again(request, found, caller, fault=fault)
    await review(
        application.log,
        application.redactor,
        summary_id,
        decision,
        reason=reason,
        final=final,
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
    await record_finding(
        application.log,
        application.redactor,
        found.case_id,
        text,
        severity=severity,
        about=found.id,
        actor=caller.name,
        now=now(),
    )
    return RedirectResponse(f"/cases/{found.id}", _SEE_OTHER)


def _final(form: Mapping[str, str]) -> FinalText:
    texts = {name: form.get(name, "").strip() for name in ("headline", "narrative", "next_action")}
    return FinalText.model_validate({name: text or None for name, text in texts.items()})


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
