"""Group commit: many callers' batches -> one transaction for all that queued.

No timer: a commit takes whatever queued until it is its turn. Under load batches grow by
themselves; alone, a caller waits for nobody.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from queue import Empty, SimpleQueue
from typing import Generic, NamedTuple, TypeVar

__all__ = ["GroupCommit"]

I = TypeVar("I")  # noqa: E741 - an item
R = TypeVar("R")


class _Waiting(NamedTuple, Generic[I, R]):
    item: I
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[R]"


class GroupCommit(Generic[I, R]):
    """One thread that commits; it ends with `close`."""

    def __init__(
        self,
        commit: Callable[[Sequence[I]], Sequence[R | BaseException]],
        *,
        most: int,
        name: str,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Start the thread.

        Args:
            commit: makes all items durable in one transaction, and returns what each came to;
                if it raises, every item failed.
            most: how many items one commit takes.
            name: of the thread.
            turn: waits until nobody else commits; what queues meanwhile is taken, too.
        """
        self._commit = commit
        self._turn = turn
        self._most = most
        self._queue: SimpleQueue[_Waiting[I, R] | None] = SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: I) -> "asyncio.Future[R]":
        """Queue an item; the future, of the running event loop, is done when it is durable.

        A caller that goes away does not call back what is queued.

        Raises:
            RuntimeError: if this was closed.
        """
        loop = asyncio.get_running_loop()
        waiting: _Waiting[I, R] = _Waiting(item, loop, loop.create_future())
        with self._lock:
            if self._closed:
                msg = "closed"
                raise RuntimeError(msg)
            self._queue.put(waiting)
        return waiting.future

    def close(self) -> None:
        """Commit what is queued, then end; more calls do nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            with self._turn():
                batch, last = self._gather(first)
                results = self._committed(batch)
            _settle(batch, results)
            if last:
                return

    def _gather(self, first: "_Waiting[I, R]") -> "tuple[list[_Waiting[I, R]], bool]":
        batch = [first]
        while len(batch) < self._most:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is None:
                return batch, True
            batch.append(waiting)
        return batch, False

    def _committed(self, batch: "list[_Waiting[I, R]]") -> Sequence[R | BaseException]:
        try:
            return self._commit([one.item for one in batch])
        except BaseException as error:  # noqa: BLE001 - each caller must hear of it
            return [error] * len(batch)


_Result = tuple["asyncio.Future[R]", R | BaseException]


def _settle(batch: "list[_Waiting[I, R]]", results: Sequence[R | BaseException]) -> None:
    # One call for each event loop: to wake a loop costs as much as to seal an event.
    loops: dict[asyncio.AbstractEventLoop, list[_Result[R]]] = defaultdict(list)
    for waiting, result in zip(batch, results, strict=True):
        loops[waiting.loop].append((waiting.future, result))
    for loop, settled in loops.items():
        with suppress(RuntimeError):  # A loop that is closed waits for nothing.
            loop.call_soon_threadsafe(_deliver, settled)


def _deliver(settled: "Sequence[_Result[R]]") -> None:
    for future, result in settled:
        if future.done():  # Its caller went away.
            continue
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)
