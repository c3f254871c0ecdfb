"""App: the tree of commands, one module per group."""

from typing import Annotated

import typer

from summarizer.cli import (
    audit,
    classifier,
    db,
    doctor,
    drift,
    evaluation,
    keys,
    model,
    policy,
    redact,
    replay,
    serve,
    summarize,
)
from summarizer.cli.help import HelpGroup

__all__ = ["app"]


def _print_version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"summarizer {version('case-summarizer')}")
        raise typer.Exit


def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and exit.",
            is_eager=True,
            callback=lambda value: _print_version(wanted=value),
        ),
    ] = False,
) -> None:
    """Short, structured, audited summaries of bank support tickets.

    Personal data is held back before a model is asked, every answer is checked, and every
    step is recorded.
    """
    del version


app = typer.Typer(
    cls=HelpGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog="""
    summarizer redact notes.txt       # hold back personal data, ask no model
    summarizer summarize samples/     # summarize a folder of tickets
    summarizer audit verify           # check that no record was changed
    """,
)
app.callback()(_root)
redact.register(app)
summarize.register(app)
audit.register(app)
evaluation.register(app)
drift.register(app)
replay.register(app)
classifier.register(app)
model.register(app)
policy.register(app)
db.register(app)
keys.register(app)
doctor.register(app)
serve.register(app)
