"""Fitting: a labelled set, or a run -> the file that decides labels beside a model."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from summarizer.bootstrap import build_redactor
from summarizer.cli.output import pretty, write_json
from summarizer.cli.progress import counter
from summarizer.errors import ConfigurationError, SummarizerError
from summarizer.evals.cases import EvalCase, read_cases, selected
from summarizer.evals.records import CaseRecord, read_run, write_whole
from summarizer.evaluation import set_taxonomy
from summarizer.ingest.case import to_case
from summarizer.policy import Policy
from summarizer.settings import Settings
from summarizer.taxonomy import Taxonomy
from summarizer.triage.fitting import Judged, fit_classifiers, fit_weights
from summarizer.triage.labelling import (
    FIELDS,
    LabelField,
    Labeller,
    LabelWeights,
    Opinion,
    case_words,
    codes_of,
    distribution,
)

__all__ = ["fit_labels", "weigh_labels"]

_LEAST_CASES = 20


def fit_labels(
    settings: Settings, folder: Path, *, split: str | None, output: Path, json: bool
) -> None:
    """Fit the classifiers on redacted cases and write them.

    Raises:
        ConfigurationError: if the set, its split or its labels do not allow it.
        RedactionError: if a case could not be redacted; nothing is written.
    """
    labelled = read_cases(folder)
    cases = selected(labelled.cases, split=split)
    texts = _redacted(settings, cases)
    fitted_on = f"{labelled.version}#{split or 'all'}"
    labels: dict[LabelField, list[str | None]] = {
        "issue_type": [case.expected.issue_type for case in cases],
        "next_action": [case.expected.next_action for case in cases],
        "urgency": [case.expected.urgency for case in cases],
    }
    path = set_taxonomy(labelled, folder) or Policy.read(settings.policy_dir).taxonomy_path
    taught = _definitions(Taxonomy.read(path))
    classifiers = fit_classifiers(texts, labels, taught, fitted_on=fitted_on)
    write_whole(output, Labeller(classifiers).to_bytes())
    rows: list[dict[str, Any]] = [
        {
            "field": name,
            "labels": len(each.labels),
            "cases": sum(label is not None for label in labels[name]),
        }
        for name, each in classifiers.items()
    ]
    if json:
        write_json({"output": str(output), "fitted_on": fitted_on, "fields": rows})
        return
    table = Table(box=SIMPLE)
    for column in ("field", "labels", "cases"):
        table.add_column(column, justify="left" if column == "field" else "right")
    for row in rows:
        table.add_row(*map(str, row.values()))
    pretty().print(table)
    pretty().print(f"written: {output}; give it to a command with --classifier", markup=False)


def weigh_labels(settings: Settings, run_folder: Path, *, output: Path, json: bool) -> None:
    """Fit the weights of model and classifier on a run's cases and write both.

    Raises:
        ConfigurationError: if there is no classifier, or the run has too few labelled cases.
    """
    run = read_run(run_folder)
    policy = Policy.read(settings.policy_dir)
    path = settings.classifier or policy.labels_path
    labeller = Labeller.load(path) if path is not None else Labeller()
    weights: dict[LabelField, LabelWeights] = {}
    rows: list[dict[str, Any]] = []
    for name in FIELDS:
        codes = codes_of(name, policy.taxonomy)
        judged = [each for case in run.cases if (each := _judged(case, name, labeller, codes))]
        if len(judged) < _LEAST_CASES:
            continue
        weights[name] = fit_weights(judged, codes)
        rows.append({"field": name, "cases": len(judged), **weights[name].model_dump(),
                     **_accuracies(judged, weights[name], codes)})  # fmt: skip
    if not weights:
        msg = (
            f"{run_folder}: fewer than {_LEAST_CASES} cases with a label and something to weigh; "
            "run more cases, with --classifier or a model that weighs"
        )
        raise ConfigurationError(msg)
    weighed_on = f"{run.run.set_hash}#{run.run.split or 'all'}"
    weighed = Labeller(
        labeller.classifiers,
        labeller.weights | {run.run.model: weights},
        weighed_on=labeller.weighed_on | {run.run.model: weighed_on},
    )
    write_whole(output, weighed.to_bytes())
    if json:
        write_json({"output": str(output), "weighed_on": weighed_on, "fields": rows})
        return
    table = Table(box=SIMPLE)
    for column in rows[0]:
        table.add_column(column, justify="left" if column == "field" else "right")
    for row in rows:
        table.add_row(*(f"{v:.2f}" if isinstance(v, float) else str(v) for v in row.values()))
    pretty().print(table)
    pretty().print(f"written: {output}", markup=False)


def _definitions(taxonomy: Taxonomy) -> dict[LabelField, list[tuple[str, str]]]:
    """Return what the taxonomy itself says of its labels, as texts with their label."""
    described = [
        (f"{entry.title}. {entry.description}", entry.code) for entry in taxonomy.issue_types
    ]
    examples = [(text, entry.code) for entry in taxonomy.issue_types for text in entry.examples]
    return {
        "issue_type": described + examples,
        "next_action": [
            (f"{entry.title}. {entry.description}", entry.code) for entry in taxonomy.next_actions
        ],
        "urgency": [(level.description, level.code) for level in taxonomy.urgency],
    }


def _redacted(settings: Settings, cases: Sequence[EvalCase]) -> list[str]:
    redactor, policy = build_redactor(settings)
    texts = []
    with counter("cases redacted") as count:
        for case in cases:
            try:
                redacted = redactor.redact(to_case(case.ticket, policy.limits)).case
            except SummarizerError as error:
                msg = f"case {case.id}: {error.detail}"
                raise type(error)(msg) from None
            texts.append(case_words((text.where, text.text) for text in redacted.texts))
            count()
    return texts


def _judged(
    case: CaseRecord, name: LabelField, labeller: Labeller, codes: tuple[str, ...]
) -> Judged | None:
    """Return what was known of a field of a case, by this classifier, and its right label."""
    right, stored = getattr(case.expected, name), case.answer.opinions.get(name)
    if right is None or stored is None or case.answer.texts is None:
        return None
    opinion = Opinion(
        stored["said"],
        stored["model"],
        stored["prior"],
        labeller.by_words(name, case_words(case.answer.texts.items()), codes),
    )
    if not opinion.model and not opinion.classifier:
        return None
    return opinion, right, bool(case.answer.findings)


def _accuracies(
    judged: Sequence[Judged], weights: LabelWeights, codes: tuple[str, ...]
) -> dict[str, float]:
    """Return how often each part alone is right, and all together, on the cases weighed."""

    def share(chosen: Sequence[str | None]) -> float:
        right = [label == code for (_, label, _), code in zip(judged, chosen, strict=True)]
        return sum(right) / len(right)

    joined = [
        distribution(opinion, weights, codes, findings=doubted) for opinion, _, doubted in judged
    ]
    return {
        "model alone": share([opinion.said for opinion, _, _ in judged]),
        "classifier alone": share([_likeliest(opinion.classifier) for opinion, _, _ in judged]),
        "together": share([_likeliest(chances) for chances in joined]),
    }


def _likeliest(chances: Mapping[str, float]) -> str | None:
    return max(chances, key=lambda code: chances[code], default=None)
