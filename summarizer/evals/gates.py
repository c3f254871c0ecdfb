"""Gates: a set's own demands -> which of them a result misses."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from summarizer.yamlfile import read_yaml

__all__ = ["EvalSet", "missed_gates", "read_set"]


class EvalSet(BaseModel):
    """What `set.yaml` says of a set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    description: str
    licence: str
    taxonomy: str | None = None
    gates: dict[str, float] = {}
    """Metric -> bound: the least value for a recall or precision, the largest for a rate."""


def read_set(folder: Path) -> EvalSet | None:
    """Read `set.yaml`, if the folder has one.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    path = folder / "set.yaml"
    return read_yaml(path, EvalSet) if path.is_file() else None


def missed_gates(
    gates: Mapping[str, float], bounds: Mapping[str, tuple[float, float]]
) -> list[str]:
    """Name each gate that is missed.

    Args:
        gates: metric -> bound.
        bounds: metric -> the low and high end of its interval. A recall or precision is held
            against its low end, a rate against its high end, so that a small set cannot pass
            by luck.
    """
    missed = []
    for metric, bound in gates.items():
        low, high = bounds.get(metric, (0.0, float("inf")))
        is_rate = metric.endswith(("_rate", "_words"))
        if high > bound if is_rate else low < bound:
            end, value = ("high", high) if is_rate else ("low", low)
            missed.append(f"{metric}: {end} end of the interval {value:.3f}, gate {bound}")
    return missed
