"""Fsck: a bundle and a public key -> what is wrong with it, with nothing else at hand.

No code of the writer is used: headers are read by the grammar of `strict.py`, the tree's hashes
are those of `tree.py`, and the checkpoint is opened by `note.py` and `checkpoint.py`. Those two
are shared because they read what the C2SP specifications fix, are tested with their vectors, and
refuse whatever is not exactly that. Memory is constant: what is known of cases is in a file.
"""

import sqlite3
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from summarizer.audit import Verification
from summarizer.audit.checkpoint import Checkpoint, opened
from summarizer.audit.findings import Findings
from summarizer.audit.hypotheses import Hypotheses
from summarizer.audit.note import NoteError, VerifierKey
from summarizer.audit.strict import StrictHeader
from summarizer.audit.tree import HASH_SIZE, check_inclusion
from summarizer.errors import ConfigurationError

__all__ = ["Progress", "fsck"]

_FORMAT: Final = "case-summarizer/audit-bundle/1"
_EVERY: Final = 2_000
_LONGEST_LINE: Final = 64 * 1024 * 1024

Progress = Callable[[int, int], None]


class _Manifest(NamedTuple):
    whole: bool
    size: int
    events: int
    cases: frozenset[str]


class _Line(NamedTuple):
    seq: int
    leaf: bytes
    header: bytes
    body: bytes | None
    proof: tuple[bytes, ...]


def fsck(folder: Path, key: str, *, progress: Progress | None = None) -> Verification:
    """Verify a bundle.

    Args:
        folder: what `bundle.export` wrote.
        key: the public key of the log, as text (a C2SP verifier key).
        progress: is told how many events are verified, and how many there should be.

    Raises:
        ConfigurationError: if the key is none, or the folder is no bundle.
    """
    verifier = _verifier(key)
    manifest = _manifest(folder)
    findings = Findings()
    checkpoint, note = _checkpoint(folder, verifier, findings)
    with tempfile.TemporaryDirectory(prefix="audit-fsck-") as scratch:
        check = _Check(manifest, checkpoint, findings, Path(scratch) / "cases.db")
        try:
            for line in _lines(folder, findings):
                check.take(line)
                if progress is not None and check.events % _EVERY == 0:
                    progress(check.events, max(check.events, manifest.events))
            check.finish()
        finally:
            check.close()
    if progress is not None:
        progress(check.events, check.events)
    return Verification(
        entries=check.events,
        root=check.root.hex(),
        findings=findings.result(),
        checkpoint=note if not len(findings) else None,
    )


class _Check:
    """Takes the lines of a bundle in their order."""

    def __init__(
        self,
        manifest: _Manifest,
        checkpoint: Checkpoint | None,
        findings: Findings,
        scratch: Path,
    ) -> None:
        self.events = 0
        self._manifest = manifest
        self._checkpoint = checkpoint
        self._findings = findings
        self._tree = Hypotheses()
        self._next = 0
        self._bodies: list[tuple[int, str, str]] = []
        self._doubtful = 0
        self._cases = _Cases(scratch)

    @property
    def root(self) -> bytes:
        """The root of a whole log; of some cases the signed one."""
        if not self._manifest.whole and self._checkpoint is not None:
            return self._checkpoint.root
        return self._tree.root()

    def take(self, line: _Line) -> None:
        self.events += 1
        if line.seq < self._next:
            self._say_out_of_order(line)
            return
        if self._manifest.whole and line.seq > self._next:
            detail = f"{line.seq - self._next:,} event(s) before {line.seq} are not here"
            self._findings.add("missing", self._next, detail)
            self._tree.known = False
        self._next = line.seq + 1
        made = sha256(b"\x00" + line.header).digest()
        sound = self._check_leaf(line, made)
        try:
            header = StrictHeader.read(line.header)
        except ValueError:
            self._doubtful += 1
            if sound:
                detail = "the header is none that is ever written"
                self._findings.add("header_changed", line.seq, detail)
            return
        if line.body is not None:
            actual = sha256(line.body).hexdigest()
            if actual != header.body and sound:
                self._bodies.append((line.seq, header.body, actual))
        if not sound:
            self._doubtful += 1
        self._check_case(line, header, made)

    def finish(self) -> None:
        """Say what only the whole bundle shows."""
        add, checkpoint = self._findings.add, self._checkpoint
        if self._manifest.whole and checkpoint is not None:
            if self._next < checkpoint.size:
                detail = f"{self._next:,} events are here; {checkpoint.size:,} were signed"
                add("truncated", self._next, detail)
            elif self._next > checkpoint.size:
                detail = f"{self._next:,} events are here; {checkpoint.size:,} were signed"
                add("inserted", checkpoint.size, detail)
            elif self._tree.known and not self._tree.agree(checkpoint.root):
                add("forked", checkpoint.size - 1, "the events are not those that were signed")
        self._tree.settle()
        if self.events != self._manifest.events and not len(self._findings):
            kind: Any = "truncated" if self.events < self._manifest.events else "inserted"
            detail = f"{self.events:,} events are here; the manifest says {self._manifest.events:,}"
            add(kind, None, detail)
        holders = {wanted: seq for seq, wanted, _ in self._bodies}
        for seq, _, actual in self._bodies:
            other = holders.get(actual)
            if other is None:
                add("body_changed", seq, "the body is not what was recorded")
            else:
                add("swapped", seq, f"holds the body of event {other}")

    def close(self) -> None:
        self._cases.close()

    def _say_out_of_order(self, line: _Line) -> None:
        if line.seq == self._next - 1:
            self._findings.add("duplicated", line.seq, "stands here twice")
        else:
            self._findings.add("reordered", line.seq, f"stands after event {self._next - 1}")

    def _check_leaf(self, line: _Line, made: bytes) -> bool:
        """Say whether header and leaf are one; what is wrong may show at the end only."""
        changed = partial(
            self._findings.add, "header_changed", line.seq, "is not what was recorded"
        )
        leaf = partial(self._findings.add, "leaf_changed", line.seq, "is not that of its header")
        if self._manifest.whole:
            if made == line.leaf:
                self._tree.append(made)
                return True
            known = line.leaf if len(line.leaf) == HASH_SIZE else made
            self._tree.doubt(known, made, if_likely=changed, if_other=leaf)
            return False
        if self._checkpoint is None:
            return made == line.leaf
        size, root = self._checkpoint.size, self._checkpoint.root
        if check_inclusion(made, line.seq, size, line.proof, root):
            if made != line.leaf:
                leaf()
        elif made != line.leaf:
            changed()
        else:
            detail = "its proof does not lead to the signed root"
            self._findings.add("forked", line.seq, detail)
        return made == line.leaf

    def _check_case(self, line: _Line, header: StrictHeader, made: bytes) -> None:
        if not self._manifest.whole and header.case not in self._manifest.cases:
            self._findings.add("inserted", line.seq, "belongs to no case that was asked for")
            return
        if header.case is None or header.n is None:
            return
        before = self._cases.last(header.case)
        self._cases.keep(header.case, _Last(header.n, line.leaf, made, self._doubtful))
        expected = 0 if before is None else before.n + 1
        # Between them may stand an event whose header cannot be told any more.
        doubtful = self._doubtful - (0 if before is None else before.doubtful)
        if header.n > expected + doubtful:
            detail = f"the events {expected} to {header.n - 1} of this case are gone before it"
            self._findings.add("case_gap", line.seq, detail)
        elif header.n < expected and not doubtful:
            detail = "stands after a later event of its case"
            self._findings.add("reordered", line.seq, detail)
        elif (
            before is not None
            and not doubtful
            and header.prev not in {before.leaf.hex(), before.made.hex()}
        ):
            detail = "does not name the event before it in its case"
            self._findings.add("case_gap", line.seq, detail)


