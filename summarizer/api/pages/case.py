"""Case: one summary beside the thread it is of, with every fact's source a click away."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import application_of
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.audit import Filter
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.events import record_reading
from summarizer.casework.summary import SummaryRecord, read_summary
from summarizer.models import Summary

__all__ = ["found_summary", "router", "shown_case"]

router = APIRouter(include_in_schema=False)


@router.get("/cases/{summary_id}")
async def case(
    request: Request,
    summary_id: str,
    caller: Annotated[Caller, Depends(on_page(Permission.READ_SUMMARIES))],
) -> Response:
    """Show a summary; that it was read is recorded first."""
    store = application_of(request).log
    found = await found_summary(store, summary_id)
    now = datetime.now(UTC)
    await record_reading(
        store, "show", {"event": found.id}, found.case_id, actor=caller.name, now=now
    )
    return await shown_case(request, found)


async def found_summary(store: SQLAuditStore, summary_id: str) -> SummaryRecord:
    """Return a summary that is on record.

    Raises:
        HTTPRefusal: if there is none of this id, or it was erased.
        AuditUnavailable: if the log cannot be read.
    """
    found = await read_summary(store, summary_id)
    if found is None:
        detail = "there is no summary of this id, or its case was erased"
        raise HTTPRefusal(HTTPCode.NOT_FOUND, detail)
    return found


async def shown_case(
    request: Request,
    found: SummaryRecord,
    *,
    restored: Summary | None = None,
    fault: str = "",
    status: int = 200,
) -> Response:
    """Return the page of a summary.

    Args:
        request: who asks for it.
        found: what is on record of it.
        restored: the summary with personal values, whose restoration is on record.
        fault: what is wrong with what was just sent in.
        status: of the response.
    """
    newest = None
    if found.superseded:
        wanted = Filter(case=found.case_id, kind="outcome", outcome="summarized")
        records = await application_of(request).log.page(wanted, limit=1)
        newest = next((record.id for record in records.records), None)
    return page(
        request,
        "case.html",
        status=status,
        found=found,
        summary=restored or found.outcome.summary,
        restored=restored is not None,
        newest=newest,
        fault=fault,
        today=datetime.now(UTC).date(),
    )
