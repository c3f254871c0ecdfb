"""Case runs: what is known of one ticket on its way, and what is written of it at each step."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from typing import Any

import anyio

from summarizer.audit import Keeper, Record
from summarizer.audit.journal import Journal
from summarizer.changed import ChangedSince
from summarizer.errors import AuditUnavailable
from summarizer.fitting import FittedPrompt
from summarizer.gate import Used
from summarizer.injection import Screened
from summarizer.models import (
    AuditRef,
    Finding,
    Outcome,
    OutcomeError,
    Provenance,
    RedactedCase,
    Redaction,
    RedactionSpan,
    Review,
    Status,
    Summary,
    Ticket,
    Timings,
    Usage,
    Verdict,
)
from summarizer.policy.sections import ReviewRules
from summarizer.redact.vault import Vault
from summarizer.steps import Progress, untold
from summarizer.trace import Trace
from summarizer.triage.changes import changed_since
from summarizer.triage.labelling import case_words

__all__ = ["CaseRun", "milliseconds_since"]

_LAST_WORD_SECONDS = 5.0


@dataclass(slots=True)
class CaseRun:
    """One ticket on its way, kept for the record at whichever exit."""

    ticket: Ticket
    journal: Journal
    trace: Trace
    tell: Progress = untold
    """Is told each step."""
    deadline: float = inf
    """When the model is stopped that has not answered, by `anyio.current_time`."""
    started: float = field(default_factory=perf_counter)
    findings: list[Finding] = field(default_factory=list)
    """What the checks of the case and of the accepted answer noticed."""
    passed_over: frozenset[str] = frozenset()
    """Codes of those findings for which policy asks nobody, as things stand in this case."""
    changed_since: ChangedSince | None = None
    screened: Screened = field(default_factory=Screened)
    """What in the ticket tries to steer its summary."""
    answered_by: str | None = None
    """The model string, as policy knows it, of what answered last."""
    requests: int = 0
    used: list[Used] = field(default_factory=list)
    """What every response says was used, those of failed attempts included."""
    redact_ms: float = 0.0
    llm_ms: float = 0.0

    @property
    def last_model(self) -> str | None:
        """What answered last, as it names itself; None if nothing has."""
        return self.trace.completions[-1].model if self.trace.completions else None

    def weighty_findings(self, rules: ReviewRules) -> tuple[Finding, ...]:
        """Return the findings that count in triage."""
        light = self.passed_over.union(rules.noted)
        return tuple(each for each in self.findings if each.code not in light)

    def note_fitted(self, fitted: FittedPrompt) -> None:
        """Keep that the model is not shown every message whole, if that is so."""
        if fitted.finding is None:
            return
        self.findings.append(fitted.finding)
        if not fitted.asks_for_review:
            self.passed_over |= {fitted.finding.code}

    def believed_words(self) -> str | None:
        """Return what a classifier may read beside what tries to steer it; None if nothing does."""
        if self.trace.redacted is None or not self.screened.findings:
            return None
        return case_words(self.screened.believed(self.trace.redacted.case))

    def note_received(self, keyed_hash: Callable[[bytes], str]) -> None:
        """Write that a ticket came in: its size, and a hash that gives nothing of it away."""
        ticket = self.ticket
        self.journal.note(
            "received",
            {
                "content": keyed_hash(ticket.model_dump_json().encode()),
                "channel": ticket.channel,
                "messages": len(ticket.messages),
                "characters": sum(len(message.body) for message in ticket.messages),
            },
        )

    def note_redacted(self, case: RedactedCase, detector: str) -> str:
        """Write what was held back, and return the id of the event."""
        return self.journal.note(
            "redacted",
            {
                "policy": case.policy,
                "detector": detector,
                "entities": case.entities,
                "spans": [_span_record(span) for span in case.spans],
            },
            {"policy": case.policy, "entities": case.entities},
        )

    async def keep(self, keeper: Keeper, event_id: str, vault: Vault) -> None:
        """Keep and index what was held back, before anything is asked.

        So nothing leaves of a case that a request for access or erasure would not find.

        Raises:
            AuditUnavailable: if it could not be kept.
        """
        await keeper.keep(
            self.ticket.id,
            event_id,
            received=self.ticket.model_dump_json().encode(),
            placeholders=vault.fullest,
            values=(*vault.fullest.values(), *(value.text for value in vault.values)),
            now=self.journal.now(),
        )

    def note_verdict(self, verdict: Verdict) -> None:
        """Write what validation made of an answer."""
        self.trace.verdicts.append(verdict)
        self.journal.note(
            "verdict",
            {
                "accepted": verdict.draft is not None,
                "problems": list(verdict.problems),
                "findings": [finding.model_dump() for finding in verdict.findings],
            },
            {"outcome": "rejected" if verdict.draft is None else "accepted"},
        )

    def note_restored(self) -> None:
        """Write that the caller sees the values that were held back."""
        placeholders = sorted(self.trace.redacted.vault.fullest) if self.trace.redacted else []
        self.journal.note("restored", {"placeholders": placeholders}, {"values": len(placeholders)})

    async def compare(
        self, summary: Summary, last: Callable[[str], Awaitable[Record | None]] | None
    ) -> None:
        """Note what changed since the summary before, if there is one and it can be looked up."""
        record = await last(self.ticket.id) if last else None
        if record is not None and record.body is not None:
            self.changed_since = changed_since(
                record.id, record.body, summary, messages=len(self.ticket.messages)
            )

    async def record_interruption(self) -> None:
        """Record that the run was stopped, unless the store does not answer soon."""
        self.journal.note(
            "outcome",
            {"status": "interrupted", "requests": self.requests},
            {"outcome": "interrupted"},
        )
        with anyio.move_on_after(_LAST_WORD_SECONDS, shield=True):
            try:
                await self.journal.commit()
            except AuditUnavailable:
                return

    def outcome(
        self,
        status: Status,
        provenance: Provenance,
        *,
        summary: Summary | None = None,
        error: OutcomeError | None = None,
        review: Review | None = None,
    ) -> Outcome:
        """Return what the case came to as things stand."""
        reasons = (str(error.code),) if error else ()
        redacted = self.trace.redacted
        return Outcome(
            status=status,
            case_id=self.ticket.id,
            summary=summary,
            error=error,
            review=review or Review(required=True, reasons=reasons),
            findings=tuple(self.findings),
            changed_since=self.changed_since,
            redaction=Redaction(
                entities=redacted.case.entities if redacted else {},
                policy=provenance.policy,
            ),
            provenance=provenance,
            audit=AuditRef(event_ids=self.journal.event_ids, seq=self.journal.seq),
            attachments_unread=self.trace.case.attachments_unread if self.trace.case else 0,
            usage=Usage(
                prompt_tokens=sum(usage.prompt_tokens for _, usage in self.used),
                completion_tokens=sum(usage.completion_tokens for _, usage in self.used),
                cost_usd=sum(usage.cost_usd for _, usage in self.used),
            ),
            timings_ms=Timings(
                redact=self.redact_ms, llm=self.llm_ms, total=milliseconds_since(self.started)
            ),
        )


def milliseconds_since(started: float) -> float:
    """Return how long ago that was, where `started` is of `perf_counter`."""
    return round((perf_counter() - started) * 1000, 1)


def _span_record(span: RedactionSpan) -> Mapping[str, Any]:
    # The words of a cue stand in the redacted text already, which is on record.
    return {name: getattr(span, name) for name in span.__slots__ if name != "cue"}
