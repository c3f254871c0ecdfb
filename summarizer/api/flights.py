"""Flights: work that many requests wait for -> done once, apart from the connection of any.

Who asks for what is under way already waits for the same answer. Work goes on while anybody waits
for it, and is stopped when the last one has gone.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager

import anyio
from anyio.abc import TaskGroup

from summarizer.api.answers import Answer
from summarizer.api.problems import HTTPCode, HTTPRefusal

__all__ = ["Flight", "Flights", "Tell", "Work"]

Tell = Callable[[str], None]
"""Takes the name of a step that is done."""
Work = Callable[[Tell], Awaitable[Answer]]


class Flight:
    """One piece of work under way, with the steps that are done of it."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._scope = anyio.CancelScope()
        self._changed = anyio.Event()
        self._steps: list[str] = []
        self._waiting = 0
        self._answer: Answer | None = None
        self._error: Exception | None = None
        self.is_over = False
        """Whether there is, or will be, no more to wait for."""

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Count who waits; the work is stopped when the last one goes before it is done."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting and not self.is_over:
                self.is_over = True
                self._scope.cancel()

    async def steps(self) -> AsyncIterator[str]:
        """Yield the steps in their order as they are done, until all is over."""
        seen = 0
        while True:
            while seen < len(self._steps):
                seen += 1
                yield self._steps[seen - 1]
            if self.is_over:
                return
            await self._changed.wait()

    async def answer(self, tell: Tell = lambda _: None) -> Answer:
        """Wait for the answer, and be told each step.

        Raises:
            HTTPRefusal: if the work was refused, or stopped with the service.
            Exception: whatever the work raised.
        """
        with self.awaited():
            async for step in self.steps():
                tell(step)
        if self._error is not None:
            raise self._error
        if self._answer is None:
            detail = "the service stopped before there was an answer; ask again"
            raise HTTPRefusal(HTTPCode.STOPPING, detail)
        return self._answer

    async def fly(self, work: Work) -> None:
        """Do the work; whatever it raises is for those who wait."""
        try:
            with self._scope:
                self._answer = await work(self._tell)
        except Exception as error:  # noqa: BLE001 - raised again for each who waits
            self._error = error
        finally:
            self.is_over = True
            self._changed.set()

    def _tell(self, step: str) -> None:
        self._steps.append(step)
        changed, self._changed = self._changed, anyio.Event()
        changed.set()


class Flights:
    """What is under way, by a name that says all that makes two requests the same."""

    def __init__(self, group: TaskGroup) -> None:
        """Take what the work runs in; it is closed by whoever opened it."""
        self._group = group
        self._flights: dict[Hashable, Flight] = {}

    def join(self, name: Hashable, work: Work) -> Flight:
        """Return what is under way by this name, or begin it."""
        flight = self._flights.get(name)
        if flight is None or flight.is_over:
            flight = self._flights[name] = Flight()
            self._group.start_soon(self._fly, name, flight, work)
        return flight

    async def _fly(self, name: Hashable, flight: Flight, work: Work) -> None:
        try:
            await flight.fly(work)
        finally:
            if self._flights.get(name) is flight:
                del self._flights[name]
