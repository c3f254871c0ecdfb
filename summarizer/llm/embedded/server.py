"""Supervise the embedded model: a cache folder in, an OpenAI-protocol endpoint out."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import anyio
import httpx
from anyio.abc import ByteReceiveStream, ByteSendStream, Process

from summarizer.errors import ProviderTimeout, ProviderUnavailable
from summarizer.llm.embedded.child import ChildSettings
from summarizer.llm.embedded.model_file import MODEL, ModelSpec, require
from summarizer.llm.embedded.prefix import PrefixCache, prefix_key

__all__ = ["EmbeddedServer", "Endpoint"]

_COMMAND = (sys.executable, "-P", "-m", "summarizer.llm.embedded.child")
_ENDED = "the embedded model's process ended unexpectedly; try again"
_CONNECT_SECONDS = 5.0
_WARM_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model answers."""

    base_url: str
    """Ends in `/v1`: what an OpenAI client takes."""
    api_key: str = field(repr=False)
    """Random, for this start only, unless one was given."""
    model: str


@dataclass(slots=True)
class _Child:
    process: Process
    endpoint: Endpoint
    client: httpx.AsyncClient
    warm: str | None = None
    """What it was last warmed with."""

    @property
    def alive(self) -> bool:
        return self.process.returncode is None


