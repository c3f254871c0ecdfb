"""Threshold: a run with confidences and a bank's costs -> where to set review, and what it costs.

Cases below the threshold go to a person, who costs time and is right; cases above it keep the
product's labels, and each wrong one costs what the matrix says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from summarizer.errors import ConfigurationError
from summarizer.evals.costs import Costs
from summarizer.evals.metrics import Floats, resamples
from summarizer.evals.records import CaseRecord

__all__ = ["Choice", "Threshold", "choose_threshold"]

_STEPS: Final = 101
_LEAST_CASES: Final = 20


@dataclass(frozen=True, slots=True)
class Threshold:
    """What one threshold means."""

    threshold: float
    review: float
    """Share of cases sent to a person."""
    wrong: float
    """Share of wrong issue types among the others."""
    cost: float
    """Mean cost of a case, errors and reviews."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The cheapest threshold, and every other for the curve."""

    best: Threshold
    low: float
    """Ends of the 95 % interval of the best threshold, by resampling cases."""
    high: float
    saved: float
    """Cost a case that it saves over the cheaper of no review and full review."""
    n: int
    curve: tuple[Threshold, ...]


def choose_threshold(cases: Sequence[CaseRecord], costs: Costs) -> Choice:
    """Return the threshold with the least cost.

    Raises:
        ConfigurationError: if too few cases have a confidence and labels.
    """
    rows = [
        (case.answer.confidence, _error_cost(case, costs), _is_wrong(case))
        for case in cases
        if case.answer.confidence is not None and case.expected.urgency and case.expected.issue_type
    ]
    if len(rows) < _LEAST_CASES:
        msg = (
            f"{len(rows)} cases of this run have a confidence and labels, and at least "
            f"{_LEAST_CASES} are needed; run more cases, or a model with a fitted classifier"
        )
        raise ConfigurationError(msg)
    sure, cost, wrong = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    steps = np.linspace(0, 1, _STEPS)
    reviewed = sure[:, None] < steps[None, :]
    of_case = np.where(reviewed, costs.review, cost[:, None])
    means = of_case.mean(axis=0)
    best = int(means.argmin())
    drawn = steps[(resamples(len(rows)) @ of_case).argmin(axis=1)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    curve = tuple(
        _threshold(float(step), reviewed[:, at], wrong, float(means[at]))
        for at, step in enumerate(steps)
    )
    return Choice(
        best=curve[best],
        low=float(low),
        high=float(high),
        saved=float(min(cost.mean(), costs.review) - means[best]),
        n=len(rows),
        curve=curve,
    )


def _threshold(step: float, reviewed: NDArray[np.bool_], wrong: Floats, cost: float) -> Threshold:
    kept = wrong[~reviewed]
    return Threshold(
        threshold=round(step, 2),
        review=float(reviewed.mean()),
        wrong=float(kept.mean()) if len(kept) else 0.0,
        cost=cost,
    )


def _error_cost(case: CaseRecord, costs: Costs) -> float:
    expected, answer = case.expected, case.answer
    if answer.status != "summarized":
        return costs.review
    of_urgency = of_issue_type = 0.0
    if expected.urgency is not None:
        of_urgency = costs.of_urgency(expected.urgency, answer.urgency)
    if expected.issue_type is not None:
        of_issue_type = costs.of_issue_type(expected.issue_type, answer.issue_type)
    return of_urgency + of_issue_type


def _is_wrong(case: CaseRecord) -> bool:
    return case.answer.issue_type != case.expected.issue_type
