"""The command `replay`: summaries on record once more, with another model, prompt or policy."""

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.flags import ROUTE, Flags, command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(
        app,
        "replay",
        shown=ROUTE,
        examples="""
        summarizer replay --since 2026-01-01 --model openai/gpt-4o-mini
        summarizer replay --since 2026-01-01 --limit 200 --policy ours --json
        """,
    )(_replay)


def _replay(
    flags: Flags,
    *,
    since: Annotated[
        str, typer.Option(help="The first day whose summaries count (UTC).", metavar="DATE")
    ],
    until: Annotated[
        str | None,
        typer.Option(help="The first day that does not count any more.", metavar="DATE"),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="The first N summaries only.", min=1)] = None,
    cassette: Annotated[
        Path | None,
        typer.Option(
            help="File of recorded answers: taken from it, and new ones added.", metavar="FILE"
        ),
    ] = None,
) -> int:
    """Summarize what is on record once more, and test what changes.

    Takes the redacted cases from the prompts that were sent, so that no raw data is needed, and
    asks the model, prompt, policy and taxonomy that the settings name. Reading the record is an
    event; what is asked goes into the log of evaluations. Exit code 1 if a figure is worse beyond
    chance.
    """
    from summarizer.cli.replaying import ReplayOptions, replay_record  # loads the route

    options = ReplayOptions(since=since, until=until, limit=limit, cassette=cassette)
    return replay_record(flags.settings(), options, json=flags.json)
