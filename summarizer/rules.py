"""Rules: what a bank's `deadlines.yaml` and `urgency.yaml` may say, read and checked.

Data alone: `summarizer.triage` applies them. Every rule carries its own examples.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from summarizer.models import Author, Channel, Urgency
from summarizer.patterns import check_pattern

__all__ = [
    "COMPUTED",
    "Condition",
    "DeadlineCase",
    "DeadlineRule",
    "DeadlineRules",
    "Guards",
    "Holidays",
    "Jurisdiction",
    "Longer",
    "Notice",
    "Sentence",
    "Unit",
    "UrgencyRule",
    "UrgencyRules",
]

COMPUTED: Final = "{computed}"
"""Stands in a rule's `because` for the computation in words."""
_CLASS_OR_SPACE = re.compile(r"\[[^\]]*\]| \??")
_SPACES: Final = {" ": r"\s+", " ?": r"\s*"}
_ORDINARY_DAY: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday without a holiday near it: the day of an example that names none."""


def _spaced(pattern: str) -> str:
    r"""Let a space outside brackets stand for any run of white space, then check the pattern."""
    return check_pattern(_CLASS_OR_SPACE.sub(lambda m: _SPACES.get(m[0], m[0]), pattern))


def _computed_once(because: str) -> str:
    if because.count(COMPUTED) != 1:
        msg = f"name {COMPUTED} exactly once; the computation is put there"
        raise ValueError(msg)
    return because


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
Words = Annotated[str, Field(min_length=1, max_length=500)]
Pattern = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_spaced)]
Patterns = Annotated[tuple[Pattern, ...], Field(max_length=200)]
Unit = Literal["business_days", "days", "weeks"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Guards(_Section):
    """What takes a match back, whichever rule made it."""

    negations: Annotated[tuple[Pattern, ...], Field(max_length=50)] = ()
    """Words that deny what follows them in the same sentence, at most three words on."""
    unless: Patterns = ()
    """What makes a whole sentence no statement about this customer, such as a supposition."""
    boilerplate: Patterns = ()
    """Likewise, in what an agent or a system writes."""


def _sentence(value: object) -> object:
    """Take `a text` for `{customer: a text}`."""
    if isinstance(value, str):
        return {"author": "customer", "text": value}
    if isinstance(value, dict) and len(value) == 1:
        [(author, text)] = value.items()
        return {"author": author, "text": text}
    return value


class Sentence(_Section):
    """An example of an urgency rule: who says what."""

    author: Author
    text: Annotated[str, Field(min_length=1)]


class _UrgencyExamples(_Section):
    holds: Annotated[
        tuple[Annotated[Sentence, BeforeValidator(_sentence)], ...], Field(min_length=1)
    ]
    holds_not: Annotated[
        tuple[Annotated[Sentence, BeforeValidator(_sentence)], ...], Field(min_length=1)
    ]


class UrgencyRule(_Section):
    """The least urgency of a case in which something is said."""

    id: Code
    level: Urgency
    because: Words
    """The reason in words, without a word of the case."""
    patterns: Patterns = ()
    """In what a customer says."""
    notes: Patterns = ()
    """In what an agent or a system noted about the customer."""
    together_with: Patterns = ()
    """If there are any, one of them must stand in the message in which one of `patterns` does."""
    unless: Patterns = ()
    """Takes back a match in the same sentence, beside the file's own guards."""
    negatable: bool = True
    """Whether the file's negations take a match back; no, where the pattern has its own."""
    examples: _UrgencyExamples

    @model_validator(mode="after")
    def _check_any(self) -> "UrgencyRule":
        if not self.patterns and not self.notes:
            msg = "give patterns, notes or both"
            raise ValueError(msg)
        return self


class _NearDeadline(_Section):
    """The urgency of a case that has a statutory deadline near."""

    level: Urgency
    within_days: Annotated[int, Field(ge=0, le=90)]
    """Calendar days from today, the day itself included."""


class UrgencyRules(_Section):
    """The file `urgency.yaml`."""

    guards: Guards = Guards()
    near_deadline: _NearDeadline | None = None
    rules: tuple[UrgencyRule, ...]

    @model_validator(mode="after")
    def _check_ids(self) -> "UrgencyRules":
        _no_twins("rules", [rule.id for rule in self.rules])
        return self


class Holidays(_Section):
    """A calendar of the library `holidays`: a country's, or that of a payment system."""

    country: str | None = None
    """ISO 3166, such as `GB`."""
    subdivision: str | None = None
    """Such as `ENG`."""
    financial: str | None = None
    """Such as `FED` or `TAR`."""

    @model_validator(mode="after")
    def _check_one(self) -> "Holidays":
        if (self.country is None) == (self.financial is None):
            msg = "give either a country or a financial calendar"
            raise ValueError(msg)
        return self


class Jurisdiction(_Section):
    """Where a law holds, and which days are business days there."""

    countries: Annotated[tuple[Annotated[str, Field(min_length=2)], ...], Field(min_length=1)]
    """ISO 3166 as tickets give it; a code such as `GB-SCT` goes before `GB`."""
    zone: str
    """The IANA time zone in which the date of a message is taken, such as `Europe/London`."""
    holidays: Holidays
    closed: tuple[date, ...] = ()
    """Further days on which the bank is not open."""


