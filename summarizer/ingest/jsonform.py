"""Ingest: bytes -> the text of strict JSON, and faults of a model -> a message.

Every message is written from positions, field paths and codes: what stands in a ticket is
never repeated, and no exception that holds a part of it is kept as a cause.
"""

import codecs
import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from summarizer.errors import TicketError

__all__ = ["ADVICE", "json_text", "listed", "positioned"]

_SHOWN_FAULTS = 5
_JSON_POSITION = re.compile(r"^(?P<what>.*) at line (?P<line>\d+) column (?P<column>\d+)$")
_HALF_PAIR = "unexpected end of hex escape"
_DATETIME = "write an ISO 8601 time with an offset, such as 2026-03-02T09:14:00Z"
ADVICE = {
    "missing": "missing; add it",
    "timezone_aware": "the time has no offset; add an offset such as Z",
    "datetime_type": _DATETIME,
    "datetime_parsing": _DATETIME,
    "datetime_from_date_parsing": _DATETIME,
}
"""What to do about a fault, by pydantic's type of it, where its own message says less."""


class _Refused(ValueError):
    """What is wrong with the JSON; holds no value of the ticket."""


def json_text(data: bytes, name: Callable[[str], str], *, line: int = 1) -> str:
    """Decode one JSON document; `line` is the number of its first line in the file it is from.

    Args:
        data: the document, in UTF-8, perhaps after a byte order mark.
        name: what a key may be called in a message; it could be anything.
        line: see above.

    Raises:
        TicketError: if it is not JSON (RFC 8259), a key stands twice in one object or a number
            cannot be kept; with line and column, and the fix.
    """
    text = _decode(data.removeprefix(codecs.BOM_UTF8), line)
    problem = _problem_of_form(text, name, line)
    if problem is not None:
        raise TicketError(problem)
    return text


def listed(problems: Iterable[str]) -> str:
    """Join the first few of the problems, each once, and say how many more there are."""
    distinct = list(dict.fromkeys(problems))
    more = len(distinct) - _SHOWN_FAULTS
    return "; ".join(distinct[:_SHOWN_FAULTS] + ([f"and {more} more"] if more > 0 else []))


def positioned(error: str, line: int) -> str:
    """Rewrite what pydantic's JSON parser says, which refuses more than the standard library's."""
    what = error.replace(_HALF_PAIR, "a \\u escape is half of a surrogate pair; write all of it")
    return _JSON_POSITION.sub(
        lambda at: f"line {line + int(at['line']) - 1}, column {at['column']}: {at['what']}", what
    )


def _decode(data: bytes, line: int) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        at = error.start
    column = at - (data.rfind(b"\n", 0, at) + 1) + 1
    row = line + data.count(b"\n", 0, at)
    msg = f"line {row}, byte {column}: not UTF-8 text; save the ticket as UTF-8 JSON"
    raise TicketError(msg)


def _problem_of_form(text: str, name: Callable[[str], str], line: int) -> str | None:
    """Return what is wrong with a text as JSON, where pydantic would say nothing or less."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                msg = f"{name(key)}: the key stands twice in one object; keep one"
                raise _Refused(msg)
            found[key] = value
        return found

    try:
        json.loads(text, object_pairs_hook=unique, parse_constant=_no_constant, parse_float=_finite)
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


def _no_constant(constant: str) -> NoReturn:
    msg = f"{constant} is not JSON; write null or a string"
    raise _Refused(msg)


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        msg = "a number is too large; write it as a string"
        raise _Refused(msg)
    return value
