"""The command `serve`: settings -> a running API on loopback."""

from typing import Annotated

import typer

from summarizer.cli.flags import ROUTE, Flags, command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(
        app,
        "serve",
        shown=ROUTE,
        examples="""
        summarizer serve
        summarizer serve --port 9000 --model extractive
        """,
    )(_serve)


def _serve(
    flags: Flags,
    *,
    host: Annotated[
        str | None,
        typer.Option(help="Loopback address to listen on; 127.0.0.1 by default. [SUMMARIZER_HOST]"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            help="Port to listen on; 8000 by default, 0 for a free one. [SUMMARIZER_PORT]"
        ),
    ] = None,
) -> None:
    """Serve the API on this machine.

    Only loopback addresses are accepted: there are no keys yet, so whoever reaches the
    address may use it.
    """
    from summarizer.api.server import run

    run(flags.settings(host=host, port=port))
