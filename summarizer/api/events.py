"""Events: a flight -> `text/event-stream`: each step as it is done, then the answer.

Nothing of the model's answer is sent before it is validated: a step is a name and when it was done.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from time import perf_counter
from typing import Any, Final

import anyio
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from summarizer.api.answers import Answer
from summarizer.api.flights import Flight
from summarizer.api.meanwhile import meanwhile, until_gone
from summarizer.api.problems import HTTPCode, HTTPRefusal, problem_content
from summarizer.errors import ErrorCode, SummarizerError

__all__ = ["EVENTS", "EventStream", "respond", "wants_events"]

EVENTS: Final = "text/event-stream"
_QUIET_SECONDS: Final = 10.0
_HEADERS: Final = {
    "Content-Type": EVENTS,
    # nginx would keep the events back until there are many.
    "X-Accel-Buffering": "no",
}

log = structlog.get_logger("summarizer.api")


class EventStream(Response):
    """Sends what comes of a flight; whoever closes the connection does not wait for it any more.

    What is refused before the first step, or given again, is answered as without a stream, with
    its status; after that an error is an `error` event with the problem.
    """

    def __init__(self, flight: Flight, *, quiet_seconds: float = _QUIET_SECONDS) -> None:
        """Take a flight, and how often to say that it is still under way."""
        super().__init__()
        self._flight = flight
        self._quiet_seconds = quiet_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        stream = _Stream(send)
        with self._flight.awaited():
            answer = await until_gone(receive, lambda: self._answer(stream))
        if answer is None:
            return
        if answer.status != HTTPStatus.OK and not stream.is_begun:
            await answer.response()(scope, receive, send)
            return
        await stream.begin(answer.headers)
        name = "outcome" if answer.status == HTTPStatus.OK else "error"
        await stream.event(name, answer.body, last=True)

    async def _answer(self, stream: "_Stream") -> Answer | None:
        """Send the steps and return the answer; None if the stream ended with an error."""

        async def say_it_lives() -> None:
            while True:
                await anyio.sleep(self._quiet_seconds)
                await stream.begin()
                await stream.comment()

        try:
            async with meanwhile(say_it_lives):
                async for step in self._flight.steps():
                    await stream.begin()
                    await stream.event(step, _written({"after_ms": stream.milliseconds()}))
                return await self._flight.answer()
        except Exception as error:
            if not stream.is_begun:
                raise
            await stream.event("error", _written(_problem(error)), last=True)
            return None
        except BaseException:
            if stream.is_begun:
                with anyio.move_on_after(1, shield=True):
                    await stream.event("error", _written(_STOPPED), last=True)
            raise


class _Stream:
    """The bytes of one response."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._started = perf_counter()
        self._turn = anyio.Lock()
        self.is_begun = False

    def milliseconds(self) -> float:
        return round((perf_counter() - self._started) * 1000, 1)

    async def begin(self, headers: Mapping[str, str] | None = None) -> None:
        """Send status and headers, once."""
        async with self._turn:
            if self.is_begun:
                return
            self.is_begun = True
            named = {**_HEADERS, **(headers or {})}
            raw = [(name.lower().encode(), value.encode()) for name, value in named.items()]
            await self._send({"type": "http.response.start", "status": 200, "headers": raw})

    async def event(self, name: str, data: bytes, *, last: bool = False) -> None:
        """Send one event; its data is one line of JSON in ASCII."""
        await self._body(f"event: {name}\ndata: ".encode() + data + b"\n\n", last=last)

    async def comment(self) -> None:
        """Send what clients pass over and proxies count as life."""
        await self._body(b": under way\n\n", last=False)

    async def _body(self, body: bytes, *, last: bool) -> None:
        async with self._turn:
            message = {"type": "http.response.body", "body": body, "more_body": not last}
            await self._send(message)


_STOPPED: Final = problem_content(
    HTTPCode.STOPPING, "the service stopped before there was an answer; ask again"
)


def _problem(error: Exception) -> dict[str, Any]:
    if isinstance(error, HTTPRefusal | SummarizerError):
        return problem_content(error.code, error.detail)
    # Without its text or traceback, which may quote the ticket.
    log.error("unexpected exception", error_type=type(error).__name__)
    return problem_content(ErrorCode.INTERNAL, "an unexpected fault of the service; see its log")


def _written(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode("ascii")


async def respond(request: Request, flight: Flight) -> Response:
    """Answer with what comes of a flight: as a stream of events if that is asked for."""
    if wants_events(request):
        return EventStream(flight)
    return (await until_gone(request.receive, flight.answer)).response()


def wants_events(request: Request) -> bool:
    """Say whether the caller asks for events: it names them in `Accept`, whatever else it names."""
    named = ",".join(request.headers.getlist("accept")).lower().split(",")
    return EVENTS in {each.partition(";")[0].strip() for each in named}
