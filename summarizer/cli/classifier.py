"""The commands `classifier …`: labelled cases -> what decides labels beside a model."""

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.flags import Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["register"]

_Set = Annotated[
    Path, typer.Option("--set", help="Folder with set.yaml and cases.jsonl.", metavar="DIR")
]
_Output = Annotated[Path, typer.Option(help="Where it is written.", metavar="FILE")]


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    app.add_typer(group, name="classifier", help="What decides labels beside a model.")
    command(
        group,
        "fit",
        shown=("policy",),
        examples="""
        summarizer classifier fit --set ours --output labels.json
        summarizer summarize tickets/ --classifier labels.json
        """,
    )(_fit)
    command(
        group,
        "weigh",
        shown=("policy", "classifier"),
        examples="""
        summarizer eval run --set ours --split dev --classifier labels.json --output runs/dev
        summarizer classifier weigh runs/dev --classifier labels.json --output weighed.json
        """,
    )(_weigh)


def _fit(
    flags: Flags,
    *,
    labelled: _Set,
    output: _Output,
    split: Annotated[
        str | None,
        typer.Option(help="A split's name, before:DATE or from:DATE.", metavar="NAME"),
    ] = "train",
) -> None:
    """Fit a classifier for each kind of label, by the words of redacted cases.

    Writes one JSON file; what it learned are words that at least two cases hold, none of them
    held back by the policy. Evaluate it on cases of another split.
    """
    from summarizer.cli.fitting import fit_labels

    fit_labels(flags.settings(), labelled, split=split, output=output, json=flags.json)


def _weigh(
    flags: Flags,
    run: Annotated[Path, typer.Argument(help="Folder of an evaluation run.", metavar="RUN")],
    *,
    output: _Output,
) -> None:
    """Fit how much model and classifier count, on the cases of a run.

    Writes the classifier of --classifier, or of the policy, with the new weights. Use cases that
    the classifier was not fitted on, and report on others still.
    """
    from summarizer.cli.fitting import weigh_labels

    weigh_labels(flags.settings(), run, output=output, json=flags.json)
