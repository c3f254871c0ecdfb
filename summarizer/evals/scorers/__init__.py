"""Scorers: one file each, all listed here. No model judges."""

from typing import Final

from summarizer.evals.metrics import Metric
from summarizer.evals.scorers import (
    confidence,
    cost,
    facts,
    form,
    issue_type,
    length,
    next_action,
    pii,
    placeholders,
    support,
    team,
    urgency,
)

__all__ = ["METRICS"]

METRICS: Final[tuple[Metric, ...]] = (
    *issue_type.METRICS,
    *team.METRICS,
    *urgency.METRICS,
    *next_action.METRICS,
    *facts.METRICS,
    *support.METRICS,
    *form.METRICS,
    *pii.METRICS,
    *placeholders.METRICS,
    *confidence.METRICS,
    *length.METRICS,
    *cost.METRICS,
)
"""Every figure of a run, in the order in which it is shown."""