class _Last(NamedTuple):
    """The last event of a case so far."""

    n: int
    leaf: bytes
    made: bytes
    doubtful: int
    """How many headers could not be told until then."""


class _Cases:
    """The last event of each case, in a file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(
            "CREATE TABLE last (tag TEXT PRIMARY KEY, n INTEGER, leaf BLOB, made BLOB,"
            " doubtful INTEGER) WITHOUT ROWID"
        )

    def last(self, tag: str) -> _Last | None:
        query = "SELECT n, leaf, made, doubtful FROM last WHERE tag = ?"
        row = self._connection.execute(query, (tag,)).fetchone()
        return None if row is None else _Last(*row)

    def keep(self, tag: str, last: _Last) -> None:
        statement = "INSERT OR REPLACE INTO last VALUES (?, ?, ?, ?, ?)"
        self._connection.execute(statement, (tag, *last))

    def close(self) -> None:
        self._connection.close()


def _lines(folder: Path, findings: Findings) -> Iterator[_Line]:
    path = folder / "entries.jsonl"
    try:
        file = path.open("rb")
    except OSError as error:
        msg = f"{path}: {type(error).__name__}; give the folder of a bundle"
        raise ConfigurationError(msg) from None
    with file:
        number = 0
        while data := file.readline(_LONGEST_LINE):
            number += 1
            line = _line(data)
            if line is None:
                detail = f"line {number} of entries.jsonl is none that is ever written"
                findings.add("database_damaged", None, detail)
            else:
                yield line


def _line(data: bytes) -> _Line | None:
    try:
        line: Any = orjson.loads(data)
        seq, header, body = line["seq"], line["header"], line.get("body")
        if type(seq) is not int or seq < 0 or not data.endswith(b"\n"):
            return None
        return _Line(
            seq,
            _bytes(line["leaf"]),
            header.encode(),
            None if body is None else _bytes(body),
            tuple(map(_bytes, line.get("proof", ()))),
        )
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _verifier(key: str) -> VerifierKey:
    try:
        return VerifierKey.decode(key.strip())
    except NoteError as error:
        msg = f"the public key is none: {error}; get it with `summarizer audit public-key`"
        raise ConfigurationError(msg) from None


def _manifest(folder: Path) -> _Manifest:
    data = _read(folder / "manifest.json")
    try:
        match orjson.loads(data):
            case {
                "format": str(version),
                "whole": bool(whole),
                "size": int(size),
                "events": int(events),
                "cases": [*cases],
            } if version == _FORMAT:
                return _Manifest(whole, size, events, frozenset(map(str, cases)))
    except ValueError:
        pass
    msg = f"{folder}: manifest.json is not that of a bundle ({_FORMAT})"
    raise ConfigurationError(msg)


def _checkpoint(
    folder: Path, verifier: VerifierKey, findings: Findings
) -> tuple[Checkpoint | None, str]:
    note = _read(folder / "checkpoint.txt").decode("utf-8", "replace")
    try:
        checkpoint = opened(note, verifier)
    except NoteError as error:
        findings.add("checkpoint_invalid", None, str(error))
        return None, note
    if checkpoint.origin != verifier.name:
        findings.add("checkpoint_invalid", None, "the checkpoint is that of another log")
        return None, note
    return checkpoint, note


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path}: {type(error).__name__}; give the folder of a bundle"
        raise ConfigurationError(msg) from None
