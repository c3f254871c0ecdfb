"""Compare: two runs on the same cases -> which metrics changed, beyond chance.

Every metric is compared on the cases that both runs measured, resampled together. Shares of cases
are tested exactly (McNemar), the rest by the paired bootstrap; the whole family of tests is
corrected by Holm's method, so that twenty metrics do not find something by being many.

Sources: Q. McNemar, Psychometrika 12 (1947); S. Holm, Scandinavian Journal of Statistics 6 (1979);
B. Efron and R. Tibshirani (1993), chapter 16.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import comb
from typing import Any, Final, Literal, Protocol

import numpy as np

from summarizer.evals.metrics import Floats, Metric, Ratio, estimate, resamples
from summarizer.evals.run import Run
from summarizer.evals.scorers import METRICS

__all__ = ["Difference", "Measured", "Rows", "compare_rows", "compare_stored", "holm", "mcnemar"]

Rows = Mapping[str, Mapping[str, Any]]
"""Case id -> metric -> row, as a run recorded them."""
_ALPHA: Final = 0.05
_RESAMPLES: Final = 10_000
_POWER_80: Final = 1.959964 + 0.841621
_TWO_SIDED_95_WIDTH: Final = 2 * 1.959964
_PRICED: Final = ".cost"
"""Ends the names of what a set's `cost_matrix` decides."""
_INFORMATIVE: Final = ("latency_ms.", "cost_usd.")
"""Depend on the machine and the price list, not on what was answered: shown, not tested."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one metric changed from a base to a new run."""

    metric: str
    better: str
    base: float
    new: float
    low: float
    """Ends of the 95 % interval of new minus base."""
    high: float
    n: int
    """Cases that both runs measured."""
    p: float | None
    """Corrected for the number of metrics; None if the metric is not tested."""
    detectable: float
    """The least true difference that these paired cases show with 80 % power."""
    verdict: Literal["better", "worse", "no difference shown", "not tested"]
    won: tuple[str, ...] = ()
    """Cases of which the new run made more; of a share or mean, whose cases count singly."""
    lost: tuple[str, ...] = ()
    """Cases of which the base made more."""


class Measured(Protocol):
    """A run and what each of its cases adds to each metric, wherever it is kept."""

    @property
    def run(self) -> Run:
        """Its figures, and what it depended on."""
        ...

    @property
    def rows(self) -> Rows:
        """Case id -> metric -> row."""
        ...


def compare_stored(base: Measured, new: Measured) -> list[Difference]:
    """Compare two runs; their costs only if one matrix holds for both."""
    is_priced_alike = base.run.costs == new.run.costs
    metrics = [each for each in METRICS if is_priced_alike or not each.name.endswith(_PRICED)]
    return compare_rows(base.rows, new.rows, metrics)


def compare_rows(base: Rows, new: Rows, metrics: Sequence[Metric] = METRICS) -> list[Difference]:
    """Compare every metric that both runs measured on at least two common cases."""
    drawn = cache(lambda n: resamples(n, _RESAMPLES))
    compared = []
    for metric in metrics:
        ids = [
            case for case in base if metric.name in base[case] and metric.name in new.get(case, {})
        ]
        pairs = ([base[c][metric.name] for c in ids], [new[c][metric.name] for c in ids])
        if len(ids) > 1 and all(_has_figure(metric, rows) for rows in pairs):
            compared.append(_Compared.of(metric, ids, *pairs, drawn(len(ids))))
    tested = [each for each in compared if each.p is not None]
    corrected = dict(
        zip((each.metric.name for each in tested), holm([e.p or 0.0 for e in tested]), strict=True)
    )
    return [each.difference(corrected.get(each.metric.name)) for each in compared]


def _has_figure(metric: Metric, rows: Sequence[Any]) -> bool:
    """Say whether there is a figure at all: none of agreement, say, if all labels are alike."""
    return bool(np.isfinite(metric.values(rows, np.ones((1, len(rows))))[0]))


def mcnemar(gained: int, lost: int) -> float:
    """Return the exact two-sided p of a share that changed in `gained` and `lost` cases."""
    n, least = gained + lost, min(gained, lost)
    if n == 0:
        return 1.0
    tail = sum(comb(n, k) for k in range(least + 1)) / 2**n
    return float(min(1.0, 2 * tail))


