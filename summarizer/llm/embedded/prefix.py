"""Keep the state of a fixed prompt on disk: a key in, the path of a saved state out.

The model's runtime ends the whole process on a state file that was cut short, so a file's
hash stands in its name and is checked before it is used.
"""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from summarizer.llm.embedded.model_file import ModelSpec

__all__ = ["PrefixCache", "prefix_key"]

_KEPT = 4
_ABANDONED_SECONDS = 3600.0


def prefix_key(
    spec: ModelSpec, context_tokens: int, messages: Sequence[Mapping[str, str]], key: str
) -> str:
    """Return a name that changes with anything that the saved state depends on."""
    parts = [spec.sha256, version("xllamacpp"), context_tokens, list(map(dict, messages)), key]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


class PrefixCache:
    """A folder of saved states: at most four, the last used, readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        """Use this folder; it is made when something is saved."""
        self.folder = folder

    def incoming(self, key: str, owner: int) -> Path:
        """Return where a process is to write a state that is then kept."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / f"{key}.{owner}.new"

    def keep(self, incoming: Path, key: str) -> Path:
        """Move a written state into place, and let go of the least recently used ones."""
        incoming.chmod(0o600)
        path = incoming.with_name(f"{key}-{_digest(incoming)}.state")
        incoming.replace(path)
        self._let_go()
        return path

    def find(self, key: str) -> Path | None:
        """Return a saved state that is whole; a damaged one is deleted."""
        for path in self.folder.glob(f"{key}-*.state"):
            # Another process may let go of it at any time; a shared folder may be read-only.
            with suppress(OSError):
                if path.stem.partition("-")[2] == _digest(path):
                    with suppress(PermissionError):
                        path.touch()
                    return path
                path.unlink()
        return None

    def _let_go(self) -> None:
        states = sorted(self.folder.glob("*.state"), key=_changed, reverse=True)
        limit = time.time() - _ABANDONED_SECONDS
        abandoned = [path for path in self.folder.glob("*.new") if _changed(path) < limit]
        for path in (*states[_KEPT:], *abandoned):
            path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
