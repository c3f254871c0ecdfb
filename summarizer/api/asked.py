"""Asked: what callers send beside tickets and texts, as JSON or in a form of a page.

The bounds of every reason, finding and day stand here, for both ways.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from summarizer.access.keys import LONGEST_DAYS
from summarizer.access.permissions import Permission, Role
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.casework.reviews import Decision, FinalText
from summarizer.taxonomy import Taxonomy

__all__ = [
    "BODIES",
    "CaseId",
    "Day",
    "ErasureBody",
    "FindingBody",
    "HoldBody",
    "KeyBody",
    "Moment",
    "ReleaseBody",
    "ReviewBody",
    "SubjectBody",
    "require_codes",
]

_YEARS: Final = range(1970, 9000)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""C0, DEL and C1 (Unicode 16, table 23-1) but tab and the ends of lines."""
_NO_CONTROLS: Final = "leave out control characters"


def _of_these_times(moment: datetime) -> datetime:
    """Leave out the ends of the calendar, which another zone or the next day would fall off."""
    if moment.year not in _YEARS:
        msg = "give a year from 1970 on, with four digits"
        raise ValueError(msg)
    return moment


def _day(value: Any) -> Any:
    """Read a day as it is written, and nothing else that could stand for one."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        msg = "give a day as YYYY-MM-DD"
        raise ValueError(msg) from None


def _uncontrolled(text: str) -> str:
    """Refuse what nobody types: it hides from who reads a record, and PostgreSQL takes no zero."""
    if _CONTROL.search(text):
        raise ValueError(_NO_CONTROLS)
    return text


def _uncontrolled_texts(final: FinalText) -> FinalText:
    for name in ("headline", "narrative", "next_action", "key_facts"):
        written = getattr(final, name) or ""
        if any(map(_CONTROL.search, (written,) if isinstance(written, str) else written)):
            msg = f"{name}: {_NO_CONTROLS}"
            raise ValueError(msg)
    return final


Moment = Annotated[AwareDatetime, AfterValidator(_of_these_times)]
"""A time with a zone."""
Day = Annotated[
    date,
    BeforeValidator(_day),
    Field(ge=date(_YEARS.start, 1, 1), le=date(_YEARS.stop, 1, 1)),
]
"""A day, of the same years."""
CaseId = Annotated[str, StringConstraints(min_length=1, max_length=256)]
"""The case tool's own id."""
_Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(_uncontrolled),
]
_Said = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(_uncontrolled),
]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Show nothing: what callers send may name a customer."""
        return []


class ReviewBody(_Body):
    """What an agent makes of a summary."""

    decision: Decision
    reason: _Said | None = Field(
        default=None, description="why, in words; needed to reject; redacted before it is stored"
    )
    summary: Annotated[FinalText, AfterValidator(_uncontrolled_texts)] | None = Field(
        default=None, description="the texts as they were left; needed to edit; redacted"
    )

    @model_validator(mode="after")
    def _complete(self) -> "ReviewBody":
        if self.decision == "reject" and self.reason is None:
            msg = "to reject, give a reason"
            raise ValueError(msg)
        if (self.decision == "edit") != (self.summary is not None):
            msg = "to edit, and only then, give the final texts in summary"
            raise ValueError(msg)
        return self


class ErasureBody(_Body):
    """A case to be erased, and the first person's request where the second one confirms it."""

    case: CaseId
    reason: _Line = Field(description="outlives the case, so it must not name a customer")
    confirms: _Id | None = Field(default=None, description="`request` of the first answer")


class HoldBody(_Body):
    """A case to be kept from erasure."""

    case: CaseId
    reason: _Line
    until: Moment | None = Field(default=None, description="by default until it is released")


class ReleaseBody(_Body):
    """Why a hold ends, and the first person's request where the second one confirms it."""

    reason: _Line
    confirms: _Id | None = Field(default=None, description="`request` of the first answer")


class SubjectBody(_Body):
    """A value to look for; it is never in a URL."""

    identifier: _Line


class FindingBody(_Body):
    """Something that a risk officer noticed."""

    case: CaseId
    event: _Id | None = None
    severity: Literal["low", "medium", "high"]
    text: _Said = Field(description="redacted before it is stored")


class KeyBody(_Body):
    """A key to be made."""

    role: Role
    name: Annotated[str, StringConstraints(pattern=r"^[\w.@+-][\w .@+-]{0,99}$")] | None = Field(
        default=None, description="the person or system behind it; by default role and key id"
    )
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 365
    without: tuple[Permission, ...] = Field(
        default=(), description="permissions of the role that it does not get"
    )


BODIES: Final = (
    ReviewBody, ErasureBody, HoldBody, ReleaseBody, SubjectBody, FindingBody, KeyBody,
)  # fmt: skip


def require_codes(taxonomy: Taxonomy, final: FinalText | None) -> None:
    """Refuse codes that a taxonomy does not have: they are stored as they stand, not redacted.

    Raises:
        HTTPRefusal: naming the field.
    """
    for name, codes in (
        ("issue_type", {entry.code for entry in taxonomy.issue_types}),
        ("next_action_code", {entry.code for entry in taxonomy.next_actions}),
    ):
        code = None if final is None else getattr(final, name)
        if code is not None and code not in codes:
            detail = f"summary.{name}: is no code of the taxonomy in force; see GET /v1/policies"
            raise HTTPRefusal(HTTPCode.INVALID_REQUEST, detail)
