"""Apart: redaction in a process of its own, so that it holds up nothing else that a service does.

Threads of one process take turns at Python, and redaction takes most of a request's time; apart it
takes another core. What is long is redacted here, and everything while there is no such process.
"""

import os
import resource
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic
from typing import TYPE_CHECKING

from summarizer.errors import RedactionError
from summarizer.models import Case
from summarizer.pii import Anonymizer, Detector
from summarizer.policy import Policy
from summarizer.redact.redactor import Redacted, Redactor

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

__all__ = ["ApartRedactor"]

_LONGEST = 10_000
"""Characters of a case that others wait for, some 80 ms; a longer one is redacted beside them."""
_MOST_TEXTS = 50
"""Texts of such a case, as each takes its time, too."""
_TURN_SECONDS = 1.0
"""After which a case is redacted here rather than wait for those before it."""
_ANSWER_SECONDS = 10
_RESTART_SECONDS = 60.0
_END_SECONDS = 5.0


class ApartRedactor(Redactor):
    """A redactor that has its like in another process redact short cases, one after the other.

    That one is asked from when it makes the same of a case to try it on as this one does. What a
    process that fails was asked is redacted here; another is begun a minute after it.
    """

    def __init__(
        self,
        *,
        detector: Detector,
        anonymizer: Anonymizer,
        policy: Policy,
        build: Callable[[], Redactor],
        tried_on: Case,
        now: Callable[[], float] = monotonic,
        answer_seconds: int = _ANSWER_SECONDS,
    ) -> None:
        """Begin the process; nobody waits for it.

        Args:
            detector: of the redactor here.
            anonymizer: of the redactor here.
            policy: of the redactor here.
            build: makes the same redactor there; must pickle.
            tried_on: a case of which both have to make the same.
            now: seconds, for when another process may be begun.
            answer_seconds: after which a process is taken for stuck and ended.

        Raises:
            ConfigurationError: if the policy has a rule for an entity nothing finds.
        """
        super().__init__(detector=detector, anonymizer=anonymizer, policy=policy)
        self._build = build
        self._tried_on = tried_on
        self._now = now
        self._answer_seconds = answer_seconds
        self._turn = threading.Lock()
        self._asked = 0
        self._is_ready = self._is_closed = False
        self._pipe: Connection | None = None
        self._process: SpawnProcess
        self._begin()

    @property
    def process_id(self) -> int | None:
        """The process that is asked; None while there is none."""
        return self._process.pid if self._is_ready and self._process.is_alive() else None

    def redact(self, case: Case) -> Redacted:
        """Redact every text of a case.

        Raises:
            RedactionError: if any part failed; there is no partial result.
        """
        redacted: Redacted | str | None = None
        is_short = sum(len(text.map.text) for text in case.texts) <= _LONGEST
        if (
            is_short
            and len(case.texts) <= _MOST_TEXTS
            and self._turn.acquire(timeout=_TURN_SECONDS)
        ):
            try:
                redacted = self._ask(case)
            finally:
                self._turn.release()
        if isinstance(redacted, str):
            raise RedactionError(redacted)
        return super().redact(case) if redacted is None else redacted

    def started(self, seconds: float) -> bool:
        """Wait for the process to be there, and say whether it is asked from now on."""
        with self._turn:
            if self._pipe is not None and not self._is_ready:
                self._pipe.poll(seconds)
            return self._ready_pipe() is not None

    def close(self) -> None:
        """End the process; what is asked later is redacted here."""
        with self._turn:
            self._is_closed = True
            self._end()

    def _ask(self, case: Case) -> Redacted | str | None:
        """Return what the process makes of a case, or why it failed; None if it cannot tell."""
        pipe = self._ready_pipe()
        if pipe is None:
            return None
        self._asked += 1
        number, redacted = None, None
        try:
            pipe.send((self._asked, case))
            number, redacted = pipe.recv()
        except Exception:  # noqa: BLE001, S110 - whatever it is, the case is redacted here
            pass
        finally:
            # An answer that is still to come must not be taken for that of the next case.
            if number != self._asked or not isinstance(redacted, Redacted | str | None):
                redacted = None
                self._end()
        return redacted

    def _ready_pipe(self) -> Connection | None:
        if self._pipe is None and not self._is_closed:
            if self._now() >= self._next_begin:
                self._begin()
        elif self._pipe is not None and not self._is_ready and self._pipe.poll():
            self._hear(self._pipe)
        return self._pipe if self._is_ready else None

    def _hear(self, pipe: Connection) -> None:
        """Take the process for ours if it is; if it is another, do without for good."""
        made = None
        try:
            made = pipe.recv()
            self._is_ready = made == (self.detector_version, super().redact(self._tried_on))
        except Exception:  # noqa: BLE001 - whatever it is, it is not asked
            self._is_ready = False
        if not self._is_ready:
            self._is_closed = made is not None
            self._end()

    def _begin(self) -> None:
        self._next_begin = self._now() + _RESTART_SECONDS
        context = get_context("spawn")
        # Or the folder that a service is started in could bring modules of its own.
        os.environ["PYTHONSAFEPATH"] = "1"
        try:
            pipe, theirs = context.Pipe()
        except OSError:
            return
        # Once begun the process alone holds its end: the pipe ends when it does.
        with theirs:
            try:
                _bound(pipe, self._answer_seconds)
                process = context.Process(
                    target=_answer, args=(theirs,), name="redactor", daemon=True
                )
                process.start()
            except OSError:
                # There may be no memory for it now, and be some in a minute.
                pipe.close()
                return
        self._pipe, self._process = pipe, process
        try:
            # Not as an argument: that has no time limit, and hangs if the process ends at once.
            pipe.send((self._build, self._tried_on))
        except OSError:
            self._end()

    def _end(self) -> None:
        self._is_ready = False
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
            self._process.kill()
            self._process.join(_END_SECONDS)
            self._next_begin = self._now() + _RESTART_SECONDS


def _bound(pipe: Connection, seconds: int) -> None:
    """Have whoever sends or receives wait for a process that is stuck only so long."""
    with socket.socket(fileno=os.dup(pipe.fileno())) as ours:
        for direction in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            ours.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", seconds, 0))


def _answer(pipe: Connection) -> None:
    """Redact what is asked until nobody holds the other end of the pipe any more."""
    _be_private()
    build: Callable[[], Redactor]
    tried_on: Case
    build, tried_on = pipe.recv()
    redactor = build()
    pipe.send((redactor.detector_version, redactor.redact(tried_on)))
    while True:
        try:
            number, case = pipe.recv()
        except EOFError:
            return
        redacted: Redacted | str | None
        try:
            redacted = redactor.redact(case)
        except RedactionError as error:
            redacted = error.detail
        except Exception:  # noqa: BLE001 - the service says which, of its own redactor
            redacted = None
        pipe.send((number, redacted))


def _be_private() -> None:
    """Let no text of a case reach a terminal, a log or a core file."""
    # Ctrl-C reaches every process of a terminal; the service ends this one when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
