"""Application: everything a command or the service works with, for as long as it is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread
from opentelemetry.trace import Tracer

from summarizer.access.answers import Answers
from summarizer.access.desk import Desk
from summarizer.audit import AuditStore, LogFigures
from summarizer.audit.origin import CaseTagger
from summarizer.errors import AuditUnavailable, SummarizerError
from summarizer.metrics import Metrics
from summarizer.pipeline import Pipeline
from summarizer.policy import Policy
from summarizer.redact.canary import check_canary
from summarizer.redact.redactor import Redactor
from summarizer.settings import Settings
from summarizer.traces import UNTRACED

if TYPE_CHECKING:
    from summarizer.audit.store import SQLAuditStore

__all__ = ["Application", "Bench"]


_CHECKPOINTS_MISSED: Final = 10
_LEAST_SECONDS: Final = 60.0
"""A shorter interval between checkpoints does not make a busy database unready."""


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
    opening_runs: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    """Held while the cases of an evaluation run are read or compared: one at a time takes room."""
    answers: Answers
    """Knows what was answered under which idempotency key."""
    canary: tuple[str, ...]
    """Entities of the canary that were fully redacted when this was opened."""
    metrics: Metrics
    tracer: Tracer = UNTRACED
    """Makes the spans of requests."""

    async def ready(self) -> Mapping[str, str]:
        """Say of each part whether it would serve: `ok`, or a detail that is safe to show."""
        checks = {
            "detector": self._check_detector,
            "audit": self.store.ready,
            "checkpoint": self._check_checkpoint,
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

    async def figures(self) -> LogFigures | None:
        """Return the state of the log; None if it cannot be read."""
        try:
            return await self.store.figures()
        except AuditUnavailable:
            return None

    async def _check_checkpoint(self) -> None:
        """Refuse to be ready while what is recorded stays unpublished.

        Raises:
            AuditUnavailable: if it has waited too long, or the log cannot be read.
        """
        waiting = (await self.store.figures()).waiting_seconds
        most = max(_CHECKPOINTS_MISSED * self.settings.checkpoint_seconds, _LEAST_SECONDS)
        if waiting > most:
            msg = (
                f"what was recorded {waiting:.0f} s ago is under no published checkpoint, and "
                f"{most:g} s is the most; see the log, and run `summarizer audit checkpoint`"
            )
            raise AuditUnavailable(msg)

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
