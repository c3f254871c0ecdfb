"""Ingest: a byte stream -> its lines, holding one at a time and none above a limit."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["bounded_lines"]

_CHUNK = 1 << 16


def bounded_lines(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line that is not blank: its number, and its bytes without the line's end.

    A line of more than `limit` bytes comes as None, and reading goes on behind it. A byte order
    mark in front of the first line is dropped.
    """
    number = 0
    # Two bytes more than the limit: room for the line's end.
    while line := stream.readline(limit + 2):
        number += 1
        content = line.rstrip(b"\r\n")
        if number == 1:
            content = content.removeprefix(codecs.BOM_UTF8)
        if len(content) > limit:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
            yield number, None
        elif content.strip():
            yield number, content
