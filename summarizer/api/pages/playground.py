"""Playground: any text -> what redaction would mask in it, by which recognizer, how surely."""

from typing import Annotated, Final

import anyio.to_thread
from fastapi import APIRouter, Depends, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.pages.forms import read_form
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.redactions import RedactedTextBody, redacted_text, text_case
from summarizer.bootstrap import Application
from summarizer.ingest.size import too_large

__all__ = ["router"]

_EXAMPLE: Final = (
    "Hello, I am Hannah Whitfield. My card 4111 1111 1111 1111 was charged 412.60 twice; "
    "write to hannah.whitfield@example.com or call 020 7946 0321."
)
_BYTES_A_CHARACTER: Final = 12
"""Of a character outside ASCII, percent-encoded."""

router = APIRouter(include_in_schema=False)
_Caller = Annotated[Caller, Depends(on_page(Permission.REDACT))]


@router.get("/playground")
async def playground(request: Request, caller: _Caller) -> Response:
    """Show an example to try."""
    del caller
    return page(request, "playground.html", text=_EXAMPLE, found=None, version=_version(request))


@router.post("/playground")
async def redacted(request: Request, caller: _Caller) -> Response:
    """Redact a text; no model is asked and nothing is stored."""
    del caller
    application: Application = request.app.state.application
    most = application.policy.limits.message_characters
    form = await read_form(request, limit=_BYTES_A_CHARACTER * most)
    # A browser writes line ends as a form has them.
    text = form.get("text", "").replace("\r\n", "\n")
    if len(text) > most:
        raise too_large(where="text", size=len(text), unit="characters", limit=most)
    result = await anyio.to_thread.run_sync(application.redactor.redact, text_case(text))
    found = RedactedTextBody.model_validate(redacted_text(result.case))
    return page(request, "playground.html", text=text, found=found, version=_version(request))


def _version(request: Request) -> str:
    application: Application = request.app.state.application
    return application.policy.version
