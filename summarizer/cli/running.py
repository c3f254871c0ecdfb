"""Running: an evaluation set through the route -> a run's folder, gates checked."""

import hashlib
import json as jsonlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import anyio
from rich.box import SIMPLE
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from summarizer.audit.ids import EventIds
from summarizer.audit.journal import Journal
from summarizer.bootstrap import Application, Bench, open_application, open_audit
from summarizer.cli.audit_reading import os_user
from summarizer.cli.output import notes, pretty, printable, short, write_json
from summarizer.cli.progress import Rate, new_bar
from summarizer.errors import ConfigurationError
from summarizer.evals.answers import Answer, PipelineTask
from summarizer.evals.baselines import BASELINES, Fit, Predict, baseline_answers
from summarizer.evals.cases import EvalCase, LabelledSet, read_cases, selected
from summarizer.evals.gates import missed_gates
from summarizer.evals.junit import junit_xml
from summarizer.evals.metrics import Metric
from summarizer.evals.records import (
    StoredRun,
    case_records,
    code_version,
    statuses,
    write_run,
    write_whole,
)
from summarizer.evals.run import Figure, Run, beaten_by, detectable, figures, slice_figures
from summarizer.evals.runner import AnswerFile, run_cases
from summarizer.evals.scorers import METRICS, metrics_at
from summarizer.evals.scoring import Scored, score
from summarizer.evals.sets import require_known_labels
from summarizer.settings import Settings, bundled
from summarizer.yamlfile import line_of

__all__ = ["RunOptions", "evaluate_set", "run_set", "set_taxonomy"]

