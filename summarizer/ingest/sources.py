"""Ingest: a path or a stream -> its tickets, each read or with the reason why it was not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from summarizer.errors import TicketError
from summarizer.ingest.lines import bounded_lines
from summarizer.ingest.payload import Received
from summarizer.ingest.size import too_large
from summarizer.ingest.tools import NATIVE, Source
from summarizer.models import Ticket
from summarizer.policy.sections import Limits

__all__ = ["TicketInput", "parsed", "read_lines", "read_tickets"]


@dataclass(frozen=True, slots=True)
class TicketInput:
    """One ticket of a source: read, or not; exactly one of `received` and `error` is set."""

    origin: str
    """File, and line or number where the file has many, such as `tickets.jsonl:3`."""
    received: Received | None = None
    error: TicketError | None = None

    @property
    def ticket(self) -> Ticket | None:
        """The ticket, if it was read."""
        return self.received.ticket if self.received else None


def read_tickets(path: Path, limits: Limits, source: Source = NATIVE) -> Iterator[TicketInput]:
    """Yield the tickets of a file or a folder; a `.jsonl` file has one a line.

    A folder stands for its own files of the source, sorted by name. What cannot be read is an
    item with an error, never the end of the others.
    """
    try:
        if not path.exists():
            yield _failed(str(path), "there is no such file or folder; check the path")
        elif not path.is_dir():
            yield from _read_file(path, limits, source)
        else:
            files = sorted(file for file in path.iterdir() if file.suffix in source.suffixes)
            for file in files:
                yield from _read_file(file, limits, source)
            if not files:
                kinds = " or ".join(source.suffixes)
                yield _failed(str(path), f"the folder has no {kinds} file; name another")
    except OSError as error:
        yield _unreadable(path, error)


def read_lines(
    stream: BinaryIO, origin: str, limits: Limits, source: Source = NATIVE
) -> Iterator[TicketInput]:
    """Yield the tickets of a stream in JSON Lines, holding one line in memory at a time."""
    empty = True
    for number, line in bounded_lines(stream, limits.ticket_bytes):
        empty = False
        where = f"{origin}:{number}"
        if line is None:
            yield TicketInput(where, error=too_large(None, "bytes", limits.ticket_bytes))
        else:
            yield from parsed(where, line, limits, source, line=number)
    if empty:
        yield _failed(origin, "no line holds a ticket; write one JSON object a line")


def parsed(
    origin: str, data: bytes, limits: Limits, source: Source, *, line: int = 1
) -> Iterator[TicketInput]:
    """Yield the tickets of one payload; several are numbered behind the origin."""
    try:
        found = source.read(data, limits, line)
    except TicketError as error:
        yield TicketInput(origin, error=error)
        return
    for number, item in enumerate(found, start=1):
        where = origin if len(found) == 1 else f"{origin}:{number}"
        if isinstance(item, TicketError):
            yield TicketInput(where, error=item)
        else:
            yield TicketInput(where, received=item)


def _read_file(path: Path, limits: Limits, source: Source) -> Iterator[TicketInput]:
    if path.suffix not in source.suffixes:
        kinds = " or ".join(source.suffixes)
        yield _failed(str(path), f"not a ticket file; its name must end in {kinds}")
        return
    try:
        with path.open("rb") as stream:
            if path.suffix == ".jsonl":
                yield from read_lines(stream, str(path), limits, source)
            else:
                # One byte above the limit is enough to be refused.
                yield from parsed(str(path), stream.read(limits.ticket_bytes + 1), limits, source)
    except OSError as error:
        yield _unreadable(path, error)


def _failed(origin: str, detail: str) -> TicketInput:
    return TicketInput(origin, error=TicketError(f"{origin}: {detail}"))


def _unreadable(path: Path, error: OSError) -> TicketInput:
    return _failed(
        str(path), f"cannot be read ({type(error).__name__}); check the path and its permissions"
    )
