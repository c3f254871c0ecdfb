"""The command `doctor`: settings -> what is installed, reachable and safe."""

import typer

from summarizer.cli.flags import ROUTE, Flags, command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(
        app,
        "doctor",
        shown=ROUTE,
        examples="""
        summarizer doctor
        summarizer doctor --json                  # exit code 1 if anything fails
        """,
    )(_doctor)


def _doctor(flags: Flags) -> int:
    """Check what is installed, reachable and safe, and redact the canary.

    Each line is ok, warn or fail, with the fix. No provider is contacted and no customer data
    is read; the issuer of tokens is asked for its keys if one is set.
    """
    from functools import partial

    import anyio

    from summarizer.cli.checkup import check_up

    return anyio.run(partial(check_up, json=flags.json), flags.settings())
