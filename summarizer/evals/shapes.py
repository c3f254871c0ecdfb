r"""Shapes: personal values -> how they are written, without saying what they are.

`CUS-204417` has the shape `AAA-999999`; several of that shape give the pattern `\bCUS-\d{6}\b`.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from summarizer.pii.common import known_names

__all__ = ["SEVERAL", "pattern_of", "shape", "structure"]

SEVERAL: Final = 3
"""From this many different values on, what they have in common is a form and no coincidence."""
_LONGEST_SHAPE: Final = 48
_LONGEST_PREFIX: Final = 6
_LEAST_LENGTH: Final = 4
"""Letters and digits of a form that is worth a pattern: three digits are everywhere."""
_LEAST_DIGITS: Final = 2
_PLAIN: Final = frozenset("-#&~")
"""Stand for themselves outside a class; `re.escape` would make a pattern hard to read."""
_CLASSES: Final = {"9": r"\d", "A": "[A-Z]", " ": r"\s"}


class _Run(NamedTuple):
    """Neighbouring characters of one kind: `9`, `A` (letters), a space, or the character itself."""

    kind: str
    text: str


def shape(value: str) -> str:
    """Write letters as `A` or `a`, digits as `9`, and what is neither nor ASCII as `·`."""
    signs = "".join(map(_sign, value))
    return signs if len(signs) <= _LONGEST_SHAPE else f"{signs[: _LONGEST_SHAPE - 1]}…"


def structure(value: str) -> str:
    """Return the kinds of a value's runs, whatever their lengths: `CUS-204417` is `A-9`."""
    return "".join(run.kind for run in _runs(value))


def pattern_of(values: Iterable[str]) -> str | None:
    """Return an RE2 pattern for values of one structure; None if they are no form.

    Letters stand in the pattern as they are only if every value has the same few capitals there
    and they are nobody's name; digits never do.

    Args:
        values: all of one `structure`; equal ones count once.
    """
    distinct = sorted(set(values))
    if len(distinct) < SEVERAL or not _is_a_form(distinct[0]):
        return None
    columns = list(zip(*map(_runs, distinct), strict=True))
    body = "".join(map(_piece, columns))
    first, last = columns[0][0].kind, columns[-1][0].kind
    return f"{_edge(first)}{body}{_edge(last)}"


def _is_a_form(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    return (
        value.isascii()
        and digits >= _LEAST_DIGITS
        and sum(map(str.isalnum, value)) >= _LEAST_LENGTH
    )


def _runs(value: str) -> list[_Run]:
    return [
        _Run(kind, "".join(characters))
        for kind, characters in groupby(value, key=lambda character: _sign(character).upper())
    ]


def _sign(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    if character.isspace():
        return " "
    return character if character.isascii() and character.isprintable() else "·"


def _piece(column: Sequence[_Run]) -> str:
    texts = {run.text for run in column}
    kind = column[0].kind
    if kind == "A" and len(texts) == 1 and _is_prefix(column[0].text):
        return column[0].text
    lengths = sorted({len(text) for text in texts})
    count = _count(lengths[0], lengths[-1])
    return f"{_CLASSES.get(kind) or _literal(kind)}{count}"


def _literal(character: str) -> str:
    return character if character in _PLAIN else re.escape(character)


def _is_prefix(letters: str) -> bool:
    is_short = letters.isupper() and len(letters) <= _LONGEST_PREFIX
    return is_short and letters.lower() not in known_names()


def _count(least: int, most: int) -> str:
    if least != most:
        return f"{{{least},{most}}}"
    return "" if least == 1 else f"{{{least}}}"


def _edge(kind: str) -> str:
    return r"\b" if kind in {"9", "A"} else ""
