"""Subjects: a name, number or address -> the cases in which it was held back."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.asked import SubjectBody
from summarizer.api.opened import application_of
from summarizer.api.pages.forms import read_as, read_form
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.audit.erasure import find_cases

__all__ = ["router"]

_FORM_BYTES: Final = 20_000

router = APIRouter(include_in_schema=False)
_Caller = Annotated[Caller, Depends(on_page(Permission.FIND_SUBJECT))]


@router.get("/subjects")
async def subjects(request: Request, caller: _Caller) -> Response:
    """Ask for what to look for."""
    del caller
    return page(request, "subjects.html", cases=None)


@router.post("/subjects")
async def found(request: Request, caller: _Caller) -> Response:
    """List the cases of a value. It came in the body: an address would be kept by browsers."""
    form = await read_form(request, limit=_FORM_BYTES)
    cases = None
    if form.get("identifier", "").strip():
        value = read_as(SubjectBody, {"identifier": form["identifier"]}).identifier
        now = datetime.now(UTC)
        cases = await find_cases(application_of(request).log, value, actor=caller.name, now=now)
    return page(request, "subjects.html", cases=cases)
