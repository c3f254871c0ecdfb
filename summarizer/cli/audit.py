"""The commands `audit …` that read: what is recorded, and proof that it is intact."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer

from summarizer.audit import KINDS, EventKind, Filter
from summarizer.cli import audit_bundle, audit_cases
from summarizer.cli.flags import STORE, Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["Kind", "register"]


Kind = StrEnum("Kind", {kind.upper(): kind for kind in KINDS})  # type: ignore[misc]
"""The kinds of events, as typer offers them."""


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
    command(
        group,
        "case",
        shown=STORE,
        examples="""
        summarizer audit case T-1001
        """,
    )(_case)
    command(
        group,
        "checkpoint",
        shown=STORE,
        examples="""
        summarizer audit checkpoint --output checkpoint.txt
        """,
    )(_checkpoint)
    command(
        group,
        "prove",
        shown=STORE,
        examples="""
        summarizer audit prove 019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b --json
        """,
    )(_prove)
    command(
        group,
        "public-key",
        shown=STORE,
        examples="""
        summarizer audit public-key
        """,
    )(_public_key)
    audit_bundle.register(group)
    audit_cases.register(group)


def _list(
    flags: Flags,
    *,
    case: Annotated[
        str | None, typer.Option(help="Only events of the case with this id.", metavar="CASE")
    ] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(help="Only events of this kind; a wrong one lists them all.", metavar="KIND"),
    ] = None,
    actor: Annotated[
        str | None, typer.Option(help="Only what this person or key caused.", metavar="WHO")
    ] = None,
    with_model: Annotated[
        str | None, typer.Option(help="Only events of this model.", metavar="NAME")
    ] = None,
    with_prompt: Annotated[
        str | None, typer.Option(help="Only events of this prompt version.", metavar="VERSION")
    ] = None,
    with_policy: Annotated[
        str | None, typer.Option(help="Only events under this policy version.", metavar="VERSION")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option(help="summarized, refused, failed, accepted, blocked …", metavar="OUTCOME"),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only events from this time on, UTC.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Only events before this time, UTC.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most this many, the newest.", min=1)] = 50,
    after: Annotated[
        str | None, typer.Option(help="Only events older than this one.", metavar="ID")
    ] = None,
) -> None:
    """List events, the newest last. That the list was read is recorded, too."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_reading import list_events

    wanted = Filter(
        case=case,
        kind=cast("EventKind | None", kind and kind.value),
        actor=actor,
        model=with_model,
        prompt=with_prompt,
        policy=with_policy,
        outcome=outcome,
        since=None if since is None else since.replace(tzinfo=UTC),
        until=None if until is None else until.replace(tzinfo=UTC),
    )
    listing = partial(list_events, limit=limit, after=after, json=flags.json)
    anyio.run(listing, flags.settings(), wanted)


def _show(
    flags: Flags,
    event: Annotated[str, typer.Argument(help="The id of an event.", metavar="ID")],
) -> None:
    """Show one event with everything it holds. That it was read is recorded, too."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_reading import show_event

    anyio.run(partial(show_event, json=flags.json), flags.settings(), event)


def _case(
    flags: Flags,
    case: Annotated[str, typer.Argument(help="The case tool's id.", metavar="CASE")],
) -> None:
    """Show everything that is recorded of a case, in its order. That is recorded, too."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_reading import show_case

    anyio.run(partial(show_case, json=flags.json), flags.settings(), case)


def _verify(
    flags: Flags,
    *,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="A checkpoint kept elsewhere, to compare with.", metavar="FILE"),
    ] = None,
) -> int:
    """Recompute everything from the stored bytes; exit code 1 unless all is intact."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_proof import verify_store

    return anyio.run(
        partial(verify_store, checkpoint=checkpoint, json=flags.json), flags.settings()
    )


def _checkpoint(
    flags: Flags,
    *,
    output: Annotated[
        Path | None, typer.Option(help="Write the signed note to this file.", metavar="FILE")
    ] = None,
) -> None:
    """Sign the log as it is, publish that, and print the signed note."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_proof import print_checkpoint

    anyio.run(partial(print_checkpoint, output=output, json=flags.json), flags.settings())


def _prove(
    flags: Flags,
    event: Annotated[str, typer.Argument(help="The id of an event.", metavar="ID")],
) -> None:
    """Prove that an event is in the log under a signed checkpoint."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_proof import prove_event

    anyio.run(partial(prove_event, json=flags.json), flags.settings(), event)


def _public_key(flags: Flags) -> None:
    """Print the key that verifies this log's checkpoints and bundles."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_proof import print_public_key

    anyio.run(partial(print_public_key, json=flags.json), flags.settings())
