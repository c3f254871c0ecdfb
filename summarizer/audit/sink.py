"""Signed checkpoints -> a place outside the database, where nothing is overwritten.

Whoever can rewrite the database can make it consistent again; a checkpoint that has left it
shows that. So a sink should be under another account than the database.
"""

import os
import re
import tempfile
from pathlib import Path
from typing import Protocol

from summarizer.audit.checkpoint import MAX_SIZE
from summarizer.audit.note import MAX_NOTE_BYTES
from summarizer.errors import AuditUnavailable

__all__ = [
    "CheckpointConflict",
    "CheckpointSink",
    "FolderSink",
    "checkpoint_key",
    "checkpoint_size",
    "note_text",
    "origin_folder",
]

_STEP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SIZE_DIGITS = 20
_SIZE = re.compile(r"[0-9]{20}")
_DIGITS = 4
_GROUP = re.compile(r"[0-9]{4}")


class CheckpointConflict(AuditUnavailable):
    """Another checkpoint of this size was published before: there are two logs of one origin."""

    def __init__(self, key: str) -> None:
        """Name the checkpoint that stands in the sink."""
        super().__init__(
            f"the sink holds another checkpoint {key}; find out which log is the true one before"
            " going on under a new incarnation"
        )


class CheckpointSink(Protocol):
    """Keeps the checkpoints of logs; calls block."""

    def newest(self, origin: str) -> str | None:
        """Return the note of the largest size published for an origin, as it was published.

        None says that the sink holds none; if one was published before, the sink lost it.

        Raises:
            AuditUnavailable: if the sink cannot be read or holds what is no note.
        """
        ...

    def publish(self, origin: str, size: int, note: str) -> None:
        """Keep a note durably; publishing the same note again changes nothing.

        Raises:
            CheckpointConflict: if another note of this size stands there; it stays.
            AuditUnavailable: if the sink cannot be written, or may not have kept the note.
        """
        ...


class FolderSink:
    """Keeps each checkpoint in a file, named by its size under a folder named by its origin.

    Between them are folders named by the leading digits of the size, four by four, so that no
    folder grows beyond 10,000 names and the newest is found in time, however many there are. The
    folder must be on a file system with hard links.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made with the first checkpoint, with mode 0700."""
        self._root = folder

    def newest(self, origin: str) -> str | None:
        """Return the note of the largest size; see `CheckpointSink`."""
        try:
            path = _newest_in(self._root / origin_folder(origin), "")
        except OSError as error:
            raise self._unavailable(error) from error
        return None if path is None else note_text(self._read(path), f"{origin}/{path.name}")

    def publish(self, origin: str, size: int, note: str) -> None:
        """Write a file that no other writer's can replace; see `CheckpointSink`."""
        key = checkpoint_key(origin, size)
        path, data = self._root / _nested(key), note.encode()
        try:
            _make_folder(path.parent)
            created = _create(path, data)
        except OSError as error:
            raise self._unavailable(error) from error
        if not created and self._read(path) != data:
            raise CheckpointConflict(key)

    def _read(self, path: Path) -> bytes:
        try:
            # A link would let whoever made it choose the file.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                return file.read(MAX_NOTE_BYTES + 1)
        except OSError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: OSError) -> AuditUnavailable:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        return AuditUnavailable(
            f"the checkpoint folder {self._root} cannot be used: {reason}; it must be a folder"
            " of this user's, on a mounted file system with hard links and with space left"
        )


def origin_folder(origin: str) -> str:
    """Return the relative path of an origin: itself, if it is one.

    Raises:
        AuditUnavailable: if it is none; an origin comes from a database, and is a path.
    """
    if not all(_STEP.fullmatch(step) for step in origin.split("/")):
        msg = "a log's origin must be words of letters, digits, '.', '_' and '-', joined by '/'"
        raise AuditUnavailable(msg)
    return origin


def checkpoint_key(origin: str, size: int) -> str:
    """Return where a checkpoint is kept: its origin, a slash, its size in 20 digits.

    So the order of keys is the order of sizes, and a size comes before a further incarnation.

    Raises:
        AuditUnavailable: if the origin is no path.
        ValueError: if `size` is negative or above `MAX_SIZE`.
    """
    if not 0 <= size <= MAX_SIZE:
        msg = f"size is {size}; it must be 0 to {MAX_SIZE}"
        raise ValueError(msg)
    return f"{origin_folder(origin)}/{size:020}"


def checkpoint_size(key: str) -> int | None:
    """Return the size that a key ends in, or None if it is not a checkpoint's."""
    name = key.rpartition("/")[2]
    return int(name) if _SIZE.fullmatch(name) else None


def note_text(data: bytes, key: str) -> str:
    """Return the text of a note as it was read.

    Raises:
        AuditUnavailable: if it is too long for a note or no UTF-8.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = None
    if text is None or len(data) > MAX_NOTE_BYTES:
        msg = f"the checkpoint {key} in the sink is damaged; it is not a note"
        raise AuditUnavailable(msg)
    return text


def _nested(key: str) -> Path:
    """Return where the checkpoint of a key lies in a folder."""
    origin, _, name = key.rpartition("/")
    digits = (name[at : at + _DIGITS] for at in range(0, len(name) - _DIGITS, _DIGITS))
    return Path(origin, *digits, name)


def _newest_in(folder: Path, before: str) -> Path | None:
    """Return the file of the largest size below a folder that the digits `before` lead to.

    A folder that a crash left empty is passed over.

    Raises:
        OSError: if a folder cannot be read.
    """
    lies_here = len(before) == _SIZE_DIGITS - _DIGITS
    pattern = _SIZE if lies_here else _GROUP
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if pattern.fullmatch(entry.name)]
    except FileNotFoundError:
        return None
    if lies_here:
        name = max((name for name in names if name.startswith(before)), default=None)
        return None if name is None else folder / name
    # Sizes have a leading zero, which no number of an incarnation has.
    for name in sorted(names, reverse=True):
        if before or name.startswith("0"):
            found = _newest_in(folder / name, before + name)
            if found is not None:
                return found
    return None


def _make_folder(path: Path) -> None:
    """Make a folder and those above it, durably, with mode 0700; what exists stays as it is."""
    if path.is_dir():
        return
    _make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    _sync(path.parent)


def _create(path: Path, data: bytes) -> bool:
    """Write a whole file of mode 0600 durably; return False if one stands there."""
    # `mkstemp` gives the mode. A crash can leave its file, whose name is no checkpoint's.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        try:
            # A link, unlike a rename, never replaces what another process wrote just now.
            path.hardlink_to(temporary)
        except FileExistsError:
            return False
        else:
            return True
    finally:
        Path(temporary).unlink()
        # Also if it stood there: who linked it may not have come this far.
        _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
