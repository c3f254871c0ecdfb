"""Floors: a case as read, and its deadlines -> how urgent it is at least, and why."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from summarizer.models import Urgency, UrgencyReason
from summarizer.rules import Guards, UrgencyRule, UrgencyRules
from summarizer.triage.calendars import day_in_words
from summarizer.triage.deadlines import Clock
from summarizer.triage.matching import Matcher
from summarizer.triage.reading import CaseReading, Said

__all__ = ["NEAR_DEADLINE", "Floors", "at_least", "gravest_first", "is_graver"]

NEAR_DEADLINE: Final = "near_deadline"
_LEVELS: Final[tuple[Urgency, ...]] = ("low", "normal", "high", "critical")


class _Prepared(NamedTuple):
    """A rule with its patterns compiled."""

    rule: UrgencyRule
    said: Matcher
    noted: Matcher
    together: Matcher


class Floors:
    """Applies the rules of one `urgency.yaml`; patterns are compiled once."""

    def __init__(self, rules: UrgencyRules) -> None:
        """Prepare the rules."""
        self._near = rules.near_deadline
        self._prepared = [_prepared(rule, rules.guards) for rule in rules.rules]

    def reasons(self, reading: CaseReading) -> list[UrgencyReason]:
        """Return each rule that holds, with the first message that says so."""
        return [
            UrgencyReason(
                rule=one.rule.id, level=one.rule.level, message=said.id, because=one.rule.because
            )
            for one in self._prepared
            if (said := _first(one, reading)) is not None
        ]

    def near_reasons(self, clocks: Iterable[Clock], today: date) -> list[UrgencyReason]:
        """Return the reason that the nearest of the bank's deadlines gives, if it is near."""
        return list(self._near_reasons(clocks, today))[:1]

    def _near_reasons(self, clocks: Iterable[Clock], today: date) -> Iterator[UrgencyReason]:
        if self._near is None:
            return
        for deadline, rule in clocks:
            days = (deadline.due - today).days
            pressing = rule.kind == "duty" and rule.presses
            if pressing and 0 <= days <= self._near.within_days:
                when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
                yield UrgencyReason(
                    rule=NEAR_DEADLINE,
                    level=self._near.level,
                    message=deadline.trigger,
                    because=f"{deadline.citation} falls due {when}, on "
                    f"{day_in_words(deadline.due)}",
                )


def at_least(urgency: Urgency, reasons: Iterable[UrgencyReason]) -> Urgency:
    """Return the higher of a model's urgency and its floor."""
    return max((urgency, *(reason.level for reason in reasons)), key=_LEVELS.index)


def is_graver(one: str, other: str) -> bool:
    """Say whether one level of urgency is above another."""
    levels: tuple[str, ...] = _LEVELS
    return levels.index(one) > levels.index(other)


def gravest_first(reasons: Iterable[UrgencyReason]) -> tuple[UrgencyReason, ...]:
    """Order reasons by their level; those of one level stay in the order of the rules."""
    return tuple(sorted(reasons, key=lambda reason: -_LEVELS.index(reason.level)))


def _prepared(rule: UrgencyRule, guards: Guards) -> _Prepared:
    said, noted = (
        Matcher(patterns, guards=guards, unless=rule.unless, negatable=rule.negatable)
        for patterns in (rule.patterns, rule.notes)
    )
    return _Prepared(rule, said, noted, Matcher(rule.together_with))


def _first(one: _Prepared, reading: CaseReading) -> Said | None:
    return next((said for said in reading.said if _holds(one, said)), None)


def _holds(one: _Prepared, said: Said) -> bool:
    if said.author != "customer":
        return one.noted.found(said.passage)
    return one.said.found(said.passage) and (not one.together or one.together.found(said.passage))
