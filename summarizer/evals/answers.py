"""Answers: what a task made of a case, in the form in which it is scored and kept."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from summarizer.evals.cases import EvalCase
from summarizer.models import KeyFact, Outcome, RedactionSpan, Ticket
from summarizer.pipeline import Pipeline
from summarizer.trace import Trace
from summarizer.triage.labelling import Opinion

__all__ = ["Answer", "FoundSpan", "PipelineTask", "Task", "answer_of"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FoundSpan(_Record):
    """A range that was held back: code points of the raw value at `where`."""

    where: str
    start: int
    end: int
    entity: str
    recognizer: str = ""


class Answer(_Record):
    """What a task made of one case. Holds redacted text only, if the task redacts."""

    case: str
    status: str
    """`summarized`, `refused`, `failed`, or `crashed` if the task raised."""
    code: str | None = None
    """The error's code; of a crash the name of the exception."""
    issue_type: str | None = None
    team: str | None = None
    urgency: str | None = None
    next_action: str | None = None
    headline: str = ""
    narrative: str = ""
    action_detail: str = ""
    key_facts: tuple[KeyFact, ...] = ()
    confidence: float | None = None
    review: bool = True
    reasons: tuple[str, ...] = ()
    texts: Mapping[str, str] | None = None
    """What the model could read, by path in the ticket; None if the task redacts nothing."""
    placeholders: tuple[str, ...] = ()
    """Every placeholder of the redacted case."""
    spans: tuple[FoundSpan, ...] | None = None
    first_try: bool | None = None
    """Whether the model's first answer had the right form; None if no model was asked."""
    repairs: int = 0
    problems: tuple[str, ...] = ()
    """What was wrong with the answers that were sent back."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    findings: tuple[str, ...] = ()
    """Codes of what checks noticed."""
    opinions: Mapping[str, Mapping[str, Any]] = {}
    """Field -> what was known when its label was decided: said, model, prior, classifier."""
    llm_ms: float | None = Field(default=None, description="time of the model, all calls")

    @property
    def statements(self) -> tuple[str, ...]:
        """Headline, sentences of the narrative and key facts."""
        return tuple(
            text
            for text in (
                self.headline, *_sentences(self.narrative), *(fact.text for fact in self.key_facts)
            )
            if text
        )  # fmt: skip

    def skips(self, part: str) -> bool:
        """Say whether the task answered but makes no such part, as a baseline may: not wrong."""
        return self.status == "summarized" and not getattr(self, part)

    @property
    def words(self) -> int:
        """How many words an agent reads."""
        return sum(len(text.split()) for text in (*self.statements, self.action_detail))


class Task(Protocol):
    """What is evaluated: anything that makes an answer of a case."""

    def __call__(self, case: EvalCase, /) -> Awaitable[Answer]:
        """Answer a case. An exception becomes a row of the run, not its end."""
        ...


class PipelineTask:
    """The product's own route as a task."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Take the route; each case is summarised as the service would."""
        self._pipeline = pipeline

    async def __call__(self, case: EvalCase, /) -> Answer:
        """Summarise the ticket."""
        trace = Trace()
        outcome = await self._pipeline.summarize(case.ticket, actor="evaluation", trace=trace)
        return answer_of(case, outcome, trace)


def answer_of(case: EvalCase, outcome: Outcome, trace: Trace | None = None) -> Answer:
    """Keep of an outcome, and of its trace, what is scored."""
    summary, redacted = outcome.summary, trace.redacted if trace else None
    answer = Answer(
        case=case.id,
        status=outcome.status,
        code=str(outcome.error.code) if outcome.error else None,
        review=outcome.review.required,
        reasons=outcome.review.reasons,
        findings=tuple(finding.code for finding in outcome.findings),
        prompt_tokens=outcome.usage.prompt_tokens,
        completion_tokens=outcome.usage.completion_tokens,
        cost_usd=outcome.usage.cost_usd,
    )
    if summary is not None:
        answer = answer.model_copy(
            update={
                "issue_type": summary.issue_type,
                "team": summary.team,
                "urgency": summary.urgency,
                "next_action": summary.next_action.code,
                "headline": summary.headline,
                "narrative": summary.narrative,
                "action_detail": summary.next_action.detail,
                "key_facts": summary.key_facts,
                "confidence": summary.confidence,
            }
        )
    if trace is None or redacted is None:
        return answer
    verdicts = trace.verdicts
    return answer.model_copy(
        update={
            "texts": {text.where: text.text for text in redacted.case.texts},
            "placeholders": tuple(sorted(redacted.case.placeholders)),
            "spans": _spans(redacted.case.spans, case.ticket),
            "first_try": verdicts[0].well_formed if verdicts else None,
            "repairs": max(0, len(verdicts) - 1),
            "opinions": {name: _opinion(each) for name, each in trace.opinions.items()},
            "problems": tuple(problem for each in verdicts for problem in each.problems),
            "llm_ms": sum(completion.milliseconds for completion in trace.completions)
            if trace.completions
            else None,
        }
    )


def _opinion(opinion: Opinion) -> dict[str, Any]:
    parts = {"model": opinion.model, "prior": opinion.prior, "classifier": opinion.classifier}
    rounded = {
        name: {code: round(chance, 5) for code, chance in part.items()}
        for name, part in parts.items()
    }
    return {"said": opinion.said, **rounded}


def _spans(spans: Sequence[RedactionSpan], ticket: Ticket) -> tuple[FoundSpan, ...]:
    """Name fields by their key, as labels do, and not by their number."""
    fields = {f"fields[{at}].value": f"fields.{key}" for at, key in enumerate(ticket.fields)}
    return tuple(
        FoundSpan(
            where=fields.get(span.where, span.where),
            start=span.start,
            end=span.end,
            entity=span.entity,
            recognizer=span.recognizer,
        )
        for span in spans
    )


def _sentences(text: str) -> list[str]:
    parts = text.replace("! ", ". ").replace("? ", ". ").split(". ")
    return [part.strip() for part in parts if part.strip()]
