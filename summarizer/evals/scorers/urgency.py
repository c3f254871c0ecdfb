"""Urgency: is the case handled as fast as it must be? Too slow costs more than too fast."""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.costs import Costs
from summarizer.evals.metrics import Confusion, Metric, Ratio
from summarizer.evals.scorers.tables import quadratic_kappa
from summarizer.models import Urgency
from summarizer.taxonomy import Taxonomy

__all__ = ["LEVELS", "metrics"]

LEVELS: Final[tuple[Urgency, ...]] = ("low", "normal", "high", "critical")


def _labels(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[Urgency, str] | None:
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


def metrics(costs: Costs) -> tuple[Metric, ...]:
    """Return the figures of urgency, with errors at these costs."""

    def cost(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
        del taxonomy
        expected = case.expected.urgency
        if expected is None or answer.skips("urgency"):
            return None
        return costs.of_urgency(expected, answer.urgency), 1

    return (
        Ratio("urgency.accuracy", "higher", _is_right),
        Confusion("urgency.qwk", "higher", _labels, quadratic_kappa, LEVELS),
        Ratio("urgency.undertriage_rate", "lower", _is_under),
        Ratio("urgency.grave_undertriage_rate", "lower", _is_grave),
        Ratio("urgency.cost", "lower", cost),
    )
