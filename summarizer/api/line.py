"""Line: what is taken at once and what waits -> a place, or a refusal that says when to come."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from time import perf_counter
from typing import Final

import anyio

from summarizer.api.problems import HTTPCode, HTTPRefusal

__all__ = ["Line"]

_REMEMBERED: Final = 32
_LONGEST_SECONDS: Final = 600
_FULL: Final = "too many requests wait already"
_LATE: Final = "no place was free in the time a request has"


class Line:
    """So many are served at once, so many wait in the order they came, nobody else gets in."""

    def __init__(self, *, places: int, waiting: int) -> None:
        """Open with every place free."""
        self._places = places
        self._most = places + waiting
        self._semaphore = anyio.Semaphore(places)
        self._inside = 0
        self._took: deque[float] = deque(maxlen=_REMEMBERED)

    @asynccontextmanager
    async def place(self, *, until: float) -> AsyncIterator[None]:
        """Wait for a place and hold it.

        Args:
            until: how long to wait at most, by `anyio.current_time`.

        Raises:
            HTTPRefusal: if too many wait already, or no place was free in time.
        """
        if self._inside >= self._most:
            raise self._too_busy(_FULL)
        self._inside += 1
        try:
            with anyio.CancelScope(deadline=until) as scope:
                await self._semaphore.acquire()
            if scope.cancelled_caught:
                raise self._too_busy(_LATE)
            started = perf_counter()
            try:
                yield
            finally:
                self._semaphore.release()
                self._took.append(perf_counter() - started)
        finally:
            self._inside -= 1

    def seconds(self) -> int:
        """Return when a place should be free for one more, by what those before took."""
        mean = sum(self._took) / len(self._took) if self._took else 1.0
        ahead = max(self._inside - self._places, 0) + 1
        return min(max(ceil(mean * ahead / self._places), 1), _LONGEST_SECONDS)

    def _too_busy(self, why: str) -> HTTPRefusal:
        seconds = self.seconds()
        detail = f"{why}; ask again in {seconds} s"
        return HTTPRefusal(HTTPCode.TOO_BUSY, detail, headers={"Retry-After": str(seconds)})
