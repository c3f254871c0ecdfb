"""Countdown: a date and today -> how long that is from now, as a person says it."""

from datetime import date
from typing import Final, NamedTuple

__all__ = ["Countdown", "countdown"]

_SOON_DAYS: Final = 3


class Countdown(NamedTuple):
    """How long something still has."""

    words: str
    sign: str
    """The class of its badge: `bad` over or due, `warn` soon, else empty."""


def countdown(due: date, today: date) -> Countdown:
    """Count the days; both dates are of one calendar."""
    days = (due - today).days
    if days < 0:
        return Countdown(f"{_days(-days)} over", "bad")
    if days == 0:
        return Countdown("due today", "bad")
    return Countdown(f"in {_days(days)}", "warn" if days <= _SOON_DAYS else "")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
