"""The commands `eval …`: a labelled set -> how well the product does on it."""

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli import eval_people
from summarizer.cli.flags import Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    app.add_typer(group, name="eval", help="How well the product does on labelled cases.")
    command(
        group,
        "run",
        shown=("policy", "model", "prompt", "classifier", "api_base", "data_dir", "cache_dir"),
        examples="""
        summarizer eval run --set eval_sets/smoke
        summarizer eval run --set eval_sets/golden --split test --cassette embedded.jsonl
        summarizer eval run --set ours --model openai/gpt-4o-mini --concurrency 8 --per-minute 60
        """,
    )(_run)
    command(
        group,
        "compare",
        shown=(),
        examples="""
        summarizer eval compare runs/before runs/after
        summarizer eval compare runs/before runs/after --json
        """,
    )(_compare)
    eval_people.register(group)
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


def _run(
    flags: Flags,
    *,
    labelled: Annotated[
        Path, typer.Option("--set", help="Folder with set.yaml and cases.jsonl.", metavar="DIR")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            help="Where the run is written, and taken up again; by default in the runs folder.",
            metavar="DIR",
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(help="A split's name, before:DATE or from:DATE.", metavar="NAME"),
    ] = None,
    tag: Annotated[
        str | None,
        typer.Option(
            help="Cases that carry this tag only, as attack or channel:chat.", metavar="TAG"
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="The first N cases only.", min=1)] = None,
    concurrency: Annotated[int, typer.Option(help="Cases under way at once.", min=1)] = 1,
    per_minute: Annotated[
        int | None, typer.Option(help="Cases begun in a minute at most.", min=1)
    ] = None,
    cassette: Annotated[
        Path | None,
        typer.Option(
            help="File of recorded answers: taken from it, and new ones added.", metavar="FILE"
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Take answers from the cassette only.")
    ] = False,
    baselines: Annotated[
        bool, typer.Option("--baselines/--no-baselines", help="Score simple baselines beside it.")
    ] = True,
    junit: Annotated[
        Path | None, typer.Option(help="Write the gates as JUnit XML, too.", metavar="FILE")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(help="Write the figures into a Markdown document, too.", metavar="FILE"),
    ] = None,
) -> None:
    """Summarize every case of a set and score the answers, with intervals.

    Writes run.json, cases.jsonl and report.html. A run that was stopped goes on where it was.
    Exit code 1 if a gate in the set's set.yaml is missed.
    """
    from summarizer.cli.running import evaluate_set
    from summarizer.evaluation import RunOptions

    options = RunOptions(
        folder=labelled,
        output=output,
        split=split,
        tag=tag,
        limit=limit,
        concurrency=concurrency,
        per_minute=per_minute,
        cassette=cassette,
        offline=offline,
        baselines=baselines,
    )
    code = evaluate_set(flags.settings(), options, junit=junit, figures=figures, json=flags.json)
    if code:
        raise typer.Exit(code)


def _compare(
    flags: Flags,
    base: Annotated[Path, typer.Argument(help="Folder of the run before.", metavar="BASE")],
    new: Annotated[Path, typer.Argument(help="Folder of the run after.", metavar="NEW")],
    markdown: Annotated[
        Path | None, typer.Option(help="Write it for a pull request, too.", metavar="FILE")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write the new run's report with the comparison.", metavar="FILE"),
    ] = None,
) -> None:
    """Compare two runs case by case: what changed beyond chance.

    Exit code 1 if any metric is significantly worse, or the new run misses a gate.
    """
    from summarizer.cli.comparing import compare_runs

    code = compare_runs(base, new, markdown=markdown, html=html, json=flags.json)
    if code:
        raise typer.Exit(code)


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
