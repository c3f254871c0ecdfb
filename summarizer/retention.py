"""Retention classes: how long what an event says is kept, and which law asks for it."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = [
    "CLASSES",
    "RetentionClass",
    "RetentionRules",
    "ended_before",
    "ends",
    "retention_class",
]

_MONTHS = 12


class RetentionClass(NamedTuple):
    """One period, in calendar months."""

    name: str
    months: int
    statutory: bool
    """Whether a law forbids erasing before it ends, also at a customer's request: GDPR Art.
    17(3)(b)."""
    citation: str


CLASSES: Final[Mapping[str, RetentionClass]] = MappingProxyType({
    one.name: one
    for one in (
        RetentionClass(
            "standard", 12, statutory=False,
            citation="at least six months: Regulation (EU) 2024/1689, Art. 19(1) and 26(6)",
        ),
        RetentionClass("pci", 12, statutory=False, citation="PCI DSS v4.0.1, 10.5.1"),
        RetentionClass(
            "finra", 72, statutory=True, citation="FINRA Rule 4511(b); 17 CFR 240.17a-4"
        ),
        RetentionClass(
            "mifid", 60, statutory=True, citation="Directive 2014/65/EU, Art. 16(6) and (7)"
        ),
        RetentionClass(
            "mifid7", 84, statutory=True,
            citation="Directive 2014/65/EU, Art. 16(7), where the authority asks for seven years",
        ),
    )
})  # fmt: skip
"""By name, as headers have it."""


def retention_class(name: str) -> RetentionClass:
    """Return a class.

    Raises:
        ValueError: if there is none of this name; names those there are.
    """
    if name not in CLASSES:
        msg = f"there is no retention class {name!a}; use one of {', '.join(CLASSES)}"
        raise ValueError(msg)
    return CLASSES[name]


def ends(kept: RetentionClass, at: datetime) -> datetime:
    """Return the moment from which an event of this time need not be kept any more."""
    return _moved(at, kept.months)


def ended_before(kept: RetentionClass, now: datetime) -> datetime:
    """Return a moment before which every event's retention has ended by now."""
    return _moved(now, -kept.months)


def _moved(at: datetime, months: int) -> datetime:
    """Move by calendar months; a day that the month has not becomes its last."""
    year, month = divmod(at.year * _MONTHS + at.month - 1 + months, _MONTHS)
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


class RetentionRules(BaseModel):
    """What is kept of a case beside its events, and how long its events are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retain_case: Literal["none", "sealed"] = "sealed"
    """`sealed`: the received ticket and the values held back, encrypted under the key of the
    case, so that a summary can be restored. `none`: nothing of it is kept."""
    sealed_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How long that is kept."""
    audit_class: str = "standard"
    """The retention class that events get; `CLASSES` has the table."""

    @field_validator("audit_class")
    @classmethod
    def _check_class(cls, name: str) -> str:
        return retention_class(name).name
