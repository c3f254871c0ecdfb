"""Gates for tests: one that records, one that refuses."""

import asyncio

from summarizer.errors import ErrorCode, ProviderError
from summarizer.llm import WireRequest, WireResponse

__all__ = ["RecordingGate", "RefusingGate", "SlowGate"]


class RecordingGate:
    """Lets everything pass and keeps it."""

    def __init__(self) -> None:
        self.requests: list[WireRequest] = []
        self.responses: list[WireResponse] = []
        self.faults: list[tuple[str, ErrorCode]] = []

    async def clear(self, request: WireRequest) -> None:
        self.requests.append(request)

    async def received(self, response: WireResponse) -> None:
        self.responses.append(response)

    async def failed(self, error: ProviderError, *, model: str) -> None:
        self.faults.append((model, error.code))

    @property
    def bodies(self) -> list[bytes]:
        return [request.body for request in self.requests]


class SlowGate(RecordingGate):
    """Takes longer to record a request than the provider may take to answer it."""

    async def clear(self, request: WireRequest) -> None:
        await asyncio.sleep(0.5)
        await super().clear(request)


class RefusingGate(RecordingGate):
    """Raises instead of clearing a request, or instead of taking note of a response."""

    def __init__(
        self, *, clear: Exception | None = None, received: Exception | None = None
    ) -> None:
        super().__init__()
        self._clear, self._received = clear, received

    async def clear(self, request: WireRequest) -> None:
        if self._clear is not None:
            raise self._clear
        await super().clear(request)

    async def received(self, response: WireResponse) -> None:
        if self._received is not None:
            raise self._received
        await super().received(response)
