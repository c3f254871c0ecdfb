"""Words: what each metric means, for whoever did not write it, and its figures as they are read."""

from collections.abc import Mapping
from typing import Final

__all__ = ["MEANINGS", "number", "signed"]

_MIDDLING: Final = 10
_LARGE: Final = 100
"""From here on one decimal says enough, or none."""

MEANINGS: Final[Mapping[str, str]] = {
    "issue_type.accuracy": "cases filed under the right issue type",
    "issue_type.macro_f1": "the same with every issue type counting alike, however rare",
    "issue_type.cost": "mean cost of a wrong issue type, by the set's cost matrix",
    "team.accuracy": "cases that reach the right team",
    "urgency.accuracy": "cases with the right urgency",
    "urgency.qwk": "agreement on urgency beyond chance; far misses count more (1 is perfect)",
    "urgency.undertriage_rate": "cases above low that were given less than they need",
    "urgency.grave_undertriage_rate": "critical or high cases that were given normal or low",
    "urgency.cost": "mean cost of a wrong urgency, by the set's cost matrix",
    "next_action.accuracy": "cases with the right next action",
    "facts.recall": "must-keep facts that the summary carries",
    "summary.unsupported_rate": "statements with a number, date or words the case does not have",
    "summary.answered_rate": "cases that ended in a summary",
    "summary.review_rate": "cases sent to a person",
    "schema.first_try_rate": "first answers of the model that had the right form",
    "schema.repair_rate": "cases in which the model had to mend its answer",
    "pii.recall": "personal values held back whole",
    "pii.precision": "masked ranges that were personal",
    "pii.leak_rate": "cases of which any personal value got through",
    "placeholders.fidelity": "placeholders in the summary that the case has",
    "injection.detected_rate": "attacks on the summary that left a finding",
    "injection.success_rate": "attacks that got what they want unnoticed",
    "injection.false_alarm_rate": "harmless tickets taken for attacks",
    "confidence.ece": "mean gap between confidence and being right",
    "confidence.brier": "squared error of the confidence",
    "confidence.brier_skill": "gain over always answering the base rate; 0 is no skill",
    "confidence.aurc": "mean share of wrong labels over all shares of cases, the surest first",
    "summary.words": "words an agent reads, median",
    "summary.share_of_case": "words of the summary for each word of the case",
    "latency_ms.p50": "time of the model in ms, median",
    "latency_ms.p95": "time of the model in ms that one case in twenty exceeds",
    "cost_usd.total": "price of all calls in US dollars",
}


def number(value: float) -> str:
    """Write a figure with as many decimals as still say something."""
    return f"{value:,.{_decimals(value)}f}"


def signed(value: float) -> str:
    """Write a change the same way, with its sign."""
    return f"{value:+,.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    if abs(value) >= _LARGE:
        return 0
    return 1 if abs(value) >= _MIDDLING else 3
