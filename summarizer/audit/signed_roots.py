"""Signed roots: checkpoints, stored and from outside -> what the tree must be at their sizes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, text

from summarizer.audit.checkpoint import Checkpoint, opened
from summarizer.audit.findings import Findings
from summarizer.audit.hypotheses import Hypotheses
from summarizer.audit.note import NoteError, VerifierKey
from summarizer.audit.scan import keyed, scan

__all__ = ["SignedRoots"]

_NONE = 1 << 63
"""More than any size."""


class SignedRoots:
    """The checkpoints of a log in the order of their sizes."""

    def __init__(
        self,
        connection: Connection,
        findings: Findings,
        public_key: Callable[[str], VerifierKey],
        published: Sequence[str],
    ) -> None:
        """Take the log, where findings go, who gives keys, and checkpoints from outside."""
        self._connection = connection
        self._findings = findings
        self._public_key = public_key
        self._published = published
        self._origins: dict[int, Any] = {}
        self._current = 0
        self._outside: list[tuple[Checkpoint, str]] = []
        self._stored: Iterator[tuple[Checkpoint, str]] = iter(())
        self._next: Checkpoint | None = None
        self._next_note = ""
        self._forked = False
        self.agreed: str | None = None
        """The newest note that the log agrees with."""
        self.due = _NONE
        """The size of the next checkpoint; more than any size if there is none."""

    def begin(self) -> None:
        """Open the checkpoints from outside, and begin to read those that are stored."""
        self._origins = _origins(self._connection, self._findings)
        self._current = max(self._origins, default=0)
        self._outside = sorted(self._opened_outside(), key=lambda one: one[0].size)
        self._stored = self._opened_stored()
        self._advance()
        self._find_due()

    def compare(self, tree: Hypotheses, size: int) -> None:
        """Compare a tree with every checkpoint of its size, and pass over those before it."""
        while self.due <= size:
            if self._next is not None and self._next.size == self.due:
                self._compare(tree, size, (self._next, self._next_note), "stored")
                self._advance()
            else:
                self._compare(tree, size, self._outside.pop(0), "outside")
            self._find_due()

    def beyond(self) -> tuple[int, bool]:
        """Return the greatest size that was signed and not reached, and whether it is stored."""
        stored, outside = 0, max((one.size for one, _ in self._outside), default=0)
        while self._next is not None:
            stored = self._next.size
            self._advance()
        return max(stored, outside), stored > 0

    def _compare(
        self, tree: Hypotheses, size: int, known: tuple[Checkpoint, str], where: str
    ) -> None:
        checkpoint, note = known
        if not tree.known or checkpoint.size != size:
            return
        if tree.agree(checkpoint.root):
            self.agreed = note
        elif where == "outside" or not self._forked:
            # Every later one will differ, too; the first says where it began.
            self._forked = self._forked or where == "stored"
            detail = f"the {where} checkpoint of size {checkpoint.size} has another root"
            self._findings.add("forked", checkpoint.size - 1, detail)

    def _find_due(self) -> None:
        sizes = [one.size for one, _ in self._outside[:1]]
        if self._next is not None:
            sizes.append(self._next.size)
        self.due = min(sizes, default=_NONE)

    def _advance(self) -> None:
        self._next, self._next_note = next(self._stored, (None, ""))

    def _opened_stored(self) -> Iterator[tuple[Checkpoint, str]]:
        """Yield those of the current incarnation, and look at the signatures of the others."""
        query = "SELECT DISTINCT incarnation FROM audit_checkpoint ORDER BY incarnation"
        for (incarnation,) in list(scan(self._connection, query)):
            if type(incarnation) is not int:
                detail = "a checkpoint is of no incarnation"
                self._findings.add("checkpoint_invalid", None, detail)
                continue
            line = self._line(incarnation)
            query = (
                f"SELECT size, root, note FROM audit_checkpoint WHERE incarnation = {incarnation}"
                " AND size > {after} ORDER BY size"
            )
            for size, root, note in keyed(self._connection, query):
                checkpoint = _opened(note, line, self._public_key)
                if checkpoint is None or (checkpoint.size, checkpoint.root) != (size, root):
                    detail = f"the checkpoint of size {size!a} is none of this log, or was changed"
                    seq = size - 1 if type(size) is int else None
                    self._findings.add("checkpoint_invalid", seq, detail)
                elif incarnation == self._current:
                    yield checkpoint, note

    def _opened_outside(self) -> Iterator[tuple[Checkpoint, str]]:
        for note in dict.fromkeys(self._published):
            checkpoint = self._opened_by_any(note)
            if checkpoint is None:
                detail = "a checkpoint from outside is not signed by this log"
                self._findings.add("checkpoint_invalid", None, detail)
            else:
                yield checkpoint, note

    def newest_stored(self) -> int:
        """Return the greatest size that is stored for the current incarnation."""
        query = text("SELECT MAX(size) FROM audit_checkpoint WHERE incarnation = :current")
        size = self._connection.execute(query, {"current": self._current}).scalar()
        return size if type(size) is int else 0

    def size_of(self, note: str) -> int | None:
        """Return the size that a note of this log is of."""
        checkpoint = self._opened_by_any(note)
        return None if checkpoint is None else checkpoint.size

    def _opened_by_any(self, note: Any) -> Checkpoint | None:
        """Open a note of any incarnation: one of an earlier one shows what is gone since."""
        for incarnation in sorted(self._origins, reverse=True) or [0]:
            checkpoint = _opened(note, self._line(incarnation), self._public_key)
            if checkpoint is not None:
                return checkpoint
        return None

    def _line(self, incarnation: Any) -> str:
        origin = self._origins.get(incarnation, "")
        return f"case-summarizer/{origin}" + (f"/{incarnation}" if incarnation else "")


def _origins(connection: Connection, findings: Findings) -> dict[int, Any]:
    query = (
        "SELECT g.incarnation, g.origin, e.kind FROM audit_log AS g"
        " LEFT JOIN audit_entry AS e ON e.event_id = g.event_id"
    )
    found: dict[int, Any] = {}
    for incarnation, origin, kind in scan(connection, query):
        if type(incarnation) is not int:
            findings.add("inserted", None, "an incarnation has no number")
            continue
        if incarnation and kind != "incarnation":
            detail = f"no event explains the incarnation {incarnation} of the log"
            findings.add("inserted", None, detail)
        found[incarnation] = origin
    if len(set(found.values())) > 1 or set(found) != set(range(len(found))):
        findings.add("inserted", None, "the incarnations are not those of one log")
    return found


def _opened(note: Any, origin: str, public_key: Callable[[str], VerifierKey]) -> Checkpoint | None:
    try:
        checkpoint = opened(note, public_key(origin))
    except (NoteError, AttributeError, TypeError):
        return None
    return checkpoint if checkpoint.origin == origin else None
