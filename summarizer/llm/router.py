"""Router: LLMs in the order of policy -> one LLM, which asks the next when one gives no answer."""

from collections.abc import Sequence

from summarizer.errors import (
    BudgetExceeded,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
)
from summarizer.llm import LLM, Gate
from summarizer.models import Completion, Prompt

__all__ = ["Router"]


class Router:
    """The configured model, and those that policy lets stand in for it."""

    def __init__(self, llms: Sequence[LLM]) -> None:
        """Take the models in the order in which they are asked; there is at least one."""
        self._llms = tuple(llms)

    @property
    def name(self) -> str:
        """The model string of the configured model; a completion names the one that answered."""
        return self._llms[0].name

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Ask one after the other until one answers; to weigh an answer, its own model alone.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate, at once: no other model is asked.
            ModelNotAllowed: from the route of a model, at once.
            BudgetExceeded, ProviderUnavailable, ProviderTimeout: the configured model's own; what
                became of the others is on record.
        """
        faults: list[ProviderError] = []
        for llm in self._llms[:1] if prompt.weighs else self._llms:
            try:
                return await llm.complete(prompt, gate)
            except (BudgetExceeded, ProviderUnavailable, ProviderTimeout) as error:
                faults.append(error)
        raise faults[0]

    async def ready(self) -> None:
        """Return if any of them could be asked.

        Raises:
            ProviderUnavailable, ProviderTimeout: the configured model's, if none could.
        """
        faults: list[ProviderError] = []
        for llm in self._llms:
            try:
                return await llm.ready()
            except (ProviderUnavailable, ProviderTimeout) as error:
                faults.append(error)
        raise faults[0]

    async def aclose(self) -> None:
        """Close them all."""
        for llm in self._llms:
            await llm.aclose()
