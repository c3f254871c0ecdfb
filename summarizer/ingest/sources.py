"""Ingest: a path or a stream -> its tickets, each read or with the reason why it was not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from summarizer.errors import TicketError
from summarizer.ingest.lines import bounded_lines
from summarizer.ingest.native import parse_ticket
from summarizer.ingest.size import too_large
from summarizer.models import Ticket
from summarizer.policy.sections import Limits

__all__ = ["TicketInput", "read_lines", "read_tickets"]

_SUFFIXES = frozenset({".json", ".jsonl"})


@dataclass(frozen=True, slots=True)
class TicketInput:
    """One ticket of a source: read, or not; exactly one of `ticket` and `error` is set."""

    origin: str
    """File, and line where the file has many, such as `tickets.jsonl:3`."""
    ticket: Ticket | None = None
    error: TicketError | None = None


def read_tickets(path: Path, limits: Limits) -> Iterator[TicketInput]:
    """Yield the tickets of a `.json` file (one), a `.jsonl` file (one a line) or a folder.

    A folder stands for its own `.json` and `.jsonl` files, sorted by name. What cannot be read
    is an item with an error, never the end of the others.
    """
    try:
        if not path.exists():
            yield _failed(str(path), "there is no such file or folder; check the path")
        elif not path.is_dir():
            yield from _read_file(path, limits)
        else:
            files = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
            for file in files:
                yield from _read_file(file, limits)
            if not files:
                yield _failed(str(path), "the folder has no .json or .jsonl file; name another")
    except OSError as error:
        yield _unreadable(path, error)


def read_lines(stream: BinaryIO, origin: str, limits: Limits) -> Iterator[TicketInput]:
    """Yield the tickets of a stream in JSON Lines, holding one line in memory at a time."""
    empty = True
    for number, line in bounded_lines(stream, limits.ticket_bytes):
        empty = False
        where = f"{origin}:{number}"
        if line is None:
            yield TicketInput(where, error=too_large(None, "bytes", limits.ticket_bytes))
        else:
            yield _parsed(where, line, limits, line=number)
    if empty:
        yield _failed(origin, "no line holds a ticket; write one JSON object a line")


def _read_file(path: Path, limits: Limits) -> Iterator[TicketInput]:
    if path.suffix not in _SUFFIXES:
        yield _failed(str(path), "not a ticket file; its name must end in .json or .jsonl")
        return
    try:
        with path.open("rb") as stream:
            if path.suffix == ".jsonl":
                yield from read_lines(stream, str(path), limits)
            else:
                # One byte above the limit is enough to be refused.
                yield _parsed(str(path), stream.read(limits.ticket_bytes + 1), limits)
    except OSError as error:
        yield _unreadable(path, error)


def _parsed(origin: str, data: bytes, limits: Limits, *, line: int = 1) -> TicketInput:
    try:
        return TicketInput(origin, ticket=parse_ticket(data, limits, line=line))
    except TicketError as error:
        return TicketInput(origin, error=error)


def _failed(origin: str, detail: str) -> TicketInput:
    return TicketInput(origin, error=TicketError(f"{origin}: {detail}"))


def _unreadable(path: Path, error: OSError) -> TicketInput:
    return _failed(
        str(path), f"cannot be read ({type(error).__name__}); check the path and its permissions"
    )
