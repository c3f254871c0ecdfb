"""Outcomes: what a case comes to, with its trail."""

from typing import Literal

from pydantic import Field

from summarizer.errors import ErrorCode
from summarizer.models.answer import Finding, Summary
from summarizer.models.base import PublicModel

__all__ = [
    "AuditRef",
    "Outcome",
    "OutcomeError",
    "Provenance",
    "Redaction",
    "Review",
    "Status",
    "Timings",
    "Usage",
]

Status = Literal["summarized", "refused", "failed"]


class OutcomeError(PublicModel):
    """Why there is no summary: a stable code and a detail without customer text."""

    code: ErrorCode
    detail: str


class Review(PublicModel):
    """Whether a person must look before the summary is used, and why."""

    required: bool
    reasons: tuple[str, ...] = ()


class Redaction(PublicModel):
    """How many values of each entity were held back, under which policy."""

    entities: dict[str, int] = Field(default={})
    policy: str


class Provenance(PublicModel):
    """What produced the summary."""

    model: str
    prompt: str
    policy: str
    taxonomy: str
    labels: str | None = Field(
        default=None, description="what decided labels beside the model, as `NAME@sha256:…`"
    )
    attempts: int


class AuditRef(PublicModel):
    """Where the record of this case stands; `seq` is null until the event is numbered."""

    event_ids: tuple[str, ...] = ()
    seq: int | None = None


class Usage(PublicModel):
    """Tokens and cost over all attempts."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


class Timings(PublicModel):
    """Wall time in milliseconds."""

    redact: float = 0.0
    llm: float = 0.0
    total: float = 0.0


class Outcome(PublicModel):
    """What every ticket ends in: a summary, a refusal or a failure."""

    status: Status
    case_id: str
    summary: Summary | None = None
    error: OutcomeError | None = None
    review: Review
    findings: tuple[Finding, ...] = ()
    redaction: Redaction
    provenance: Provenance
    audit: AuditRef
    attachments_unread: int = 0
    usage: Usage = Usage()
    timings_ms: Timings = Timings()
