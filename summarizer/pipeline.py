"""The route of a ticket: ingest, redact, prompt, model, validate, triage, audit, respond.

Read `Pipeline._route` to know the product. Every ticket ends in an `Outcome`; every way out
leaves a record. If a record cannot be made, nothing is sent and nothing is returned but
`AUDIT_UNAVAILABLE`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal

import anyio
import anyio.to_thread

from summarizer.audit import Fact, Keeper
from summarizer.audit.journal import Journal
from summarizer.errors import AuditUnavailable, ErrorCode, SummarizerError
from summarizer.gate import CaseGate
from summarizer.ingest.case import sufficient, to_case
from summarizer.llm import LLM
from summarizer.modelrules import STOOD_IN_FOR
from summarizer.models import (
    AuditRef,
    Case,
    Completion,
    Draft,
    Finding,
    Outcome,
    OutcomeError,
    Provenance,
    Redaction,
    Review,
    Summary,
    Ticket,
    Timings,
    Usage,
    Verdict,
)
from summarizer.policy import Policy
from summarizer.prompt import PromptTemplate
from summarizer.redact.egress import EgressCheck
from summarizer.redact.redactor import Redacted, Redactor
from summarizer.triage import decide_review, to_summary
from summarizer.validate import validate

__all__ = ["Pipeline", "Trace"]

_REFUSED_EXIT_CODE = 3
_LAST_WORD_SECONDS = 5.0


class _Refusal(SummarizerError):
    """A rule of the route says no; caught in this module and returned as an Outcome."""


@dataclass(slots=True)
class Trace:
    """What came of each step of one run, for whoever evaluates the route."""

    case: Case | None = None
    redacted: Redacted | None = None
    completions: list[Completion] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    """One for each answer; all but the last were sent back for repair."""


@dataclass(slots=True)
class _Run:
    """What is known of one ticket on its way, kept for the record at whichever exit."""

    ticket: Ticket
    journal: Journal
    trace: Trace
    started: float = field(default_factory=perf_counter)
    findings: list[Finding] = field(default_factory=list)
    """What the checks of the case and of the accepted answer noticed."""
    requests: int = 0
    used: list[Usage] = field(default_factory=list)
    """What every response says was used, those of failed attempts included."""
    redact_ms: float = 0.0
    llm_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The route, with everything it needs passed in."""

    policy: Policy
    redactor: Redactor
    new_egress_check: Callable[..., EgressCheck]
    """Takes `prompt` and `vault`."""
    template: PromptTemplate
    llm: LLM
    stand_in: LLM | None = None
    """Asked when the model gave no valid answer; it needs no provider."""
    open_journal: Callable[[str, str | None], Journal]
    """Takes the case id, and who asks."""
    keeper: Keeper
    """Keeps what policy lets be kept of a case beside its events."""
    keyed_hash: Callable[[bytes], str]
    """Names received content in the record without giving it away."""
    detector_version: str

    async def redact(self, ticket: Ticket) -> tuple[Case, Redacted]:
        """Read and redact a ticket without asking a model or writing to the store.

        Raises:
            TicketError: if the ticket cannot be read.
            RedactionError: if redaction could not be completed.
        """
        return await anyio.to_thread.run_sync(self._redact, ticket)

    async def summarize(
        self,
        ticket: Ticket,
        *,
        restore: bool = False,
        actor: str | None = None,
        trace: Trace | None = None,
    ) -> Outcome:
        """Take a ticket through the whole route.

        Args:
            ticket: the ticket as received.
            actor: who asks, for the record.
            restore: put original values back into the texts of the returned summary; the
                record keeps the redacted ones, and that they were restored.
            trace: is filled with what came of each step.
        """
        run = _Run(ticket, self.open_journal(ticket.id, actor), trace or Trace())
        try:
            summary, review = await self._route(run)
        except SummarizerError as error:
            return await self._fail(run, error.code, error.detail)
        except Exception as error:  # noqa: BLE001 - a fault of ours must still leave a record
            return await self._fail(
                run, ErrorCode.INTERNAL, f"internal error: {type(error).__name__}"
            )
        except BaseException:
            await self._record_interruption(run)
            raise
        return await self._answer(run, summary, review, restore=restore)

    async def _route(self, run: _Run) -> tuple[Summary, Review]:
        """Take the steps in their order; every refusal and fault is raised."""
        self._note_received(run)
        started = perf_counter()
        run.trace.case, run.trace.redacted = await self.redact(run.ticket)
        run.redact_ms = _milliseconds(started)
        await self._keep(run, self._note_redacted(run, run.trace.redacted), run.trace.redacted)
        self._refuse_what_policy_refuses(run.trace.case, run.trace.redacted)
        started = perf_counter()
        try:
            draft, review = await self._draft(run, run.trace.redacted)
        finally:
            run.llm_ms = _milliseconds(started)
        return to_summary(draft, self.policy.taxonomy), review

    def _redact(self, ticket: Ticket) -> tuple[Case, Redacted]:
        case = to_case(ticket, self.policy.limits)
        return case, self.redactor.redact(case)

    def _refuse_what_policy_refuses(self, case: Case, redacted: Redacted) -> None:
        if not sufficient(case):
            msg = "the messages hold no text to summarize; send at least one with words in it"
            raise _Refusal(msg, code=ErrorCode.INSUFFICIENT_CONTENT)
        blocked = sorted(self.policy.blocking & redacted.case.entities.keys())
        if blocked:
            msg = f"policy blocks cases that contain {', '.join(blocked)}"
            raise _Refusal(msg, code=ErrorCode.EGRESS_BLOCKED)

    async def _draft(self, run: _Run, redacted: Redacted) -> tuple[Draft, Review]:
        """Ask the model; if it gives no valid answer, take what stands in, where policy lets it."""
        fault: ErrorCode | None = None
        try:
            draft, repairs = await self._ask(run, redacted, self.llm)
        except SummarizerError as error:
            if self.stand_in is None or error.code not in STOOD_IN_FOR:
                raise
            fault = error.code
            run.findings.append(Finding(code=str(fault), where="model", detail=error.detail))
            draft, repairs = await self._ask(run, redacted, self.stand_in)
        model = run.trace.completions[-1].model
        return draft, decide_review(draft, model=model, repairs=repairs, fault=fault)

    async def _ask(self, run: _Run, redacted: Redacted, llm: LLM) -> tuple[Draft, int]:
        """Ask a model; let it mend its answer as often as policy allows."""
        prompt = self.template.render(redacted.case)
        for repairs in range(self.policy.models.repairs + 1):
            check = self.new_egress_check(prompt=prompt, vault=redacted.vault)
            gate = CaseGate(check, run.journal, prompt, llm.name)
            try:
                completion = await llm.complete(prompt, gate)
            finally:
                run.requests += gate.requests
                run.used += gate.used
            run.trace.completions.append(completion)
            if gate.model != llm.name:
                detail = f"{llm.name} gave no answer; {gate.model} was asked instead"
                run.findings.append(Finding(code="FALLBACK_MODEL", where="model", detail=detail))
            verdict = validate(completion.text, redacted.case, self.policy.taxonomy)
            run.trace.verdicts.append(verdict)
            run.journal.note(
                "verdict",
                {
                    "accepted": verdict.draft is not None,
                    "problems": list(verdict.problems),
                    "findings": [finding.model_dump() for finding in verdict.findings],
                },
                {"outcome": "rejected" if verdict.draft is None else "accepted"},
            )
            if verdict.draft is not None:
                run.findings += verdict.findings
                return verdict.draft, repairs
            prompt = self.template.repair(prompt, completion.text, verdict.problems)
        msg = f"the model's answer was not valid after {self.policy.models.repairs} repairs"
        raise _Refusal(msg, code=ErrorCode.INVALID_MODEL_OUTPUT)

    async def _answer(
        self, run: _Run, summary: Summary, review: Review, *, restore: bool
    ) -> Outcome:
        outcome = self._outcome(run, "summarized", summary=summary, review=review)
        outcome = await self._record(run, outcome, restored=restore)
        if outcome.summary is None or run.trace.redacted is None:
            return outcome
        return outcome.model_copy(update={"summary": _for_caller(summary, run, restore=restore)})

    async def _fail(self, run: _Run, code: ErrorCode, detail: str) -> Outcome:
        outcome = self._outcome(
            run,
            "refused" if code.exit_code == _REFUSED_EXIT_CODE else "failed",
            error=OutcomeError(code=code, detail=detail),
        )
        if code is ErrorCode.AUDIT_UNAVAILABLE:
            return outcome
        return await self._record(run, outcome, restored=False)

    async def _record(self, run: _Run, outcome: Outcome, *, restored: bool) -> Outcome:
        """Make the outcome durable before it is returned; without a record there is none."""
        body = outcome.model_dump(mode="json", exclude={"case_id", "audit"})
        run.journal.note("outcome", {**body, "restored": restored}, _facts(outcome))
        try:
            await run.journal.commit()
        except AuditUnavailable as error:
            return self._outcome(
                run, "failed", error=OutcomeError(code=error.code, detail=error.detail)
            )
        reference = AuditRef(event_ids=run.journal.event_ids, seq=run.journal.seq)
        return outcome.model_copy(update={"audit": reference})

    async def _record_interruption(self, run: _Run) -> None:
        """Record that the run was stopped, unless the store does not answer soon."""
        run.journal.note(
            "outcome",
            {"status": "interrupted", "requests": run.requests},
            {"outcome": "interrupted"},
        )
        with anyio.move_on_after(_LAST_WORD_SECONDS, shield=True):
            try:
                await run.journal.commit()
            except AuditUnavailable:
                return

    def _note_received(self, run: _Run) -> None:
        ticket = run.ticket
        run.journal.note(
            "received",
            {
                "content": self.keyed_hash(ticket.model_dump_json().encode()),
                "channel": ticket.channel,
                "messages": len(ticket.messages),
                "characters": sum(len(message.body) for message in ticket.messages),
            },
        )

    async def _keep(self, run: _Run, event_id: str, redacted: Redacted) -> None:
        """Keep and index what was held back, before anything is asked.

        So nothing leaves of a case that a request for access or erasure would not find.
        """
        vault = redacted.vault
        await self.keeper.keep(
            run.ticket.id,
            event_id,
            received=run.ticket.model_dump_json().encode(),
            placeholders=vault.fullest,
            values=(*vault.fullest.values(), *(value.text for value in vault.values)),
            now=run.journal.now(),
        )

    def _note_redacted(self, run: _Run, redacted: Redacted) -> str:
        return run.journal.note(
            "redacted",
            {
                "policy": redacted.case.policy,
                "detector": self.detector_version,
                "entities": redacted.case.entities,
                "spans": [_span_record(span) for span in redacted.case.spans],
            },
            {"policy": redacted.case.policy, "entities": redacted.case.entities},
        )

    def _outcome(
        self,
        run: _Run,
        status: Literal["summarized", "refused", "failed"],
        *,
        summary: Summary | None = None,
        error: OutcomeError | None = None,
        review: Review | None = None,
    ) -> Outcome:
        reasons = (str(error.code),) if error else ()
        completions = run.trace.completions
        return Outcome(
            status=status,
            case_id=run.ticket.id,
            summary=summary,
            error=error,
            review=review or Review(required=True, reasons=reasons),
            findings=tuple(dict.fromkeys(run.findings)),
            redaction=Redaction(
                entities=run.trace.redacted.case.entities if run.trace.redacted else {},
                policy=self.policy.version,
            ),
            provenance=Provenance(
                model=completions[-1].model if completions else self.llm.name,
                prompt=self.template.version,
                policy=self.policy.version,
                taxonomy=self.policy.taxonomy.version,
                attempts=run.requests,
            ),
            audit=AuditRef(event_ids=run.journal.event_ids, seq=run.journal.seq),
            attachments_unread=run.trace.case.attachments_unread if run.trace.case else 0,
            usage=Usage(
                prompt_tokens=sum(usage.prompt_tokens for usage in run.used),
                completion_tokens=sum(usage.completion_tokens for usage in run.used),
                cost_usd=sum(usage.cost_usd for usage in run.used),
            ),
            timings_ms=Timings(
                redact=run.redact_ms, llm=run.llm_ms, total=_milliseconds(run.started)
            ),
        )


