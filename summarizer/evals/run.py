"""Run: scored answers -> the record of a run, `run.json`."""

from collections.abc import Mapping
from math import sqrt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from summarizer.evals.costs import Costs
from summarizer.evals.metrics import Estimate, Metric
from summarizer.evals.scoring import Scored

__all__ = ["Figure", "Run", "SliceFigures", "beaten_by", "detectable", "figures", "slice_figures"]

_TWO_SIDED_95_WIDTH = 2 * 1.959964
_TRIVIAL = ("cost_usd.", "latency_ms.", "summary.answered_rate")
"""What every baseline wins by asking no model."""
_POWER_80 = 1.959964 + 0.841621


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Record):
    """A metric with its 95 % interval, over `n` cases."""

    value: float
    low: float
    high: float
    n: int


class SliceFigures(_Record):
    """The metrics of a part of the cases."""

    n: int
    metrics: dict[str, Figure]


class Run(_Record):
    """What a run found, and what it depended on. Holds no time of day: a rerun is the same."""

    set: str
    version: str
    set_hash: str
    split: str | None = None
    tag: str | None = None
    """What each of its cases carries, if only such were run."""
    model: str
    prompt: str
    policy: str
    taxonomy: str
    labels: str | None = None
    """What decided labels beside the model, as `NAME@sha256:…`."""
    code: str
    """Hash of the package: source, word lists, weights."""
    n: int
    metrics: dict[str, Figure]
    detectable: dict[str, float] = {}
    """The least true difference to another run on as many cases that would be noticed with 80 %
    power, if the two runs' answers were independent; paired runs notice less."""
    slices: dict[str, SliceFigures] = {}
    baselines: dict[str, dict[str, Figure]] = {}
    beaten_by: dict[str, tuple[str, ...]] = {}
    """Metric -> baselines that are no worse."""
    costs: Costs = Costs()
    """What errors cost, by the set."""
    gates: dict[str, float] = {}
    missed_gates: tuple[str, ...] = ()
    statuses: Annotated[dict[str, int], Field(description="outcome or code -> cases")] = {}
    faults: tuple[dict[str, str], ...] = ()


def figures(estimates: Mapping[str, Estimate]) -> dict[str, Figure]:
    """Round estimates for the record."""
    return {
        name: Figure(
            value=_rounded(found.value),
            low=_rounded(found.low),
            high=_rounded(found.high),
            n=found.n,
        )
        for name, found in estimates.items()
    }


def slice_figures(scored: Scored) -> dict[str, SliceFigures]:
    """Return the metrics of each slice, with its count."""
    return {
        name: SliceFigures(n=len(scored.slices[name]), metrics=figures(estimates))
        for name, estimates in scored.by_slice().items()
    }


def detectable(estimates: Mapping[str, Estimate]) -> dict[str, float]:
    """Return for each metric the least difference that a second run of this size would show."""
    return {
        name: _rounded(_POWER_80 * sqrt(2) * (found.high - found.low) / _TWO_SIDED_95_WIDTH)
        for name, found in estimates.items()
    }


def beaten_by(
    metrics: tuple[Metric, ...],
    own: Mapping[str, Figure],
    baselines: Mapping[str, Mapping[str, Figure]],
) -> dict[str, tuple[str, ...]]:
    """Name for each metric the baselines that do at least as well."""
    result = {}
    for metric in metrics:
        is_trivial = metric.name.startswith(_TRIVIAL)
        if metric.better == "neither" or is_trivial or metric.name not in own:
            continue
        sign = 1 if metric.better == "higher" else -1
        better = tuple(
            name
            for name, found in baselines.items()
            if metric.name in found
            and sign * found[metric.name].value >= sign * own[metric.name].value
        )
        if better:
            result[metric.name] = better
    return result


def _rounded(value: float) -> float:
    return round(value, 4)
