"""Plots take their colours from the page, which has some for light and some for dark."""

import re

import pytest

from summarizer.evals.costs import Costs
from summarizer.evals.report.plots import (
    calibration_plot,
    confusion_plot,
    cost_plot,
    interval_plot,
    risk_coverage_plot,
    shares_plot,
)
from summarizer.evals.run import Figure

_SCORED = [(n / 20, n % 3 > 0) for n in range(1, 20)]
_FIGURE = Figure(value=0.5, low=0.4, high=0.6, n=20)


@pytest.mark.parametrize(
    "plot",
    [
        calibration_plot(_SCORED),
        confusion_plot([("low", "low"), ("low", "high"), ("high", "high")], None),
        cost_plot([(sure, "high", "low") for sure, _ in _SCORED], Costs()),
        interval_plot(["m"], {"m": _FIGURE}, {"majority": {"m": _FIGURE}}),
        risk_coverage_plot(_SCORED),
        shares_plot({"a": 0.5, "b": 0.5}, {"a": 0.2, "b": 0.8}),
    ],
    ids=["calibration", "confusion", "cost", "interval", "risk", "shares"],
)
def test_a_plot_has_no_colour_of_its_own(plot: str) -> None:
    assert "var(--mark)" in plot
    assert re.findall(r"(?:fill|stroke): (?!none|var\()[^;\"]+", plot) == []
    assert "<image" not in plot
