"""Sections: the parts of `policy.yaml` and `review.yaml`, checked when they are read."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from summarizer.patterns import check_pattern, compiled
from summarizer.retention import retention_class

__all__ = [
    "Action",
    "AllowedTerm",
    "DeniedTerm",
    "EntityRule",
    "GroundingRules",
    "LanguageRules",
    "Limits",
    "LongCases",
    "RedactionRules",
    "RetentionRules",
    "ReviewRules",
    "Section",
]

Action = Literal["placeholder", "mask", "generalise", "drop", "block"]


class Section(BaseModel):
    """A part of a policy's files: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EntityRule(Section):
    """What happens to one kind of personal data."""

    detect: bool = True
    """Whether it is looked for at all."""
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.35
    """The least score that counts."""
    action: Action = "placeholder"
    """`placeholder`: a token that stands for the value in the whole case. `mask`: some
    characters stay. `generalise`: a coarser value. `drop`: only the kind is named. `block`:
    the case is refused."""
    keep_first: Annotated[int, Field(ge=0, le=8)] = 0
    """With `mask`: letters and digits that stay in front; PCI DSS 3.4.1 allows a card's BIN."""
    keep_last: Annotated[int, Field(ge=0, le=4)] = 0
    """With `mask`: letters and digits that stay at the end."""
    reason: Annotated[str, Field(max_length=300)] = ""
    """Why, for whoever reads the policy: a law, a card rule, a decision of the bank."""

    @model_validator(mode="after")
    def _check_mask(self) -> "EntityRule":
        if self.action != "mask" and (self.keep_first or self.keep_last):
            msg = "keep_first and keep_last go with `action: mask`; set it or remove them"
            raise ValueError(msg)
        return self


Entity = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
_Term = Annotated[str, Field(min_length=1, max_length=200, pattern=r"[^\W_]")]
_ORDINARY = "Thank you for your payment of 20.00 on Monday; we will write to you."


class AllowedTerm(Section):
    """A term that is never personal data at this bank: its own name, a product, a merchant."""

    term: _Term
    """Compared with a whole find, by letters and digits in any case."""
    entities: tuple[Entity, ...] = ()
    """Of these kinds only; empty: of any."""


class DeniedTerm(Section):
    """A term or pattern that is always held back, whatever any recognizer says."""

    entity: Entity
    """What it counts as; its action is the entity's."""
    term: _Term | None = None
    """Whole words, in any case and spacing."""
    pattern: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """A regular expression in RE2's syntax, in any case; RE2 takes linear time."""

    @field_validator("pattern")
    @classmethod
    def _check_pattern(cls, pattern: str | None) -> str | None:
        if pattern is None:
            return None
        if compiled(check_pattern(pattern)).search(_ORDINARY) is not None:
            msg = f"the pattern is too wide: it matches in {_ORDINARY!r}; narrow it"
            raise ValueError(msg)
        return pattern

    @model_validator(mode="after")
    def _check_one(self) -> "DeniedTerm":
        if (self.term is None) == (self.pattern is None):
            msg = "give either a term or a pattern"
            raise ValueError(msg)
        return self


class Limits(Section):
    """What is too large to be read."""

    ticket_bytes: Annotated[int, Field(gt=0)] = 4_000_000
    messages: Annotated[int, Field(gt=0)] = 2_000
    message_characters: Annotated[int, Field(gt=0)] = 200_000
    items: Annotated[int, Field(gt=0)] = 200
    """Of each list beside the messages: tags, fields, identifiers, attachments of a message."""


class RetentionRules(Section):
    """What is kept of a case beside its events, and how long its events are kept."""

    retain_case: Literal["none", "sealed"] = "sealed"
    """`sealed`: the received ticket and the values held back, encrypted under the key of the
    case, so that a summary can be restored. `none`: nothing of it is kept."""
    sealed_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How long that is kept."""
    audit_class: str = "standard"
    """The retention class that events get; `summarizer/retention.py` has the table."""

    @field_validator("audit_class")
    @classmethod
    def _check_class(cls, name: str) -> str:
        return retention_class(name).name


class LanguageRules(Section):
    """Which languages cases may be in."""

    allow: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...], Field(min_length=1)
    ] = ("en",)
    """ISO 639-1 codes."""
    otherwise: Literal["refuse", "review"] = "refuse"
    """What becomes of a case in another language."""


class GroundingRules(Section):
    """What becomes of statements in an answer that the case does not support."""

    repair: bool = True
    """Whether the model is asked once to mend them."""
    unsupported: Literal["remove", "keep"] = "remove"
    """What becomes of those that are left: `remove` leaves them out, `keep` shows them. Either way
    each is a finding, which sends the case to review as `review.yaml` says."""


class LongCases(Section):
    """When a person must look because a model was not shown all of a case."""

    review_above_shortened_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Above this share of messages that were shortened or folded."""

    def asks_for_review(self, *, whole: int, messages: int) -> bool:
        """Say whether too many of the messages were not shown whole."""
        return messages - whole > self.review_above_shortened_share * messages


class ReviewRules(Section):
    """When a person must look before a summary is used: `review.yaml`."""

    confidence_below: Annotated[float, Field(ge=0, le=1)] = 0.5
    """A summary whose issue type is less probable than this, where that is known."""
    findings: Literal["all"] | tuple[str, ...] = "all"
    """Codes of findings that ask for a person."""
    noted: tuple[str, ...] = ()
    """Codes of findings that are noted and change nothing else: neither review nor confidence."""

    def asks_for(self, code: str) -> bool:
        """Say whether a finding of this code asks for a person."""
        return code not in self.noted and (self.findings == "all" or code in self.findings)


class RedactionRules(Section):
    """What is looked for, and what becomes of it."""

    default: EntityRule = EntityRule()
    entities: dict[Entity, EntityRule] = {}
    allow: Annotated[tuple[AllowedTerm, ...], Field(max_length=10_000)] = ()
    deny: Annotated[tuple[DeniedTerm, ...], Field(max_length=10_000)] = ()
