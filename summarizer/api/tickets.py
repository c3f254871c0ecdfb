"""Tickets: a case tool's own payload -> the pipeline -> an Outcome, and the call to put it back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api import openapi
from summarizer.api.body import read_body
from summarizer.api.correlation import bind_case
from summarizer.api.events import respond
from summarizer.api.guard import allowed, require
from summarizer.api.intake import Intake, idempotency_key
from summarizer.api.opened import Opened
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.errors import ConfigurationError
from summarizer.ingest.note import call_of
from summarizer.ingest.payload import Received
from summarizer.ingest.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, signed_by_zendesk
from summarizer.ingest.tools import SOURCES, Source, parse_payload, source_named
from summarizer.models import Outcome
from summarizer.settings import Settings
from summarizer.taxonomy import Taxonomy

__all__ = ["router"]

router = APIRouter()


class TicketOutcome(Outcome):
    """An Outcome, with the call that adds it to its case where it was asked for."""

    post_back: dict[str, Any] | None = Field(
        default=None, description="method, path and body; null where there is no way back"
    )


@router.post(
    "/v1/tickets/{source}",
    response_model=TicketOutcome,
    responses=openapi.with_events(
        openapi.responses(openapi.TICKET_CODES, summarized=openapi.OUTCOME)
    ),
    openapi_extra={
        "requestBody": openapi.PAYLOAD,
        "parameters": [openapi.IDEMPOTENCY_KEY],
    },
)
async def summarize_payload(
    request: Request,
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.SUMMARIZE))],
    source: Annotated[str, Path(description=f"one of {', '.join(SOURCES)}")],
    *,
    restore: Annotated[
        bool, Query(description="put original values back; needs `restore`")
    ] = False,
    post_back: Annotated[
        bool, Query(description="give the call that adds the summary to its case, too")
    ] = False,
) -> Response:
    """Take what a case tool itself sends or stores through the whole route.

    A request that Zendesk signed must bear the right signature, beside the key.
    """
    if restore:
        await require(application, caller, Permission.RESTORE)
    tool = _tool(source, application.settings)
    key = idempotency_key(request, restore=restore)
    limits = application.policy.limits
    data = await read_body(request, limit=limits.ticket_bytes, media_types=tool.media_types)
    if tool.name == "zendesk":
        _require_zendesk(request, data, application.settings)
    received = await anyio.to_thread.run_sync(parse_payload, tool, data, limits)
    bind_case(application.tagger, received.ticket.id)
    intake: Intake = request.app.state.intake
    taxonomy = application.policy.taxonomy
    flight = intake.summarize(
        received.ticket,
        request=f"/v1/tickets/{tool.name}?post_back={post_back}\n".encode() + data,
        caller=caller.name,
        key=key,
        restore=restore,
        beside=lambda outcome: _beside(outcome, received, taxonomy) if post_back else {},
    )
    return await respond(request, flight)


def _tool(name: str, settings: Settings) -> Source:
    try:
        return source_named(name, mail_domains=settings.mail_domains)
    except ConfigurationError as error:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, error.detail) from None


def _beside(outcome: Outcome, received: Received, taxonomy: Taxonomy) -> Mapping[str, Any]:
    return {"post_back": call_of(outcome, received, taxonomy)}


def _require_zendesk(request: Request, data: bytes, settings: Settings) -> None:
    """Refuse a webhook whose signature is wrong, or cannot be checked.

    A request without one is that of a program, which its key alone lets in.

    Raises:
        HTTPRefusal: if so.
    """
    signature = request.headers.get(SIGNATURE_HEADER)
    timestamp = request.headers.get(TIMESTAMP_HEADER)
    if signature is None and timestamp is None:
        return
    secret = settings.zendesk_secret
    if secret is None:
        detail = "set SUMMARIZER_ZENDESK_SECRET to the webhook's signing secret to check this"
        raise HTTPRefusal(HTTPCode.WRONG_SIGNATURE, detail)
    genuine = signed_by_zendesk(
        data, signature, timestamp, secret=secret.get_secret_value(), now=datetime.now(UTC)
    )
    if not genuine:
        detail = (
            f"{SIGNATURE_HEADER}: is not that of this body, secret and time; check the signing "
            "secret, the clock, and that nothing changes the body on its way"
        )
        raise HTTPRefusal(HTTPCode.WRONG_SIGNATURE, detail)
