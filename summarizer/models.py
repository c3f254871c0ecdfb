"""The typed values that travel between the steps; every one is frozen.

Values that hold raw customer text never show it: their `repr` names the type alone, and
validation errors do not quote the input.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from summarizer.changed import ChangedSince
from summarizer.errors import ErrorCode
from summarizer.textmap import TextMap

__all__ = [
    "Attachment",
    "AuditRef",
    "Author",
    "Case",
    "CaseMessage",
    "CaseText",
    "Channel",
    "ChatMessage",
    "Completion",
    "Deadline",
    "Draft",
    "Finding",
    "KeyFact",
    "Message",
    "NextAction",
    "Outcome",
    "OutcomeError",
    "Prompt",
    "Provenance",
    "RedactedCase",
    "RedactedText",
    "Redaction",
    "RedactionSpan",
    "Requester",
    "Review",
    "Summary",
    "Ticket",
    "Timings",
    "Urgency",
    "Usage",
    "Verdict",
]

type_adapter_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

Channel = Literal["email", "chat", "phone", "web", "letter"]
Author = Literal["customer", "agent", "system"]
Urgency = Literal["low", "normal", "high", "critical"]
FieldValue = str | int | float | bool | None

_ID = Annotated[str, Field(min_length=1, max_length=256)]


class _Raw(BaseModel):
    """A value with raw customer text in it: no repr, no echo of the input in errors."""

    model_config = type_adapter_config

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []


class _Public(BaseModel):
    """A value that holds redacted text or no text at all."""

    model_config = type_adapter_config


class Attachment(_Raw):
    """A file that came with a message; it is counted, never read."""

    name: str = Field(max_length=1_000)
    media_type: str = Field(default="application/octet-stream", max_length=255)
    bytes: int = Field(default=0, ge=0)


class Message(_Raw):
    """One message of a ticket, as the case tool gave it."""

    id: _ID | None = Field(default=None, description="`m1`, `m2` … by position when absent")
    author: Author
    author_name: str | None = Field(default=None, max_length=1_000)
    at: AwareDatetime | None = Field(default=None, description="ISO 8601 with an offset")
    body: str = Field(description="plain text, HTML or an e-mail body with quoted replies")
    attachments: tuple[Attachment, ...] = ()


class Requester(_Raw):
    """The customer the ticket is about; every value here is personal data by its place."""

    name: str | None = Field(default=None, max_length=1_000)
    email: str | None = Field(default=None, max_length=1_000)
    phone: str | None = Field(default=None, max_length=1_000)
    identifiers: tuple[Annotated[str, Field(max_length=1_000)], ...] = ()


class Ticket(_Raw):
    """A support ticket with its whole message history, as received."""

    id: _ID
    channel: Channel | None = None
    subject: str = ""
    jurisdiction: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", description="ISO 3166, such as `US`"
    )
    requester: Requester | None = None
    messages: tuple[Message, ...]
    fields: dict[Annotated[str, Field(pattern=r"^[\w .:/-]{1,64}$")], FieldValue] = {}
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class CaseText:
    """One text of a case: where it stands in the ticket, its clean form, the way back."""

    where: str
    """Path in the ticket, such as `messages[0].body`, `fields[0].key` or `fields[0].value`."""
    map: TextMap
    """`map.text` is the clean text; its source is the raw value."""
    entity: str | None = None
    """The entity this whole value is by its place (a requester's name), if any."""
    repeats: tuple[tuple[int, int], ...] = ()
    """Ranges of the clean text that repeat an earlier message (quoted replies)."""


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """What is known of a message beside its text."""

    id: str
    """The alias used from here on: `m1`, `m2` … by position."""
    author: Author
    at: datetime | None
    attachments: int


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A ticket that was read: clean texts in reading order, each with the way back."""

    id: str
    source_message_ids: tuple[str, ...]
    """The ticket's own message ids, in the order of `messages`."""
    channel: Channel | None
    jurisdiction: str | None
    messages: tuple[CaseMessage, ...]
    texts: tuple[CaseText, ...]

    @property
    def attachments_unread(self) -> int:
        """How many attachments came with the case; none of them was read."""
        return sum(message.attachments for message in self.messages)


@dataclass(frozen=True, slots=True)
class RedactionSpan:
    """One redacted range: offsets in the raw value at `where`, and no value."""

    where: str
    start: int
    end: int
    entity: str
    score: float
    recognizer: str
    placeholder: str
    """What stands in the redacted text instead: a token, a mask or a generalised value."""
    same_person: str = ""
    """Of a person's short or other form: the rule by which it has the token of a fuller one."""


@dataclass(frozen=True, slots=True)
class RedactedText:
    """One text of a case after redaction."""

    where: str
    text: str
    repeats: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RedactedCase:
    """A case without personal data. Only `summarizer.redact` constructs one."""

    channel: Channel | None
    jurisdiction: str | None
    messages: tuple[CaseMessage, ...]
    texts: tuple[RedactedText, ...]
    spans: tuple[RedactionSpan, ...]
    placeholders: frozenset[str]
    """Every `<ENTITY_n>` token that stands in the texts."""
    policy: str
    """The policy that decided, as `name@sha256:…`."""

    def text(self, where: str) -> RedactedText | None:
        """Return the text at a path of the ticket, if the ticket has it."""
        return next((text for text in self.texts if text.where == where), None)

    @property
    def entities(self) -> dict[str, int]:
        """How many ranges of each entity were redacted."""
        counts: dict[str, int] = {}
        for span in self.spans:
            counts[span.entity] = counts.get(span.entity, 0) + 1
        return dict(sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked. Only `summarizer.prompt` constructs one, from a RedactedCase."""

    messages: tuple[ChatMessage, ...]
    response_schema: Mapping[str, Any]
    """The JSON schema the answer must have."""
    case: RedactedCase
    version: str
    """`name@sha256:…` over the prompt's files."""
    fixed: frozenset[str] = field(repr=False)
    """Texts that are the same for every case: the instructions and the schema's own words."""
    case_parts: Mapping[str, str] = field(repr=False)
    """Message text -> what of it comes from the case; the frame around it is ours."""
    fixed_sha256: str
    """Hash of the fixed instructions, which the audit record names instead of searching them."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered."""

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    milliseconds: float = 0.0
    """How long the model took, where somebody measured it."""


class KeyFact(_Public):
    """A statement and the messages it rests on."""

    text: str
    messages: tuple[str, ...]


class NextAction(_Public):
    """What to do next: a code of the taxonomy, in words, and by when."""

    code: str
    detail: str
    due: date | None = None


class Draft(_Public):
    """A model's answer after its form was checked, before any rule was applied."""

    headline: str
    narrative: str
    key_facts: tuple[KeyFact, ...]
    issue_type: str
    urgency: Urgency
    next_action: NextAction


class Finding(_Public):
    """What a check noticed in a case or an answer: recorded, returned, and never silent."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    """Stable, such as `UNSUPPORTED_AMOUNT`; a review is asked for by the same name."""
    where: str
    """The field of the answer or the text of the case, such as `key_facts.1` or `messages[2]`."""
    detail: str = ""
    """What was noticed and what was done about it; written without any text of the case."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of validation: a draft, or the problems that a repair must mend."""

    draft: Draft | None
    problems: tuple[str, ...]
    """Each names a field and what is wrong with it; written from codes, never from values."""
    findings: tuple[Finding, ...] = ()
    """What stays noted of a draft that was accepted."""


class Deadline(_Public):
    """A date by which a rule demands something."""

    rule: str
    citation: str
    due: date
    because: str


class Summary(_Public):
    """The structured summary an agent reads."""

    headline: str
    narrative: str
    issue_type: str
    team: str
    urgency: Urgency
    next_action: NextAction
    key_facts: tuple[KeyFact, ...]
    deadlines: tuple[Deadline, ...] = ()
    confidence: float | None = Field(
        default=None, description="calibrated probability of the labels; null when not measured"
    )


class OutcomeError(_Public):
    """Why there is no summary: a stable code and a detail without customer text."""

    code: ErrorCode
    detail: str


class Review(_Public):
    """Whether a person must look before the summary is used, and why."""

    required: bool
    reasons: tuple[str, ...] = ()


class Redaction(_Public):
    """How many values of each entity were held back, under which policy."""

    entities: dict[str, int] = {}
    policy: str


class Provenance(_Public):
    """What produced the summary."""

    model: str
    prompt: str
    policy: str
    taxonomy: str
    attempts: int


class AuditRef(_Public):
    """Where the record of this case stands; `seq` is null until the event is numbered."""

    event_ids: tuple[str, ...] = ()
    seq: int | None = None


class Usage(_Public):
    """Tokens and cost over all attempts."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


class Timings(_Public):
    """Wall time in milliseconds."""

    redact: float = 0.0
    llm: float = 0.0
    total: float = 0.0


class Outcome(_Public):
    """What every ticket ends in: a summary, a refusal or a failure."""

    status: Literal["summarized", "refused", "failed"]
    case_id: str
    summary: Summary | None = None
    error: OutcomeError | None = None
    review: Review
    findings: tuple[Finding, ...] = ()
    changed_since: ChangedSince | None = None
    redaction: Redaction
    provenance: Provenance
    audit: AuditRef
    attachments_unread: int = 0
    usage: Usage = Usage()
    timings_ms: Timings = Timings()
