"""Gate: what every attempt to reach a model passes: the egress check, then the durable record."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import anyio.to_thread

from summarizer.audit.journal import Journal
from summarizer.errors import EgressBlocked, ProviderError
from summarizer.llm import WireRequest, WireResponse
from summarizer.models import Prompt, Usage
from summarizer.redact.egress import EgressCheck
from summarizer.steps import Progress, untold

__all__ = ["CaseGate", "Used"]


class Used(NamedTuple):
    """What one response says was used."""

    model: str
    """The model string, as policy knows it."""
    usage: Usage


@dataclass(slots=True)
class CaseGate:
    """The gate of one prompt of one case."""

    check: EgressCheck
    journal: Journal
    prompt: Prompt
    model: str
    """The configured model; the record names the one that is really asked."""
    tell: Progress = untold
    """Is told of each request that leaves."""
    requests: int = field(default=0, init=False)
    """How many requests were let through."""
    used: list[Used] = field(default_factory=list, init=False)
    """What each response says was used, those of failed attempts included."""

    async def clear(self, request: WireRequest) -> None:
        """Check the exact bytes, record them, and only then return.

        Raises:
            EgressBlocked: if personal data was found; the finding is recorded.
            AuditUnavailable: if the record could not be made durable.
        """
        if request.model is not None:
            self.model = request.model
        hits = await anyio.to_thread.run_sync(self.check.search, request.url, request.body)
        if hits:
            findings = [{"entity": hit.entity, "where": hit.where} for hit in hits]
            self.journal.note(
                "egress_blocked",
                {"model": self.model, "findings": findings},
                {"model": self.model, "outcome": "blocked"},
            )
            await self.journal.commit()
            entities = ", ".join(sorted({hit.entity for hit in hits}))
            msg = f"the request still held {entities}; nothing was sent"
            raise EgressBlocked(msg)
        self.journal.note(
            "prompt",
            {
                "model": self.model,
                "url": request.url,
                "prompt": self.prompt.version,
                "fixed_sha256": self.prompt.fixed_sha256,
                **_exact(request.body),
            },
            {"model": self.model, "prompt": self.prompt.version},
        )
        await self.journal.commit()
        self.requests += 1
        self.tell("sent")

    async def received(self, response: WireResponse) -> None:
        """Note the exact response; it is durable before the next request or the answer."""
        used = {} if response.usage is None else response.usage.model_dump()
        self.journal.note(
            "response",
            {"model": self.model, "status": response.status, **used, **_exact(response.body)},
            {"model": self.model, "status": response.status},
        )
        if response.usage is not None:
            self.used.append(Used(self.model, response.usage))

    async def failed(self, error: ProviderError, *, model: str) -> None:
        """Note that no response came, and why."""
        self.journal.note(
            "response",
            {"model": model, "status": None, "code": str(error.code), "detail": error.detail},
            {"model": model, "code": str(error.code)},
        )


def _exact(body: bytes) -> dict[str, Any]:
    """Store bytes so that exactly the same bytes come out again."""
    digest = hashlib.sha256(body).hexdigest()
    try:
        return {"sha256": digest, "body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"sha256": digest, "body_base64": base64.b64encode(body).decode("ascii")}
