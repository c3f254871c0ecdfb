"""Log writer: log lines -> a file, by a thread of its own, so that no request waits for the file.

Whoever reads standard error of a service may stop reading: a pipe is full after some hundred lines,
and who writes to it then waits until it is read.
"""

import os
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Lock, Thread, current_thread
from types import TracebackType
from typing import Final, Self

import structlog

__all__ = ["LogWriter"]

_MOST_WAITING: Final = 10_000
_LAST_SECONDS: Final = 5.0

log = structlog.get_logger("summarizer.logwriter")


class LogWriter:
    """Takes lines at once and writes them as soon as it can.

    What does not fit is lost, but not in silence: `lost` counts it, and when lines are written
    again, one says how many are missing before it.
    """

    def __init__(self, descriptor: int, *, most_waiting: int = _MOST_WAITING) -> None:
        """Begin to write; `descriptor` is that of an open file, which the caller keeps open."""
        self._descriptor = descriptor
        self._waiting: Queue[bytes | None] = Queue(most_waiting)
        self._few = max(most_waiting // 2, 1)
        self._counting = Lock()
        self._told = 0
        self._is_over = False
        self.lost = 0
        """Lines that were not written, since the beginning."""
        # A file that is never read again must not keep the process from ending.
        self._thread = Thread(target=self._write_lines, name="log", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write what still waits, for some seconds at most; lines after that are not put off."""
        with suppress(Full):
            self._waiting.put(None, timeout=_LAST_SECONDS)
        self._thread.join(_LAST_SECONDS)

    def write(self, text: str) -> None:
        """Take a line, its end included.

        Raises:
            Full: in the thread that writes, if there is no room for it.
        """
        line = text.encode(errors="backslashreplace")
        if self._is_over:
            self._is_written(line)
            return
        try:
            self._waiting.put_nowait(line)
        except Full:
            if current_thread() is self._thread:
                raise
            self._lose()

    def flush(self) -> None:
        """Do nothing: a line is written as soon as it can be."""

    def _write_lines(self) -> None:
        is_read = True
        while (line := self._waiting.get()) is not None:
            is_read = self._is_written(line)
            # To tell of a line that failed by one that fails would have no end.
            if is_read and self._waiting.qsize() < self._few:
                self._tell()
        self._is_over = True
        # What came while the end stood in line.
        with suppress(Empty):
            while line := self._waiting.get_nowait():
                is_read = self._is_written(line)
        if is_read:
            self._tell()

    def _is_written(self, line: bytes) -> bool:
        try:
            while line:
                # Not by `sys.stderr`: the interpreter would wait for its lock when it ends.
                line = line[os.write(self._descriptor, line) :]
        except OSError:
            self._lose()
            return False
        return True

    def _lose(self) -> None:
        with self._counting:
            self.lost += 1

    def _tell(self) -> None:
        count = self.lost - self._told
        if count:
            # Lines may have come in between; what they left no room for is told later.
            with suppress(Full):
                log.error("log lines were lost", count=count)
                self._told += count
