"""Summarizing: paths of tickets -> outcomes on standard output and in a file."""

import io
import logging
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer import logs
from summarizer.bootstrap import Application, open_application
from summarizer.cli.audit_reading import os_user
from summarizer.cli.cards import card
from summarizer.cli.inputs import STDIN, read_whole
from summarizer.cli.outcome_file import outcome_file
from summarizer.cli.output import notes, pretty, write_json
from summarizer.cli.progress import ticket_bar
from summarizer.errors import ErrorCode, TicketError
from summarizer.ingest.note import call_of
from summarizer.ingest.sources import TicketInput, parsed, read_lines, read_tickets
from summarizer.ingest.tools import Source
from summarizer.models import AuditRef, Outcome, OutcomeError, Provenance, Redaction, Review
from summarizer.policy.sections import Limits
from summarizer.settings import Settings

__all__ = ["Shown", "summarize_all"]

_SPREAD_OUT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{[ \t\r]*\n")
"""How a ticket begins that is one JSON document over several lines."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How an outcome is shown."""

    json: bool
    restore: bool
    """Whether original values stand in it again."""
    post_back: bool
    """Whether the call that puts it into the case tool stands beside it."""


async def summarize_all(
    settings: Settings, paths: Sequence[str], *, source: Source, output: str | None, shown: Shown
) -> int:
    """Summarize every ticket, one after the other, and return the highest exit code."""
    logs.configure(settings.log_format, level=logging.WARNING)
    worst = 0
    with ExitStack() as stack:
        keep = stack.enter_context(outcome_file(output))
        opening = stack.enter_context(notes().status("loading what redacts, and the audit store"))
        async with open_application(settings) as app:
            opening.stop()
            finished = stack.enter_context(ticket_bar(_count(paths, source)))
            for item in _items(paths, app.policy.limits, source):
                outcome = await _outcome(app, item, restore=shown.restore)
                keep(outcome)
                finished(_showing(outcome, item, app, shown))
                worst = max(worst, outcome.error.code.exit_code if outcome.error else 0)
    return worst


async def _outcome(app: Application, item: TicketInput, *, restore: bool) -> Outcome:
    if item.ticket is None:
        return _unread(app, item)
    return await app.pipeline.summarize(item.ticket, restore=restore, actor=os_user())


def _showing(
    outcome: Outcome, item: TicketInput, app: Application, shown: Shown
) -> Callable[[], None]:
    if shown.json:
        more: dict[str, Any] = {}
        if shown.post_back:
            known = item.received
            more["post_back"] = known and call_of(outcome, known, app.policy.taxonomy)
        return lambda: write_json({**outcome.model_dump(mode="json"), **more})
    return lambda: pretty().print(card(outcome, app.policy.taxonomy))


def _unread(app: Application, item: TicketInput) -> Outcome:
    """Return the outcome of what could not be read; its place stands for the unknown case id."""
    error = item.error or TicketError("the ticket was not read", code=ErrorCode.INTERNAL)
    return Outcome(
        status="failed",
        case_id=item.origin,
        error=OutcomeError(code=error.code, detail=error.detail),
        review=Review(required=True, reasons=(str(error.code),)),
        redaction=Redaction(policy=app.policy.version),
        provenance=Provenance(
            model=app.settings.model,
            prompt=app.pipeline.template.version,
            policy=app.policy.version,
            taxonomy=app.policy.taxonomy.version,
            attempts=0,
        ),
        audit=AuditRef(),
    )


def _items(paths: Sequence[str], limits: Limits, source: Source) -> Iterator[TicketInput]:
    for path in paths:
        if path == STDIN:
            with open(sys.stdin.fileno(), "rb", closefd=False) as stream:
                yield from _streamed(stream, limits, source)
        else:
            yield from read_tickets(Path(path), limits, source)


def _streamed(stream: io.BufferedReader, limits: Limits, source: Source) -> Iterator[TicketInput]:
    """Read JSON Lines, or one payload: JSON that is spread over several lines, or mail."""
    if source.has_lines and not _SPREAD_OUT.match(stream.peek()):
        yield from read_lines(stream, STDIN, limits, source)
        return
    try:
        data = read_whole(stream, limits.ticket_bytes)
    except TicketError as error:
        yield TicketInput(STDIN, error=error)
    else:
        yield from parsed(STDIN, data, limits, source)


def _count(paths: Sequence[str], source: Source) -> int | None:
    """Count the tickets ahead, for the progress bar; None if nobody knows or looks."""
    if STDIN in paths or not source.has_lines or not notes().is_terminal:
        return None
    try:
        return sum(_count_in(Path(path)) for path in paths)
    except OSError:
        return None


def _count_in(path: Path) -> int:
    if path.is_dir():
        return sum(_count_in(file) for file in path.glob("*.json*") if file.is_file())
    if path.suffix != ".jsonl":
        return 1
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())
