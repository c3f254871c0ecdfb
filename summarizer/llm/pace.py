"""Pace: limits per minute -> when the next request to a model may leave."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from summarizer.errors import ProviderUnavailable
from summarizer.policy.models import PerMinute

__all__ = ["Asked", "Pace"]

_MINUTE_SECONDS = 60.0


@dataclass(slots=True)
class Asked:
    """One request of the last minute; its tokens are put right when they are known."""

    at: float
    tokens: int


class Pace:
    """What this process asked of one model in the last sixty seconds."""

    def __init__(
        self,
        limits: PerMinute,
        *,
        longest_wait_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Start with nothing asked.

        Args:
            limits: policy's.
            longest_wait_seconds: a request that would have to wait longer is refused at once.
            clock: seconds that only grow.
            sleep: waits that many seconds.
        """
        self._requests = limits.requests or math.inf
        self._tokens = limits.tokens or math.inf
        self._longest_wait_seconds = longest_wait_seconds
        self._clock = clock
        self._sleep = sleep
        self._asked: deque[Asked] = deque()

    async def take(self, tokens: int) -> Asked:
        """Wait until a request of so many tokens keeps to the limits, and count it.

        Raises:
            ProviderUnavailable: not retryable, if that would take too long.
        """
        give_up_at = self._clock() + self._longest_wait_seconds
        while (free_at := self._free_at(tokens)) > (now := self._clock()):
            if free_at > give_up_at:
                msg = "the limits per minute that policy sets for this model are used up"
                raise ProviderUnavailable(msg, retryable=False, sent=False)
            await self._sleep(free_at - now)
        asked = Asked(self._clock(), tokens)
        self._asked.append(asked)
        return asked

    def _free_at(self, tokens: int) -> float:
        """Return when a request of so many tokens fits; infinite if it never does."""
        now = self._clock()
        while self._asked and self._asked[0].at + _MINUTE_SECONDS <= now:
            self._asked.popleft()
        at = now if tokens <= self._tokens else math.inf
        requests, total = len(self._asked) + 1, tokens + sum(a.tokens for a in self._asked)
        for asked in self._asked:
            if requests <= self._requests and total <= self._tokens:
                break
            requests, total = requests - 1, total - asked.tokens
            at = max(at, asked.at + _MINUTE_SECONDS)
        return at
