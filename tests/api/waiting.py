"""Models that a test holds back, and clients that ask at once."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import httpx

from summarizer.llm import Gate, WireRequest, WireResponse
from summarizer.models import Completion, Prompt
from tests.api.services import TICKET
from tests.routes import answer

__all__ = ["HeldLLM", "asking", "events_of", "stream", "ticket", "until"]


class HeldLLM:
    """Answers every prompt, but not before it is let go."""

    name = "scripted"

    def __init__(self) -> None:
        self.asked = Event()
        self.running = self.most = self.calls = 0
        self._free = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def let_go(self) -> None:
        """Have every prompt answered from now on; for another thread, once one has come."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._free.set)

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        await gate.clear(WireRequest("local:held", b"{}"))
        self._loop = asyncio.get_running_loop()
        self.calls += 1
        self.running += 1
        self.most = max(self.most, self.running)
        self.asked.set()
        try:
            await self._free.wait()
        finally:
            self.running -= 1
        text = answer()
        await gate.received(WireResponse(200, text.encode()))
        return Completion(text=text, model=self.name)

    async def ready(self) -> None:
        return

    async def aclose(self) -> None:
        return


def ticket(number: int) -> dict[str, Any]:
    """A case of its own."""
    return {**TICKET, "id": f"T-{number}"}


def asking(
    pool: ThreadPoolExecutor,
    client: httpx.Client,
    number: int = 1,
    headers: Mapping[str, str] | None = None,
) -> Future[httpx.Response]:
    """Ask for a summary on another thread."""
    return pool.submit(client.post, "/v1/summaries", json=ticket(number), headers=headers)


@contextmanager
def stream(
    client: httpx.Client, number: int = 1, headers: Mapping[str, str] | None = None
) -> Iterator[Iterator[tuple[str, str]]]:
    """Ask for a summary as a stream; give its events, name and data, as they come."""
    named = {"Accept": "text/event-stream", **(headers or {})}
    with client.stream("POST", "/v1/summaries", json=ticket(number), headers=named) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["cache-control"] == "no-store"
        yield events_of(response.iter_lines())


def events_of(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Read the events of a stream."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, value


def until(true: Callable[[], bool]) -> None:
    """Wait for what another thread brings about; the test's own time limit ends it."""
    pause = Event()
    while not true():
        pause.wait(0.005)
