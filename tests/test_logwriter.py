"""The log is written beside the work: whoever does not read it holds nobody up."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
import structlog

from summarizer.logs import configure
from summarizer.logwriter import LogWriter

LINES = 1_000
LONG = "x" * 500
"""So long that the lines of a test are several times what a pipe holds."""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Let no later test log into a pipe of these."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


class _Reader:
    """Reads the other end of a pipe, from when it is told to."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read = bytearray()
        self._thread = Thread(target=self._read_all)

    def begin(self) -> None:
        self._thread.start()

    def lines(self) -> list[dict[str, Any]]:
        """What was written until the other end was closed."""
        self._thread.join(30)
        return [json.loads(line) for line in self._read.splitlines()]

    def _read_all(self) -> None:
        while part := os.read(self._descriptor, 65_536):
            self._read += part


@contextmanager
def _pipe() -> Iterator[tuple[_Reader, int]]:
    reading, writing = os.pipe()
    try:
        yield _Reader(reading), writing
    finally:
        os.close(reading)


def _log(count: int) -> None:
    log = structlog.get_logger("summarizer.api")
    for number in range(count):
        log.info("request", count=number, path=LONG)


def test_lines_wait_for_a_reader_and_nobody_waits_for_the_lines() -> None:
    with _pipe() as (reader, writing):
        with LogWriter(writing) as lines:
            configure("json", to=lines)
            _log(LINES)
            reader.begin()
        os.close(writing)
        written = reader.lines()

    assert [line["count"] for line in written] == list(range(LINES))
    assert lines.lost == 0


def test_lines_that_do_not_fit_are_lost_and_the_log_says_how_many() -> None:
    with _pipe() as (reader, writing):
        with LogWriter(writing, most_waiting=10) as lines:
            configure("json", to=lines)
            _log(LINES)
            reader.begin()
        os.close(writing)
        written = reader.lines()

    requests = [line["count"] for line in written if line["event"] == "request"]
    told = [line["count"] for line in written if line["event"] == "log lines were lost"]
    assert lines.lost > 0
    assert sum(told) == lines.lost == LINES - len(requests)
    assert requests == sorted(requests)


def test_a_reader_that_is_gone_stops_nobody_and_every_line_is_counted() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with LogWriter(writing) as lines:
        configure("json", to=lines)
        _log(LINES)
    os.close(writing)

    assert lines.lost == LINES


def test_what_is_logged_after_the_end_is_written_at_once() -> None:
    with _pipe() as (reader, writing):
        with LogWriter(writing) as lines:
            configure("json", to=lines)
        _log(1)
        os.close(writing)
        reader.begin()
        written = reader.lines()

    assert [line["count"] for line in written] == [0]


def test_half_a_character_does_not_keep_a_line_from_being_written() -> None:
    reading, writing = os.pipe()
    with LogWriter(writing) as lines:
        lines.write("caf\u00e9 \ud83d\n")
    os.close(writing)
    with os.fdopen(reading, "rb") as read:
        assert read.read() == "caf\u00e9 \\ud83d\n".encode()
