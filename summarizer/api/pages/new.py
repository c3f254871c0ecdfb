"""New: a ticket that someone pastes, as JSON or as words -> its summary."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.correlation import bind_case
from summarizer.api.events import EventStream, wants_events
from summarizer.api.intake import Intake
from summarizer.api.meanwhile import until_gone
from summarizer.api.opened import application_of
from summarizer.api.pages.forms import read_form
from summarizer.api.pages.guard import form_limit, on_page
from summarizer.api.pages.rendering import page
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.api.samples import sample_to_try, samples
from summarizer.errors import SummarizerError
from summarizer.ingest.native import parse_ticket

__all__ = ["router"]

_OK: Final = 200
_SEE_OTHER: Final = 303

router = APIRouter(include_in_schema=False)
_Caller = Annotated[Caller, Depends(on_page(Permission.SUMMARIZE))]


@router.get("/new")
async def new(
    request: Request, caller: _Caller, sample: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Ask for a ticket, or show a sample of one that can be sent as it is."""
    del caller
    if not sample:
        return _form(request)
    text = sample_to_try(sample)
    if text is None:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, "there is no sample of this name")
    return _form(request, text=text, sample=sample)


@router.post("/new")
async def summarized(request: Request, caller: _Caller) -> Response:
    """Take a pasted ticket through the whole route, and show its summary or why there is none.

    Whoever accepts events gets each step as it is done; then the browser goes on by itself.
    """
    application = application_of(request)
    limits = application.policy.limits
    form = await read_form(request, limit=form_limit(limits))
    text, case_id = form.get("ticket", ""), form.get("case", "").strip()
    data = _as_ticket(text, case_id)
    try:
        ticket = await anyio.to_thread.run_sync(parse_ticket, data, limits)
    except SummarizerError as error:
        if wants_events(request):
            raise
        return _form(request, text=text, case_id=case_id, fault=error.detail, status=422)
    bind_case(application.tagger, ticket.id)
    intake: Intake = request.app.state.intake
    flight = intake.summarize(ticket, request=b"/new\n" + data, caller=caller.name)
    if wants_events(request):
        return EventStream(flight)
    answer = await until_gone(request.receive, flight.answer)
    told = json.loads(answer.body)
    if answer.status == _OK:
        return RedirectResponse(f"/cases/{told['audit']['event_ids'][-1]}", _SEE_OTHER)
    return _form(request, text=text, case_id=case_id, refused=told, status=answer.status)


def _as_ticket(text: str, case_id: str) -> bytes:
    """Return the JSON of a ticket; words that are no JSON object are one message of a customer."""
    if text.lstrip().startswith("{"):
        return text.encode()
    name = case_id or f"pasted-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    words = text.replace("\r\n", "\n")
    return json.dumps({"id": name, "messages": [{"author": "customer", "body": words}]}).encode()


def _form(
    request: Request,
    *,
    text: str = "",
    case_id: str = "",
    sample: str = "",
    fault: str = "",
    refused: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "new.html",
        status=status,
        text=text,
        case_id=case_id,
        sample=sample,
        samples=tuple(samples()),
        fault=fault,
        refused=refused,
    )
