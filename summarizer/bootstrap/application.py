"""Application: everything a command or the service works with, for as long as it is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread

from summarizer.access.answers import Answers
from summarizer.access.desk import Desk
from summarizer.audit import AuditStore
from summarizer.audit.origin import CaseTagger
from summarizer.errors import SummarizerError
from summarizer.pipeline import Pipeline
from summarizer.policy import Policy
from summarizer.redact.canary import check_canary
from summarizer.redact.redactor import Redactor
from summarizer.settings import Settings

__all__ = ["Application", "Bench"]


@dataclass(frozen=True, kw_only=True)
class Application:
    """Everything a command or the service works with, for as long as it is open."""

    settings: Settings
    policy: Policy
    pipeline: Pipeline
    redactor: Redactor
    store: AuditStore
    tagger: CaseTagger
    desk: Desk
    """Knows the callers."""
    answers: Answers
    """Knows what was answered under which idempotency key."""
    canary: tuple[str, ...]
    """Entities of the canary that were fully redacted when this was opened."""

    async def ready(self) -> Mapping[str, str]:
        """Say of each part whether it would serve: `ok`, or a detail that is safe to show."""
        checks = {
            "detector": self._check_detector,
            "audit": self.store.ready,
            "model": self.pipeline.llm.ready,
        }
        result: dict[str, str] = {}
        for name, check in checks.items():
            try:
                await check()
            except SummarizerError as error:
                result[name] = error.detail
            else:
                result[name] = "ok"
        return result

    async def _check_detector(self) -> None:
        await anyio.to_thread.run_sync(check_canary, self.redactor, self.policy)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """How the route is opened to be evaluated: the same route, but repeatable."""

    taxonomy: Path | None = None
    """The file of the set's own labels; None takes the policy's."""
    cassette: Path | None = None
    """Answers of models are kept in this file and taken from it."""
    offline: bool = False
    """A prompt without a recorded answer fails instead of being asked."""
