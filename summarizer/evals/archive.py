"""Archive: the folder where runs are kept -> the run that the log names, case by case.

The log has the hashes of a run's files. A folder is found by them, never by a name that somebody
asks for, and what is read of it has the hash that is on record or is not shown. Links are not
followed, and each file is read to a limit.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from summarizer.evals.records import CASES_FILE, RUN_FILE, CaseRecord, Label, Wrong
from summarizer.evals.run import Run

__all__ = ["Absent", "CaseLine", "KeptRun", "RunArchive"]

_MOST_FOLDERS: Final = 2_000
_MOST_RUN_BYTES: Final = 4_000_000
_MOST_CASES_BYTES: Final = 64_000_000
"""Some eight thousand cases; the index of more would not stay small beside the service."""
_MOST_INDEXED: Final = 4
"""Runs whose index is kept: two that are compared, and two before."""


class Absent(StrEnum):
    """Why the cases of a run cannot be shown, in words for an engineer."""

    UNNAMED = (
        "The log does not name the files of this run; it was recorded by another version. Run the "
        "evaluation again to see its cases."
    )
    GONE = (
        "No folder among the runs has the files that the log names: they were moved, a later run "
        "was written over them, or this service cannot read them. The setting "
        "SUMMARIZER_RUNS_DIR says where the runs are."
    )
    CHANGED = (
        "The cases of this run are not those that the log names: cases.jsonl was changed or "
        "removed since. Nothing of it is shown."
    )
    UNREADABLE = (
        "The files of this run were written by another version, which this one cannot read. Run "
        "the evaluation again to see its cases."
    )
    TOO_LARGE = (
        "The cases of this run take more than 64 MB, too much for a page. report.html in the "
        "run's folder has them all."
    )


class _Piece(NamedTuple):
    """Where a case stands in its file, and the hash of its line."""

    start: int
    size: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case of a run as a list shows it."""

    id: str
    slices: tuple[str, ...]
    status: str
    labels: Mapping[str, Label]
    kinds: frozenset[Wrong]
    """What is wrong with the answer."""
    faults: int
    """How many things are wrong with it."""
    rows: Mapping[str, Any] = field(repr=False)
    """Metric -> what the case adds to it."""
    piece: _Piece = field(repr=False)


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run whose files have the hashes that are on record."""

    run: Run
    lines: tuple[CaseLine, ...]
    _folder: Path = field(repr=False)

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """Case id -> metric -> row."""
        return {line.id: line.rows for line in self.lines}

    def line(self, case_id: str) -> CaseLine | None:
        """Find a case by its id; None if the run has none of that id."""
        return next((line for line in self.lines if line.id == case_id), None)

    def read(self, line: CaseLine) -> CaseRecord | None:
        """Read a case whole; None if its file was changed since the run was opened."""
        data = _read(self._folder, CASES_FILE, _MOST_CASES_BYTES, line.piece)
        if data is None or hashlib.sha256(data).digest() != line.piece.digest:
            return None
        return CaseRecord.model_validate_json(data)


class RunArchive:
    """The folder whose folders hold a run each."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it may be missing as long as there is no run."""
        self._folder = folder

    def find(self, files: Mapping[str, str] | None) -> KeptRun | Absent:
        """Open a run; it is kept open for the next one who asks.

        Args:
            files: hashes of its files by name, as the log has them; None if it has none.
        """
        if not files:
            return Absent.UNNAMED
        folder = self.folders().get(files.get(RUN_FILE, ""))
        if folder is None:
            return Absent.GONE
        signature = _signature(folder, CASES_FILE)
        if signature is None:
            return Absent.CHANGED
        if signature.size > _MOST_CASES_BYTES:
            return Absent.TOO_LARGE
        return _opened(folder, signature, files[RUN_FILE], files.get(CASES_FILE, ""))

    def folders(self) -> dict[str, Path]:
        """Return the folders that hold the record of a run, by the hash of that record."""
        found = {}
        for folder in _folders(self._folder):
            signature = _signature(folder, RUN_FILE)
            digest = None if signature is None else _digest(folder, signature)
            if digest is not None:
                found[digest] = folder
        return found


class _Signature(NamedTuple):
    """What changes with a file."""

    device: int
    inode: int
    size: int
    changed: int
    """Nanoseconds; of the inode, which nobody sets back as they set back a time of change."""


def _folders(root: Path) -> Iterator[Path]:
    try:
        with os.scandir(root) as entries:
            names = sorted(each.name for each in entries if each.is_dir(follow_symlinks=False))
    except OSError:
        return
    yield from (root / name for name in names[:_MOST_FOLDERS])


def _open(folder: Path, name: str) -> int:
    """Open a file of a folder; neither of them is followed if it is a link.

    Raises:
        OSError: if that fails.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    place = os.open(folder, flags | os.O_DIRECTORY)
    try:
        # A pipe in the place of a file would wait for a writer.
        return os.open(name, flags | os.O_NONBLOCK, dir_fd=place)
    finally:
        os.close(place)


def _signature(folder: Path, name: str) -> _Signature | None:
    try:
        file = _open(folder, name)
    except OSError:
        return None
    with closing(os.fdopen(file, "rb")) as opened:
        about = os.fstat(opened.fileno())
    if not stat.S_ISREG(about.st_mode):
        return None
    return _Signature(about.st_dev, about.st_ino, about.st_size, about.st_ctime_ns)


def _read(folder: Path, name: str, most: int, piece: _Piece | None = None) -> bytes | None:
    """Read a file, or a piece of it; None if it is none, cannot be read or is too large."""
    try:
        with closing(os.fdopen(_open(folder, name), "rb")) as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                return None
            if piece is not None:
                opened.seek(piece.start)
            data = opened.read(most + 1 if piece is None else piece.size)
    except OSError:
        return None
    return data if len(data) <= most else None


@lru_cache(maxsize=_MOST_FOLDERS)
def _digest(folder: Path, signature: _Signature) -> str | None:
    """Return the hash of a run's record; the signature is there to read it once."""
    del signature
    data = _read(folder, RUN_FILE, _MOST_RUN_BYTES)
    return None if data is None else _hash(data)


@lru_cache(maxsize=_MOST_INDEXED)
def _opened(folder: Path, signature: _Signature, run: str, cases: str) -> KeptRun | Absent:
    """Check both files and index the cases; the signature is there to do it once."""
    del signature
    record = _read(folder, RUN_FILE, _MOST_RUN_BYTES)
    if record is None or _hash(record) != run:
        return Absent.GONE
    data = _read(folder, CASES_FILE, _MOST_CASES_BYTES)
    if data is None or _hash(data) != cases:
        return Absent.CHANGED
    try:
        return KeptRun(Run.model_validate_json(record), tuple(_lines(data)), folder)
    except ValidationError:
        return Absent.UNREADABLE


def _lines(data: bytes) -> Iterator[CaseLine]:
    start = 0
    for line in data.splitlines(keepends=True):
        case = CaseRecord.model_validate_json(line)
        yield CaseLine(
            id=case.id,
            slices=case.slices,
            status=case.answer.status,
            labels=case.labels,
            kinds=case.kinds,
            faults=len(case.wrong),
            rows=case.rows,
            piece=_Piece(start, len(line), hashlib.sha256(line).digest()),
        )
        start += len(line)


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
