"""Metered: an LLM -> the same LLM within what policy lets it be asked a minute and a month."""

import math
from typing import Final, Protocol

from summarizer.errors import (
    BudgetExceeded,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
)
from summarizer.llm import LLM, Gate, WireRequest, WireResponse
from summarizer.llm.pace import Asked, Pace
from summarizer.models import Completion, Prompt
from summarizer.policy.models import Price

__all__ = ["Budget", "Metered"]

_BYTES_PER_TOKEN: Final = 3
"""Fewer than the four or so of English, so that the estimate for a minute is rather too high."""
_MICRO: Final = 1_000_000
_OK: Final = 200


class Budget(Protocol):
    """What may still be spent this month: durable, and shared by all processes of a service."""

    async def reserve(self, microusd: int) -> str:
        """Count what a request may cost at most; return the month it is counted in.

        Raises:
            BudgetExceeded: if the budget does not cover it; nothing is counted then.
            AuditUnavailable: if it could not be counted durably.
        """
        ...

    async def settle(self, month: str, *, reserved: int, spent: int) -> None:
        """Put what it really cost in place of what was reserved.

        Raises:
            AuditUnavailable: if it could not be counted durably; the reserve stays counted.
        """
        ...


class Metered:
    """One model under its own name, behind its limits per minute and the month's budget."""

    def __init__(
        self,
        llm: LLM,
        *,
        pace: Pace,
        price: Price | None,
        budget: Budget | None,
        max_output_tokens: int,
    ) -> None:
        """Wrap a model that makes one attempt per call.

        Args:
            llm: is asked.
            pace: shared by all calls of this process.
            price: with it a request's cost is reserved before it leaves.
            budget: None where policy sets none.
            max_output_tokens: the longest answer that may have to be paid for.
        """
        self._llm = llm
        self._pace = pace
        self._price = price
        self._budget = budget
        self._max_output_tokens = max_output_tokens

    @property
    def name(self) -> str:
        """The model string of the wrapped model."""
        return self._llm.name

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Ask once, if the limits let it.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate, or if the cost cannot be counted.
            BudgetExceeded: if the month's budget does not cover the request.
            ProviderUnavailable, ProviderTimeout: from the model, or from the limits.
        """
        meter = _Meter(self, gate)
        try:
            return await self._llm.complete(prompt, meter)
        except (BudgetExceeded, ProviderUnavailable, ProviderTimeout) as error:
            await meter.give_up(error)
            raise

    async def ready(self) -> None:
        """Return if the wrapped model could be asked."""
        await self._llm.ready()

    async def aclose(self) -> None:
        """Close the model; the budget is shared and stays open."""
        await self._llm.aclose()

    async def take(self, body: bytes) -> "_Reserve":
        """Wait for the pace and reserve the most that this request can cost."""
        tokens = len(body) // _BYTES_PER_TOKEN + 1
        asked = await self._pace.take(tokens)
        if self._price is None or self._budget is None:
            return _Reserve(asked)
        # No tokenizer makes more tokens than bytes, in whatever script.
        most = _microusd(self._price.cost_usd(len(body), self._max_output_tokens))
        # What is free can be asked when the budget is used up.
        return _Reserve(asked, self._budget, await self._budget.reserve(most) if most else "", most)


class _Reserve:
    """What is counted of one request until its cost is known."""

    def __init__(
        self, asked: Asked, budget: Budget | None = None, month: str = "", microusd: int = 0
    ) -> None:
        self.asked = asked
        self.microusd = microusd
        self._budget = budget
        self._month = month

    async def settle(self, spent: int) -> None:
        if self._budget is not None and self.microusd:
            await self._budget.settle(self._month, reserved=self.microusd, spent=spent)


class _Meter:
    """The gate of one attempt: names the model, and counts what the attempt costs."""

    def __init__(self, metered: Metered, gate: Gate) -> None:
        self._metered = metered
        self._gate = gate
        self._waiting: _Reserve | None = None
        """Of a request that was cleared and has no response yet."""
        self._answered = False

    async def clear(self, request: WireRequest) -> None:
        reserve = await self._metered.take(request.body)
        try:
            await self._gate.clear(WireRequest(request.url, request.body, self._metered.name))
        except BaseException:
            await reserve.settle(0)
            raise
        self._waiting = reserve

    async def received(self, response: WireResponse) -> None:
        self._answered = True
        await self._gate.received(response)
        reserve, self._waiting = self._waiting, None
        if reserve is None:
            return
        usage = response.usage
        if usage is not None:
            reserve.asked.tokens = usage.prompt_tokens + usage.completion_tokens
            await reserve.settle(_microusd(usage.cost_usd))
        elif response.status != _OK:
            # A refusal is not charged; an answer that does not say may have to be paid in full.
            await reserve.settle(0)

    async def failed(self, error: ProviderError, *, model: str) -> None:
        await self._gate.failed(error, model=model)

    async def give_up(self, error: ProviderError) -> None:
        """Note an attempt without a response; only what never left is sure to cost nothing."""
        if not self._answered:
            await self._gate.failed(error, model=self._metered.name)
        reserve, self._waiting = self._waiting, None
        if reserve is not None and isinstance(error, ProviderUnavailable) and not error.sent:
            await reserve.settle(0)


def _microusd(usd: float) -> int:
    return math.ceil(usd * _MICRO)
