"""The commands `db …`: the audit database -> its newest tables, and its roles."""

from typing import Annotated

import typer

from summarizer.cli.flags import STORE, Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    app.add_typer(group, name="db", help="The audit database: its tables and its roles.")
    command(
        group,
        "upgrade",
        shown=STORE,
        examples="""
        summarizer db upgrade
        """,
    )(_upgrade)
    command(
        group,
        "roles",
        shown=STORE,
        examples="""
        summarizer db roles --print               # show the SQL, change nothing
        summarizer db roles --database-url postgresql+psycopg://owner@db/audit
        """,
    )(_roles)


def _upgrade(flags: Flags) -> None:
    """Bring the tables to the newest revision, and make the log if there is none."""
    from functools import partial

    import anyio

    from summarizer.cli.database import upgrade

    anyio.run(partial(upgrade, json=flags.json), flags.settings())


def _roles(
    flags: Flags,
    *,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print the SQL and change nothing.")
    ] = False,
    schema: Annotated[
        str, typer.Option(help="The schema the tables are in.", metavar="NAME")
    ] = "public",
) -> None:
    """Make PostgreSQL's roles and set their rights; running it again is safe."""
    from summarizer.cli.database import print_roles, set_roles

    if only_print:
        print_roles(schema, json=flags.json)
    else:
        set_roles(flags.settings(), schema, json=flags.json)
