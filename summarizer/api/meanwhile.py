"""Meanwhile: something that runs beside a piece of work, and ends with it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import anyio
from starlette.requests import ClientDisconnect
from starlette.types import Receive

__all__ = ["meanwhile", "until_gone"]

T = TypeVar("T")


@asynccontextmanager
async def meanwhile(beside: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run something until the work in the block ends; what the work raises comes out as it is."""
    error: Exception | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(beside)
        try:
            yield
        except Exception as raised:  # noqa: BLE001 - raised below, not as one of a group
            error = raised
        group.cancel_scope.cancel()
    if error is not None:
        raise error


async def until_gone(receive: Receive, work: Callable[[], Awaitable[T]]) -> T:
    """Do the work, but cancel it when the client closes the connection.

    Raises:
        ClientDisconnect: if the client went before the work was done.
    """
    with anyio.CancelScope() as scope:
        async with meanwhile(partial(_watch, receive, scope)):
            return await work()
    raise ClientDisconnect


async def _watch(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
