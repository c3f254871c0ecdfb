"""Metrics: rows of cases -> one figure with an interval, by resampling whole cases.

A metric keeps a row of each case and computes its value for many weightings of the cases at
once: with every weight 1 that is its value, with counts drawn at random its bootstrap sample.
So one routine gives intervals, slices and paired comparisons of every metric.

Source: B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 6, 13.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.intervals import wilson
from summarizer.taxonomy import Taxonomy

__all__ = [
    "Better", "Confusion", "Estimate", "Floats", "Metric", "Quantile", "Ratio", "Total",
    "estimate", "resamples",
]  # fmt: skip

Floats = NDArray[np.float64]
Better = Literal["higher", "lower", "neither"]
_SEED = 20_250_501
_RESAMPLES = 4_000


class Estimate(NamedTuple):
    """A figure with its 95 % interval; `n` is how many cases it was measured on."""

    value: float
    low: float
    high: float
    n: int


class Metric(Protocol):
    """A figure over cases."""

    @property
    def name(self) -> str:
        """As in `run.json`, such as `urgency.qwk`."""
        ...

    @property
    def better(self) -> Better:
        """Which direction is an improvement."""
        ...

    def row(self, case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> Any | None:
        """Return what the case adds, as JSON; None if the case lacks what is needed."""
        ...

    def values(self, rows: Sequence[Any], weights: Floats) -> Floats:
        """Return the figure for each weighting, a row of `weights`; nan if it has none."""
        ...


@dataclass(frozen=True)
class Ratio:
    """A share or mean: the sum of one thing over the sum of another."""

    name: str
    better: Better
    measure: Callable[[EvalCase, Answer, Taxonomy], tuple[float, float] | None]
    """Returns what counts and of how much, such as facts carried and facts expected."""

    def row(self, case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> Any | None:
        """Return the two parts of the case."""
        parts = self.measure(case, answer, taxonomy)
        return None if parts is None else list(parts)

    def values(self, rows: Sequence[Any], weights: Floats) -> Floats:
        """Return the ratio of the sums."""
        parts = np.array(rows, dtype=np.float64).reshape(-1, 2)
        return _divided(weights @ parts[:, 0], weights @ parts[:, 1])


@dataclass(frozen=True)
class Total:
    """A sum over cases, such as a cost."""

    name: str
    better: Better
    measure: Callable[[EvalCase, Answer, Taxonomy], float | None]

    def row(self, case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> Any | None:
        """Return what the case adds."""
        return self.measure(case, answer, taxonomy)

    def values(self, rows: Sequence[Any], weights: Floats) -> Floats:
        """Return the sums."""
        sums: Floats = weights @ np.array(rows, dtype=np.float64)
        return sums


@dataclass(frozen=True)
class Quantile:
    """A quantile over cases, such as the median time."""

    name: str
    better: Better
    share: float
    measure: Callable[[EvalCase, Answer, Taxonomy], float | None]

    def row(self, case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> Any | None:
        """Return the case's figure."""
        return self.measure(case, answer, taxonomy)

    def values(self, rows: Sequence[Any], weights: Floats) -> Floats:
        """Return the least figure that the share of the weight does not exceed."""
        figures = np.array(rows, dtype=np.float64)
        order = np.argsort(figures)
        summed = np.cumsum(weights[:, order], axis=1)
        at = (summed < self.share * summed[:, -1:]).sum(axis=1)
        found: Floats = figures[order][np.minimum(at, len(order) - 1)]
        return found


@dataclass(frozen=True)
class Confusion:
    """A figure of the table of expected and given labels."""

    name: str
    better: Better
    labels: Callable[[EvalCase, Answer, Taxonomy], tuple[str, str] | None]
    """Returns the expected label and the given one."""
    of_table: Callable[[Floats, Sequence[str]], Floats]
    """Takes tables, weightings by expected by given, and the labels of both axes."""
    order: tuple[str, ...] = ()
    """Labels in their order; by default those that occur, sorted."""

    def row(self, case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> Any | None:
        """Return both labels."""
        labels = self.labels(case, answer, taxonomy)
        return None if labels is None else list(labels)

    def values(self, rows: Sequence[Any], weights: Floats) -> Floats:
        """Return the figure of each weighting's table."""
        names = self.order or tuple(sorted({label for row in rows for label in row}))
        number = {name: at for at, name in enumerate(names)}
        cells = np.array([number[e] * len(names) + number[g] for e, g in rows])
        hot = np.zeros((len(rows), len(names) ** 2))
        hot[np.arange(len(rows)), cells] = 1
        return self.of_table((weights @ hot).reshape(-1, len(names), len(names)), names)


def resamples(n: int, count: int = _RESAMPLES, seed: int = _SEED) -> Floats:
    """Draw how often each of `n` cases is taken, `count` times; the same for the same numbers."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(n, np.full(n, 1 / n), size=count).astype(np.float64)


def estimate(metric: Metric, rows: Sequence[Any], weights: Floats | None = None) -> Estimate | None:
    """Return the figure with its percentile interval; None if it was measured on nothing.

    A share of cases has Wilson's interval, and so has any share that came out as 0 or 1: there
    resampling would claim to be certain.
    """
    if not rows:
        return None
    value = float(metric.values(rows, np.ones((1, len(rows))))[0])
    if np.isnan(value):
        return None
    if isinstance(metric, Ratio) and _is_share(rows, value):
        hits, of = np.array(rows, dtype=np.float64).reshape(-1, 2).sum(axis=0)
        share = wilson(round(hits), round(of))
        return Estimate(value, share.low, share.high, len(rows))
    drawn = metric.values(rows, resamples(len(rows)) if weights is None else weights)
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Estimate(value, float(low), float(high), len(rows))


def _is_share(rows: Sequence[Any], value: float) -> bool:
    counts = all(float(part).is_integer() for row in rows for part in row)
    of_one_each = all(of == 1 and hits in {0, 1} for hits, of in rows)
    return counts and (of_one_each or value in {0.0, 1.0})


def _divided(hits: Floats, of: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(of > 0, hits / of, np.nan)
