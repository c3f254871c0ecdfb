"""The commands `keys …`: who may ask the service, and what they may do."""

from typing import Annotated, Final

import typer

from summarizer.cli.flags import STORE, Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["register"]

_DEFAULT_DAYS: Final = 365


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    app.add_typer(group, name="keys", help="API keys: who may ask the service, and for what.")
    command(
        group,
        "create",
        shown=STORE,
        examples="""
        summarizer keys create --role agent --name crm
        summarizer keys create --role risk --name "D. Okafor" --days 90
        summarizer keys create --role agent --without restore   # placeholders stay
        """,
    )(_create)
    command(
        group,
        "list",
        shown=STORE,
        examples="""
        summarizer keys list
        """,
    )(_list)
    command(
        group,
        "revoke",
        shown=STORE,
        examples="""
        summarizer keys revoke 3f2a9c01d4e7
        """,
    )(_revoke)


def _create(
    flags: Flags,
    *,
    role: Annotated[
        str,
        typer.Option(help="agent, risk, engineer or admin.", metavar="ROLE", show_default=False),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            help="The person or system behind the key, as the audit log names them; two keys of "
            "one name are one person. By default the role and the key's id."
        ),
    ] = None,
    days: Annotated[int, typer.Option(help="Days until it expires, at most 730.")] = _DEFAULT_DAYS,
    without: Annotated[
        list[str] | None,
        typer.Option(
            help="A permission of the role that it does not get; may be repeated.",
            metavar="PERMISSION",
        ),
    ] = None,
) -> None:
    """Make a key and print it, once: only a hash of it is stored."""
    from functools import partial

    import anyio

    from summarizer.cli.keeping_keys import create

    settings = flags.settings()
    anyio.run(
        partial(
            create,
            role=role,
            name=name,
            days=days,
            without=without or [],
            json=flags.json,
        ),
        settings,
    )


def _list(flags: Flags) -> None:
    """List the keys: whose, for what, and until when; never a key itself."""
    from functools import partial

    import anyio

    from summarizer.cli.keeping_keys import show

    anyio.run(partial(show, json=flags.json), flags.settings())


def _revoke(
    flags: Flags,
    key_id: Annotated[str, typer.Argument(help="The key's id.", metavar="ID", show_default=False)],
) -> None:
    """Revoke a key: the next request with it is refused."""
    from functools import partial

    import anyio

    from summarizer.cli.keeping_keys import revoke

    anyio.run(partial(revoke, key_id=key_id, json=flags.json), flags.settings())
