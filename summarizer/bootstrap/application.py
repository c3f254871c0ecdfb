"""Application: everything a command or the service works with, for as long as it is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from summarizer.access.desk import Desk
from summarizer.audit import AuditStore
from summarizer.audit.origin import CaseTagger
from summarizer.errors import SummarizerError
from summarizer.pipeline import Pipeline
from summarizer.policy import Policy
from summarizer.redact.canary import check_canary
from summarizer.redact.redactor import Redactor
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.audit.store import SQLAuditStore

__all__ = ["Application", "Bench"]


@dataclass(frozen=True, kw_only=True)
class Application:
    """Everything a command or the service works with, for as long as it is open."""

    settings: Settings
    policy: Policy
    pipeline: Pipeline
    redactor: Redactor
    store: AuditStore
    log: "SQLAuditStore"
    """The same log, for what is read of it and done with it beside the route."""
    tagger: CaseTagger
    desk: Desk
    """Knows the callers."""
    verifying: anyio.Lock = field(default_factory=anyio.Lock)
    """Held while the log is verified: one at a time reads all of it."""
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
