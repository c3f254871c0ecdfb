"""Ingest: the bytes of a ticket in our own JSON form -> Ticket.

Every message is written from positions, field paths and codes: what stands in a ticket is
never repeated, and no exception that holds a part of it is kept as a cause.
"""

import codecs
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, NoReturn

from pydantic import ValidationError

from summarizer.errors import TicketError
from summarizer.ingest.size import require_readable, too_large
from summarizer.models import Attachment, Message, Requester, Ticket
from summarizer.policy.sections import Limits

__all__ = ["parse_ticket"]

_SHOWN_FAULTS = 5
_PLAIN_KEY = re.compile(r"[a-z]{1,20}")
_OUR_KEYS = frozenset({
    *Ticket.model_fields,
    *Message.model_fields,
    *Requester.model_fields,
    *Attachment.model_fields,
})
_JSON_POSITION = re.compile(r"^(?P<what>.*) at line (?P<line>\d+) column (?P<column>\d+)$")
_UNION_BRANCHES = frozenset({"str", "int", "float", "bool", "[key]"})
_DATETIME = "write an ISO 8601 time with an offset, such as 2026-03-02T09:14:00Z"
_ADVICE = {
    "extra_forbidden": "unknown key; remove it, or put the value under fields",
    "missing": "missing; add it",
    "timezone_aware": "the time has no offset; add an offset such as Z",
    "datetime_type": _DATETIME,
    "datetime_parsing": _DATETIME,
    "datetime_from_date_parsing": _DATETIME,
}
_OTHER_KEY = "(a key that is not a plain name)"
_FIELD_VALUE = "must be a string, a number, true, false or null"
_FIELD_KEY = "a key has 1 to 64 letters, digits, spaces or characters of _.:/-; rename it"
_HALF_PAIR = "unexpected end of hex escape"


class _Refused(ValueError):
    """What is wrong with the JSON; holds no value of the ticket."""


def parse_ticket(data: bytes, limits: Limits, *, line: int = 1) -> Ticket:
    """Read one ticket; `line` is the number of its first line in the file it comes from.

    Raises:
        TicketError: INVALID_TICKET with the field path, or the line and column, and the fix;
            TICKET_TOO_LARGE before anything is parsed if there are too many bytes.
    """
    if len(data) > limits.ticket_bytes:
        raise too_large(len(data), "bytes", limits.ticket_bytes)
    text = _decode(data.removeprefix(codecs.BOM_UTF8), line)
    problem = _problem_of_form(text, line)
    if problem is not None:
        raise TicketError(problem)
    ticket = _validate(text, line)
    require_readable(ticket, limits)
    _require_distinct_ids(ticket)
    _require_times_in_utc(ticket)
    return ticket


def _decode(data: bytes, line: int) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        at = error.start
    column = at - (data.rfind(b"\n", 0, at) + 1) + 1
    row = line + data.count(b"\n", 0, at)
    msg = f"line {row}, byte {column}: not UTF-8 text; save the ticket as UTF-8 JSON"
    raise TicketError(msg)


def _problem_of_form(text: str, line: int) -> str | None:
    """Return what is wrong with a text as JSON, where pydantic would say nothing or less."""
    try:
        json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        where = f"line {line + error.lineno - 1}, column {error.colno}"
        return f"{where}: not valid JSON: {error.msg}"
    except _Refused as error:
        return str(error)
    except RecursionError:
        return "nested too deeply; a ticket has at most four levels"
    except ValueError:
        return "a number has too many digits; write it as a string"
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique: dict[str, Any] = {}
    for key, value in pairs:
        if key in unique:
            msg = f"{_name(key)}: the key stands twice in one object; keep one"
            raise _Refused(msg)
        unique[key] = value
    return unique


def _no_constant(constant: str) -> NoReturn:
    msg = f"{constant} is not JSON; write null or a string"
    raise _Refused(msg)


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        msg = "a number is too large; write it as a string"
        raise _Refused(msg)
    return value


def _validate(text: str, line: int) -> Ticket:
    try:
        return Ticket.model_validate_json(text, strict=True)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    problems = list(dict.fromkeys(_problem(fault, line) for fault in faults))
    more = len(problems) - _SHOWN_FAULTS
    shown = problems[:_SHOWN_FAULTS] + ([f"and {more} more"] if more > 0 else [])
    raise TicketError("; ".join(shown))


def _problem(fault: Mapping[str, Any], line: int) -> str:
    kind, loc = fault["type"], fault["loc"]
    if kind == "json_invalid":
        return _positioned(fault["ctx"]["error"], line)
    path = _path(loc) or "the ticket"
    if loc[:1] == ("fields",) and len(loc) > 1:
        return f"{path}: {_FIELD_KEY if loc[-1] == '[key]' else _FIELD_VALUE}"
    if kind == "model_type":
        return f"{path}: must be a JSON object"
    return f"{path}: {_ADVICE.get(kind) or fault['msg'].replace('Input should', 'must', 1)}"


def _positioned(error: str, line: int) -> str:
    """Rewrite what pydantic's JSON parser says, which refuses more than the standard library's."""
    what = error.replace(_HALF_PAIR, "a \\u escape is half of a surrogate pair; write all of it")
    return _JSON_POSITION.sub(
        lambda at: f"line {line + int(at['line']) - 1}, column {at['column']}: {at['what']}", what
    )


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


def _require_distinct_ids(ticket: Ticket) -> None:
    seen: dict[str, int] = {}
    for position, message in enumerate(ticket.messages):
        first = seen.setdefault(message.id or f"m{position + 1}", position)
        if first != position:
            msg = (
                f"messages[{position}].id: the same as that of messages[{first}]; give each its "
                "own (a message without one is called m1, m2 … by position)"
            )
            raise TicketError(msg)


def _require_times_in_utc(ticket: Ticket) -> None:
    for position, message in enumerate(ticket.messages):
        try:
            if message.at is not None:
                message.at.astimezone(UTC)
        except OverflowError:
            at = position
            break
    else:
        return
    msg = f"messages[{at}].at: the time in UTC is not in the years 1 to 9999; mend or remove it"
    raise TicketError(msg)