@dataclass(frozen=True, slots=True)
class _Compared:
    metric: Metric
    base: float
    new: float
    low: float
    high: float
    spread: float
    """Standard error of the change; of two independent runs where nothing changed at all."""
    n: int
    p: float | None
    won: tuple[str, ...]
    lost: tuple[str, ...]

    @classmethod
    def of(
        cls,
        metric: Metric,
        ids: Sequence[str],
        base: Sequence[Any],
        new: Sequence[Any],
        weights: Floats,
    ) -> "_Compared":
        ones = np.ones((1, len(base)))
        before, after = metric.values(base, weights), metric.values(new, weights)
        known = (after - before)[np.isfinite(after - before)]
        low, high = np.percentile(known, [2.5, 97.5]) if known.any() else (0.0, 0.0)
        moves = _moves(metric, base, new)
        is_tested = metric.better != "neither" and not metric.name.startswith(_INFORMATIVE)
        return cls(
            metric=metric,
            base=float(metric.values(base, ones)[0]),
            new=float(metric.values(new, ones)[0]),
            low=float(low),
            high=float(high),
            spread=float(known.std())
            or float(np.hypot(_spread(metric, base, weights), _spread(metric, new, weights))),
            n=len(base),
            p=_p(metric, base, new, known) if is_tested else None,
            won=tuple(case for case, move in zip(ids, moves, strict=True) if move > 0),
            lost=tuple(case for case, move in zip(ids, moves, strict=True) if move < 0),
        )

    def difference(self, p: float | None) -> Difference:
        return Difference(
            metric=self.metric.name,
            better=self.metric.better,
            base=self.base,
            new=self.new,
            low=self.low,
            high=self.high,
            n=self.n,
            p=p,
            detectable=_POWER_80 * self.spread,
            verdict=self._verdict(p),
            won=self.won,
            lost=self.lost,
        )

    def _verdict(
        self, p: float | None
    ) -> Literal["better", "worse", "no difference shown", "not tested"]:
        if p is None:
            return "not tested"
        if p >= _ALPHA:
            return "no difference shown"
        return "better" if (self.new > self.base) == (self.metric.better == "higher") else "worse"


def _spread(metric: Metric, rows: Sequence[Any], weights: Floats) -> float:
    """Return a standard error that is not zero because every case happened to be alike."""
    spread = float(np.nanstd(metric.values(rows, weights)))
    found = estimate(metric, rows, weights) if spread == 0 and isinstance(metric, Ratio) else None
    return spread if found is None else (found.high - found.low) / _TWO_SIDED_95_WIDTH


def _moves(metric: Metric, base: Sequence[Any], new: Sequence[Any]) -> list[float]:
    """Return how much better each case became; 0 where one case alone says nothing."""
    if not isinstance(metric, Ratio) or metric.better == "neither":
        return [0.0] * len(base)
    sign = 1 if metric.better == "higher" else -1
    return [
        sign * (_share(after) - _share(before)) for before, after in zip(base, new, strict=True)
    ]


def _share(row: Sequence[float]) -> float:
    hits, of = row
    return hits / of if of else 0.0


def _p(metric: Metric, base: Sequence[Any], new: Sequence[Any], change: Floats) -> float:
    if base == new or not len(change):
        return 1.0
    if isinstance(metric, Ratio) and all(of == 1 and hits in {0, 1} for hits, of in (*base, *new)):
        moves = [after[0] - before[0] for before, after in zip(base, new, strict=True)]
        return mcnemar(moves.count(1), moves.count(-1))
    beyond = min(int((change <= 0).sum()), int((change >= 0).sum()))
    return min(1.0, 2 * (beyond + 1) / (len(change) + 1))


def holm(values: Sequence[float]) -> list[float]:
    """Correct the p values of a family of tests by Holm's method, in their order."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    corrected = [0.0] * len(values)
    largest = 0.0
    for rank, at in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - rank) * values[at]))
        corrected[at] = largest
    return corrected
