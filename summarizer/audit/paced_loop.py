"""Paced loop: numbers and checkpoints follow the log by themselves, at most once in a while."""

import threading
from collections.abc import Callable
from time import monotonic

from summarizer.errors import AuditUnavailable, SummarizerError

__all__ = ["PacedLoop"]


class PacedLoop:
    """A thread that works after it was poked, and once more when it is closed."""

    def __init__(
        self,
        work: Callable[[], object],
        *,
        name: str,
        seconds: float,
        tell: Callable[[SummarizerError], None],
    ) -> None:
        """Start the thread.

        Args:
            work: follows the log as it is.
            name: of the thread.
            seconds: the least time between two times it works.
            tell: is told of a fault when it begins, for the log of the service.
        """
        self._work = work
        self._seconds = seconds
        self._tell = tell
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._moment = threading.Lock()
        self.due_since: float | None = None
        """The moment (`monotonic`) of the first poke that no work has followed; None if none."""
        self.fault: SummarizerError | None = None
        """Why the work failed the last time; None if it did not."""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """Say that the log grew."""
        with self._moment:
            if self.due_since is None:
                self.due_since = monotonic()
        self._wanted.set()

    def close(self) -> None:
        """Work once more, then end; more calls do nothing."""
        self._closing.set()
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._closing.is_set():
                break
            self._try()
            self._closing.wait(self._seconds)
        self._try()

    def _try(self) -> None:
        before = None if self.fault is None else self.fault.detail
        with self._moment:
            due, self.due_since = self.due_since, None
        try:
            self._work()
        except SummarizerError as error:
            self.fault = error
        except Exception as error:  # noqa: BLE001 - a thread that ended would work no more
            msg = f"it failed ({type(error).__name__}); run `audit verify`"
            self.fault = AuditUnavailable(msg)
        else:
            self.fault = None
        if self.fault is not None:
            with self._moment:
                # A poke meanwhile came later.
                self.due_since = due or self.due_since
            if self.fault.detail != before:
                self._tell(self.fault)
