"""Deadlines: a case as read, and its label -> the statutory clocks that run, and their ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from summarizer.models import Deadline, Finding
from summarizer.rules import COMPUTED, DeadlineRule, DeadlineRules, Guards, Longer, Notice
from summarizer.triage.calendars import Calendar, Span
from summarizer.triage.matching import Matcher
from summarizer.triage.reading import CaseReading, Said

__all__ = ["DEADLINE_UNDATED", "JURISDICTION_UNKNOWN", "Clock", "Clocks", "Found"]

DEADLINE_UNDATED: Final = "DEADLINE_UNDATED"
"""A statutory clock runs, but not when it started."""
JURISDICTION_UNKNOWN: Final = "JURISDICTION_UNKNOWN"
"""Somewhere such a case has a deadline, but the ticket does not say where it belongs."""


class Clock(NamedTuple):
    """A deadline with the rule it came of."""

    deadline: Deadline
    rule: DeadlineRule


@dataclass(slots=True)
class Found:
    """The clocks of a case by date, and what stood in the way of one."""

    clocks: list[Clock] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class _Listener(NamedTuple):
    """A notice with its patterns compiled."""

    plain: Matcher
    hints: Matcher
    issue_types: tuple[str, ...]

    def hears(self, said: Said, issue_type: str) -> bool:
        """Say whether a message gives this notice, under the label of the case."""
        if self.plain.found(said.passage):
            return True
        return issue_type in self.issue_types and self.hints.found(said.passage)


class Clocks:
    """Applies the rules of one `deadlines.yaml`; patterns are compiled and holidays loaded once."""

    def __init__(self, rules: DeadlineRules) -> None:
        """Prepare the rules.

        Raises:
            ValueError: naming the jurisdiction whose zone or holidays do not exist.
        """
        self._rules = rules
        self._calendars = dict(_calendars(rules))
        self._notices = {
            code: _listener(notice, rules.guards) for code, notice in rules.notices.items()
        }
        self._conditions = {
            code: Matcher(condition.patterns, guards=rules.guards, unless=condition.unless)
            for code, condition in rules.conditions.items()
        }
        self._scopes = {
            rule.id: (Matcher(rule.about), Matcher(rule.not_about)) for rule in rules.rules
        }

    def run(self, reading: CaseReading, issue_type: str) -> Found:
        """Return the deadlines of a case, the earliest first."""
        found = Found()
        jurisdiction = self._jurisdiction(reading)
        if reading.jurisdiction is None and jurisdiction is None:
            if any(self._triggers(rule, reading, issue_type) for rule in self._rules.rules):
                found.findings.append(_unknown_jurisdiction())
            return found
        for rule in self._rules.rules:
            if rule.jurisdiction == jurisdiction:
                self._start(rule, reading, issue_type, found)
        found.clocks.sort(key=lambda clock: clock.deadline.due)
        return found

    def local_date(self, reading: CaseReading, moment: datetime) -> date | None:
        """Return the date of a moment where the case belongs, if a rule knows that place."""
        name = self._jurisdiction(reading)
        return None if name is None else self._calendars[name].local_date(moment)

    def _jurisdiction(self, reading: CaseReading) -> str | None:
        """Return where a case belongs: by its own code, else by the country that begins it."""
        country = reading.jurisdiction or self._rules.assume_jurisdiction or ""
        by_country = {
            code: name
            for name, jurisdiction in self._rules.jurisdictions.items()
            for code in jurisdiction.countries
        }
        return by_country.get(country) or by_country.get(country.partition("-")[0])

    def _start_day(self, reading: CaseReading, rule: DeadlineRule, said: Said) -> date | None:
        """Return the day from which a rule's clock runs; None if nothing says it."""
        if rule.start_field is not None:
            return _date_in(dict(reading.fields).get(rule.start_field, ""))
        if said.at is None:
            return None
        return self._calendars[rule.jurisdiction].local_date(said.at)

    def _start(
        self, rule: DeadlineRule, reading: CaseReading, issue_type: str, found: Found
    ) -> None:
        for said in self._triggers(rule, reading, issue_type):
            start = self._start_day(reading, rule, said)
            if start is not None:
                found.clocks.append(Clock(self._deadline(rule, reading, said, start), rule))
            elif rule.start_field is None:
                found.findings.append(_undated(rule, said))

    def _triggers(self, rule: DeadlineRule, reading: CaseReading, issue_type: str) -> list[Said]:
        """Return the message that starts the clock, and those that start it once more."""
        if not self._in_scope(rule, reading, issue_type):
            return []
        heard = [said for said in reading.said if said.author in rule.authors]
        renewing = [self._notices[code] for code in rule.renewed_by]
        starting = [*(self._notices[code] for code in rule.notice), *renewing]
        first = next((said for said in heard if _any_hears(starting, said, issue_type)), None)
        if first is None:
            return []
        after = heard[heard.index(first) + 1 :]
        return [first, *(said for said in after if _any_hears(renewing, said, issue_type))]

    def _in_scope(self, rule: DeadlineRule, reading: CaseReading, issue_type: str) -> bool:
        if rule.channels and reading.channel is not None and reading.channel not in rule.channels:
            return False
        about, not_about = self._scopes[rule.id]
        if issue_type in rule.about_issue_types or about.found_in_any(reading.passages):
            return True
        if not_about:
            return not not_about.found_in_any(reading.passages)
        return not about

    def _deadline(
        self, rule: DeadlineRule, reading: CaseReading, said: Said, start: date
    ) -> Deadline:
        calendar = self._calendars[rule.jurisdiction]
        of = said.id if rule.start_field is None else rule.start_field
        span = calendar.after(start, rule.count, rule.unit, of=of)
        longer = self._longer(rule, reading)
        citation = rule.citation
        if longer is not None:
            words = self._rules.conditions[longer.condition].words
            extended = calendar.after(start, longer.count, rule.unit, of=of)
            span = Span(
                extended.due,
                f"{extended.words}, since the case suggests that {words}; if not, by {span.due}",
            )
            citation = longer.citation
        return Deadline(
            rule=rule.id,
            citation=citation,
            due=span.due,
            because=rule.because.replace(COMPUTED, span.words),
            trigger=said.id,
        )

    def _longer(self, rule: DeadlineRule, reading: CaseReading) -> Longer | None:
        return next(
            (
                longer
                for longer in rule.longer
                if self._conditions[longer.condition].found_in_any(reading.passages)
            ),
            None,
        )


