"""Inputs: a path, or `-` for standard input -> bytes, with errors a person can act on."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from summarizer.errors import TicketError
from summarizer.ingest.size import too_large

__all__ = ["STDIN", "open_input", "read_text", "read_whole"]

STDIN = "-"


@contextmanager
def open_input(path: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`.

    Raises:
        TicketError: if it is not there, is a folder or may not be read.
    """
    if path == STDIN:
        yield sys.stdin.buffer
        return
    if Path(path).is_dir():
        msg = f"{path}: a folder; name a file, or use `summarize`, which takes folders"
        raise TicketError(msg)
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below, after the caller is done
    except OSError as error:
        msg = f"{path}: {os.strerror(error.errno or 0)}; check the path and its permissions"
        raise TicketError(msg) from None
    with stream:
        yield stream


def read_whole(stream: BinaryIO, limit: int) -> bytes:
    """Read a stream to its end, unless it is above a limit in bytes.

    Raises:
        TicketError: TICKET_TOO_LARGE.
    """
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(None, "bytes", limit, where="the input")
    return data


def read_text(stream: BinaryIO, *, max_bytes: int, max_characters: int) -> str:
    """Read a stream to its end as UTF-8 text.

    Raises:
        TicketError: if it is too large or not text.
    """
    data = read_whole(stream, max_bytes)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start
    else:
        if len(text) > max_characters:
            raise too_large(len(text), "characters", max_characters, where="the input")
        return text
    msg = f"the input, byte {at}: not UTF-8 text; save it as UTF-8, or name a text file"
    raise TicketError(msg)
