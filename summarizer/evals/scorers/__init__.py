"""Scorers: one file each, all listed here. No model judges."""

from typing import Final

from summarizer.evals.costs import Costs
from summarizer.evals.metrics import Metric
from summarizer.evals.scorers import (
    confidence,
    cost,
    facts,
    form,
    injection,
    issue_type,
    length,
    next_action,
    pii,
    placeholders,
    support,
    team,
    urgency,
)

__all__ = ["METRICS", "metrics_at"]


def metrics_at(costs: Costs) -> tuple[Metric, ...]:
    """Return every figure of a run, in the order in which it is shown.

    Args:
        costs: what errors cost; a set's `cost_matrix`.
    """
    return (
        *issue_type.metrics(costs),
        *team.METRICS,
        *urgency.metrics(costs),
        *next_action.METRICS,
        *facts.METRICS,
        *support.METRICS,
        *form.METRICS,
        *pii.METRICS,
        *placeholders.METRICS,
        *injection.METRICS,
        *confidence.METRICS,
        *length.METRICS,
        *cost.METRICS,
    )


METRICS: Final[tuple[Metric, ...]] = metrics_at(Costs())
"""The same at the costs that hold where a set names none."""
