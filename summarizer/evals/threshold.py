"""Threshold: a run with confidences and a bank's costs -> where to set review, and what it costs.

Cases below the threshold go to a person, who costs time and is right; cases above it keep the
product's labels, and each wrong one costs what the matrix says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from summarizer.errors import ConfigurationError
from summarizer.evals.metrics import Floats, resamples
from summarizer.evals.records import CaseRecord
from summarizer.evals.scorers.urgency import COSTS
from summarizer.models import Urgency

__all__ = ["Choice", "Costs", "Threshold", "choose_threshold"]

_STEPS: Final = 101
_LEAST_CASES: Final = 20

_Cost = Annotated[float, Field(ge=0)]


class Costs(BaseModel):
    """What an error costs a bank, in any one unit, such as minutes or money."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    review: _Cost = 2.0
    """That a person reads the case and decides."""
    misrouted: _Cost = 3.0
    """That a case reaches the wrong issue type."""
    urgency: dict[Urgency, dict[Urgency, _Cost]] = {
        expected: dict(row)  # type: ignore[misc]
        for expected, row in COSTS.items()
    }
    """Right urgency -> given urgency -> cost."""

    @model_validator(mode="after")
    def _check_whole(self) -> "Costs":
        for expected, row in {level: self.urgency.get(level, {}) for level in COSTS}.items():  # type: ignore[call-overload]
            missing = COSTS.keys() - row.keys()
            if missing:
                msg = f"urgency.{expected}: add a cost for {', '.join(sorted(missing))}"
                raise ValueError(msg)
        return self


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
    matrix: Mapping[Urgency, Mapping[Urgency, float]] = costs.urgency
    expected, given = case.expected.urgency, case.answer.urgency
    of_urgency = costs.review
    if expected is not None and given is not None:
        of_urgency = matrix[expected][given]  # type: ignore[index]
    return of_urgency + (costs.misrouted if _is_wrong(case) else 0.0)


def _is_wrong(case: CaseRecord) -> bool:
    return case.answer.issue_type != case.expected.issue_type
