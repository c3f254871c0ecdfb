"""Calendars: a jurisdiction -> its business days. The only module that loads `holidays`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from summarizer.rules import Jurisdiction, Unit

__all__ = ["Calendar", "Span", "day_in_words"]

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_UNITS: Final[Mapping[Unit, tuple[str, int]]] = {
    "business_days": ("business day", 0),
    "days": ("day", 1),
    "weeks": ("week", 7),
}
"""The unit in words, and how many calendar days it has; business days are counted."""


@dataclass(frozen=True, slots=True)
class Span:
    """A computed end, and the computation in words."""

    due: date
    words: str


class Calendar:
    """Dates of messages and business days where a law holds."""

    def __init__(self, jurisdiction: Jurisdiction) -> None:
        """Load the zone and the holidays.

        Raises:
            ValueError: naming what does not exist.
        """
        source = jurisdiction.holidays
        try:
            self._zone = ZoneInfo(jurisdiction.zone)
            self._holidays = (
                holidays.financial_holidays(source.financial, language="en_US")
                if source.financial
                else holidays.country_holidays(
                    source.country or "", subdiv=source.subdivision, language="en_US"
                )
            )
        except (KeyError, NotImplementedError, ValueError) as error:
            # The library's own words name what it does not know.
            raise ValueError(str(error.args[0] if error.args else error)) from None
        self._closed = frozenset(jurisdiction.closed)

    def local_date(self, moment: datetime) -> date:
        """Return the date of a moment where the law holds."""
        return moment.astimezone(self._zone).date()

    def after(self, start: date, count: int, unit: Unit, *, of: str) -> Span:
        """Count from the day after a date.

        Args:
            start: the day that is not counted, whether or not it is a business day.
            count: how many units.
            unit: business days skip weekends and holidays; other units do not.
            of: what happened on the day, in brackets behind it.
        """
        name, days = _UNITS[unit]
        words = f"{count} {name}{'s' if count > 1 else ''} after {day_in_words(start)} ({of})"
        if days:
            due = start + count * days * _DAY
            off = self._off(due)
            return Span(due, f"{words}, {off}" if off else words)
        due, skipped = start, []
        while count:
            due += _DAY
            off = self._off(due)
            count -= not off
            if off:
                skipped.append(due)
        return Span(due, f"{words}{self._skipping(skipped)}")

    def _off(self, day: date) -> str:
        """Say why a day is no business day; empty if it is one."""
        if day.weekday() >= _SATURDAY:
            return f"a {day:%A}"
        return self._holidays.get(day) or ("closed" if day in self._closed else "")

    def _skipping(self, days: Sequence[date]) -> str:
        weekdays = [day for day in days if day.weekday() < _SATURDAY]
        words = ["weekends"] if len(weekdays) < len(days) else []
        words += [f"{day_in_words(day)} ({self._off(day)})" for day in weekdays]
        return f", skipping {_listed(words)}" if words else ""


def day_in_words(day: date) -> str:
    """Write a date such as 2 March 2026."""
    return f"{day.day} {day:%B %Y}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
