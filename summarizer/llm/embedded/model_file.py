"""The embedded model's file: a cache folder in, the path of the verified file out."""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from summarizer.errors import ProviderUnavailable

__all__ = ["MODEL", "ModelSpec", "adopt", "locate", "require", "verify"]

_CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model file, pinned by size and hash, and where it can be had."""

    name: str
    """What answers and records call it."""
    file_name: str
    size: int
    """In bytes."""
    sha256: str
    """Of the whole file, in lower-case hex."""
    licence: str
    """SPDX identifier."""
    repository: str
    """`owner/name` on a model hub that publishes the file."""
    parts: tuple[str, ...]
    """Requirement lines pinned by hash: wheels whose `data/*.bin`, joined in this order, are
    the file."""
    part_size: int
    """In bytes, of every part but the last."""

    def path(self, cache: Path) -> Path:
        """Return where the file lies in a cache folder, whether it is there or not."""
        return cache / "models" / self.file_name


def _pinned_parts() -> tuple[str, ...]:
    text = resources.files(__package__).joinpath("model_parts.txt").read_text(encoding="ascii")
    return tuple(text.splitlines())


MODEL = ModelSpec(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    licence="Apache-2.0",
    repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    parts=_pinned_parts(),
    part_size=52_428_800,
)
"""The default model of `--model embedded`."""


def locate(cache: Path, spec: ModelSpec = MODEL) -> Path | None:
    """Return the model file if it is there and has the pinned size and hash.

    The whole file is hashed (1.1 GB) only if it was not verified before or has changed since.
    """
    path = spec.path(cache)
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    if stat.st_size != spec.size:
        return None
    if _read_marker(path) == _marker(path, spec) or verify(path, spec):
        return path
    return None


def require(cache: Path, spec: ModelSpec = MODEL) -> Path:
    """Return the model file.

    Raises:
        ProviderUnavailable: if it is not there or not the pinned file.
    """
    path = locate(cache, spec)
    if path is None:
        detail = f"{spec.path(cache)}: no model file that matches; run `summarizer model pull`"
        raise ProviderUnavailable(detail, retryable=False)
    return path


def verify(
    path: Path, spec: ModelSpec = MODEL, *, progress: Callable[[int], None] | None = None
) -> bool:
    """Hash the whole file and compare; a match is noted in a marker file beside it.

    Args:
        path: The file.
        spec: What it must be.
        progress: Told the number of bytes hashed so far.
    """
    # Taken first: if the file changes while it is hashed, the marker will not fit it.
    marker = _marker(path, spec)
    if marker["size"] != spec.size or _sha256(path, progress) != spec.sha256:
        _marker_path(path).unlink(missing_ok=True)
        return False
    # A cache folder may be read-only, shared by several users: then each start hashes.
    with suppress(OSError):
        _marker_path(path).write_text(json.dumps(marker), encoding="ascii")
    return True


def adopt(incoming: Path, path: Path, spec: ModelSpec, *, progress: Callable[[int], None]) -> bool:
    """Move a file into place by one rename, if it is the pinned one; else delete it."""
    if not verify(incoming, spec, progress=progress):
        incoming.unlink()
        return False
    with incoming.open("rb") as stream:
        os.fsync(stream.fileno())
    incoming.replace(path)
    _marker_path(incoming).replace(_marker_path(path))
    return True


def _sha256(path: Path, progress: Callable[[int], None] | None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            if progress is not None:
                progress(stream.tell())
    return digest.hexdigest()


def _marker(path: Path, spec: ModelSpec) -> dict[str, str | int]:
    stat = path.stat()
    return {"sha256": spec.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _marker_path(path: Path) -> Path:
    return path.with_name(path.name + ".verified.json")


def _read_marker(path: Path) -> object:
    try:
        return json.loads(_marker_path(path).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
