"""Report: a stored run, and the run it is compared with -> one HTML file, and Markdown.

The HTML needs no network and no script: plots are inline SVG, failed cases fold open.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from summarizer.errors import ConfigurationError
from summarizer.evals.compare import Difference, compare_stored
from summarizer.evals.drift import Shift
from summarizer.evals.moves import moved
from summarizer.evals.parts import part_shares
from summarizer.evals.records import CaseRecord, StoredRun
from summarizer.evals.report.plots import (
    calibration_plot,
    confusion_plot,
    cost_plot,
    interval_plot,
    risk_coverage_plot,
    shares_plot,
)
from summarizer.evals.run import Run
from summarizer.evals.scorers.urgency import LEVELS
from summarizer.evals.words import MEANINGS, number, signed
from summarizer.models import Urgency

__all__ = ["HEADLINE", "drift_report", "html_report", "markdown_report", "with_figures"]

HEADLINE: Final = (
    "issue_type.accuracy", "team.accuracy", "urgency.accuracy", "urgency.undertriage_rate",
    "next_action.accuracy", "facts.recall", "summary.unsupported_rate", "schema.first_try_rate",
    "pii.recall", "pii.leak_rate", "confidence.ece",
)  # fmt: skip
"""What a reader sees first: a share each, so that one axis serves them all."""
_HASH_DIGITS = 12
_BEGIN, _END = "<!-- figures -->", "<!-- end of figures -->"


def html_report(stored: StoredRun, base: StoredRun | None = None) -> str:
    """Write the report as one self-contained page."""
    run = stored.run
    differences = _differences(stored, base)
    scored = _confident(stored.cases)
    shown = [name for name in HEADLINE if name in run.metrics]
    return (
        _environment(autoescape=True)
        .get_template("report.html.j2")
        .render(
            run=run,
            headline=shown,
            beating=_beating(run),
            meanings=MEANINGS,
            differences=differences,
            base=base.run if base else None,
            moved=moved(differences, base.cases if base else (), stored.cases),
            failed=[case for case in stored.cases if case.wrong],
            reasons=_reasons(stored.cases),
            parts=part_shares(stored.cases),
            plots={
                "intervals": interval_plot(shown, run.metrics, run.baselines),
                "issue_type": confusion_plot(_labels(stored.cases, "issue_type"), None),
                "urgency": confusion_plot(_labels(stored.cases, "urgency"), LEVELS),
                "next_action": confusion_plot(_labels(stored.cases, "next_action"), None),
                "calibration": calibration_plot(scored),
                "risk": risk_coverage_plot(scored),
                "cost": cost_plot(_urgent(stored.cases), run.costs),
            },
        )
    )


def markdown_report(stored: StoredRun, base: StoredRun | None = None) -> str:
    """Write the headline and the comparison for a pull request."""
    run = stored.run
    return (
        _environment(autoescape=False)
        .get_template("report.md.j2")
        .render(
            run=run,
            headline=[name for name in HEADLINE if name in run.metrics],
            differences=_differences(stored, base),
            base=base.run if base else None,
        )
    )


def with_figures(document: str, stored: StoredRun) -> str:
    """Return a Markdown document with a run's figures between its two marks.

    Raises:
        ConfigurationError: if the document does not have both marks.
    """
    before, begin, rest = document.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        msg = f"the document has no place for figures; write {_BEGIN} and {_END} on lines"
        raise ConfigurationError(msg)
    return f"{before}{begin}\n{markdown_report(stored)}\n{end}{after}"


def drift_report(shifts: Sequence[Shift], baseline: str, window: str) -> str:
    """Write two windows and what shifted between them as one self-contained page."""
    return (
        _environment(autoescape=True)
        .get_template("drift.html.j2")
        .render(
            shifts=shifts,
            baseline=baseline,
            window=window,
            plots={shift.feature: shares_plot(shift.baseline, shift.window) for shift in shifts},
        )
    )


def _differences(stored: StoredRun, base: StoredRun | None) -> list[Difference]:
    return compare_stored(base, stored) if base else []


def _beating(run: Run) -> dict[str, list[str]]:
    """Return by baseline the metrics on which it does at least as well."""
    beating: dict[str, list[str]] = defaultdict(list)
    for metric, baselines in run.beaten_by.items():
        for baseline in baselines:
            beating[baseline].append(metric)
    return beating


def _labels(cases: Sequence[CaseRecord], name: str) -> list[tuple[str, str]]:
    labels = [case.labels[name] for case in cases]
    return [(each.expected, each.got or "(none)") for each in labels if each.expected is not None]


def _confident(cases: Sequence[CaseRecord]) -> list[tuple[float, bool]]:
    return [
        (case.answer.confidence, case.answer.issue_type == case.expected.issue_type)
        for case in cases
        if case.answer.confidence is not None and case.expected.issue_type is not None
    ]


def _urgent(cases: Sequence[CaseRecord]) -> list[tuple[float, Urgency, str | None]]:
    return [
        (case.answer.confidence or 0.0, case.expected.urgency, case.answer.urgency)
        for case in cases
        if case.expected.urgency is not None
    ]


def _reasons(cases: Sequence[CaseRecord]) -> list[tuple[str, int]]:
    return Counter(str(kind) for case in cases for kind in case.kinds).most_common()


def _environment(*, autoescape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=autoescape,  # noqa: S701 - only the Markdown is plain, and it quotes no case
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["signed"] = signed
    environment.filters["short"] = _short
    return environment


def _short(version: str) -> str:
    name, at, digest = version.partition("@sha256:")
    return f"{name}{at and '@'}{digest[:_HASH_DIGITS]}"
