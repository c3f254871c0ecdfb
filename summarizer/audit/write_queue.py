"""Write queue: processes that write to one SQLite file -> one after the other, without polling.

SQLite has no queue: who finds the file locked sleeps for up to a tenth of a second and looks
again, so that the lock lies idle while many wait for it. Here they wait for an advisory lock on a
file beside the database, which the kernel hands on at once and takes back from who dies. It only
spares waiting: what keeps writers apart is SQLite's own lock.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["WriteQueue"]


class WriteQueue:
    """The queue before one file; without a file nobody waits."""

    def __init__(self, path: Path | None, seconds: float) -> None:
        """Take the database file, and how long to wait at most."""
        self._path = None if path is None else path.with_name(f"{path.name}-queue")
        self._seconds = seconds

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until it is our turn; where there is no queue SQLite itself decides.

        That is after the time is over, and where the file cannot be opened.
        """
        file = self._opened()
        if file is None:
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file = self._wait(file)
        try:
            yield
        finally:
            # By name, or a process that was forked meanwhile would keep the turn.
            fcntl.flock(file, fcntl.LOCK_UN)
            os.close(file)

    def _opened(self) -> int | None:
        """Open the file anew for each turn: threads of one process wait for each other, too."""
        with suppress(OSError):
            if self._path is not None:
                return os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        return None

    def _wait(self, file: int) -> int:
        """Wait on a thread, since the call knows no time limit; return an open file."""
        done, lock, given_up = threading.Event(), threading.Lock(), False

        def wait() -> None:
            fcntl.flock(file, fcntl.LOCK_EX)
            with lock:
                if given_up:
                    os.close(file)
                done.set()

        threading.Thread(target=wait, name="audit-queue", daemon=True).start()
        if done.wait(self._seconds):
            return file
        with lock:
            if done.is_set():
                return file
            given_up = True
        return os.open(os.devnull, os.O_RDONLY)
