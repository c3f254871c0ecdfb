"""App: an Application -> the FastAPI service that answers with it."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any, Final

import anyio
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from summarizer.api import audit, configuration, erasures, keys, routes, summaries, tickets
from summarizer.api.body import invalid
from summarizer.api.intake import Intake
from summarizer.api.openapi import add_components, add_request_id
from summarizer.api.pages.rendering import told, wants_page
from summarizer.api.pages.site import PAGES, add_pages
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.api.shield import Running, Shield
from summarizer.api.watching import keep_counting, keep_verifying
from summarizer.bootstrap import Application
from summarizer.casework.sampling import Sampler
from summarizer.casework.tally import Tally
from summarizer.errors import SummarizerError

__all__ = ["create_app"]

_LAST_RECORDS_SECONDS: Final = 10.0
_ROUTERS: Final = tuple(
    group.router for group in (routes, tickets, summaries, audit, erasures, configuration, keys)
)
_OF_THE_ROUTER: Final = {
    404: (HTTPCode.NOT_FOUND, "there is nothing at this path; see /openapi.json"),
    405: (HTTPCode.METHOD_NOT_ALLOWED, "use a method of the Allow header"),
}


def create_app(
    open_app: Callable[[], AbstractAsyncContextManager[Application]],
    *,
    hosts: Collection[str] = frozenset(),
) -> FastAPI:
    """Build the service.

    Args:
        open_app: opens the application when the server starts and closes it when the server
            stops, after the last request has left its record.
        hosts: names callers may ask by, beside those of loopback.
    """
    running = Running()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with open_app() as application, Intake.open(application) as intake:
            app.state.application = application
            app.state.intake = intake
            app.state.sampler = Sampler(application.log)
            app.state.tally = tally = Tally(application.log)
            async with anyio.create_task_group() as beside:
                beside.start_soon(partial(keep_counting, tally))
                hours = application.settings.verify_hours
                if hours:
                    beside.start_soon(partial(keep_verifying, application, hours=hours))
                yield {"receive_seconds": application.settings.receive_seconds}
                with anyio.move_on_after(_LAST_RECORDS_SECONDS):
                    await running.drained()
                beside.cancel_scope.cancel()

    app = _Service(
        title="Case summarizer",
        summary="Audited summaries of bank support tickets, with personal data held back.",
        version=version("case-summarizer"),
        lifespan=lifespan,
        # FastAPI's documentation pages load scripts from a content delivery network, and its
        # own route of the document has no name in the log.
        openapi_url=None,
        redirect_slashes=False,
    )
    for router in _ROUTERS:
        app.include_router(router)
    add_pages(app)
    app.add_middleware(Shield, running=running, hosts=hosts)
    app.add_exception_handler(HTTPException, _router_problem)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPRefusal, _refused)
    app.add_exception_handler(SummarizerError, _reported)
    return app


class _Service(FastAPI):
    """FastAPI, with what its OpenAPI document does not know of by itself."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            add_components(document)
            add_request_id(document)
        return super().openapi()


def _router_problem(request: Request, error: Exception) -> Response:
    """Answer what the router raises, without the path."""
    if not isinstance(error, HTTPException) or error.status_code not in _OF_THE_ROUTER:
        return _unexpected(request, error)
    code, detail = _OF_THE_ROUTER[error.status_code]
    headers = error.headers
    if code is HTTPCode.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(sorted(_methods(request)))}
    shown = "There is nothing here." if wants_page(request) else detail
    return told(request, code, shown, headers=headers)


def _methods(request: Request) -> set[str]:
    """Return the methods of a path; Starlette names those of its first route alone."""
    return {
        method
        for router in (*_ROUTERS, *PAGES)
        for route in router.routes
        if isinstance(route, APIRoute) and route.path_regex.match(request.scope["path"])
        for method in route.methods or ()
    }


def _unreadable(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return told(request, HTTPCode.INVALID_REQUEST, invalid(error.errors()))


def _unexpected(_: Request, error: Exception) -> Response:
    """Leave what no route raises to the shield, which answers without the error's text."""
    raise error


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPRefusal):
        raise error
    return told(request, error.code, error.detail, headers=error.headers)


def _reported(request: Request, error: Exception) -> Response:
    if not isinstance(error, SummarizerError):
        raise error
    return told(request, error.code, error.detail)
