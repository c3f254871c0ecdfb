"""Reasons: what rules add to a summary, each with the message it rests on; every one is frozen."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Deadline", "Urgency", "UrgencyReason"]

Urgency = Literal["low", "normal", "high", "critical"]


class _Reason(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Deadline(_Reason):
    """A date by which a rule demands something."""

    rule: str
    citation: str
    due: date
    because: str
    """What is due, and how the date was computed."""
    trigger: str
    """The id of the message that started the clock."""


class UrgencyReason(_Reason):
    """Why a case is at least so urgent, whatever the model said."""

    rule: str
    level: Urgency
    message: str
    """The id of the message that says it."""
    because: str
