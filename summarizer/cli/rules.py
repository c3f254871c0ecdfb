"""Rules: a policy's deadlines and urgency floors -> in words, and tried on their examples."""

from collections.abc import Iterator
from typing import Final

from summarizer.errors import ConfigurationError
from summarizer.policy import Policy
from summarizer.rules import COMPUTED, DeadlineRule, DeadlineRules, Unit
from summarizer.triage.engine import CaseRules
from summarizer.triage.examples import failed_examples
from summarizer.triage.floors import NEAR_DEADLINE
from summarizer.yamlfile import line_of

__all__ = ["deadline_rows", "floor_rows", "rule_lines", "try_rules"]

_UNITS: Final[dict[Unit, str]] = {
    "business_days": "business days",
    "days": "days",
    "weeks": "weeks",
}


def try_rules(policy: Policy) -> None:
    """Try every rule on its own examples, and hold the labels it names against the taxonomy.

    Raises:
        ConfigurationError: naming file, line, rule and example of each that fails.
    """
    CaseRules(policy)  # Names a zone or calendar that does not exist with its line.
    faults = [
        f"{failed.path}:{line_of(failed.path, failed.loc)}: {failed.detail}"
        for failed in failed_examples(policy)
    ]
    faults += _unknown_labels(policy)
    if faults:
        raise ConfigurationError("\n".join(faults))


def deadline_rows(policy: Policy) -> list[dict[str, str]]:
    """Return each statutory clock in words."""
    rules = policy.deadlines
    if rules is None:
        return []
    return [
        {
            "rule": rule.id,
            "citation": rule.citation,
            "jurisdiction": rule.jurisdiction,
            "length": _length(rule),
            "longer": _longer(rule, rules),
            "starts_with": " or ".join(_notices(rule, rules)),
            "demands": rule.because.replace(COMPUTED, "that time"),
        }
        for rule in rules.rules
    ]


def floor_rows(policy: Policy) -> list[dict[str, str]]:
    """Return each floor of urgency in words."""
    rules = policy.urgency
    if rules is None:
        return []
    rows = [{"rule": rule.id, "level": rule.level, "because": rule.because} for rule in rules.rules]
    if rules.near_deadline is not None:
        near = rules.near_deadline
        because = f"A statutory deadline falls due within {near.within_days} days."
        rows.append({"rule": NEAR_DEADLINE, "level": near.level, "because": because})
    return rows


def rule_lines(policy: Policy) -> Iterator[str]:
    """Say in words what the rules of a policy do."""
    if policy.deadlines is None:
        yield "No deadline is computed: the policy has no deadlines.yaml"
    else:
        yield "Statutory deadlines, from the day of the first message that gives notice:"
    for row in deadline_rows(policy):
        longer = f" ({row['longer']})" if row["longer"] else ""
        yield (
            f"  {row['jurisdiction']}  {row['citation']}: {row['length']}{longer} from "
            f"{row['starts_with']}"
        )
    if policy.urgency is None:
        yield "A model's urgency stands: the policy has no urgency.yaml"
    else:
        yield "Urgency is at least:"
    for row in floor_rows(policy):
        yield f"  {row['level']}  {row['because']}"


def _length(rule: DeadlineRule) -> str:
    unit = _UNITS[rule.unit]
    return f"{rule.count} {unit if rule.count > 1 else unit.removesuffix('s')}"


def _longer(rule: DeadlineRule, rules: DeadlineRules) -> str:
    return "; ".join(
        f"{longer.count} if {rules.conditions[longer.condition].words}" for longer in rule.longer
    )


def _notices(rule: DeadlineRule, rules: DeadlineRules) -> Iterator[str]:
    for code in (*rule.notice, *rule.renewed_by):
        yield rules.notices[code].words


def _unknown_labels(policy: Policy) -> Iterator[str]:
    """Name each label of a notice that no summary under this policy can have."""
    rules, path = policy.deadlines, policy.deadlines_path
    if rules is None or path is None:
        return
    known = {entry.code for entry in policy.taxonomy.issue_types}
    for code, notice in rules.notices.items():
        for label in notice.issue_types:
            if label not in known:
                line = line_of(path, ("notices", code, "issue_types"))
                yield (
                    f"{path}:{line}: notices.{code}.issue_types: the taxonomy has no issue type "
                    f"{label!r}; correct or remove it"
                )
