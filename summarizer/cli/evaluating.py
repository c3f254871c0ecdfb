"""Evaluating: a labelled set and a policy -> scores on standard output."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.progress import track
from rich.table import Table

from summarizer.bootstrap import build_redactor
from summarizer.cli.advising import analysis_json, print_analysis
from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.evals.analysis import Analysis, Analyst
from summarizer.evals.gates import missed_gates
from summarizer.evals.heard import HeardDetector
from summarizer.evals.intervals import Share
from summarizer.evals.labelled import LabelledText, conversations, read_labelled
from summarizer.evals.redaction import Miss, RedactionReport, score_redaction
from summarizer.evals.sets import read_set
from summarizer.pii import Detector
from summarizer.policy import Policy
from summarizer.settings import Settings

__all__ = ["evaluate_redaction"]


def evaluate_redaction(
    settings: Settings, path: Path, *, ignore: frozenset[str], errors: int, json: bool
) -> int:
    """Score a set and print the result; 1 if a gate is missed.

    Raises:
        ConfigurationError: naming file, line and fix.
        RedactionError: if a text could not be redacted.
    """
    texts = read_labelled(path)
    described = read_set(path) if path.is_dir() else None
    report, analysis, policy = _scored(settings, list(conversations(texts)), ignore)
    missed = missed_gates(described.gates if described else {}, _bounds(report))
    if json:
        write_json({
            "set": described.name if described else path.name,
            "policy": policy.version,
            "n": len(texts),
            "metrics": _metrics(report),
            "entities": {
                name: {"recall": _share(scores.recall), "precision": _share(scores.precision),
                       "f1": round(scores.f1, 4)}
                for name, scores in report.entities.items()
            },
            "tags": {tag: _share(share) for tag, share in report.tags.items()},
            "missed_gates": missed,
            "missed": [miss._asdict() for miss in report.missed[:errors]],
            "wrong": [miss._asdict() for miss in report.wrong[:errors]],
            "analysis": analysis_json(analysis, errors),
        })  # fmt: skip
    else:
        _print(report, errors)
        print_analysis(analysis, errors)
        for gate in missed:
            pretty().print(f"[bold red]gate missed[/] {printable(gate)}")
    return 1 if missed else 0


def _scored(
    settings: Settings, groups: Sequence[Sequence[LabelledText]], ignore: frozenset[str]
) -> tuple[RedactionReport, Analysis, Policy]:
    """Redact every conversation once, and say what was missed and why."""
    from summarizer.pii.recognizers import RECOGNIZERS  # takes a while to compile

    heard: list[HeardDetector] = []

    def hear(detector: Detector) -> Detector:
        heard.append(HeardDetector(detector))
        return heard[-1]

    with notes().status("loading what redacts"):
        redactor, policy = build_redactor(settings, hear)
    analyst = Analyst(heard[-1], policy, RECOGNIZERS, ignore)
    report = score_redaction(
        track(groups, description="redacting", console=notes(), transient=True),
        redactor,
        ignore=ignore,
        seen=analyst.see,
    )
    return report, analyst.result(), policy


def _metrics(report: RedactionReport) -> dict[str, Any]:
    return {
        "pii.recall": _share(report.overall.recall),
        "pii.precision": _share(report.overall.precision),
        "pii.leak_rate": _share(report.leak_rate),
        "pii.wrong_per_1000_words": {
            "value": round(report.wrong_per_1000_words, 3),
            "n": report.words,
        },
    }


def _bounds(report: RedactionReport) -> dict[str, tuple[float, float]]:
    bounds = {
        "pii.recall": report.overall.recall[1:3],
        "pii.precision": report.overall.precision[1:3],
        "pii.leak_rate": report.leak_rate[1:3],
        "pii.wrong_per_1000_words": (report.wrong_per_1000_words, report.wrong_per_1000_words),
    }
    entities = {
        f"pii.recall.{name}": scores.recall[1:3] for name, scores in report.entities.items()
    }
    return bounds | entities


def _share(share: Share) -> dict[str, float]:
    return {
        "value": round(share.value, 4),
        "low": round(share.low, 4),
        "high": round(share.high, 4),
        "n": share.n,
    }


def _print(report: RedactionReport, errors: int) -> None:
    console = pretty()
    table = Table(box=SIMPLE, title="Redaction, with 95 % intervals", title_justify="left")
    for column in ("", "recall", "", "n", "precision", "n"):
        table.add_column(column, justify="left" if not table.columns else "right")
    rows = {"all": report.overall, **report.entities}
    for name, scores in rows.items():
        recall, precision = scores.recall, scores.precision
        table.add_row(
            name, *_cells(recall), f"{precision.value:.3f}" if precision.n else "",
            str(precision.n or ""), style="bold" if name == "all" else "",
        )  # fmt: skip
    console.print(table)
    leak = report.leak_rate
    console.print(
        f"leak rate {leak.value:.3f} of {leak.n} conversations ({leak.low:.3f} to {leak.high:.3f})"
        f" · {report.wrong_per_1000_words:.2f} wrong spans per 1,000 words of {report.words:,}"
    )
    for title, misses in (("left", report.missed), ("wrong", report.wrong)):
        for miss in misses[:errors]:
            console.print(f"{title}: {_line(miss)}", markup=False, highlight=False)


def _cells(share: Share) -> tuple[str, str, str]:
    if not share.n:
        return "", "", ""
    return f"{share.value:.3f}", f"{share.low:.3f} to {share.high:.3f}", str(share.n)


def _line(miss: Miss) -> str:
    return f"{miss.id} {miss.entity} {printable(miss.text)!r} {printable(miss.left)!r}"
