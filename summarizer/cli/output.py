"""Output: values -> standard output and standard error, for people and for machines."""

import re
import sys
from collections.abc import Sequence
from typing import Any, Final

import orjson
from rich.console import Console
from rich.text import Text

from summarizer.redact.tokens import TOKEN

__all__ = ["colour", "coloured", "notes", "pretty", "printable", "short", "write_json"]

_COLOURS: Final = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan")
# Terminal control sequences and marks that change the direction of what follows them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HASH_DIGITS = 12
_WIDEST = 100


class _Console(Console):
    """Plain text unless styled here, and never wider than a person likes to read."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)
        if self.width > _WIDEST or not self.is_terminal:
            self.width = _WIDEST

    def on_broken_pipe(self) -> None:
        """Leave it to the frame what happens when the reader goes away."""
        raise BrokenPipeError


def pretty() -> Console:
    """Return the console for results: standard output."""
    return _Console()


def notes() -> Console:
    """Return the console for progress and remarks: standard error."""
    return _Console(stderr=True)


def write_json(value: Any) -> None:
    """Write one line of JSON to standard output, at once."""
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def printable(text: str) -> str:
    """Show control characters and direction marks by name, so that none reaches the terminal."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def coloured(text: str, ranges: Sequence[tuple[int, int, str]] | None = None) -> Text:
    """Colour what stands for a value in a redacted text, by entity.

    Args:
        text: a redacted text.
        ranges: where, disjoint and sorted, and for which entity; by default its placeholders.
    """
    if ranges is None:
        ranges = [
            (match.start(), match.end(), match.group()[1:].rpartition("_")[0])
            for match in TOKEN.finditer(text)
        ]
    result = Text()
    at = 0
    for start, end, entity in ranges:
        result.append(printable(text[at:start]))
        result.append(printable(text[start:end]), style=colour(entity))
        at = end
    return result.append(printable(text[at:]))


def colour(entity: str) -> str:
    """Give each entity the same style in every run."""
    return f"bold {_COLOURS[sum(entity.encode()) % len(_COLOURS)]}"


def short(version: str) -> str:
    """Shorten the hash of a `name@sha256:…` version."""
    name, at, digest = version.partition("@sha256:")
    return f"{name}{at and '@'}{digest[:_HASH_DIGITS]}"
