"""Examples: the rules of a policy, tried on their own examples -> each that fails, and where."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from summarizer.models import Author
from summarizer.policy import Policy
from summarizer.rules import (
    DeadlineCase,
    DeadlineRule,
    DeadlineRules,
    Sentence,
    UrgencyRule,
    UrgencyRules,
)
from summarizer.triage.deadlines import Clocks
from summarizer.triage.floors import Floors
from summarizer.triage.reading import CaseReading, Passage, Said

__all__ = ["FailedExample", "failed_examples"]


class FailedExample(NamedTuple):
    """An example that came out otherwise."""

    path: Path
    loc: tuple[int | str, ...]
    """Where it stands in the file."""
    detail: str
    """The rule, the example and what came of it."""


def failed_examples(policy: Policy) -> Iterator[FailedExample]:
    """Yield each example of the policy's rules that does not come out as it says.

    Raises:
        ValueError: if a jurisdiction names a zone or holidays that do not exist.
    """
    if policy.urgency is not None and policy.urgency_path is not None:
        yield from _of_urgency(policy.urgency, policy.urgency_path)
    if policy.deadlines is not None and policy.deadlines_path is not None:
        yield from _of_deadlines(policy.deadlines, policy.deadlines_path)


def _of_urgency(rules: UrgencyRules, path: Path) -> Iterator[FailedExample]:
    for at, rule in enumerate(rules.rules):
        alone = Floors(rules.model_copy(update={"rules": (rule,), "near_deadline": None}))
        for kind, number, example in _numbered(rule):
            reading = CaseReading(None, None, (_said(example.author, example.text),))
            holds = bool(alone.reasons(reading))
            if holds != (kind == "holds"):
                outcome = "the rule holds" if holds else "the rule does not hold"
                yield FailedExample(
                    path,
                    ("rules", at, "examples", kind, number),
                    f"rule {rule.id}: {kind} {number + 1}: {outcome}; correct the patterns or "
                    "the example",
                )


def _numbered(rule: UrgencyRule) -> Iterator[tuple[str, int, Sentence]]:
    for number, example in enumerate(rule.examples.holds):
        yield "holds", number, example
    for number, example in enumerate(rule.examples.holds_not):
        yield "holds_not", number, example


def _of_deadlines(rules: DeadlineRules, path: Path) -> Iterator[FailedExample]:
    for at, rule in enumerate(rules.rules):
        alone = Clocks(rules.model_copy(update={"rules": (rule,)}))
        country = rules.jurisdictions[rule.jurisdiction].countries[0]
        for kind, examples in (
            ("holds", rule.examples.holds),
            ("holds_not", rule.examples.holds_not),
        ):
            for number, example in enumerate(examples):
                found = alone.run(_case(example, country), example.issue_type)
                dues = {clock.deadline.due for clock in found.clocks}
                if dues != {example.due} - {None}:
                    yield FailedExample(
                        path,
                        ("rules", at, "examples", kind, number),
                        _otherwise(rule, kind, number, ", ".join(map(str, sorted(dues)))),
                    )


def _otherwise(rule: DeadlineRule, kind: str, number: int, due: str) -> str:
    outcome = f"due {due}" if due else "no deadline"
    return f"rule {rule.id}: {kind} {number + 1}: {outcome}; correct the rule or the example"


def _case(example: DeadlineCase, country: str) -> CaseReading:
    return CaseReading(
        jurisdiction=example.jurisdiction or country,
        channel=example.channel,
        said=(_said(example.author, example.says, example.at),),
        fields=tuple(example.fields.items()),
    )


def _said(author: Author, text: str, at: datetime | None = None) -> Said:
    return Said("m1", "messages[0]", author, at, Passage(text, of_customer=author == "customer"))
