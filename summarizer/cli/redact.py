"""The command `redact`: a text, JSON Lines or a ticket -> the same without personal data."""

from enum import StrEnum
from pathlib import PurePath
from typing import Annotated

import typer

from summarizer.cli.flags import Flags, command

__all__ = ["Format", "register"]


class Format(StrEnum):
    """What the input is."""

    TEXT = "text"
    JSONL = "jsonl"
    TICKET = "ticket"


_FORMATS = {".jsonl": Format.JSONL, ".json": Format.TICKET}


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(
        app,
        "redact",
        shown=("policy",),
        examples="""
        summarizer redact notes.txt --explain
        summarizer redact ticket.json --json      # the redacted ticket, with its spans
        cat chat.jsonl | summarizer redact - --format jsonl
        """,
    )(_redact)


def _redact(
    flags: Flags,
    path: Annotated[
        str, typer.Argument(help="The file to redact, or - for standard input.", metavar="PATH")
    ] = "-",
    *,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="What the input is: text as a whole; jsonl with id, text and optional case in "
            "each line; or a ticket. By default what the file name ends in says it, else text.",
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Also list each range: entity, score, recognizer and the words it counts by; in "
            "JSON as `explanation`.",
        ),
    ] = False,
) -> int:
    """Hold back personal data without asking a model.

    Nothing is stored and nothing leaves this machine. Offsets are Unicode code points of the
    input, ends exclusive.
    """
    from summarizer.bootstrap import build_redactor
    from summarizer.cli.inputs import open_input
    from summarizer.cli.redaction import Redaction
    from summarizer.policy import Policy

    chosen = form or _FORMATS.get(PurePath(path).suffix.lower(), Format.TEXT)
    settings = flags.settings()
    redaction = Redaction(
        load=lambda: build_redactor(settings)[0],
        limits=Policy.read(settings.policy_dir).limits,
        json=flags.json,
        explain=explain,
    )
    with open_input(path) as stream:
        if chosen is Format.JSONL:
            return redaction.jsonl(stream)
        if chosen is Format.TICKET:
            redaction.ticket(stream)
        else:
            redaction.text(stream, path)
        return 0
