"""Gates: a set's own demands -> which of them a result misses."""

from collections.abc import Mapping

from summarizer.evals.scorers import METRICS

__all__ = ["missed_gates"]


_BETTER = {metric.name: metric.better for metric in METRICS}


def missed_gates(
    gates: Mapping[str, float], bounds: Mapping[str, tuple[float, float]]
) -> list[str]:
    """Name each gate that is missed.

    Args:
        gates: metric -> bound.
        bounds: metric -> the low and high end of its interval. A recall or precision is held
            against its low end, a rate against its high end, so that a small set cannot pass
            by luck. A metric that was not measured misses its gate.
    """
    missed = []
    for metric, bound in gates.items():
        low, high = bounds.get(metric, (0.0, float("inf")))
        is_rate = _is_better_low(metric)
        if high > bound if is_rate else low < bound:
            end, value = ("high", high) if is_rate else ("low", low)
            missed.append(f"{metric}: {end} end of the interval {value:.3f}, gate {bound}")
    return missed


def _is_better_low(metric: str) -> bool:
    """Say whether a metric's gate is a ceiling: by the metric itself, else by its name."""
    known = _BETTER.get(metric)
    return metric.endswith(("_rate", "_words")) if known is None else known == "lower"
