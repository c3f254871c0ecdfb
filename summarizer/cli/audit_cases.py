"""The commands `audit …` that change what is kept: erasure, holds, retention, keys."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from summarizer.cli.flags import STORE, Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["register"]

_Case = Annotated[str, typer.Argument(help="The case tool's id.", metavar="CASE")]
_Reason = Annotated[
    str,
    typer.Option(
        help="Why; it is recorded for good, so it must not name a customer.", metavar="TEXT"
    ),
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group `audit`."""
    for name, function, examples in (
        (
            "erase",
            _erase,
            """
        summarizer audit erase T-1001 --reason "request DSR-17"
        summarizer audit erase T-1001 T-1002 --reason "request DSR-17" --yes --json
        """,
        ),
        (
            "hold",
            _hold,
            """
        summarizer audit hold T-1001 --reason "matter 2026-4"
        summarizer audit hold T-1001 --reason "matter 2026-4" --until 2027-01-01
        """,
        ),
        (
            "release",
            _release,
            """
        summarizer audit release T-1001 --reason "matter 2026-4 is settled"
        """,
        ),
        (
            "subject",
            _subject,
            """
        summarizer audit subject --identifier "GB29 NWBK 6016 1331 9268 19"
        summarizer audit subject --identifier - < value.txt    # keeps it out of the history
        """,
        ),
        (
            "prune",
            _prune,
            """
        summarizer audit prune --dry-run
        summarizer audit prune --json             # from a daily job
        """,
        ),
        (
            "incarnation",
            _incarnation,
            """
        summarizer audit incarnation --reason "restored the backup of 2 March"
        """,
        ),
    ):
        command(group, name, shown=STORE, examples=examples)(function)
    keys = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    group.add_typer(keys, name="keys", help="The keys under which events are encrypted.")
    command(
        keys,
        "rotate",
        shown=STORE,
        examples="""
        summarizer audit keys rotate              # every two weeks, from a job
        """,
    )(_rotate)


def _erase(
    flags: Flags,
    cases: Annotated[list[str], typer.Argument(help="The case tool's ids.", metavar="CASE…")],
    *,
    reason: _Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask at the terminal.")] = False,
) -> int:
    """Erase cases by destroying their keys; a legal hold or a statutory retention refuses it.

    What their events say, what was kept of them and what the index knows of them cannot be
    read any more by anyone. The log stays verifiable. It cannot be undone.
    """
    from functools import partial

    import anyio

    from summarizer.cli.audit_casework import erase_cases
    from summarizer.cli.confirm import confirm

    confirm(f"Erase {len(cases)} case(s) for good?", yes=yes)
    return anyio.run(partial(erase_cases, reason=reason, json=flags.json), flags.settings(), cases)


def _hold(
    flags: Flags,
    case: _Case,
    *,
    reason: _Reason,
    until: Annotated[
        datetime | None, typer.Option(help="When it ends by itself, UTC; by default never.")
    ] = None,
) -> None:
    """Place a legal hold: the case can be neither erased nor pruned."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_casework import hold_case

    end = None if until is None else until.replace(tzinfo=UTC)
    work = partial(hold_case, reason=reason, until=end, json=flags.json)
    anyio.run(work, flags.settings(), case)


def _release(flags: Flags, case: _Case, *, reason: _Reason) -> None:
    """Release a legal hold."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_casework import release_case

    anyio.run(partial(release_case, reason=reason, json=flags.json), flags.settings(), case)


def _subject(
    flags: Flags,
    *,
    identifier: Annotated[
        str,
        typer.Option(help="A name, number or address; - reads standard input.", metavar="X"),
    ],
) -> None:
    """List the cases in which a value was held back. That it was searched is recorded.

    Spaces, capitals, accents and punctuation make no difference.
    """
    import sys
    from functools import partial

    import anyio

    from summarizer.cli.audit_casework import list_cases_of

    value = sys.stdin.read().strip() if identifier == "-" else identifier
    anyio.run(partial(list_cases_of, json=flags.json), flags.settings(), value)


def _prune(
    flags: Flags,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Remove what events say once their retention has ended, and what was kept for too long."""
    from functools import partial

    import anyio

    from summarizer.cli.audit_casework import prune_log

    anyio.run(partial(prune_log, dry_run=dry_run, json=flags.json), flags.settings())


def _incarnation(
    flags: Flags,
    *,
    reason: _Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask at the terminal.")] = False,
) -> None:
    """Go on after a restore: explain it in the log and sign under a new origin line.

    What was published before stays published, and shows what is not in the log any more.
    """
    from functools import partial

    import anyio

    from summarizer.cli.audit_casework import start_incarnation
    from summarizer.cli.confirm import confirm

    confirm("Begin a new incarnation of the log?", yes=yes)
    anyio.run(partial(start_incarnation, reason=reason, json=flags.json), flags.settings())


def _rotate(flags: Flags) -> None:
    """Wrap every case key anew and destroy the old key, so that old copies open nothing.

    Only after the next rotation are erased cases unreadable in backups and write-ahead logs.
    """
    from functools import partial

    import anyio

    from summarizer.cli.audit_casework import rotate

    anyio.run(partial(rotate, json=flags.json), flags.settings())
