"""Ingest: a case tool's JSON -> its declared shape; what an adapter found -> a sound ticket."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from summarizer.errors import TicketError
from summarizer.ingest.jsonform import ADVICE, json_text, listed, positioned
from summarizer.ingest.size import too_large
from summarizer.ingest.sound import require_sound
from summarizer.models import Ticket
from summarizer.models.base import RawModel
from summarizer.policy.sections import Limits

__all__ = [
    "Call",
    "Identifier",
    "Loose",
    "Received",
    "Shape",
    "fields_of",
    "in_time",
    "read_shape",
    "sound",
]

_PLAIN_KEY = re.compile(r"[a-z]{1,20}")
_NOT_IN_A_KEY = re.compile(r"[^\w .:/-]+")
_LONGEST_KEY = 64


class Shape(RawModel):
    """A part of a payload as the tool documents it; keys that are not declared are let be."""

    model_config = ConfigDict(extra="ignore", strict=True)


def _as_text(value: Any) -> Any:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole else value


Identifier = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=256)]
"""An id that a tool writes as a number in one place and as a string in another."""

Loose = Annotated[str | None, BeforeValidator(_as_text)]
"""A text, a number instead of it, or nothing."""

ShapeT = TypeVar("ShapeT", bound=Shape)


@dataclass(frozen=True, slots=True)
class Call:
    """A documented call that puts a text into a case tool; nothing here makes it."""

    method: str
    path: str
    """Under the address of the bank's own instance; empty where the call is a mail."""
    body: Mapping[str, Any] = field(repr=False)
    """What to send, as JSON; it may hold restored values."""


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """A ticket out of a payload, and how an answer to it is put back."""

    ticket: Ticket
    post_back: Callable[[str], Call] | None = None
    """Gives the call that adds a text to the case as an internal note; None if there is none."""


def read_shape(data: bytes, shape: type[ShapeT], limits: Limits, *, line: int = 1) -> ShapeT:
    """Read a payload; `line` is the number of its first line in the file it comes from.

    Raises:
        TicketError: TICKET_TOO_LARGE before anything is parsed, or INVALID_TICKET with the path
            in the payload and the fix.
    """
    if len(data) > limits.ticket_bytes:
        raise too_large(len(data), "bytes", limits.ticket_bytes, where="the payload")
    text = json_text(data, _shown_key, line=line)
    try:
        return shape.model_validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    raise TicketError(listed(_problem(fault, line) for fault in faults))


def sound(limits: Limits, parts: Mapping[str, Any]) -> Ticket:
    """Make a ticket of what an adapter found, under the same limits as one in our own form.

    Raises:
        TicketError: naming the place in the ticket and the fix.
    """
    try:
        ticket = Ticket.model_validate(parts)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    else:
        require_sound(ticket, limits)
        return ticket
    raise TicketError(listed(_problem(fault, 1) for fault in faults))


def fields_of(pairs: Iterable[tuple[str, Any]]) -> dict[str, str | int | float | bool]:
    """Return labelled values as fields of a ticket, which redaction searches.

    What is empty is left out, and so is what is no plain value or list of such. A label is cut
    to what a key may hold, and numbered if it is taken.
    """
    found: dict[str, str | int | float | bool] = {}
    for label, value in pairs:
        if isinstance(value, list):
            shown: Any = ", ".join(str(item) for item in value if isinstance(item, str | int))
        else:
            shown = value
        if isinstance(shown, str | int | float) and shown != "":
            found[_free_key(label, found)] = shown
    return found


def in_time(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put messages in the order of their times, if each has one; else leave them as they are."""
    if any(message.get("at") is None for message in messages):
        return list(messages)
    return sorted(messages, key=lambda message: message["at"])


def _free_key(label: str, taken: Mapping[str, Any]) -> str:
    base = " ".join(_NOT_IN_A_KEY.sub(" ", label).split())[:_LONGEST_KEY].strip() or "field"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base[: _LONGEST_KEY - 6]} {number}"
    return key


def _problem(fault: Mapping[str, Any], line: int) -> str:
    if fault["type"] == "json_invalid":
        return positioned(fault["ctx"]["error"], line)
    path = _path(fault["loc"]) or "the payload"
    if fault["type"] == "model_type":
        return f"{path}: must be a JSON object"
    return f"{path}: {ADVICE.get(fault['type']) or fault['msg'].replace('Input should', 'must', 1)}"


def _path(loc: Sequence[int | str]) -> str:
    """Return a path of declared keys and positions; the keys of fields are the bank's own."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += ("." if path else "") + part
        if path == "fields":
            break
    return path


def _shown_key(key: str) -> str:
    """Return a key only if it is a short plain word: others could be customer text."""
    return key if _PLAIN_KEY.fullmatch(key) else "(a key that is not a plain name)"
