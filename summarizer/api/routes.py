"""Routes: an HTTP request -> the pipeline -> an Outcome, a redaction or a problem."""

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ValidationError
from starlette.responses import PlainTextResponse

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api import openapi
from summarizer.api.body import read_json
from summarizer.api.correlation import bind_case
from summarizer.api.events import respond
from summarizer.api.guard import allowed, require
from summarizer.api.intake import Intake, idempotency_key
from summarizer.api.opened import Opened
from summarizer.api.problems import HTTPCode, json_response, problem
from summarizer.api.redactions import (
    RedactedTextBody,
    RedactedTicketBody,
    TextBody,
    redacted_text,
    redacted_ticket,
    text_case,
)
from summarizer.ingest.native import parse_ticket
from summarizer.ingest.size import too_large
from summarizer.metrics import METRICS_MEDIA_TYPE
from summarizer.models import Outcome, Ticket
from summarizer.policy.sections import Limits

__all__ = ["router"]

router = APIRouter()


class _Alive(BaseModel):
    status: str


class _Ready(BaseModel):
    status: str
    checks: dict[str, str]


@router.post(
    "/v1/summaries",
    response_model=Outcome,
    responses=openapi.with_events(
        openapi.responses(openapi.SUMMARY_CODES, summarized=openapi.OUTCOME)
    ),
    openapi_extra={
        **openapi.json_body([Ticket], ticket=openapi.TICKET),
        "parameters": [openapi.IDEMPOTENCY_KEY],
    },
)
async def summarize(
    request: Request,
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.SUMMARIZE))],
    *,
    restore: Annotated[
        bool, Query(description="put original values back; needs `restore`")
    ] = False,
) -> Response:
    """Take a ticket through the whole route and return its Outcome.

    Closing the connection stops the run, unless somebody else waits for the same; that it was
    stopped is recorded. `Accept: text/event-stream` gives the steps as they are done: `accepted`,
    `redacted`, `sent`, `drafted`, `validated`, then `outcome` or `error`.
    """
    if restore:
        await require(application, caller, Permission.RESTORE)
    key = idempotency_key(request, restore=restore)
    limits = application.policy.limits
    data = await read_json(request, limit=limits.ticket_bytes)
    ticket = await anyio.to_thread.run_sync(parse_ticket, data, limits)
    bind_case(application.tagger, ticket.id)
    intake: Intake = request.app.state.intake
    flight = intake.summarize(
        ticket, request=b"/v1/summaries\n" + data, caller=caller.name, key=key, restore=restore
    )
    return await respond(request, flight)


@router.post(
    "/v1/redactions",
    response_model=RedactedTicketBody | RedactedTextBody,
    responses=openapi.responses(
        openapi.REDACTION_CODES, ticket=openapi.REDACTED_TICKET, text=openapi.REDACTED_TEXT
    ),
    openapi_extra=openapi.json_body([Ticket, TextBody], ticket=openapi.TICKET, text=openapi.TEXT),
)
async def redact(
    request: Request,
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.REDACT))],
) -> Response:
    """Redact a ticket, or a single text, without asking a model or writing to the store."""
    del caller
    limits = application.policy.limits
    data = await read_json(request, limit=limits.ticket_bytes)
    text = await anyio.to_thread.run_sync(_as_text, data, limits)
    if text is not None:
        found = await anyio.to_thread.run_sync(application.redactor.redact, text_case(text))
        return json_response(redacted_text(found.case))
    ticket = await anyio.to_thread.run_sync(parse_ticket, data, limits)
    bind_case(application.tagger, ticket.id)
    _, redacted = await application.pipeline.redact(ticket)
    return json_response(redacted_ticket(ticket, redacted.case))


@router.get("/healthz", response_model=_Alive, responses=openapi.responses(openapi.GET_CODES))
async def healthz() -> Response:
    """Say that the process answers; nothing else is touched."""
    return json_response({"status": "alive"})


@router.get(
    "/readyz",
    response_model=_Ready,
    responses=openapi.responses(openapi.READY_CODES, ready=openapi.READY),
)
async def readyz(application: Opened) -> Response:
    """Redact the canary again, and ask the store and the model whether they would serve."""
    checks = await application.ready()
    failing = sorted(name for name, result in checks.items() if result != "ok")
    if failing:
        return problem(HTTPCode.NOT_READY, f"not ready: {', '.join(failing)}", checks=checks)
    return json_response({"status": "ready", "checks": dict(checks)})


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={
        **openapi.responses(openapi.METRICS_CODES),
        200: {"content": {"text/plain": {"example": openapi.METRICS}}},
    },
)
async def metrics(
    application: Opened,
    _: Annotated[Caller, Depends(allowed(Permission.READ_METRICS))],
) -> Response:
    """Return counts, durations and the state of the log in Prometheus' text format 0.0.4."""
    text = application.metrics.text(await application.figures())
    return Response(text, media_type=METRICS_MEDIA_TYPE)


@router.get("/openapi.json", include_in_schema=False)
async def openapi_document(request: Request) -> Response:
    """Describe this interface."""
    return json_response(request.app.openapi())


def _as_text(data: bytes, limits: Limits) -> str | None:
    """Return the text of a `{"text": …}` body; anything else is to be read as a ticket."""
    try:
        text = TextBody.model_validate_json(data, strict=True).text
    except ValidationError:
        return None
    if len(text) > limits.message_characters:
        raise too_large(
            where="text", size=len(text), unit="characters", limit=limits.message_characters
        )
    return text