class Notice(_Section):
    """What a message says when it gives notice of something."""

    words: Words
    patterns: Patterns = ()
    unless: Patterns = ()
    """Takes back a match in the same sentence, beside the file's own guards."""
    negatable: bool = True
    issue_types: tuple[Code, ...] = ()
    """Labels under which `hints` count as well."""
    hints: Patterns = ()
    """Weaker words, that give notice where the label agrees: neither is relied on alone."""

    @model_validator(mode="after")
    def _check_pair(self) -> "Notice":
        if bool(self.issue_types) != bool(self.hints):
            msg = "issue_types and hints go together; give both or neither"
            raise ValueError(msg)
        return self


class Condition(_Section):
    """What lengthens a deadline, as far as the case says it."""

    words: Words
    patterns: Annotated[Patterns, Field(min_length=1)]
    unless: Patterns = ()


class Longer(_Section):
    """The length that holds under a condition."""

    condition: Code
    count: Annotated[int, Field(gt=0, le=1_000)]
    citation: Words


class DeadlineCase(_Section):
    """An example of a deadline rule: one message of a case, and what must come of it."""

    says: Annotated[str, Field(min_length=1)]
    at: AwareDatetime = _ORDINARY_DAY
    author: Author = "customer"
    channel: Channel | None = None
    jurisdiction: str | None = None
    """By default the first country of the rule's jurisdiction."""
    issue_type: Code = "unclassified"
    fields: dict[str, str] = {}
    due: date | None = None


def _case(value: object) -> object:
    return {"says": value} if isinstance(value, str) else value


class _DeadlineExamples(_Section):
    holds: Annotated[tuple[DeadlineCase, ...], Field(min_length=1)]
    holds_not: Annotated[
        tuple[Annotated[DeadlineCase, BeforeValidator(_case)], ...], Field(min_length=1)
    ]

    @model_validator(mode="after")
    def _check_due(self) -> "_DeadlineExamples":
        if any(example.due is None for example in self.holds):
            msg = "every example under holds needs the date that is due"
            raise ValueError(msg)
        if any(example.due is not None for example in self.holds_not):
            msg = "an example under holds_not has no date that is due; remove it"
            raise ValueError(msg)
        return self


class DeadlineRule(_Section):
    """A statutory clock: what starts it, how long it runs, and the law."""

    id: Code
    citation: Words
    jurisdiction: str
    kind: Literal["duty", "chance", "customer"] = "duty"
    """Of what: a duty of the bank, a chance it still has, or the customer's own time limit. Only
    a duty becomes the date of the next action or makes a case urgent."""
    presses: bool = True
    """Whether it makes a case urgent when it is near; no for a clock so short that every case
    would be."""
    notice: Annotated[tuple[Code, ...], Field(min_length=1)]
    """The notices of which the first in the case starts the clock."""
    renewed_by: tuple[Code, ...] = ()
    """Notices that, in a later message, start the clock once more beside the first."""
    authors: tuple[Author, ...] = ("customer",)
    channels: tuple[Channel, ...] = ()
    """Ways in which notice must come, for example in writing; empty: any. A case that does not
    say how it came counts."""
    about: Patterns = ()
    """What the case must be about, anywhere in it; empty: anything."""
    about_issue_types: tuple[Code, ...] = ()
    """Labels that say as much as `about` does."""
    not_about: Patterns = ()
    """Rules a case out that `about` does not speak for. With both, a case that matches neither
    counts."""
    start_field: str | None = None
    """The ticket field with the date (ISO 8601) from which the clock runs; without it the rule
    does not apply. By default it runs from the date of the message."""
    count: Annotated[int, Field(gt=0, le=1_000)]
    unit: Unit
    longer: tuple[Longer, ...] = ()
    """The first whose condition the case suggests holds."""
    because: Annotated[Words, AfterValidator(_computed_once)]
    """What must be done, with `{computed}` where the computation goes."""
    examples: _DeadlineExamples


class DeadlineRules(_Section):
    """The file `deadlines.yaml`."""

    guards: Guards = Guards()
    jurisdictions: Annotated[dict[str, Jurisdiction], Field(min_length=1)]
    assume_jurisdiction: str | None = None
    """The country of a ticket that names none; by default such a case gets no deadline, and a
    person is asked."""
    notices: dict[Code, Notice]
    conditions: dict[Code, Condition] = {}
    rules: tuple[DeadlineRule, ...]

    @model_validator(mode="after")
    def _check_references(self) -> "DeadlineRules":
        _no_twins("rules", [rule.id for rule in self.rules])
        for rule in self.rules:
            for field, named, known in (
                ("jurisdiction", [rule.jurisdiction], self.jurisdictions),
                ("notice", [*rule.notice, *rule.renewed_by], self.notices),
                ("condition", [entry.condition for entry in rule.longer], self.conditions),
            ):
                for name in named:
                    if name not in known:
                        msg = (
                            f"rule {rule.id}: there is no {field} {name!r}; "
                            f"use one of {', '.join(sorted(known))}"
                        )
                        raise ValueError(msg)
        return self


def _no_twins(field: str, ids: Iterable[str]) -> None:
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        msg = f"{field}: the id {twice[0]!r} stands twice; keep one"
        raise ValueError(msg)
