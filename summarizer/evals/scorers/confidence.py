"""Confidence: when the product says it is 80 % sure, is it right in 80 % of such cases?

A constant has no skill by construction: `confidence.brier_skill` compares with always giving the
share of cases that were right.

Sources: G. Brier, Monthly Weather Review 78 (1950); M. Naeini et al., AAAI (2015), for the
expected calibration error; Y. Geifman and R. El-Yaniv, NeurIPS (2017), for risk and coverage.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Better, Floats, Metric
from summarizer.taxonomy import Taxonomy

__all__ = ["BINS", "METRICS", "sure_and_right"]

BINS: Final = 10


def sure_and_right(case: EvalCase, answer: Answer) -> tuple[float, float] | None:
    """Return the confidence and whether the issue type was right, 1 or 0."""
    if answer.confidence is None or case.expected.issue_type is None:
        return None
    return answer.confidence, float(answer.issue_type == case.expected.issue_type)


@dataclass(frozen=True)
class _Calibration:
    name: str
    better: Better
    of: Callable[[NDArray[np.float64], NDArray[np.float64], Floats], Floats]

    def row(self, case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> Any | None:
        del taxonomy
        pair = sure_and_right(case, answer)
        return None if pair is None else list(pair)

    def values(self, rows: Sequence[Any], weights: Floats) -> Floats:
        sure, right = np.array(rows, dtype=np.float64).T
        return self.of(sure, right, weights)


def _ece(sure: Floats, right: Floats, weights: Floats) -> Floats:
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    hot = np.zeros((len(sure), BINS))
    hot[np.arange(len(sure)), bins] = 1
    gaps = np.abs(weights @ (hot * (sure - right)[:, None]))
    result: Floats = gaps.sum(axis=1) / weights.sum(axis=1)
    return result


def _brier(sure: Floats, right: Floats, weights: Floats) -> Floats:
    result: Floats = weights @ (sure - right) ** 2 / weights.sum(axis=1)
    return result


def _brier_skill(sure: Floats, right: Floats, weights: Floats) -> Floats:
    base = weights @ right / weights.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        skill: Floats = 1 - _brier(sure, right, weights) / (base * (1 - base))
    return np.where(np.isfinite(skill), skill, np.nan)


def _aurc(sure: Floats, right: Floats, weights: Floats) -> Floats:
    """Return the mean share of wrong labels over all shares of cases, the surest first."""
    order = np.argsort(-sure, kind="stable")
    taken = np.cumsum(weights[:, order], axis=1)
    wrong = np.cumsum(weights[:, order] * (1 - right[order]), axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        risk = np.where(taken > 0, wrong / taken, 0.0)
    result: Floats = (risk * weights[:, order]).sum(axis=1) / weights.sum(axis=1)
    return result


METRICS: Final[tuple[Metric, ...]] = (
    _Calibration("confidence.ece", "lower", _ece),
    _Calibration("confidence.brier", "lower", _brier),
    _Calibration("confidence.brier_skill", "higher", _brier_skill),
    _Calibration("confidence.aurc", "lower", _aurc),
)
