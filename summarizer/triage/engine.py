"""Engine: RedactedCase, label and day -> what the rules of a policy say of the case."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from summarizer.errors import ConfigurationError
from summarizer.models import Deadline, Finding, RedactedCase, UrgencyReason
from summarizer.policy import Policy
from summarizer.triage.deadlines import Clocks, Found
from summarizer.triage.floors import Floors, gravest_first
from summarizer.triage.reading import CaseReading, read_case
from summarizer.yamlfile import line_of

__all__ = ["CaseRules", "Ruling"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What rules say of a case, beside whatever a model says."""

    deadlines: tuple[Deadline, ...] = ()
    next_due: date | None = None
    """The earliest duty of the bank that has not passed, else the last that has."""
    reasons: tuple[UrgencyReason, ...] = ()
    findings: tuple[Finding, ...] = ()


class CaseRules:
    """A policy's rules, ready to be applied to any number of cases."""

    def __init__(self, policy: Policy, *, as_of_last_message: bool = False) -> None:
        """Compile the patterns and load the calendars.

        Args:
            policy: whose `deadlines.yaml` and `urgency.yaml` hold.
            as_of_last_message: judges old cases as of their last message, not as of now.

        Raises:
            ConfigurationError: naming file, line and what does not exist or is too large.
        """
        self._clocks = _clocks(policy)
        self._floors = _floors(policy)
        self._as_of_last_message = as_of_last_message

    def judge(self, case: RedactedCase, issue_type: str, now: datetime) -> Ruling:
        """Apply the rules.

        Args:
            case: the case without personal data.
            issue_type: the label a deadline may depend on.
            now: the moment of the summary, with an offset.
        """
        reading = read_case(case)
        if self._as_of_last_message and reading.last_at is not None:
            now = reading.last_at
        found = Found() if self._clocks is None else self._clocks.run(reading, issue_type)
        today = self._today(reading, now)
        due = [clock.deadline.due for clock in found.clocks if clock.rule.kind == "duty"]
        ahead = [day for day in due if day >= today]
        return Ruling(
            deadlines=tuple(clock.deadline for clock in found.clocks),
            next_due=min(ahead) if ahead else max(due, default=None),
            reasons=self._reasons(reading, found, today),
            findings=tuple(found.findings),
        )

    def _reasons(
        self, reading: CaseReading, found: Found, today: date
    ) -> tuple[UrgencyReason, ...]:
        if self._floors is None:
            return ()
        near = self._floors.near_reasons(found.clocks, today)
        return gravest_first([*self._floors.reasons(reading), *near])

    def _today(self, reading: CaseReading, now: datetime) -> date:
        """Return the date where the case belongs; UTC where no rule knows the place."""
        local = None if self._clocks is None else self._clocks.local_date(reading, now)
        return local or now.astimezone(UTC).date()


def _floors(policy: Policy) -> Floors | None:
    if policy.urgency is None:
        return None
    try:
        return Floors(policy.urgency)
    except ValueError as error:
        msg = f"{policy.urgency_path}: {error}; split the rule that has most patterns"
        raise ConfigurationError(msg) from None


def _clocks(policy: Policy) -> Clocks | None:
    path = policy.deadlines_path
    if policy.deadlines is None or path is None:
        return None
    try:
        return Clocks(policy.deadlines)
    except ValueError as error:
        line = line_of(path, tuple(str(error).partition(":")[0].split(".")))
        msg = f"{path}:{line}: {error}"
        raise ConfigurationError(msg) from None