def _facts(outcome: Outcome) -> Mapping[str, Fact]:
    """Return what the header of an outcome says in clear."""
    facts: dict[str, Fact] = {
        "outcome": outcome.status,
        "model": outcome.provenance.model,
        "prompt": outcome.provenance.prompt,
        "policy": outcome.provenance.policy,
        "taxonomy": outcome.provenance.taxonomy,
        "attempts": outcome.provenance.attempts,
        "entities": outcome.redaction.entities,
        "prompt_tokens": outcome.usage.prompt_tokens,
        "completion_tokens": outcome.usage.completion_tokens,
    }
    if outcome.error is not None:
        facts["code"] = str(outcome.error.code)
    return facts


def _span_record(span: Any) -> Mapping[str, Any]:
    return {name: getattr(span, name) for name in span.__slots__}


def _for_caller(summary: Summary, run: _Run, *, restore: bool) -> Summary:
    """Name messages by the ticket's own ids and, if asked, put original values back."""
    if run.trace.case is None or run.trace.redacted is None:
        return summary
    aliases = (message.id for message in run.trace.case.messages)
    source_ids = dict(zip(aliases, run.trace.case.source_message_ids, strict=True))
    reveal = run.trace.redacted.vault.reveal if restore else str
    facts = tuple(
        fact.model_copy(
            update={
                "text": reveal(fact.text),
                "messages": tuple(source_ids[message] for message in fact.messages),
            }
        )
        for fact in summary.key_facts
    )
    action = summary.next_action
    return summary.model_copy(
        update={
            "headline": reveal(summary.headline),
            "narrative": reveal(summary.narrative),
            "key_facts": facts,
            "next_action": action.model_copy(update={"detail": reveal(action.detail)}),
        }
    )


def _milliseconds(since: float) -> float:
    return round((perf_counter() - since) * 1000, 1)
