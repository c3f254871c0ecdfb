"""Breaker: an LLM -> the same LLM, left alone for a while after it failed too often in a row."""

import time
from collections.abc import Callable

from summarizer.errors import ProviderTimeout, ProviderUnavailable
from summarizer.llm import LLM, Gate
from summarizer.models import Completion, Prompt
from summarizer.policy.models import Breaker

__all__ = ["Breaking"]


class Breaking:
    """Closed: every call is made. Open: none is. Half open: one call finds out.

    What counts is a fault that could pass by itself: a provider that refuses a request works.
    """

    def __init__(
        self, llm: LLM, rule: Breaker, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Wrap a model that makes one attempt per call; `clock` gives seconds that only grow."""
        self._llm = llm
        self._rule = rule
        self._clock = clock
        self._faults = 0
        self._open_until: float | None = None
        self._trying = False

    @property
    def name(self) -> str:
        """The model string of the wrapped model."""
        return self._llm.name

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Ask, unless the model is to be left alone.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate.
            BudgetExceeded: from the model.
            ProviderUnavailable, ProviderTimeout: from the model; not retryable if it was not asked.
        """
        half_open = self._open_until is not None
        if self._open_until is not None and (self._trying or self._clock() < self._open_until):
            error = self._left_alone()
            await gate.failed(error, model=self.name)
            raise error
        self._trying = self._trying or half_open
        try:
            completion = await self._llm.complete(prompt, gate)
        except (ProviderUnavailable, ProviderTimeout) as error:
            self._count(error)
            raise
        else:
            self._close()
            return completion
        finally:
            if half_open:
                self._trying = False

    async def ready(self) -> None:
        """Return if the wrapped model could be asked: an open breaker closes by itself."""
        await self._llm.ready()

    async def aclose(self) -> None:
        """Close the model."""
        await self._llm.aclose()

    def _left_alone(self) -> ProviderUnavailable:
        msg = (
            f"the provider failed {self._faults} times in a row; it is left alone for up to "
            f"{self._rule.pause_seconds:g} seconds"
        )
        return ProviderUnavailable(msg, retryable=False, sent=False)

    def _count(self, error: ProviderUnavailable | ProviderTimeout) -> None:
        if error.retryable:
            self._faults += 1
            if self._faults >= self._rule.faults:
                self._open_until = self._clock() + self._rule.pause_seconds
        elif isinstance(error, ProviderUnavailable) and error.sent:
            self._close()

    def _close(self) -> None:
        self._faults = 0
        self._open_until = None
