"""Drift: two windows of outcomes -> which of their features have shifted, and by how much.

Every feature is put into classes: labels as they are, numbers by the tenths of the baseline. The
population stability index says how much the mix moved; a permutation test, corrected over the
features, whether chance would move it as far.

Sources: D. Yurdakul and J. Naranjo, Journal of Risk Model Validation 14 (2020), for the index and
its customary limits of .1 and .25; P. Good, "Permutation Tests" (2000).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any, Final, Literal

import numpy as np

from summarizer.errors import ConfigurationError
from summarizer.evals.compare import holm

__all__ = ["FEATURES", "Shift", "drift"]

_LEAST: Final = 20
_FLOOR: Final = 0.5
"""Added to each class, so that one that is empty on one side has a finite index."""
_MODERATE, _LARGE = 0.1, 0.25
_ALPHA: Final = 0.05
_PERMUTATIONS: Final = 2_000
_SEED: Final = 20_250_501
_TENTHS: Final = 10
_FEW: Final = (0, 1, 2, 4, 8, 16, 32)

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Shift:
    """How one feature moved."""

    feature: str
    psi: float
    p: float
    """Corrected for the number of features (Holm)."""
    verdict: Literal["stable", "moderate", "large"]
    """`moderate` and `large` only if chance does not explain it."""
    baseline: Mapping[str, float]
    """Class -> its share."""
    window: Mapping[str, float]


def _label(outcome: Mapping[str, Any], *path: str) -> str:
    value: Any = outcome
    for part in path:
        value = (value or {}).get(part)
    return "(none)" if value is None else str(value)


def _count(number: float) -> str:
    low = max(each for each in _FEW if number >= each)
    return str(low) if number < 2 else f"{low}+"  # noqa: PLR2004 - 0 and 1 are exact


FEATURES: Final[Mapping[str, Callable[[Mapping[str, Any]], str | float]]] = {
    "status": lambda outcome: (
        _label(outcome, "error", "code") if outcome.get("error") else _label(outcome, "status")
    ),
    "issue_type": lambda outcome: _label(outcome, "summary", "issue_type"),
    "urgency": lambda outcome: _label(outcome, "summary", "urgency"),
    "next_action": lambda outcome: _label(outcome, "summary", "next_action", "code"),
    "review": lambda outcome: _label(outcome, "review", "required"),
    "attempts": lambda outcome: _count(outcome["provenance"]["attempts"]),
    "llm_ms": lambda outcome: float(outcome["timings_ms"]["llm"]),
    "redact_ms": lambda outcome: float(outcome["timings_ms"]["redact"]),
    "prompt_tokens": lambda outcome: float(outcome["usage"]["prompt_tokens"]),
}
"""What is compared, beside how often each entity was held back."""


def drift(
    baseline: Sequence[Mapping[str, Any]], window: Sequence[Mapping[str, Any]]
) -> list[Shift]:
    """Compare two windows of outcomes, the features that moved most first.

    Raises:
        ConfigurationError: if a window is too small to say anything.
    """
    for name, outcomes in (("baseline", baseline), ("window", window)):
        if len(outcomes) < _LEAST:
            msg = f"--{name}: {len(outcomes)} outcomes; at least {_LEAST} are needed, widen it"
            raise ConfigurationError(msg)
    columns = {
        name: ([of(outcome) for outcome in baseline], [of(outcome) for outcome in window])
        for name, of in _features(baseline, window).items()
    }
    found = [(name, *_compared(*columns[name])) for name in columns]
    corrected = holm([p for _, _, p, _, _ in found])
    shifts = [
        Shift(name, psi, p, _verdict(psi, p), base, new)
        for (name, psi, _, base, new), p in zip(found, corrected, strict=True)
    ]
    return sorted(shifts, key=lambda shift: -shift.psi)


def _features(*windows: Sequence[Mapping[str, Any]]) -> dict[str, Callable[[Any], Any]]:
    entities = sorted({
        entity
        for outcomes in windows
        for outcome in outcomes
        for entity in outcome["redaction"]["entities"]
    })
    held_back = {f"redacted.{entity}": _entity_count(entity) for entity in entities}
    return {**FEATURES, **held_back}


def _entity_count(entity: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda outcome: _count(outcome["redaction"]["entities"].get(entity, 0))


def _compared(
    baseline: Values, window: Values
) -> tuple[float, float, dict[str, float], dict[str, float]]:
    if isinstance(baseline[0], float):
        edges = np.unique(np.quantile(baseline, np.linspace(0, 1, _TENTHS + 1)[1:-1]))
        names = [f"{low:.0f} to {high:.0f}" for low, high in _ranges(edges)]
        baseline, window = (
            [names[at] for at in np.searchsorted(edges, values, side="left")]
            for values in (baseline, window)
        )
    classes = sorted({*baseline, *window})
    number = {name: at for at, name in enumerate(classes)}
    codes = np.array([number[value] for value in (*baseline, *window)])
    counts = [
        _counts(codes[: len(baseline)], len(classes)),
        _counts(codes[len(baseline) :], len(classes)),
    ]
    seen = _distance(*counts)
    generator = np.random.default_rng(_SEED)
    beyond = 0
    for _ in range(_PERMUTATIONS):
        mixed = generator.permutation(codes)
        drawn = _counts(mixed[: len(baseline)], len(classes))
        beyond += _distance(drawn, counts[0] + counts[1] - drawn) >= seen
    p = (beyond + 1) / (_PERMUTATIONS + 1)
    return _psi(*counts), p, _shares(classes, baseline), _shares(classes, window)


def _ranges(edges: Any) -> list[tuple[float, float]]:
    bounds = [0.0, *map(float, edges), float("inf")]
    return list(pairwise(bounds))


def _counts(codes: Any, classes: int) -> Any:
    return np.bincount(codes, minlength=classes).astype(np.float64)


def _distance(one: Any, other: Any) -> float:
    """Return the chi-square distance of two rows of counts."""
    total = one + other
    return float((((one * other.sum() - other * one.sum()) ** 2) / total).sum())


def _psi(one: Any, other: Any) -> float:
    base = (one + _FLOOR) / (one + _FLOOR).sum()
    new = (other + _FLOOR) / (other + _FLOOR).sum()
    return float(sum((n - b) * log(n / b) for b, n in zip(base, new, strict=True)))


def _shares(classes: Iterable[str], values: Values) -> dict[str, float]:
    counts = Counter(values)
    return {name: round(counts[name] / len(values), 4) for name in classes}


def _verdict(psi: float, p: float) -> Literal["stable", "moderate", "large"]:
    if p >= _ALPHA or psi < _MODERATE:
        return "stable"
    return "large" if psi >= _LARGE else "moderate"
