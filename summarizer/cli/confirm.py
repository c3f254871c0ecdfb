"""Confirm: a question at the terminal before something that cannot be undone."""

import sys

import typer

__all__ = ["confirm"]


def confirm(question: str, *, yes: bool) -> None:
    """Ask, if a person is there to answer and has not said yes already.

    Raises:
        KeyboardInterrupt: if the answer is no.
    """
    if yes or not sys.stdin.isatty():
        return
    typer.echo(f"{question} [y/N] ", err=True, nl=False)
    if sys.stdin.readline().strip().casefold() not in {"y", "yes"}:
        raise KeyboardInterrupt
