"""Urgency: is the case handled as fast as it must be? Too slow costs more than too fast."""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Confusion, Metric, Ratio
from summarizer.evals.scorers.tables import quadratic_kappa
from summarizer.taxonomy import Taxonomy

__all__ = ["COSTS", "LEVELS", "METRICS", "cost"]

LEVELS: Final = ("low", "normal", "high", "critical")
COSTS: Final = {
    "low": {"low": 0.0, "normal": 1.0, "high": 2.0, "critical": 4.0},
    "normal": {"low": 2.0, "normal": 0.0, "high": 1.0, "critical": 3.0},
    "high": {"low": 10.0, "normal": 4.0, "high": 0.0, "critical": 1.0},
    "critical": {"low": 40.0, "normal": 20.0, "high": 8.0, "critical": 0.0},
}
"""Expected level -> given level -> cost, in minutes of an agent's work and what delay does."""
_UNREAD: Final = 2.0
"""A case without a summary is read whole by a person."""


def cost(expected: str, given: str | None) -> float:
    """Return what it costs that a case of one level was given another, or none."""
    return _UNREAD if given is None else COSTS[expected][given]


def _labels(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[str, str] | None:
    del taxonomy
    expected = case.expected.urgency
    return None if expected is None or answer.urgency is None else (expected, answer.urgency)


def _is_right(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    expected = case.expected.urgency
    if expected is None or answer.skips("urgency"):
        return None
    return float(expected == answer.urgency), 1


def _is_under(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    pair = _labels(case, answer, taxonomy)
    if pair is None or pair[0] == LEVELS[0]:
        return None
    return float(LEVELS.index(pair[1]) < LEVELS.index(pair[0])), 1


def _is_grave(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    """Count a critical or high case that was given normal or low."""
    pair = _labels(case, answer, taxonomy)
    if pair is None or pair[0] not in LEVELS[2:]:
        return None
    return float(pair[1] in LEVELS[:2]), 1


def _cost(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    expected = case.expected.urgency
    if expected is None or answer.skips("urgency"):
        return None
    return cost(expected, answer.urgency), 1


METRICS: Final[tuple[Metric, ...]] = (
    Ratio("urgency.accuracy", "higher", _is_right),
    Confusion("urgency.qwk", "higher", _labels, quadratic_kappa, LEVELS),
    Ratio("urgency.undertriage_rate", "lower", _is_under),
    Ratio("urgency.grave_undertriage_rate", "lower", _is_grave),
    Ratio("urgency.cost", "lower", _cost),
)
