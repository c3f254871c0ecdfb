import threading

from summarizer.audit.paced_loop import PacedLoop
from summarizer.errors import AuditUnavailable, SummarizerError


class Work:
    """Fails as it is told, and says when it was called."""

    def __init__(self, *failures: Exception | None) -> None:
        self._failures = iter(failures)
        self.calls = threading.Semaphore(0)

    def __call__(self) -> None:
        failure = next(self._failures, None)
        self.calls.release()
        if failure is not None:
            raise failure


def test_it_works_when_poked_and_once_more_when_closed() -> None:
    work = Work()
    loop = PacedLoop(work, name="test", seconds=0.0, tell=print)
    loop.poke()
    assert work.calls.acquire(timeout=30)
    loop.close()
    loop.close()

    assert work.calls.acquire(timeout=30)
    assert loop.fault is None


def test_any_fault_is_kept_and_does_not_end_it() -> None:
    work = Work(TypeError("damaged"), AuditUnavailable("gone"))
    loop = PacedLoop(work, name="test", seconds=0.0, tell=print)
    loop.poke()
    assert work.calls.acquire(timeout=30)
    loop.close()

    assert isinstance(loop.fault, AuditUnavailable)
    assert loop.fault.detail == "gone"


def test_a_fault_is_told_when_it_begins_and_not_each_time() -> None:
    gone, full = AuditUnavailable("gone"), AuditUnavailable("full")
    work = Work(gone, gone, full)
    told: list[SummarizerError] = []
    loop = PacedLoop(work, name="test", seconds=0.0, tell=told.append)
    for _ in range(2):
        loop.poke()
        assert work.calls.acquire(timeout=30)
    loop.close()

    assert [fault.detail for fault in told] == ["gone", "full"]


def test_a_fault_that_is_none_of_ours_is_told_without_its_words() -> None:
    work = Work(None, TypeError("secret"))
    loop = PacedLoop(work, name="test", seconds=3600.0, tell=print)
    loop.poke()
    assert work.calls.acquire(timeout=30)
    loop.close()

    assert loop.fault is not None
    assert "TypeError" in loop.fault.detail
    assert "secret" not in loop.fault.detail
