"""The commands `eval …`: a labelled set -> how well the product does on it."""

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.flags import Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    app.add_typer(group, name="eval", help="How well redaction does on labelled texts.")
    command(
        group,
        "redaction",
        shown=("policy",),
        examples="""
        summarizer eval redaction --set eval_sets/pii
        summarizer eval redaction --set ours.jsonl --errors 20 --json
        """,
    )(_redaction)
    command(
        group,
        "differential",
        shown=(),
        examples="""
        summarizer eval differential --set eval_sets/pii
        summarizer eval differential --set ours.jsonl --errors 20 --json
        """,
    )(_differential)


def _redaction(
    flags: Flags,
    labelled: Annotated[
        Path,
        typer.Option("--set", help="A labelled file, or a folder of them.", metavar="FILE_OR_DIR"),
    ],
    ignore: Annotated[
        list[str] | None,
        typer.Option(help="A labelled entity that the policy does not target.", metavar="ENTITY"),
    ] = None,
    errors: Annotated[
        int, typer.Option(help="Show that many misses and wrong spans; they quote the set.", min=0)
    ] = 0,
) -> None:
    """Measure recall, precision and leaks on labelled texts, with intervals.

    Lines are `{"id","case"?,"text","spans":[{"start","end","entity"}],"tags"?}`; the format of
    Presidio's evaluator is read too. Exit code 1 if a gate in the set's set.yaml is missed.
    """
    from summarizer.cli.evaluating import evaluate_redaction

    code = evaluate_redaction(
        flags.settings(), labelled, ignore=frozenset(ignore or ()), errors=errors, json=flags.json
    )
    if code:
        raise typer.Exit(code)


def _differential(
    flags: Flags,
    labelled: Annotated[
        Path,
        typer.Option("--set", help="A file of texts, or a folder of them.", metavar="FILE_OR_DIR"),
    ],
    errors: Annotated[
        int, typer.Option(help="Show that many undeclared differences; they quote the set.", min=0)
    ] = 0,
) -> None:
    """Compare our detector with stock Presidio, difference by difference.

    Each difference stands under a rule that says why it is meant. Exit code 1 if one does not.
    """
    from summarizer.cli.differing import evaluate_differential

    code = evaluate_differential(labelled, errors=errors, json=flags.json)
    if code:
        raise typer.Exit(code)