_SHOWN = (
    "issue_type.accuracy", "issue_type.macro_f1", "team.accuracy", "urgency.accuracy",
    "urgency.qwk", "urgency.undertriage_rate", "urgency.cost", "next_action.accuracy",
    "facts.recall", "summary.unsupported_rate", "schema.first_try_rate", "pii.recall",
    "pii.precision", "pii.leak_rate", "injection.detected_rate", "injection.success_rate",
    "injection.false_alarm_rate", "confidence.ece", "confidence.brier_skill",
    "latency_ms.p50", "latency_ms.p95", "cost_usd.total",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What `eval run` was asked for."""

    folder: Path
    output: Path | None = None
    """By default `runs/` and a name made of the set, the model and what else the run depends on."""
    split: str | None = None
    tag: str | None = None
    limit: int | None = None
    concurrency: int = 1
    per_minute: int | None = None
    cassette: Path | None = None
    offline: bool = False
    baselines: bool = True
    junit: Path | None = None
    figures: Path | None = None
    """A Markdown document in which the figures of this run are written."""


def evaluate_set(settings: Settings, options: RunOptions, *, json: bool) -> int:
    """Run a set, write its record, and print the figures; 1 if a gate is missed.

    Raises:
        ConfigurationError: naming file, line and fix.
        AuditUnavailable: if the run could not be recorded.
    """
    if options.figures is not None and not options.figures.is_file():
        msg = (
            f"--figures: {options.figures}: there is no such file; make it first, or leave this out"
        )
        raise ConfigurationError(msg)
    run, output = _ran(settings, options)
    if options.junit is not None:
        write_whole(options.junit, junit_xml(run))
    if json:
        write_json(run.model_dump(mode="json"))
    else:
        _print(run, output)
    return 1 if run.missed_gates else 0


def run_set(settings: Settings, options: RunOptions) -> Run:
    """Run a set and write its record, without printing it.

    Raises:
        ConfigurationError: naming file, line and fix.
        AuditUnavailable: if the run could not be recorded.
    """
    return _ran(settings, options)[0]


def _ran(settings: Settings, options: RunOptions) -> tuple[Run, Path]:
    labelled = read_cases(options.folder)
    _require_known_gates(labelled, options.folder)
    cases = selected(labelled.cases, split=options.split, tag=options.tag, limit=options.limit)
    return anyio.run(_run, settings, options, labelled, cases)


async def _run(
    settings: Settings, options: RunOptions, labelled: LabelledSet, cases: Sequence[EvalCase]
) -> tuple[Run, Path]:
    bench = Bench(
        taxonomy=set_taxonomy(labelled, options.folder),
        cassette=options.cassette,
        offline=options.offline,
    )
    async with open_application(settings, bench) as app:
        require_known_labels(labelled.about, options.folder, app.policy.taxonomy)
        identity = _identity(app, labelled, options)
        output = options.output or _default_output(identity, labelled)
        file = AnswerFile(output / "answers.jsonl", identity)
        with _case_bar(len(cases)) as done:
            answers = await run_cases(
                cases,
                PipelineTask(app.pipeline),
                file,
                concurrency=options.concurrency,
                per_minute=options.per_minute,
                done=done,
            )
        with notes().status("scoring"):
            metrics = metrics_at(labelled.about.cost_matrix)
            scored = await anyio.to_thread.run_sync(
                score, cases, answers, app.policy.taxonomy, metrics
            )
            baselines = _baselines(labelled, cases, app, metrics) if options.baselines else {}
            run = _record(labelled, identity, answers, scored, baselines)
            records = case_records(cases, answers, scored)
            write_run(output, run, records)
            _write_report(output, StoredRun(run=run, cases=records), options.figures)
    await _note(settings, run, options)
    return run, output


def _write_report(output: Path, stored: StoredRun, document: Path | None) -> None:
    from summarizer.evals.report import html_report, with_figures  # loads matplotlib

    write_whole(output / "report.html", html_report(stored).encode())
    if document is not None:
        # Whatever the document is for, whoever could read it still can.
        written = document.resolve()
        figures_in = with_figures(written.read_text(encoding="utf-8"), stored)
        write_whole(written, figures_in.encode(), mode=written.stat().st_mode & 0o777)


def _record(
    labelled: LabelledSet,
    identity: Mapping[str, str],
    answers: Mapping[str, Answer],
    scored: Scored,
    baselines: dict[str, dict[str, Figure]],
) -> Run:
    estimates = scored.estimates()
    own = figures(estimates)
    bounds = {name: (found.low, found.high) for name, found in own.items()}
    return Run(
        set=labelled.about.name,
        version=labelled.about.version,
        set_hash=labelled.version,
        split=identity["split"] or None,
        tag=identity["tag"] or None,
        model=identity["model"],
        prompt=identity["prompt"],
        policy=identity["policy"],
        taxonomy=identity["taxonomy"],
        labels=identity["labels"] or None,
        code=identity["code"],
        n=len(answers),
        metrics=own,
        detectable=detectable(estimates),
        slices=slice_figures(scored),
        baselines=baselines,
        beaten_by=beaten_by(METRICS, own, baselines),
        costs=labelled.about.cost_matrix,
        gates=labelled.about.gates,
        missed_gates=tuple(missed_gates(labelled.about.gates, bounds)),
        statuses=statuses(answers),
        faults=tuple(
            {"case": fault.case, "metric": fault.metric, "error": fault.error}
            for fault in scored.faults
        ),
    )


def _baselines(
    labelled: LabelledSet,
    cases: Sequence[EvalCase],
    app: Application,
    metrics: tuple[Metric, ...],
) -> dict[str, dict[str, Figure]]:
    taxonomy = app.policy.taxonomy
    result = {}
    for name, baseline in BASELINES.items():
        answers = baseline_answers(baseline, labelled.cases, cases, taxonomy, _fit())
        result[name] = figures(score(cases, answers, taxonomy, metrics).estimates())
    return result


def _fit() -> Fit:
    def fit(texts: Sequence[str], labels: Sequence[str]) -> Predict:
        # Loads scikit-learn.
        from summarizer.triage.fitting import fit_classifier

        if len(set(labels)) == 1:
            return lambda _: {labels[0]: 1.0}
        return fit_classifier(texts, labels, fitted_on="baseline").probabilities

    return fit


def _identity(app: Application, labelled: LabelledSet, options: RunOptions) -> dict[str, str]:
    return {
        "set": labelled.version,
        "split": options.split or "",
        "tag": options.tag or "",
        "model": app.pipeline.llm.name,
        "prompt": app.pipeline.template.version,
        "policy": app.policy.version,
        "taxonomy": app.policy.taxonomy.version,
        "labels": app.pipeline.labels_version or "",
        "code": code_version(),
    }


def _default_output(identity: Mapping[str, str], labelled: LabelledSet) -> Path:
    digest = hashlib.sha256(jsonlib.dumps(identity, sort_keys=True).encode()).hexdigest()[:8]
    model = re.sub(r"[^A-Za-z0-9.-]+", "-", identity["model"])
    return Path("runs") / f"{labelled.about.name}-{model}-{digest}"


async def _note(settings: Settings, run: Run, options: RunOptions) -> None:
    """Record in the audit log that this was evaluated, by which hashes, with what result."""
    ids = EventIds()
    async with open_audit(settings) as store:
        journal = Journal(
            store,
            case=f"evaluation/{run.set}",
            actor=os_user(),
            new_id=ids.new,
            now=lambda: datetime.now(UTC),
        )
        journal.note(
            "evaluation",
            {
                **run.model_dump(mode="json", include={"set", "version", "set_hash", "split", "tag",
                                                       "n", "code", "metrics", "gates",
                                                       "missed_gates"}),
                "cassette": options.cassette is not None,
            },
            {
                "model": run.model,
                "prompt": run.prompt,
                "policy": run.policy,
                "taxonomy": run.taxonomy,
                **({"labels": run.labels} if run.labels else {}),
                "set": run.set_hash,
                "cases": run.n,
                "outcome": "gate_missed" if run.missed_gates else "passed",
            },
        )  # fmt: skip
        await journal.commit()


def set_taxonomy(labelled: LabelledSet, folder: Path) -> Path | None:
    """Find the file of a set's labels: in its folder, or that of a shipped policy.

    Raises:
        ConfigurationError: if there is no such taxonomy.
    """
    name = labelled.about.taxonomy
    if name is None:
        return None
    own = folder / name
    if own.is_file() and own.resolve().is_relative_to(folder.resolve()):
        return own
    for path in sorted(bundled("policies").glob("*/taxonomy.yaml")):
        if path.parent.name == name or f"\nname: {name}\n" in f"\n{path.read_text()}":
            return path
    msg = (
        f"{folder / 'set.yaml'}: taxonomy: there is no {name!r}; name a shipped policy, its "
        "taxonomy, or a file in this folder"
    )
    raise ConfigurationError(msg)


def _require_known_gates(labelled: LabelledSet, folder: Path) -> None:
    known = {metric.name for metric in METRICS}
    unknown = sorted(labelled.about.gates.keys() - known)
    if unknown:
        path = folder / "set.yaml"
        msg = (
            f"{path}:{line_of(path, ('gates', unknown[0]))}: gates.{unknown[0]}: no such metric; "
            f"use one of {', '.join(sorted(known))}"
        )
        raise ConfigurationError(msg)


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
            name, _number(found.value), f"{_number(found.low)} to {_number(found.high)}",
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
    text = "" if found is None else _number(found.value)
    return f"*{text}" if bold and text else text


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}"  # noqa: PLR2004 - digits
