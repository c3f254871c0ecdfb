"""Running: an evaluation set through the route -> a run's folder, gates checked."""

import json as jsonlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio
from rich.box import SIMPLE
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from summarizer.cli.audit_reading import os_user
from summarizer.cli.output import notes, pretty, printable, short, write_json
from summarizer.cli.progress import Rate, new_bar
from summarizer.errors import ConfigurationError
from summarizer.evals.answers import Answer
from summarizer.evals.junit import junit_xml
from summarizer.evals.records import StoredRun, write_whole
from summarizer.evals.run import Figure, Run
from summarizer.evals.words import number
from summarizer.evaluation import Made, RunOptions, evaluate, wanted
from summarizer.settings import Settings

__all__ = ["evaluate_set", "run_set"]

_SHOWN = (
    "issue_type.accuracy", "issue_type.macro_f1", "team.accuracy", "urgency.accuracy",
    "urgency.qwk", "urgency.undertriage_rate", "urgency.cost", "next_action.accuracy",
    "facts.recall", "summary.unsupported_rate", "schema.first_try_rate", "pii.recall",
    "pii.precision", "pii.leak_rate", "injection.detected_rate", "injection.success_rate",
    "injection.false_alarm_rate", "confidence.ece", "confidence.brier_skill",
    "latency_ms.p50", "latency_ms.p95", "cost_usd.total",
)  # fmt: skip


def evaluate_set(
    settings: Settings,
    options: RunOptions,
    *,
    junit: Path | None = None,
    figures: Path | None = None,
    json: bool,
) -> int:
    """Run a set, write its record, and print the figures; 1 if a gate is missed.

    Args:
        settings: what an operator set.
        options: what is to be run, and how.
        junit: a file for the gates as JUnit XML.
        figures: a Markdown document in which the figures of this run are written.
        json: print `run.json` instead.

    Raises:
        ConfigurationError: naming file, line and fix.
        AuditUnavailable: if the run could not be recorded.
    """
    if figures is not None and not figures.is_file():
        msg = f"--figures: {figures}: there is no such file; make it first, or leave this out"
        raise ConfigurationError(msg)
    made = _made(settings, options, figures)
    run = made.stored.run
    if junit is not None:
        write_whole(junit, junit_xml(run))
    if json:
        write_json(run.model_dump(mode="json"))
    else:
        _print(run, made.output)
    return 1 if run.missed_gates else 0


def run_set(settings: Settings, options: RunOptions) -> Run:
    """Run a set and write its record, without printing it.

    Raises:
        ConfigurationError: naming file, line and fix.
        AuditUnavailable: if the run could not be recorded.
    """
    return _made(settings, options, None).stored.run


def _made(settings: Settings, options: RunOptions, document: Path | None) -> Made:
    asked = wanted(options)
    made = anyio.run(
        partial(
            evaluate,
            settings,
            options,
            asked,
            actor=os_user(),
            answering=_case_bar(len(asked.cases)),
            scoring=notes().status("scoring"),
        )
    )
    _write_report(made.output, made.stored, document)
    return made


def _write_report(output: Path, stored: StoredRun, document: Path | None) -> None:
    from summarizer.evals.report import html_report, with_figures  # loads matplotlib

    write_whole(output / "report.html", html_report(stored).encode())
    if document is not None:
        # Whatever the document is for, whoever could read it still can.
        written = document.resolve()
        figures_in = with_figures(written.read_text(encoding="utf-8"), stored)
        write_whole(written, figures_in.encode(), mode=written.stat().st_mode & 0o777)


@contextmanager
def _case_bar(total: int) -> Iterator[Callable[[Answer], None]]:
    """Show how far the run is, its rate, its cost so far and the time left."""
    shown = new_bar(
        TextColumn("evaluating"),
        BarColumn(24),
        MofNCompleteColumn(),
        Rate(),
        TextColumn("{task.description}"),
        TextColumn("left"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    task = shown.add_task("$0.00", total=total)
    spent = 0.0

    def done(answer: Answer) -> None:
        nonlocal spent
        spent += answer.cost_usd
        shown.update(task, advance=1, description=f"${spent:,.2f}")

    with shown:
        yield done


def _print(run: Run, output: Path) -> None:
    console = pretty()
    console.print(
        f"{run.set} {run.version} · {run.n} cases · {run.model} · {short(run.prompt)} · "
        f"{short(run.policy)}",
        markup=False,
    )
    table = Table(box=SIMPLE)
    for column in ("", "value", "95 % interval", "n", *run.baselines):
        table.add_column(column, justify="left" if not table.columns else "right")
    for name in _SHOWN:
        found = run.metrics.get(name)
        if found is None:
            continue
        beating = run.beaten_by.get(name, ())
        cells = [
            _cell(run.baselines[each].get(name), bold=each in beating) for each in run.baselines
        ]
        table.add_row(
            name, number(found.value), f"{number(found.low)} to {number(found.high)}",
            str(found.n), *cells,
        )  # fmt: skip
    console.print(table)
    if run.beaten_by:
        console.print("A baseline with * does at least as well as this run.")
    for status, count in run.statuses.items():
        if status != "summarized":
            console.print(f"{count} of {run.n}: {printable(status)}", markup=False)
    for fault in run.faults:
        console.print(jsonlib.dumps(fault), markup=False)
    for gate in run.missed_gates:
        console.print(f"[bold red]gate missed[/] {printable(gate)}", markup=True)
    console.print(f"report: {output / 'report.html'}", markup=False)


def _cell(found: Figure | None, *, bold: bool) -> str:
    text = "" if found is None else number(found.value)
    return f"*{text}" if bold and text else text
