"""Plots: figures -> inline SVG. The only module that loads matplotlib."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from summarizer.evals.costs import Costs
from summarizer.evals.intervals import wilson
from summarizer.evals.run import Figure
from summarizer.evals.scorers.confidence import BINS
from summarizer.models import Urgency

__all__ = [
    "calibration_plot", "confusion_plot", "cost_plot", "interval_plot", "risk_coverage_plot",
    "shares_plot",
]  # fmt: skip

_STYLE: Final = {
    "svg.fonttype": "none",
    "svg.hashsalt": "case-summarizer",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_INK, _ACCENT, _PALE, _GRID, _GROUND = "#000000", "#1d4ed8", "#94a3b8", "#e2e8f0", "#ffffff"
_IN_PAGE: Final = {
    _INK: "var(--ink)", _ACCENT: "var(--mark)", _PALE: "var(--pale)", _GRID: "var(--line)",
    _GROUND: "var(--ground)",
}  # fmt: skip
"""What stands for each colour in a page, whose style has one for light and one for dark."""
_COLOUR: Final = re.compile("|".join(_IN_PAGE))
_MARKS: Final = {"majority": "s", "keywords": "^", "tfidf": "D", "lead3": "v"}
_LEAST_CASES: Final = 10
_PROLOGUE: Final = re.compile(r"^.*?(?=<svg)", re.DOTALL)


def interval_plot(
    names: Sequence[str],
    own: Mapping[str, Figure],
    baselines: Mapping[str, Mapping[str, Figure]],
) -> str:
    """Draw each share with its interval, and the baselines beside it."""
    canvas, axes = _axes(6.2, 0.34 * len(names) + 0.9)
    for at, name in enumerate(names):
        found = own[name]
        axes.plot([found.low, found.high], [at, at], color=_ACCENT, lw=2, solid_capstyle="butt")
        axes.plot(found.value, at, "o", color=_ACCENT, label="this run" if at == 0 else None)
    for baseline, metrics in baselines.items():
        places = [at for at, name in enumerate(names) if name in metrics]
        axes.plot(
            [metrics[names[at]].value for at in places], places, _MARKS.get(baseline, "x"),
            color=_PALE, markerfacecolor="none", label=baseline,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="x", color=_GRID)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=5, frameon=False)
    return _svg(canvas, "Shares with 95 % intervals, beside the baselines")


def confusion_plot(pairs: Sequence[tuple[str, str]], order: Sequence[str] | None) -> str:
    """Draw expected labels by given ones, as counts; empty if there are none."""
    if not pairs:
        return ""
    names = list(order or sorted({expected for expected, _ in pairs}))
    names += sorted({given for _, given in pairs} - set(names))
    table = np.zeros((len(names), len(names)))
    for expected, given in pairs:
        table[names.index(expected), names.index(given)] += 1
    size = 1.6 + 0.3 * len(names)
    canvas, axes = _axes(size + 0.6, size)
    of_row = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_aspect("equal")
    for at in range(len(names)):  # the diagonal, where given is expected
        corner = at - 0.5, at - 0.5
        axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=_PALE, linewidth=0.6))
    for row, column in zip(*np.nonzero(table), strict=True):
        corner, share = (column - 0.5, row - 0.5), of_row[row, column]
        axes.add_patch(Rectangle(corner, 1, 1, facecolor=_ACCENT, alpha=share, linewidth=0))
        ink = _GROUND if share > 0.5 else _INK  # noqa: PLR2004 - readable on the accent
        axes.text(column, row, f"{table[row, column]:.0f}", ha="center", va="center", color=ink)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("given")
    axes.set_ylabel("expected")
    return _svg(canvas, "Expected labels by given labels")


def calibration_plot(scored: Sequence[tuple[float, bool]]) -> str:
    """Draw how often the label was right at each level of confidence; empty if unmeasured."""
    if len(scored) < _LEAST_CASES:
        return ""
    canvas, axes = _axes(4.2, 3.6)
    axes.plot([0, 1], [0, 1], "--", color=_PALE, label="perfect")
    for number in range(BINS):
        inside = [
            (sure, right) for sure, right in scored if min(int(sure * BINS), BINS - 1) == number
        ]
        if inside:
            share = wilson(sum(right for _, right in inside), len(inside))
            middle = sum(sure for sure, _ in inside) / len(inside)
            axes.plot([middle, middle], [share.low, share.high], color=_ACCENT)
            axes.plot(middle, share.value, "o", color=_ACCENT)
            axes.annotate(str(share.n), (middle, share.value), (4, 4), textcoords="offset points")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.03)
    axes.set_xlabel("confidence")
    axes.set_ylabel("share that was right")
    return _svg(canvas, "Calibration: confidence against how often it was right, with counts")


def risk_coverage_plot(scored: Sequence[tuple[float, bool]]) -> str:
    """Draw the share of wrong labels among the surest cases; empty if unmeasured."""
    if len(scored) < _LEAST_CASES:
        return ""
    wrong = np.cumsum([not right for _, right in sorted(scored, key=lambda each: -each[0])])
    taken = np.arange(1, len(scored) + 1)
    canvas, axes = _axes(4.2, 3.6)
    axes.plot(taken / len(scored), wrong / taken, color=_ACCENT)
    axes.axhline(float(wrong[-1]) / len(scored), ls="--", color=_PALE)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, None)
    axes.set_xlabel("share of cases not sent to a person")
    axes.set_ylabel("share of wrong labels among them")
    return _svg(canvas, "Risk and coverage: the surest cases first")


def cost_plot(cases: Sequence[tuple[float, Urgency, str | None]], costs: Costs) -> str:
    """Draw what wrong urgencies and reviews cost by the threshold of review."""
    sure = [each for each in cases if each[0] > 0]
    if len(sure) < _LEAST_CASES:
        return ""
    thresholds = np.linspace(0, 1, 41)
    errors = [
        sum(
            costs.of_urgency(right, given)
            for confidence, right, given in sure
            if confidence >= least
        )
        for least in thresholds
    ]
    reviews = [
        costs.review * sum(confidence < least for confidence, _, _ in sure) for least in thresholds
    ]
    canvas, axes = _axes(4.2, 3.6)
    total = np.array(errors) + np.array(reviews)
    axes.plot(thresholds, np.array(errors) / len(sure), color=_PALE, label="wrong urgency")
    axes.plot(thresholds, np.array(reviews) / len(sure), ":", color=_PALE, label="review")
    axes.plot(thresholds, total / len(sure), color=_ACCENT, label="together")
    best = int(np.argmin(total))
    axes.plot(thresholds[best], total[best] / len(sure), "o", color=_ACCENT)
    axes.set_xlabel("cases below this confidence go to a person")
    axes.set_ylabel("cost a case")
    axes.legend(frameon=False)
    return _svg(canvas, "Cost by the threshold of review")


def shares_plot(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Draw the share of each class before and after."""
    names = sorted(before, key=lambda name: -before[name])
    canvas, axes = _axes(5.2, 0.32 * len(names) + 0.8)
    places = np.arange(len(names))
    axes.barh(places - 0.2, [before[name] for name in names], 0.38, color=_PALE, label="baseline")
    axes.barh(places + 0.2, [after[name] for name in names], 0.38, color=_ACCENT, label="window")
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set_xlabel("share")
    axes.legend(frameon=False)
    return _svg(canvas, "Share of each class in the baseline and in the window")


def _axes(width: float, height: float) -> tuple[Canvas, Any]:
    with mpl.rc_context(_STYLE):
        canvas = Canvas(figsize=(width, height), layout="constrained")
        return canvas, canvas.add_subplot()


def _svg(canvas: Canvas, title: str) -> str:
    """Write the figure as SVG that can stand in a page, named for screen readers."""
    written = io.StringIO()
    with mpl.rc_context(_STYLE):
        canvas.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    bare = _COLOUR.sub(lambda found: _IN_PAGE[found.group()], _PROLOGUE.sub("", written.getvalue()))
    return bare.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
