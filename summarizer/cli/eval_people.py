"""The commands `eval check`, `label`, `agreement`, `harvest`, `threshold`: what people decide."""

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.flags import STORE, Flags, command

__all__ = ["register"]


def register(group: typer.Typer) -> None:
    """Add the commands to the group `eval`."""
    command(
        group,
        "threshold",
        shown=(),
        examples="""
        summarizer eval threshold runs/golden
        summarizer eval threshold runs/golden --costs costs.yaml --json
        """,
    )(_threshold)
    command(
        group,
        "check",
        shown=("policy",),
        examples="""
        summarizer eval check --set eval_sets/golden
        """,
    )(_check)
    command(
        group,
        "label",
        shown=("policy",),
        examples="""
        summarizer eval label --set eval_sets/golden --split test --by ana --output ana.jsonl
        """,
    )(_label)
    command(
        group,
        "agreement",
        shown=(),
        examples="""
        summarizer eval agreement ana.jsonl ben.jsonl
        """,
    )(_agreement)
    command(
        group,
        "harvest",
        shown=STORE,
        examples="""
        summarizer eval harvest --output candidates.jsonl
        """,
    )(_harvest)


def _threshold(
    flags: Flags,
    run: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RUN")],
    costs: Annotated[
        Path | None,
        typer.Option(
            help="YAML of other costs than those of the set's cost_matrix.", metavar="FILE"
        ),
    ] = None,
) -> None:
    """Say below which confidence a person should review, and what that costs.

    Uses the confidences of the run and the set's costs; the interval is by resampling cases.
    """
    from summarizer.cli.choosing import print_threshold

    print_threshold(run, costs, json=flags.json)


def _check(
    flags: Flags,
    labelled: Annotated[
        Path, typer.Option("--set", help="Folder with set.yaml and cases.jsonl.", metavar="DIR")
    ],
) -> None:
    """Check the labels of a set: codes, marks, dates, copied text, identifiers not reserved.

    Exit code 1 if anything is wrong.
    """
    from summarizer.cli.checking import check_set

    code = check_set(flags.settings(), labelled, json=flags.json)
    if code:
        raise typer.Exit(code)


def _label(
    flags: Flags,
    *,
    labelled: Annotated[
        Path, typer.Option("--set", help="Folder with set.yaml and cases.jsonl.", metavar="DIR")
    ],
    by: Annotated[str, typer.Option(help="Who labels.", metavar="NAME")],
    output: Annotated[
        Path, typer.Option(help="The labels, one a line; taken up again.", metavar="FILE")
    ],
    split: Annotated[str | None, typer.Option(help="A split's name.", metavar="NAME")] = None,
    limit: Annotated[int | None, typer.Option(help="The first N cases only.", min=1)] = None,
) -> None:
    """Label cases in the terminal: issue type, urgency and next action of each.

    The labels of the set are not shown. Stop at any time; the next start goes on.
    """
    from summarizer.cli.labelling import label_cases
    from summarizer.cli.output import notes
    from summarizer.evals.agreement import LabelFile
    from summarizer.evals.cases import read_cases, selected
    from summarizer.policy import Policy

    cases = selected(read_cases(labelled).cases, split=split, limit=limit)
    taxonomy = Policy.read(flags.settings().policy_dir).taxonomy
    added = label_cases(cases, taxonomy, LabelFile(output, by), by)
    notes().print(f"{added} cases labelled in {output}", markup=False)


def _agreement(
    flags: Flags,
    first: Annotated[Path, typer.Argument(help="Labels of one person.", metavar="FILE")],
    second: Annotated[Path, typer.Argument(help="Labels of another.", metavar="FILE")],
) -> None:
    """Say how far two people agree beyond chance (Cohen's kappa), and where they do not."""
    from summarizer.cli.labelling import print_agreement

    print_agreement(first, second, json=flags.json)


def _harvest(
    flags: Flags,
    *,
    output: Annotated[
        Path, typer.Option(help="The candidates, one a line; mode 0600.", metavar="FILE")
    ],
    limit: Annotated[int | None, typer.Option(help="At most N cases.", min=1)] = None,
) -> None:
    """Write the cases that agents accepted or edited as candidates for a set. That is recorded.

    Texts are redacted, and expected is what the agent left. A person approves each candidate:
    look for personal data that redaction missed, and delete it when its case is erased.
    """
    from functools import partial

    import anyio

    from summarizer.cli.harvesting import harvest

    anyio.run(partial(harvest, limit=limit, json=flags.json), flags.settings(), output)
