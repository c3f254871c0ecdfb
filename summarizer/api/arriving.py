"""Arriving: the body of a request -> the same body, whole within its time."""

import anyio
from starlette.types import Message, Receive

from summarizer.api.problems import HTTPCode, HTTPRefusal

__all__ = ["in_time"]


def in_time(receive: Receive, *, seconds: float) -> Receive:
    """Return what receives a body that has so many seconds to arrive, from when it is asked for.

    It raises HTTPRefusal once they are over; what a caller sends byte by byte is no exception.
    When the body is whole, that the caller went away may take its time.
    """
    deadline: float | None = None
    is_whole = False

    async def received() -> Message:
        nonlocal deadline, is_whole
        if is_whole:
            return await receive()
        if deadline is None:
            deadline = anyio.current_time() + seconds
        with anyio.CancelScope(deadline=deadline):
            message = await receive()
            is_whole = not message.get("more_body", False)
            return message
        detail = "the body of the request did not arrive in time; send it at once"
        # RFC 9110, 15.5.9: what is still on its way is not read as another request.
        raise HTTPRefusal(HTTPCode.TOO_SLOW, detail, headers={"Connection": "close"})

    return received
