"""The route of a ticket: ingest, redact, prompt, model, validate, triage, audit, respond.

Read `Pipeline._route` to know the product. Every ticket ends in an `Outcome`; every way out
leaves a record. If a record cannot be made, nothing is sent and nothing is returned but
`AUDIT_UNAVAILABLE`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf
from time import perf_counter

import anyio
import anyio.to_thread

from summarizer.audit import Keeper, Record
from summarizer.audit.journal import Journal
from summarizer.caserun import CaseRun, milliseconds_since
from summarizer.errors import (
    AuditUnavailable,
    BudgetExceeded,
    ErrorCode,
    ProviderTimeout,
    ProviderUnavailable,
    SummarizerError,
)
from summarizer.fitting import fitted_prompt
from summarizer.gate import CaseGate, Used
from summarizer.ingest.case import sufficient, to_case
from summarizer.injection import screen
from summarizer.language import Identify, identify, language_findings
from summarizer.llm import LLM
from summarizer.models import (
    AuditRef,
    Case,
    Completion,
    Draft,
    Finding,
    Outcome,
    OutcomeError,
    Prompt,
    Provenance,
    RedactedCase,
    Review,
    Status,
    Summary,
    Ticket,
)
from summarizer.policy import Policy
from summarizer.policy.models import STOOD_IN_FOR
from summarizer.prompt import PromptTemplate
from summarizer.redact.egress import EgressCheck
from summarizer.redact.recorded import without_masks
from summarizer.redact.redactor import Redacted, Redactor
from summarizer.redact.vault import Vault
from summarizer.reply import facts, for_caller
from summarizer.steps import Progress, untold
from summarizer.trace import Trace
from summarizer.triage import triage
from summarizer.triage.engine import CaseRules
from summarizer.triage.labelling import Labeller, by_code, case_words
from summarizer.validate import validate

__all__ = ["Pipeline"]

_REFUSED_EXIT_CODE = 3


class _Refusal(SummarizerError):
    """A rule of the route says no; caught in this module and returned as an Outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The route, with everything it needs passed in."""

    policy: Policy
    rules: CaseRules
    """The policy's deadlines and urgency floors."""
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
    identify: Identify = identify
    """Tells the language of a text."""
    labeller: Labeller = field(default_factory=Labeller)
    labels_version: str | None = None
    """Names what the labeller was made of, for the record."""
    last_summary: Callable[[str], Awaitable[Record | None]] | None = None
    """Takes the case id; returns the newest outcome on record that has a summary."""
    observe: Callable[[Outcome, Sequence[Used]], object] = lambda *_: None
    """Is told of every outcome of a ticket, and what each response used."""

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
        tell: Progress = untold,
        deadline: float = inf,
    ) -> Outcome:
        """Take a ticket through the whole route.

        Args:
            ticket: the ticket as received.
            actor: who asks, for the record.
            restore: put original values back into the texts of the returned summary; the
                record keeps the redacted ones, and that they were restored.
            trace: is filled with what came of each step.
            tell: is told each step.
            deadline: when the model is stopped that has not answered, by `anyio.current_time`.
        """
        journal = self.open_journal(ticket.id, actor)
        run = CaseRun(ticket, journal, trace or Trace(), tell, deadline)
        outcome = await self._ended(run, self._route, restore=restore)
        self.observe(outcome, run.used)
        return outcome

    async def replay(self, case: RedactedCase, case_id: str) -> Outcome:
        """Take a case that was redacted before through the rest of the route.

        It is refused if today's detector finds anything in it that policy holds back.

        Args:
            case: as it stands on record.
            case_id: names it in the log of the replay.
        """
        run = CaseRun(Ticket(id=case_id, messages=()), self.open_journal(case_id, None), Trace())
        run.trace.redacted = redacted = Redacted(case, Vault((), {}, ()))
        return await self._ended(run, partial(self._again, redacted=redacted), restore=False)

    async def _again(self, run: CaseRun, redacted: Redacted) -> tuple[Summary, Review]:
        texts = [without_masks(text.text) for text in redacted.case.texts]
        if any(await anyio.to_thread.run_sync(self.redactor.personal_in, texts)):
            msg = "the detector finds more in this case than when it was sent; it is not sent again"
            raise _Refusal(msg, code=ErrorCode.EGRESS_BLOCKED)
        return await self._sum_up(run, redacted)

    async def _ended(
        self,
        run: CaseRun,
        route: Callable[[CaseRun], Awaitable[tuple[Summary, Review]]],
        *,
        restore: bool,
    ) -> Outcome:
        """Take a route to its end; each of its exits leaves a record."""
        try:
            summary, review = await route(run)
        except SummarizerError as error:
            return await self._fail(run, error.code, error.detail)
        except Exception as error:  # noqa: BLE001 - a fault of ours must still leave a record
            return await self._fail(
                run, ErrorCode.INTERNAL, f"internal error: {type(error).__name__}"
            )
        except BaseException:
            await run.record_interruption()
            raise
        return await self._answer(run, summary, review, restore=restore)

    async def _route(self, run: CaseRun) -> tuple[Summary, Review]:
        """Take the steps in their order; every refusal and fault is raised."""
        run.note_received(self.keyed_hash)
        started = perf_counter()
        run.trace.case, run.trace.redacted = await self.redact(run.ticket)
        run.redact_ms = milliseconds_since(started)
        event_id = run.note_redacted(run.trace.redacted.case, self.detector_version)
        await run.keep(self.keeper, event_id, run.trace.redacted.vault)
        run.tell("redacted")
        if not sufficient(run.trace.case):
            msg = "the messages hold no text to summarize; send at least one with words in it"
            raise _Refusal(msg, code=ErrorCode.INSUFFICIENT_CONTENT)
        return await self._sum_up(run, run.trace.redacted)

    async def _sum_up(self, run: CaseRun, redacted: Redacted) -> tuple[Summary, Review]:
        """Take the steps from the redacted case on."""
        await anyio.to_thread.run_sync(self._refuse_what_policy_refuses, run, redacted.case)
        started = perf_counter()
        try:
            draft, repairs = await self._draft(run, redacted)
        finally:
            run.llm_ms = milliseconds_since(started)
        triaged = await anyio.to_thread.run_sync(
            partial(
                triage,
                draft,
                redacted.case,
                policy=self.policy,
                labeller=self.labeller,
                rules=self.rules,
                said=run.trace.weighed,
                of_nothing=run.trace.unasked,
                model=run.answered_by or self.llm.name,
                repairs=repairs,
                findings=run.weighty_findings(self.policy.review),
                believed=run.believed_words(),
                now=run.journal.now(),
            )
        )
        run.trace.opinions = triaged.opinions
        run.findings += triaged.findings
        await run.compare(triaged.summary, self.last_summary)
        return triaged.summary, triaged.review

    def _redact(self, ticket: Ticket) -> tuple[Case, Redacted]:
        case = to_case(ticket, self.policy.limits)
        return case, self.redactor.redact(case)

    def _refuse_what_policy_refuses(self, run: CaseRun, case: RedactedCase) -> None:
        blocked = sorted(self.policy.blocking & case.entities.keys())
        if blocked:
            msg = f"policy blocks cases that contain {', '.join(blocked)}"
            raise _Refusal(msg, code=ErrorCode.EGRESS_BLOCKED)
        run.screened = screen(run.trace.case, case, self.policy.taxonomy)
        run.findings += run.screened.findings
        found = tuple(language_findings(case, self.policy.languages, self.identify))
        run.findings += found
        refused = [each for each in found if each.code == ErrorCode.UNSUPPORTED_LANGUAGE]
        if refused and self.policy.languages.otherwise == "refuse":
            raise _Refusal(refused[0].detail, code=ErrorCode.UNSUPPORTED_LANGUAGE)

    async def _draft(self, run: CaseRun, redacted: Redacted) -> tuple[Draft, int]:
        """Ask the model; if it gives no valid answer, take what stands in, where policy lets it."""
        try:
            return await self._ask(run, redacted, self.llm)
        except SummarizerError as error:
            if self.stand_in is None or error.code not in STOOD_IN_FOR:
                raise
            run.findings.append(Finding(code=str(error.code), where="model", detail=error.detail))
        return await self._ask(run, redacted, self.stand_in)

    async def _ask(self, run: CaseRun, redacted: Redacted, llm: LLM) -> tuple[Draft, int]:
        """Ask a model; let it mend its answer as often as policy allows."""
        prompt = await self._first_prompt(run, redacted, llm)
        for repairs in range(self.policy.models.repairs + 1):
            completion = await self._complete(run, prompt, redacted, llm)
            run.tell("drafted")
            run.trace.completions.append(completion)
            verdict = await anyio.to_thread.run_sync(
                partial(
                    validate,
                    completion.text,
                    redacted.case,
                    self.policy.taxonomy,
                    personal_in=self.redactor.personal_in,
                    grounding=self.policy.grounding,
                    # What stands in for a model would only say the same again.
                    may_mend=not repairs and llm is self.llm and self.policy.mends(llm.name),
                )
            )
            run.note_verdict(verdict)
            if verdict.draft is not None:
                run.findings += verdict.findings
                run.tell("validated")
                if run.requests == 1 and run.answered_by == self.llm.name:
                    await self._weigh(run, prompt, redacted, completion.text)
                return verdict.draft, repairs
            prompt = self.template.repair(prompt, completion.text, verdict.problems)
        msg = f"the model's answer was not valid after {self.policy.models.repairs} repairs"
        raise _Refusal(msg, code=ErrorCode.INVALID_MODEL_OUTPUT)

    async def _first_prompt(self, run: CaseRun, redacted: Redacted, llm: LLM) -> Prompt:
        if llm is self.stand_in:
            # It reads the case itself, however long.
            return await anyio.to_thread.run_sync(self.template.render, redacted.case)
        fitted = await anyio.to_thread.run_sync(
            fitted_prompt, self.template, redacted.case, self.policy, llm.name
        )
        run.note_fitted(fitted)
        return fitted.prompt

    async def _complete(
        self, run: CaseRun, prompt: Prompt, redacted: Redacted, llm: LLM
    ) -> Completion:
        """Ask a model once: what is sent is checked and recorded by the gate.

        Raises:
            ProviderTimeout: if there was no answer in the time a request has; what stands in
                for a model asks nobody, and has all the time it needs.
        """
        check = self.new_egress_check(prompt=prompt, vault=redacted.vault)
        gate = CaseGate(check, run.journal, prompt, llm.name, run.tell)
        try:
            with anyio.CancelScope(deadline=run.deadline if llm is self.llm else inf):
                completion = await llm.complete(prompt, gate)
                run.answered_by = gate.model
                return completion
        finally:
            run.requests += gate.requests
            run.used += gate.used
        msg = "the model did not answer in the time a request has (request_seconds); ask again"
        late = ProviderTimeout(msg)
        if gate.requests:
            await gate.failed(late, model=gate.model)
        raise late

    async def _weigh(self, run: CaseRun, prompt: Prompt, redacted: Redacted, answer: str) -> None:
        """Have the model weigh the likeliest labels after its answer, if policy says so of it.

        Not after a repair or an attempt that failed: three calls are the most for one case. A
        model that does not answer this, or has no budget left for it, has still made a summary.
        """
        if not self.policy.weighs(self.llm.name):
            return
        words = case_words((text.where, text.text) for text in redacted.case.texts)
        options = self.labeller.shortlist(words, self.policy.taxonomy)
        weighing = self.template.weigh(prompt, answer, options)
        unasked = self.template.weigh_nothing(prompt, options)
        if weighing is None or unasked is None:
            return
        try:
            completion = await self._complete(run, weighing, redacted, self.llm)
            nothing = await self._complete(run, unasked, redacted, self.llm)
        except (BudgetExceeded, ProviderUnavailable, ProviderTimeout):
            return
        run.trace.completions += (completion, nothing)
        run.trace.weighed = by_code(completion.chances, options)
        run.trace.unasked = by_code(nothing.chances, options)

    async def _answer(
        self, run: CaseRun, summary: Summary, review: Review, *, restore: bool
    ) -> Outcome:
        outcome = self._outcome(run, "summarized", summary=summary, review=review)
        outcome = await self._record(run, outcome, restored=restore)
        case = run.trace.case
        if outcome.summary is None or run.trace.redacted is None or case is None:
            return outcome
        aliases = (message.id for message in case.messages)
        source_ids = dict(zip(aliases, case.source_message_ids, strict=True))
        reveal = run.trace.redacted.vault.reveal if restore else str
        return outcome.model_copy(update={"summary": for_caller(summary, source_ids, reveal)})

    async def _fail(self, run: CaseRun, code: ErrorCode, detail: str) -> Outcome:
        outcome = self._outcome(
            run,
            "refused" if code.exit_code == _REFUSED_EXIT_CODE else "failed",
            error=OutcomeError(code=code, detail=detail),
        )
        if code is ErrorCode.AUDIT_UNAVAILABLE:
            return outcome
        return await self._record(run, outcome, restored=False)

    async def _record(self, run: CaseRun, outcome: Outcome, *, restored: bool) -> Outcome:
        """Make the outcome durable before it is returned; without a record there is none."""
        body = outcome.model_dump(mode="json", exclude={"case_id", "audit"})
        body |= {"messages": len(run.ticket.messages), "restored": restored}
        if restored:
            run.note_restored()
        # Other runs of the same case may leave events in between.
        body |= {"events": run.journal.noted_ids}
        run.journal.note("outcome", body, facts(outcome))
        try:
            await run.journal.commit()
        except AuditUnavailable as error:
            return self._outcome(
                run, "failed", error=OutcomeError(code=error.code, detail=error.detail)
            )
        reference = AuditRef(event_ids=run.journal.event_ids, seq=run.journal.seq)
        return outcome.model_copy(update={"audit": reference})

    def _outcome(
        self,
        run: CaseRun,
        status: Status,
        *,
        summary: Summary | None = None,
        error: OutcomeError | None = None,
        review: Review | None = None,
    ) -> Outcome:
        provenance = Provenance(
            model=run.last_model or self.llm.name,
            prompt=self.template.version,
            policy=self.policy.version,
            taxonomy=self.policy.taxonomy.version,
            labels=self.labels_version,
            attempts=run.requests,
        )
        return run.outcome(status, provenance, summary=summary, error=error, review=review)
