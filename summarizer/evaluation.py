"""Evaluation: a labelled set and Settings -> a run in its folder, and its hashes in the log."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio.to_thread

from summarizer.audit import AuditStore
from summarizer.audit.ids import EventIds
from summarizer.audit.journal import Journal
from summarizer.audit.origin import private_folder
from summarizer.bootstrap import Application, Bench, open_application, open_audit
from summarizer.errors import ConfigurationError
from summarizer.evals.answers import Answer, PipelineTask
from summarizer.evals.baselines import BASELINES, Fit, Predict, baseline_answers
from summarizer.evals.cases import EvalCase, LabelledSet, read_cases, selected
from summarizer.evals.gates import missed_gates
from summarizer.evals.metrics import Metric
from summarizer.evals.records import StoredRun, case_records, code_version, statuses, write_run
from summarizer.evals.run import Figure, Run, beaten_by, detectable, figures, slice_figures
from summarizer.evals.runner import AnswerFile, run_cases
from summarizer.evals.scorers import METRICS, metrics_at
from summarizer.evals.scoring import Scored, score
from summarizer.evals.sets import require_known_labels
from summarizer.settings import Settings, bundled
from summarizer.yamlfile import line_of

__all__ = ["Made", "RunOptions", "Wanted", "evaluate", "note_run", "set_taxonomy", "wanted"]


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What is to be run, and how."""

    folder: Path
    output: Path | None = None
    """By default a folder of the runs, by a name made of the set, the model and what else the run
    depends on."""
    split: str | None = None
    tag: str | None = None
    limit: int | None = None
    concurrency: int = 1
    per_minute: int | None = None
    cassette: Path | None = None
    offline: bool = False
    baselines: bool = True


@dataclass(frozen=True)
class Wanted:
    """A set as it was read, and those of its cases that are to be run."""

    labelled: LabelledSet
    cases: tuple[EvalCase, ...]


@dataclass(frozen=True)
class Made:
    """A run, and the folder that it was written to."""

    stored: StoredRun
    output: Path


def wanted(options: RunOptions) -> Wanted:
    """Read the set that is to be run.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    labelled = read_cases(options.folder)
    _require_known_gates(labelled, options.folder)
    cases = selected(labelled.cases, split=options.split, tag=options.tag, limit=options.limit)
    return Wanted(labelled, cases)


async def evaluate(
    settings: Settings,
    options: RunOptions,
    asked: Wanted,
    *,
    actor: str,
    answering: AbstractContextManager[Callable[[Answer], None]] | None = None,
    scoring: AbstractContextManager[Any] | None = None,
) -> Made:
    """Run the cases, write the record of the run, and note it in the log with its hashes.

    Args:
        settings: what an operator set.
        options: how it is run.
        asked: of the same options.
        actor: who runs it.
        answering: entered while cases are answered; what it gives is told each answer.
        scoring: entered while the answers are scored.

    Raises:
        ConfigurationError: naming file, line and fix.
        AuditUnavailable: if the run could not be recorded.
    """
    labelled, cases = asked.labelled, asked.cases
    bench = Bench(
        taxonomy=set_taxonomy(labelled, options.folder),
        cassette=options.cassette,
        offline=options.offline,
    )
    async with open_application(settings, bench) as app:
        require_known_labels(labelled.about, options.folder, app.policy.taxonomy)
        identity = _identity(app, labelled, options)
        output = options.output or _own_folder(settings, identity, labelled)
        file = AnswerFile(output / "answers.jsonl", identity)
        with answering or nullcontext(_untold) as done:
            answers = await run_cases(
                cases,
                PipelineTask(app.pipeline),
                file,
                concurrency=options.concurrency,
                per_minute=options.per_minute,
                done=done,
            )
        with scoring or nullcontext():
            metrics = metrics_at(labelled.about.cost_matrix)
            scored = await anyio.to_thread.run_sync(
                score, cases, answers, app.policy.taxonomy, metrics
            )
            baselines = _baselines(labelled, cases, app, metrics) if options.baselines else {}
            run = _record(labelled, identity, answers, scored, baselines)
        records = case_records(cases, answers, scored)
        files = write_run(output, run, records)
    async with open_audit(settings) as store:
        cassette = options.cassette is not None
        await note_run(store, run, files, actor=actor, cassette=cassette)
    return Made(StoredRun(run=run, cases=records), output)


async def note_run(
    store: AuditStore, run: Run, files: Mapping[str, str], *, actor: str, cassette: bool
) -> str:
    """Record in the audit log that this was evaluated, by which hashes, with what result.

    Args:
        store: the log.
        run: what is noted.
        files: hashes of what was written, by the names of the files.
        actor: who ran it.
        cassette: whether answers were taken from a file.

    Returns:
        the id of the event.

    Raises:
        AuditUnavailable: if it is not on record.
    """
    journal = Journal(
        store,
        case=f"evaluation/{run.set}",
        actor=actor,
        new_id=EventIds().new,
        now=lambda: datetime.now(UTC),
    )
    event_id = journal.note(
        "evaluation",
        {
            **run.model_dump(mode="json", include={"set", "version", "set_hash", "split", "tag",
                                                   "n", "code", "metrics", "gates",
                                                   "missed_gates"}),
            "cassette": cassette,
            "files": dict(files),
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
    return event_id


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


def _untold(_: Answer) -> None:
    """Tell nobody."""


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
        from summarizer.triage.fitting import fit_classifier  # noqa: PLC0415

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


def _own_folder(settings: Settings, identity: Mapping[str, str], labelled: LabelledSet) -> Path:
    """Name the folder of a run among the runs; it is made so that nobody else reads it."""
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:8]
    name = "-".join((labelled.about.name, identity["model"], digest))
    folder = settings.runs_folder / re.sub(r"[^A-Za-z0-9.-]+", "-", name)
    private_folder(folder)
    return folder


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
