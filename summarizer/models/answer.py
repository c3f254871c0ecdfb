"""Answers: what a model is asked, what it says, and what validation makes of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from summarizer.models.base import PublicModel
from summarizer.models.case import RedactedCase
from summarizer.reasons import Deadline, Urgency, UrgencyReason

__all__ = [
    "ChatMessage",
    "Completion",
    "Draft",
    "Finding",
    "KeyFact",
    "NextAction",
    "Prompt",
    "Summary",
    "Verdict",
]


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
    weighs: bool = False
    """Whether the probability of each option is wanted beside the answer."""


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
    chances: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Field of the answer -> option -> its probability, if `Prompt.weighs` asked for them."""


class KeyFact(PublicModel):
    """A statement and the messages it rests on."""

    text: str
    messages: tuple[str, ...]


class NextAction(PublicModel):
    """What to do next: a code of the taxonomy, in words, and by when."""

    code: str
    detail: str
    due: date | None = None


class Draft(PublicModel):
    """A model's answer after its form was checked, before any rule was applied."""

    headline: str
    narrative: str
    key_facts: tuple[KeyFact, ...]
    issue_type: str
    urgency: Urgency
    next_action: NextAction

    @property
    def texts(self) -> dict[str, str]:
        """Every text of it, by its field."""
        return {
            "headline": self.headline,
            "narrative": self.narrative,
            "next_action.detail": self.next_action.detail,
            **{f"key_facts.{index}.text": fact.text for index, fact in enumerate(self.key_facts)},
        }


class Finding(PublicModel):
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
    """What was noticed beside them; what is noted of an accepted draft stays so."""
    well_formed: bool = True
    """Whether the answer had the right form, whatever it said."""


class Summary(PublicModel):
    """The structured summary an agent reads."""

    headline: str
    narrative: str
    issue_type: str
    team: str
    urgency: Urgency
    next_action: NextAction
    key_facts: tuple[KeyFact, ...]
    deadlines: tuple[Deadline, ...] = ()
    """By date, the earliest first."""
    urgency_reasons: tuple[UrgencyReason, ...] = ()
    """The rules that hold; `urgency` is at least the highest of their levels."""
    confidence: float | None = Field(
        default=None, description="calibrated probability of the issue type; null if not known"
    )
    chances: dict[str, float] = Field(
        default={}, description="field -> calibrated probability of its label, where known"
    )
