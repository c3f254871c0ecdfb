"""Publish loop: checkpoints follow the log by themselves, at most one in a while."""

import threading
from collections.abc import Callable

from summarizer.errors import AuditUnavailable, SummarizerError

__all__ = ["PublishLoop"]


class PublishLoop:
    """A thread that publishes after events were numbered, and once more when it is closed."""

    def __init__(
        self,
        publish: Callable[[], object],
        *,
        seconds: float,
        tell: Callable[[SummarizerError], None],
    ) -> None:
        """Start the thread.

        Args:
            publish: signs and publishes the log as it is.
            seconds: the least time between two checkpoints.
            tell: is told of a fault when it begins, for the log of the service.
        """
        self._publish = publish
        self._seconds = seconds
        self._tell = tell
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self.fault: SummarizerError | None = None
        """Why the last checkpoint could not be published; None if it was."""
        self._thread = threading.Thread(target=self._run, name="audit-publish", daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """Say that the log grew."""
        self._wanted.set()

    def close(self) -> None:
        """Publish what is not published yet, then end; more calls do nothing."""
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
        try:
            self._publish()
        except SummarizerError as error:
            self.fault = error
        except Exception as error:  # noqa: BLE001 - a thread that ended would publish no more
            msg = f"no checkpoint could be made ({type(error).__name__}); run `audit verify`"
            self.fault = AuditUnavailable(msg)
        else:
            self.fault = None
        if self.fault is not None and self.fault.detail != before:
            self._tell(self.fault)
