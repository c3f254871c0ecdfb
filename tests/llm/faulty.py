"""Models for tests: they raise their faults one after the other, then answer."""

from collections.abc import Sequence

from summarizer.llm import Gate, WireRequest, WireResponse
from summarizer.models import Completion, Prompt, Usage

__all__ = ["Clock", "FaultyLLM", "Pauses"]


class FaultyLLM:
    """Passes the gate, then raises its faults one after the other, then answers."""

    def __init__(
        self,
        faults: Sequence[BaseException] = (),
        *,
        name: str = "faulty",
        usage: Usage | None = None,
        unready: Exception | None = None,
    ) -> None:
        self.name = name
        self.faults = list(faults)
        self._usage = usage
        self._unready = unready
        self.calls = 0
        self.closed = False

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        self.calls += 1
        await gate.clear(WireRequest("local:faulty", b"%d" % self.calls, self.name))
        if self.faults:
            raise self.faults.pop(0)
        await gate.received(WireResponse(200, b"{}", usage=self._usage))
        return Completion("{}", self.name)

    async def ready(self) -> None:
        if self._unready is not None:
            raise self._unready

    async def aclose(self) -> None:
        self.closed = True


class Clock:
    """A clock that stands still but for what is waited; it is called for the time."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.seconds += seconds


class Pauses(list[float]):
    """Takes note of pauses instead of making them."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