class EmbeddedServer:
    """The model in a child process that starts when asked for and ends with this process.

    One prompt is worked on at a time; others wait their turn in the child.
    """

    def __init__(
        self,
        cache: Path,
        *,
        spec: ModelSpec = MODEL,
        context_tokens: int = 8192,
        start_seconds: float = 120.0,
        stop_seconds: float = 5.0,
        host: str = "127.0.0.1",
        port: int = 0,
        api_key: str | None = None,
        command: Sequence[str] = _COMMAND,
    ) -> None:
        """Start nothing yet.

        Args:
            cache: The folder that `pull` filled; states of fixed prompts are saved there.
            spec: The model.
            context_tokens: Prompt and answer together; 28 KB of memory each.
            start_seconds: How long a start may take.
            stop_seconds: How long the child may take to end before it is killed.
            host: The address it listens on; whoever reaches another than loopback needs the key.
            port: 0 takes a free one.
            api_key: What clients must show; by default a random key for each start.
            command: What to run as the child; see `child.run` for what it must do.
        """
        self._cache = cache
        self._spec = spec
        self._context_tokens = context_tokens
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self._host, self._port, self._api_key = host, port, api_key
        self._command = tuple(command)
        self._prefixes = PrefixCache(spec.path(cache).with_name("prompt-states"))
        self._lock = anyio.Lock()
        self._child: _Child | None = None

    async def __aenter__(self) -> Self:
        """Start nothing yet."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the child."""
        await self.aclose()

    async def start(self) -> Endpoint:
        """Return the endpoint of a running child; one that has died is replaced, once a call.

        Raises:
            ProviderUnavailable: if the model is not there or the child does not come up.
            ProviderTimeout: if it takes too long.
        """
        async with self._lock:
            return (await self._running()).endpoint

    async def warm(
        self, fixed_messages: Sequence[Mapping[str, str]], key: str, *, fresh: bool = False
    ) -> None:
        """Have the model know the fixed part of the prompts that come next.

        Its state is restored from disk, or else computed and saved for the next process. It
        is computed in a child of its own that never sees a case, so that nothing of a case
        can be saved. Does nothing if the running child was last warmed with the same, unless
        it is to be fresh: then nothing of the prompts since is reused, and the answer to the
        next one depends on that prompt alone, to the last bit.

        Args:
            fixed_messages: The messages every prompt begins with.
            key: The version of the prompt.
            fresh: Restore it in any case (under 0.1 s).

        Raises:
            ProviderUnavailable, ProviderTimeout: as `start`.
        """
        name = prefix_key(self._spec, self._context_tokens, fixed_messages, key)
        async with self._lock:
            if not fresh and self._is_warm(name):
                return
            saved = await anyio.to_thread.run_sync(self._prefixes.find, name)
            if saved is None:
                saved = await self._compute(fixed_messages, name)
            child = await self._running()
            if saved is not None:
                await _post(child, "/slots/0?action=restore", {"filename": saved.name})
            child.warm = name

    async def aclose(self) -> None:
        """Stop the child; a later `start` starts another."""
        async with self._lock:
            child, self._child = self._child, None
            if child is not None:
                await self._stop(child)

    async def _running(self) -> _Child:
        if self._child is not None:
            if self._child.alive:
                return self._child
            await self._stop(self._child)
            self._child = None
        self._child = await self._spawn()
        return self._child

    def _is_warm(self, name: str) -> bool:
        return self._child is not None and self._child.alive and self._child.warm == name

    async def _compute(self, messages: Sequence[Mapping[str, str]], name: str) -> Path | None:
        try:
            incoming = self._prefixes.incoming(name, os.getpid())
        except OSError:
            # A cache folder that cannot be written: the first prompt pays each time.
            return None
        child = await self._spawn()
        try:
            question = {"messages": list(map(dict, messages)), "max_tokens": 1}
            written = await _post(child, "/v1/chat/completions", question) and await _post(
                child, "/slots/0?action=save", {"filename": incoming.name}
            )
        finally:
            await self._stop(child)
        if not written:
            incoming.unlink(missing_ok=True)
            return None
        return await anyio.to_thread.run_sync(self._prefixes.keep, incoming, name)

    async def _spawn(self) -> _Child:
        path = await anyio.to_thread.run_sync(require, self._cache, self._spec)
        settings = ChildSettings(
            model_path=str(path),
            model_name=self._spec.name,
            api_key=self._api_key or secrets.token_urlsafe(32),
            context_tokens=self._context_tokens,
            threads=_physical_cores(),
            state_folder=str(self._prefixes.folder),
            host=self._host,
            port=self._port,
        )
        # Its own session, so that Ctrl-C reaches this process alone, which then stops it.
        process = await anyio.open_process(
            self._command, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            with anyio.fail_after(self._start_seconds):
                address = await _address(process, settings)
                await _healthy(address)
        except TimeoutError:
            await self._end(process)
            msg = f"the embedded model did not start within {self._start_seconds:g} s; try again"
            raise ProviderTimeout(msg) from None
        except BaseException:
            await self._end(process)
            raise
        endpoint = Endpoint(f"{address}/v1", settings.api_key, settings.model_name)
        return _Child(process, endpoint, _client(address, settings.api_key))

    async def _stop(self, child: _Child) -> None:
        with anyio.CancelScope(shield=True):
            await child.client.aclose()
            await self._end(child.process)

    async def _end(self, process: Process) -> None:
        stdin, _ = _pipes(process)
        with anyio.CancelScope(shield=True):
            # The child ends by itself when its stdin does.
            await stdin.aclose()
            with anyio.move_on_after(self._stop_seconds):
                await process.wait()
            if process.returncode is None:
                process.kill()
            await process.aclose()


def _client(address: str, api_key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=address,
        headers={"Authorization": f"Bearer {api_key}"},
        timeout=httpx.Timeout(_WARM_SECONDS, connect=_CONNECT_SECONDS),
        # A proxy has no business on loopback.
        trust_env=False,
    )


async def _address(process: Process, settings: ChildSettings) -> str:
    answer = await _first_line(process, settings.to_line())
    if "address" not in answer:
        reason = answer.get("error", "its process ended before it was ready")
        msg = f"the embedded model did not start: {reason}; run `summarizer doctor`"
        raise ProviderUnavailable(msg, retryable=False)
    return answer["address"]


async def _first_line(process: Process, settings: bytes) -> dict[str, str]:
    stdin, stdout = _pipes(process)
    line = b""
    try:
        await stdin.send(settings)
        while not line.endswith(b"\n"):
            line += await stdout.receive()
    except (anyio.BrokenResourceError, anyio.EndOfStream):
        return {}
    answer: dict[str, str] = json.loads(line)
    return answer


async def _healthy(address: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            while not (await client.get(f"{address}/health")).is_success:  # noqa: ASYNC110 - a process
                await anyio.sleep(0.05)
        except httpx.HTTPError:
            raise ProviderUnavailable(_ENDED, retryable=False) from None


async def _post(child: _Child, path: str, body: Mapping[str, Any]) -> bool:
    try:
        response = await child.client.post(path, json=body)
    except httpx.TimeoutException:
        msg = f"the embedded model did not answer within {_WARM_SECONDS:g} s; try again"
        raise ProviderTimeout(msg) from None
    except httpx.HTTPError:
        raise ProviderUnavailable(_ENDED) from None
    return response.is_success


def _pipes(process: Process) -> tuple[ByteSendStream, ByteReceiveStream]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError
    return process.stdin, process.stdout


def _physical_cores() -> int:
    usable = os.sched_getaffinity(0)
    topology = Path("/sys/devices/system/cpu")
    try:
        return len({
            (topology / f"cpu{number}/topology/thread_siblings_list").read_text()
            for number in usable
        })
    except OSError:
        return len(usable)
