"""Ingest: the bytes of a ticket in our own JSON form -> Ticket."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from summarizer.errors import TicketError
from summarizer.ingest.jsonform import ADVICE, json_text, listed, positioned
from summarizer.ingest.size import too_large
from summarizer.ingest.sound import require_sound
from summarizer.models import Attachment, Message, Requester, Ticket
from summarizer.policy.sections import Limits

__all__ = ["parse_ticket"]

_PLAIN_KEY = re.compile(r"[a-z]{1,20}")
_OUR_KEYS = frozenset({
    *Ticket.model_fields,
    *Message.model_fields,
    *Requester.model_fields,
    *Attachment.model_fields,
})
_UNION_BRANCHES = frozenset({"str", "int", "float", "bool", "[key]"})
_ADVICE = {
    **ADVICE,
    "extra_forbidden": "unknown key; remove it, or put the value under fields",
}
_OTHER_KEY = "(a key that is not a plain name)"
_FIELD_VALUE = "must be a string, a number, true, false or null"
_FIELD_KEY = "a key has 1 to 64 letters, digits, spaces or characters of _.:/-; rename it"


def parse_ticket(data: bytes, limits: Limits, *, line: int = 1) -> Ticket:
    """Read one ticket; `line` is the number of its first line in the file it comes from.

    Raises:
        TicketError: INVALID_TICKET with the field path, or the line and column, and the fix;
            TICKET_TOO_LARGE before anything is parsed if there are too many bytes.
    """
    if len(data) > limits.ticket_bytes:
        raise too_large(len(data), "bytes", limits.ticket_bytes)
    ticket = _validate(json_text(data, _name, line=line), line)
    require_sound(ticket, limits)
    return ticket


def _validate(text: str, line: int) -> Ticket:
    try:
        return Ticket.model_validate_json(text, strict=True)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    raise TicketError(listed(_problem(fault, line) for fault in faults))


def _problem(fault: Mapping[str, Any], line: int) -> str:
    kind, loc = fault["type"], fault["loc"]
    if kind == "json_invalid":
        return positioned(fault["ctx"]["error"], line)
    path = _path(loc) or "the ticket"
    if loc[:1] == ("fields",) and len(loc) > 1:
        return f"{path}: {_FIELD_KEY if loc[-1] == '[key]' else _FIELD_VALUE}"
    if kind == "model_type":
        return f"{path}: must be a JSON object"
    return f"{path}: {_ADVICE.get(kind) or fault['msg'].replace('Input should', 'must', 1)}"


def _path(loc: Sequence[int | str]) -> str:
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part not in _UNION_BRANCHES or not path.startswith("fields."):
            path += ("." if path else "") + _name(part)
    return path


def _name(key: str) -> str:
    """Return a key only if it is ours or a short plain word: others could be customer text."""
    return key if key in _OUR_KEYS or _PLAIN_KEY.fullmatch(key) else _OTHER_KEY
