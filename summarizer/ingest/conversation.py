"""Ingest: a stream of texts in JSON Lines -> conversations, each with its Case, in order."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.errors import TicketError
from summarizer.ingest.size import too_large
from summarizer.models import Author, Case, CaseMessage, CaseText
from summarizer.policy.sections import Limits
from summarizer.textmap import TextMap

__all__ = ["Conversation", "Line", "read_conversations"]

_CHUNK = 1 << 16
_WHOLE = "the conversation"
_ROLES: dict[str, Author] = {"customer": "customer", "agent": "agent", "system": "system"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the input: read, or not; exactly one of `id` and `error` is set."""

    number: int
    id: str | int | None = None
    error: TicketError | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Conversation:
    """Consecutive lines of one `case`; the texts are those of the lines without an error."""

    lines: tuple[Line, ...]
    case: Case | None
    """None if no line could be read."""


class _Entry(BaseModel):
    """A line as it is written; other keys, such as labels of a data set, are let be."""

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)

    id: str | int = Field(repr=False)
    text: str = Field(repr=False)
    case: str | int | None = Field(default=None, repr=False)
    author: str | None = Field(default=None, repr=False)


class _Group:
    """Lines that wait for the rest of their conversation."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.lines: list[Line] = []
        self.entries: list[_Entry] = []
        self._bytes = 0
        self.refused: TicketError | None = None

    @property
    def case(self) -> str | int | None:
        return self.entries[0].case if self.entries else None

    def add(self, line: Line, entry: _Entry | None, size: int) -> None:
        """Take a line, unless the conversation is above a limit: then none of it is kept."""
        self._bytes += size
        self.lines.append(line)
        if entry is not None:
            self.entries.append(entry)
        if self._bytes > self._limits.ticket_bytes:
            self.refused = too_large(None, "bytes", self._limits.ticket_bytes, where=_WHOLE)
        elif len(self.lines) > self._limits.messages:
            self.refused = too_large(None, "lines", self._limits.messages, where=_WHOLE)

    def close(self) -> Conversation:
        lines = tuple(
            Line(line.number, error=line.error or self.refused) if self.refused else line
            for line in self.lines
        )
        return Conversation(lines, None if self.refused else _case(self.entries))


def read_conversations(stream: BinaryIO, limits: Limits) -> Iterator[Conversation]:
    """Yield the conversations of `{"id", "text", "case"?, "author"?}` lines.

    A line without `case` is a conversation of its own. One conversation is held in memory at a
    time; of one above the limits of a ticket every line is refused. A line that cannot be read
    stays in its place with its error, and does not end the conversation around it. Blank lines
    are skipped.
    """
    group = _Group(limits)
    refused: tuple[str | int | None, TicketError] | None = None
    for line, entry, size in _parsed_lines(stream, limits):
        if entry is not None and refused is not None and entry.case == refused[0]:
            yield Conversation((Line(line.number, error=refused[1]),), None)
            continue
        if entry is not None:
            refused = None
            if group.lines and entry.case != group.case:
                yield group.close()
                group = _Group(limits)
        group.add(line, entry, size)
        if group.refused is not None:
            refused = group.case, group.refused
        if group.refused is not None or group.case is None:
            yield group.close()
            group = _Group(limits)
    if group.lines:
        yield group.close()


def _parsed_lines(stream: BinaryIO, limits: Limits) -> Iterator[tuple[Line, _Entry | None, int]]:
    number = 0
    while data := stream.readline(limits.ticket_bytes + 2):
        number += 1
        content = data.rstrip(b"\r\n")
        if number == 1:
            content = content.removeprefix(codecs.BOM_UTF8)
        if len(content) > limits.ticket_bytes:
            _skip_line(stream, data)
            error = too_large(None, "bytes", limits.ticket_bytes, where=f"line {number}")
            yield Line(number, error=error), None, 0
        elif content.strip():
            entry = _entry(content, number, limits)
            if isinstance(entry, TicketError):
                yield Line(number, error=entry), None, 0
            else:
                yield Line(number, id=entry.id), entry, len(content)


def _entry(content: bytes, number: int, limits: Limits) -> _Entry | TicketError:
    try:
        entry = _Entry.model_validate_json(content)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        return TicketError(f"line {number}: {_problem(faults[0])}")
    if len(entry.text) > limits.message_characters:
        where = f"line {number}: text"
        return too_large(len(entry.text), "characters", limits.message_characters, where=where)
    return entry


def _problem(fault: Any) -> str:
    if fault["type"] == "json_invalid":
        return f"not valid JSON: {fault['ctx']['error'].replace(' at line 1 column', ' at column')}"
    if not fault["loc"]:
        return 'not a JSON object; write {"id": …, "text": …}'
    if fault["type"] == "missing":
        return f"{fault['loc'][0]}: missing; add it"
    return f"{fault['loc'][0]}: {fault['msg'].replace('Input should', 'must', 1)}"


def _case(entries: list[_Entry]) -> Case | None:
    if not entries:
        return None
    ids = tuple(f"m{number}" for number in range(1, len(entries) + 1))
    return Case(
        id=str(entries[0].case or entries[0].id),
        source_message_ids=ids,
        channel=None,
        jurisdiction=None,
        messages=tuple(
            CaseMessage(message_id, _ROLES.get(entry.author or "", "customer"), None, 0)
            for message_id, entry in zip(ids, entries, strict=True)
        ),
        texts=tuple(
            CaseText(f"messages[{index}].body", TextMap.identity(entry.text))
            for index, entry in enumerate(entries)
        ),
    )


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(_CHUNK)
