"""The command `serve`: settings -> the running API and pages."""

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
        summarizer serve --development-keys      # with a key per role, for half a day
        summarizer serve --development-keys --samples    # and something to look at
        """,
    )(_serve)


def _serve(
    flags: Flags,
    *,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on; 127.0.0.1 by default. [SUMMARIZER_HOST]"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            help="Port to listen on; 8000 by default, 0 for a free one. [SUMMARIZER_PORT]"
        ),
    ] = None,
    allowed_hosts: Annotated[
        str | None,
        typer.Option(
            help="Names callers ask by, apart by commas; needed where it listens on more than "
            "loopback. [SUMMARIZER_ALLOWED_HOSTS]",
            metavar="NAMES",
        ),
    ] = None,
    development_keys: Annotated[
        bool,
        typer.Option(
            "--development-keys", help="Make a key per role, good for half a day, and print them."
        ),
    ] = False,
    samples: Annotated[
        bool,
        typer.Option(
            "--samples",
            help="Put the sample cases, a little history and two runs into an empty log.",
        ),
    ] = False,
) -> None:
    """Serve the API and the pages.

    Every request needs a key of `summarizer keys create`, or a token of the bank's OIDC issuer
    if the settings name one, except those for health and for the description of the interface.
    TLS ends at a proxy in front of it.
    """
    from summarizer.api.server import run

    settings = flags.settings(host=host, port=port, allowed_hosts=allowed_hosts)
    run(settings, development_keys=development_keys, samples=samples, json=flags.json)
