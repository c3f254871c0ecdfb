"""Site: the routers of all pages, and what a browser is answered where there is no page."""

from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from summarizer.api.pages import (
    approvals,
    assets,
    case,
    configured,
    dashboard,
    deciding,
    embedded,
    evaluations,
    events,
    evidence,
    in_force,
    inbox,
    keys,
    new,
    playground,
    runs,
    sample,
    signin,
    subjects,
    timeline,
    verification,
)
from summarizer.api.pages.guard import Turned

__all__ = ["PAGES", "add_pages"]

_GROUPS = (
    assets,
    signin,
    inbox,
    case,
    deciding,
    new,
    embedded,
    events,
    timeline,
    verification,
    dashboard,
    sample,
    subjects,
    approvals,
    evidence,
    playground,
    in_force,
    evaluations,
    runs,
    keys,
    configured,
)
PAGES: Final = tuple(group.router for group in _GROUPS)
"""Every page there is."""
_SEE_OTHER = 303
_UNAUTHENTICATED = 401


def add_pages(app: FastAPI) -> None:
    """Add every page to the service."""
    pages = APIRouter(include_in_schema=False)
    for router in PAGES:
        pages.include_router(router)
    app.include_router(pages)
    app.add_exception_handler(Turned, _turn)


def _turn(request: Request, error: Exception) -> Response:
    if not isinstance(error, Turned):
        raise error
    if "hx-request" in request.headers:
        # A part of a page that is asked for is not the place for another page.
        return Response(status_code=_UNAUTHENTICATED, headers={"HX-Redirect": error.to})
    return RedirectResponse(error.to, _SEE_OTHER)
