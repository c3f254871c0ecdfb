"""The commands `audit …`: the audit store -> what is recorded, and whether it is intact."""

from enum import StrEnum
from typing import Annotated

import typer

from summarizer.cli.flags import STORE, Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["Kind", "register"]


class Kind(StrEnum):
    """The kinds of events."""

    RECEIVED = "received"
    REDACTED = "redacted"
    PROMPT = "prompt"
    RESPONSE = "response"
    VERDICT = "verdict"
    OUTCOME = "outcome"
    EGRESS_BLOCKED = "egress_blocked"
    AUDIT_READ = "audit_read"


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    app.add_typer(group, name="audit", help="What is recorded, and proof that it is intact.")
    command(
        group,
        "list",
        shown=STORE,
        examples="""
        summarizer audit list
        summarizer audit list --case T-1001 --kind prompt
        summarizer audit list --limit 1000 --json
        """,
    )(_list)
    command(
        group,
        "show",
        shown=STORE,
        examples="""
        summarizer audit show 019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b
        """,
    )(_show)
    command(
        group,
        "verify",
        shown=STORE,
        examples="""
        summarizer audit verify
        summarizer audit verify --json            # exit code 1 unless all is intact
        """,
    )(_verify)


def _list(
    flags: Flags,
    *,
    case: Annotated[
        str | None, typer.Option(help="Only events of the case with this id.", metavar="CASE")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only events of this kind.")] = None,
    limit: Annotated[int, typer.Option(help="At most this many, the newest.", min=1)] = 50,
) -> None:
    """List events, the newest last. That the list was read is recorded, too."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_log import list_events

    listing = partial(list_events, case=case, kind=kind, limit=limit, json=flags.json)
    anyio.run(listing, flags.settings())


def _show(
    flags: Flags,
    event: Annotated[str, typer.Argument(help="The id of an event.", metavar="ID")],
) -> None:
    """Show one event with everything it holds. That it was read is recorded, too."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_log import show_event

    anyio.run(partial(show_event, json=flags.json), flags.settings(), event)


def _verify(flags: Flags) -> int:
    """Recompute every hash from the stored bytes; exit code 1 unless all is intact."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_log import verify_store

    return anyio.run(partial(verify_store, json=flags.json), flags.settings())
