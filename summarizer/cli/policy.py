"""The commands `policy …`: a policy folder -> whether it is sound, and what it says."""

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.flags import Flags, command
from summarizer.cli.help import HelpGroup

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(cls=HelpGroup, no_args_is_help=True)
    app.add_typer(
        group, name="policy", help="What is held back, the limits, the models and the rules."
    )
    command(
        group,
        "check",
        shown=("policy",),
        examples="""
        summarizer policy check
        summarizer policy check policies/our-bank
        """,
    )(_check)
    command(
        group,
        "show",
        shown=("policy",),
        examples="""
        summarizer policy show
        summarizer policy show --policy policies/our-bank --json
        """,
    )(_show)


def _check(
    flags: Flags,
    folder: Annotated[
        Path | None,
        typer.Argument(help="A policy folder; the policy in force by default.", metavar="[DIR]"),
    ] = None,
) -> None:
    """Validate a policy folder; what is wrong is named with file, line and fix.

    Every rule is tried on its own examples, and the canary is redacted, so that a policy that
    holds back too little is noticed.
    """
    from summarizer.cli.policies import check_policy

    settings = flags.settings(policy=str(folder)) if folder else flags.settings()
    check_policy(settings, folder, json=flags.json)


def _show(flags: Flags) -> None:
    """Say in words what the policy holds back, allows and limits, and what its rules demand."""
    from summarizer.cli.policies import show_policy

    show_policy(flags.settings(), json=flags.json)
