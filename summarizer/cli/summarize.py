"""The command `summarize`: tickets -> one Outcome each."""

from typing import Annotated

import typer

from summarizer.cli.flags import ROUTE, Flags, command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(
        app,
        "summarize",
        shown=ROUTE,
        examples="""
        summarizer summarize ticket.json
        summarizer summarize inbox/ --output outcomes.jsonl
        summarizer summarize tickets.jsonl --model extractive --json
        """,
    )(_summarize)


def _summarize(
    flags: Flags,
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Ticket files (.json, .jsonl), folders of them, or - for standard input.",
            metavar="PATH...",
        ),
    ],
    *,
    source: Annotated[
        str, typer.Option(help="The form of the tickets; only native so far.", metavar="NAME")
    ] = "native",
    output: Annotated[
        str | None,
        typer.Option(
            help="Also write the outcomes to this file, as JSON Lines, mode 0600.", metavar="FILE"
        ),
    ] = None,
    restore: Annotated[
        bool,
        typer.Option(
            "--restore", help="Put original values back into what you see; the record keeps tokens."
        ),
    ] = False,
) -> int:
    """Summarize tickets: redact, ask the model, check the answer, record every step.

    One ticket that fails does not stop the others; the highest exit code counts.
    """
    from functools import partial

    import anyio

    from summarizer.cli.summarizing import summarize_all
    from summarizer.errors import ConfigurationError

    if source != "native":
        msg = "source: only `native`, the ticket JSON of this project, is read; leave it out"
        raise ConfigurationError(msg)
    run = partial(summarize_all, output=output, json=flags.json, restore=restore)
    return anyio.run(run, flags.settings(), paths)