def _listener(notice: Notice, guards: Guards) -> _Listener:
    plain, hints = (
        Matcher(
            patterns,
            guards=guards,
            unless=notice.unless,
            negatable=notice.negatable,
            # What was not made must be the payment of the same sentence. A floor of urgency may
            # put things together over two: too slow harms more than too fast.
            in_sentence=True,
        )
        for patterns in (notice.patterns, notice.hints)
    )
    return _Listener(plain, hints, notice.issue_types)


def _any_hears(notices: Sequence[_Listener], said: Said, issue_type: str) -> bool:
    return any(notice.hears(said, issue_type) for notice in notices)


def _calendars(rules: DeadlineRules) -> Iterator[tuple[str, Calendar]]:
    for name, jurisdiction in rules.jurisdictions.items():
        try:
            yield name, Calendar(jurisdiction)
        except ValueError as error:
            msg = f"jurisdictions.{name}: {error}"
            raise ValueError(msg) from None


def _date_in(value: str) -> date | None:
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def _undated(rule: DeadlineRule, said: Said) -> Finding:
    return Finding(
        code=DEADLINE_UNDATED,
        where=said.where,
        detail=f"{rule.citation} sets a time limit from this message, but it has no date",
    )


def _unknown_jurisdiction() -> Finding:
    return Finding(
        code=JURISDICTION_UNKNOWN,
        where="jurisdiction",
        detail="a statutory time limit may run; no deadline was computed without the country",
    )
