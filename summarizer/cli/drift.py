"""The command `drift`: two windows of recorded outcomes -> what has shifted."""

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.flags import STORE, Flags, command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(
        app,
        "drift",
        shown=STORE,
        examples="""
        summarizer drift --baseline 2026-01-01..2026-02-01 --window 2026-02-01..2026-02-08
        summarizer drift --baseline 2026-01-01..2026-02-01 --window 2026-02-01..2026-02-08 --json
        """,
    )(_drift)


def _drift(
    flags: Flags,
    *,
    baseline: Annotated[
        str,
        typer.Option(help="The period to compare with; UNTIL is not in it.", metavar="FROM..UNTIL"),
    ],
    window: Annotated[
        str, typer.Option(help="The period that may have shifted.", metavar="FROM..UNTIL")
    ],
    html: Annotated[
        Path | None, typer.Option(help="Write the plots as one page.", metavar="FILE")
    ] = None,
) -> None:
    """Compare two periods of production: labels, redactions, refusals, repairs, times.

    Exit code 1 if a feature has shifted by a large measure that chance does not explain.
    """  # fmt: skip
    from summarizer.cli.drifting import print_drift

    code = print_drift(flags.settings(), baseline, window, html=html, json=flags.json)
    if code:
        raise typer.Exit(code)
