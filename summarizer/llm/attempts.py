"""Attempts: an LLM that makes one attempt -> the same LLM, asked again while that can help."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from summarizer.errors import ProviderError, ProviderUnavailable
from summarizer.llm import LLM, Gate
from summarizer.models import Completion, Prompt

__all__ = ["Attempts"]


class Attempts:
    """Bounded attempts, each past the gate anew, with growing, jittered pauses between them."""

    def __init__(
        self,
        llm: LLM,
        *,
        attempts: int,
        first_pause_seconds: float = 0.5,
        longest_pause_seconds: float = 30.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Wrap a model.

        Args:
            llm: makes one attempt per call.
            attempts: how many calls at most, the first included.
            first_pause_seconds: the mean of the first pause; it doubles from pause to pause.
            longest_pause_seconds: bounds every pause; a provider that asks for a longer one is
                not asked again.
            sleep: waits that many seconds.
            jitter: a number from 0 to 1; a pause is 0.5 to 1.5 times its mean, so that cases
                which failed together do not come back together.
        """
        self._llm = llm
        self._attempts = attempts
        self._first_pause_seconds = first_pause_seconds
        self._longest_pause_seconds = longest_pause_seconds
        self._sleep = sleep
        self._jitter = jitter

    @property
    def name(self) -> str:
        """The model string of the model that is asked."""
        return self._llm.name

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Ask until an answer comes, the fault is not one that passes, or attempts run out.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate, at once.
            ProviderUnavailable, ProviderTimeout: the last attempt's.
        """
        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(self._attempts),
            wait=self._pause_seconds,
            retry=retry_if_exception(self._helps),
            reraise=True,
        )
        return await retrying(self._llm.complete, prompt, gate)

    async def ready(self) -> None:
        """Return if the wrapped model could be asked."""
        await self._llm.ready()

    async def aclose(self) -> None:
        """Close the model."""
        await self._llm.aclose()

    def _pause_seconds(self, state: RetryCallState) -> float:
        mean = self._first_pause_seconds * 2.0 ** (state.attempt_number - 1)
        pause = mean * (0.5 + self._jitter())
        fault = state.outcome.exception() if state.outcome else None
        return max(min(pause, self._longest_pause_seconds), _asked_seconds(fault))

    def _helps(self, fault: BaseException) -> bool:
        """Say whether another attempt can help; not before the provider wants to be asked."""
        return (
            isinstance(fault, ProviderError)
            and fault.retryable
            and _asked_seconds(fault) <= self._longest_pause_seconds
        )


def _asked_seconds(fault: BaseException | None) -> float:
    asked = fault.retry_after if isinstance(fault, ProviderUnavailable) else None
    return asked or 0.0
