"""Shield: what stands around every request: who may ask, what goes out, what is logged."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

import anyio
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from summarizer.access.loopback import is_loopback
from summarizer.api.arriving import in_time
from summarizer.api.correlation import REQUEST_ID, begin
from summarizer.api.pages.rendering import told
from summarizer.api.problems import HTTPCode, problem
from summarizer.bootstrap import Application
from summarizer.errors import ErrorCode
from summarizer.traces import request_span

__all__ = ["SECURITY_HEADERS", "Running", "Shield"]

SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every response that does not say otherwise itself: nothing is cached, sniffed, framed, or run
by a browser."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_CLOSED: Final = 499
_OWN_SITE: Final = frozenset({"same-origin", "none"})
_LANDINGS: Final = frozenset({"/sign-in", "/sign-in/callback"})
"""Where the bank's issuer sends a browser back to: the only pages another site may lead to."""

log = structlog.get_logger("summarizer.api")


class Running:
    """Counts the requests being answered, so that a shutdown can wait for their records."""

    def __init__(self) -> None:
        """Start with none."""
        self._count = 0
        self._idle: anyio.Event | None = None

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one request for as long as it is open."""
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1
            if self._count == 0 and self._idle is not None:
                self._idle.set()

    async def drained(self) -> None:
        """Return once no request is being answered."""
        while self._count:
            self._idle = anyio.Event()
            await self._idle.wait()


class Shield:
    """Outermost layer: checks the caller, guards the answer, logs one line."""

    def __init__(
        self, app: ASGIApp, *, running: Running, hosts: Collection[str] = frozenset()
    ) -> None:
        """Stand around an application.

        Args:
            app: is asked if the caller may ask.
            running: counts what is being answered.
            hosts: names callers may ask by, in lower case; loopback names always may.
        """
        self._app = app
        self._hosts = frozenset(hosts)
        self._running = running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; no exception of the application leaves this method."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = begin(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(scope, receive, send, request_id=request_id)
        application: Application = scope["app"].state.application
        received = in_time(receive, seconds=application.settings.receive_seconds)
        started = perf_counter()
        with self._running.one(), request_span(application.tracer, headers, request_id) as span:
            try:
                await (self._refusal(scope, headers) or self._app)(scope, received, answer.send)
            except ClientDisconnect:
                answer.status = _CLIENT_CLOSED
            except Exception as error:  # noqa: BLE001 - its text may quote the ticket
                # Without the traceback, for the same reason.
                log.error("unexpected exception", error_type=type(error).__name__)  # noqa: TRY400
                await answer.instead(
                    ErrorCode.INTERNAL, "an unexpected fault of the service; see its log"
                )
            except BaseException:
                await answer.instead(
                    HTTPCode.STOPPING, "the service stopped before there was an answer; ask again"
                )
                raise
            finally:
                method = scope["method"] if scope["method"] in _METHODS else "other"
                path = getattr(scope.get("route"), "path", "unmatched")
                log.info(
                    "request",
                    method=method,
                    path=path,
                    http_status=answer.status,
                    duration_ms=round((perf_counter() - started) * 1000, 1),
                )
                status = answer.status or _CLIENT_CLOSED
                application.metrics.requested(method, path, status)
                span.answered(method, path, status)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the response for a caller that may not ask, else None.

        A web page may have the browser send a request that the person at it did not mean: by a
        name that resolves to this address (DNS rebinding), which the `Host` shows, or across
        sites, which `Origin` and `Sec-Fetch-Site` show. A caller may hide a request in another.
        """
        if "transfer-encoding" in headers and "content-length" in headers:
            # RFC 9112, 6.1: what stands before us may have taken it to end elsewhere, and the
            # rest of it for the request of another caller.
            return problem(
                HTTPCode.BAD_REQUEST,
                "send Content-Length or Transfer-Encoding, not both",
                headers={"Connection": "close"},
            )
        host = headers.get("host", "")
        name = _without_port(host)
        if not is_loopback(name) and name.lower() not in self._hosts:
            return problem(
                HTTPCode.WRONG_HOST,
                "ask by a name of SUMMARIZER_ALLOWED_HOSTS, or by a loopback name where the "
                "service listens on one",
            )
        # Whether TLS ended at a proxy is not to be seen from here.
        own = {f"{scheme}://{host.lower()}" for scheme in ("http", "https")}
        origins = headers.getlist("origin")
        sites = headers.getlist("sec-fetch-site")
        is_foreign = any(site.lower() not in _OWN_SITE for site in sites)
        if any(origin.lower() not in own for origin in origins) or (
            is_foreign and not _lands(scope, headers)
        ):
            return problem(HTTPCode.CROSS_SITE, "a page of another site may not use this service")
        return None


def _lands(scope: Scope, headers: Headers) -> bool:
    """Say whether a person's browser goes to a page that it may be sent to, as its whole page.

    Nothing but that page is shown by it: it is no image, no frame, no script's request.
    """
    return (
        scope["method"] == "GET"
        and scope["path"] in _LANDINGS
        and headers.getlist("sec-fetch-mode") == ["navigate"]
        and headers.getlist("sec-fetch-dest") == ["document"]
    )


class _Answer:
    """Sends a response with the headers all have, and remembers its status."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, request_id: str) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._headers = {**SECURITY_HEADERS, REQUEST_ID: request_id}
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)

    async def instead(self, code: ErrorCode | HTTPCode, detail: str) -> None:
        """Answer with a problem, unless the response is already on its way."""
        if self.status is not None:
            return
        try:
            answer = told(Request(self._scope), code, detail)
        except Exception:  # noqa: BLE001 - whatever is wrong may be wrong with all pages
            answer = problem(code, detail)
        await answer(self._scope, self._receive, self.send)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host
