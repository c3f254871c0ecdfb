"""Scoring: cases and answers -> the rows of every metric, and figures over any part of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Estimate, Metric, estimate, resamples
from summarizer.evals.scorers import METRICS
from summarizer.taxonomy import Taxonomy

__all__ = ["Fault", "Scored", "score", "slices_of"]

_LENGTHS: Final = ((1, "1"), (4, "2-4"), (9, "5-9"), (19, "10-19"))
_SMALLEST_SLICE: Final = 5
_RESAMPLES: Final = 4_000
_RESAMPLES_OF_SLICE: Final = 1_000
"""There are many slices, and a rough interval tells that one is too small to judge."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A scorer that raised on a case: a row of the run, not its end."""

    case: str
    metric: str
    error: str
    """The name of the exception; its message could quote the case."""


@dataclass(frozen=True)
class Scored:
    """The rows of a run: for each case what it adds to each metric."""

    rows: Mapping[str, Mapping[str, Any]]
    """Case id -> metric -> row; a metric that skipped the case is not there."""
    slices: Mapping[str, Sequence[str]]
    """Slice -> ids of its cases."""
    faults: tuple[Fault, ...] = ()
    metrics: tuple[Metric, ...] = field(default=METRICS, repr=False)

    def estimates(
        self, ids: Iterable[str] | None = None, resampled: int = _RESAMPLES
    ) -> dict[str, Estimate]:
        """Return every metric that was measured, over all cases or over some.

        Args:
            ids: of the cases; by default all.
            resampled: how many resamples an interval is made of.
        """
        chosen = list(self.rows if ids is None else ids)
        drawn = cache(lambda n: resamples(n, resampled))
        result = {}
        for metric in self.metrics:
            rows = [
                self.rows[each][metric.name] for each in chosen if metric.name in self.rows[each]
            ]
            found = estimate(metric, rows, drawn(len(rows)) if rows else None)
            if found is not None:
                result[metric.name] = found
        return result

    def by_slice(self) -> dict[str, dict[str, Estimate]]:
        """Return the metrics of each slice that is not too small to say anything."""
        return {
            name: self.estimates(ids, _RESAMPLES_OF_SLICE)
            for name, ids in self.slices.items()
            if len(ids) >= _SMALLEST_SLICE
        }


def score(
    cases: Sequence[EvalCase],
    answers: Mapping[str, Answer],
    taxonomy: Taxonomy,
    metrics: tuple[Metric, ...] = METRICS,
) -> Scored:
    """Score each case that has an answer."""
    rows: dict[str, dict[str, Any]] = {}
    slices: dict[str, list[str]] = defaultdict(list)
    faults: list[Fault] = []
    for case in cases:
        answer = answers.get(case.id)
        if answer is None:
            continue
        rows[case.id] = {}
        for name in slices_of(case):
            slices[name].append(case.id)
        for metric in metrics:
            try:
                row = metric.row(case, answer, taxonomy)
            except Exception as error:  # noqa: BLE001 - a crashed scorer is data
                faults.append(Fault(case.id, metric.name, type(error).__name__))
                continue
            if row is not None:
                rows[case.id][metric.name] = row
    return Scored(rows, dict(sorted(slices.items())), tuple(faults), metrics)


def slices_of(case: EvalCase) -> list[str]:
    """Name the slices a case belongs to: its channel, length, jurisdiction and tags."""
    ticket = case.ticket
    count = len(ticket.messages)
    length = next((name for most, name in _LENGTHS if count <= most), "20+")
    return [
        *([f"channel:{ticket.channel}"] if ticket.channel else []),
        f"messages:{length}",
        *dict.fromkeys(case.tags),
    ]
