"""LLM: Prompt -> Completion. The protocol every model is reached through, and the gate.

A model sends nothing by itself: it hands the exact bytes of each attempt to the `Gate`, and
sends them only after the gate let them pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from summarizer.errors import ProviderError
from summarizer.models import Completion, Prompt, Usage

__all__ = ["LLM", "Gate", "WireRequest", "WireResponse"]


@dataclass(frozen=True, slots=True)
class WireRequest:
    """The exact request of one attempt, before it leaves. Credentials are not part of it."""

    url: str
    body: bytes = field(repr=False)
    model: str | None = None
    """The model string it is for, where policy lets several be asked; else the configured one."""


@dataclass(frozen=True, slots=True)
class WireResponse:
    """The exact response to one attempt; `status` is the HTTP status, 200 for local models."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    usage: Usage | None = None
    """What the provider counted; None where its response does not say."""


class Gate(Protocol):
    """What every attempt passes: the egress check and the durable record."""

    async def clear(self, request: WireRequest) -> None:
        """Check and record a request; return only when it may leave.

        Raises:
            EgressBlocked: if personal data was found in it.
            AuditUnavailable: if its record could not be made durable.
        """
        ...

    async def received(self, response: WireResponse) -> None:
        """Take note of a response; it is recorded before the next request or the answer."""
        ...

    async def failed(self, error: ProviderError, *, model: str) -> None:
        """Take note that a model was not asked, or asked and brought no response, and why."""
        ...


class LLM(Protocol):
    """A model that can be asked."""

    @property
    def name(self) -> str:
        """The model string this model answers to."""
        ...

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Ask the model; every attempt passes the gate.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate; nothing was sent.
            ProviderUnavailable, ProviderTimeout: after the last attempt failed.
            BudgetExceeded: if the month's budget does not cover it; nothing was sent.
        """
        ...

    async def ready(self) -> None:
        """Return if the model could be asked now; no prompt is spent on finding out.

        Raises:
            ProviderUnavailable, ProviderTimeout: if it could not.
        """
        ...

    async def aclose(self) -> None:
        """Release connections and child processes."""
        ...
