"""Verify: stored bytes -> what is wrong with each, on a second path.

Everything is recomputed from what the database holds, over a connection of its own and without
the code that writes. Two passes in constant memory: by number (entries, leaves, bodies, nodes,
root, checkpoints), then by case (counters and links).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from summarizer.audit import Finding, FindingKind, Verification
from summarizer.audit.checkpoint import Checkpoint, opened
from summarizer.audit.database import Database
from summarizer.audit.guards import missing_guards
from summarizer.audit.header import Header
from summarizer.audit.note import NoteError, VerifierKey
from summarizer.audit.publisher import origin_line
from summarizer.audit.tree import Frontier

__all__ = ["Progress", "verify_log"]

Progress = Callable[[int, int], None]
"""Takes how many events are verified, and how many there are."""

_FINDINGS_LISTED: Final = 1_000
_EVERY: Final = 2_000
_HASH_BYTES = 32

_BY_NUMBER: Final = (
    "SELECT l.seq, l.event_id, l.leaf, e.header, e.leaf, e.kind, e.at, e.case_tag, e.case_n,"
    " e.actor_tag, e.model, e.prompt, e.policy, e.outcome, e.retention, b.ciphertext"
    " FROM audit_leaf AS l LEFT JOIN audit_entry AS e ON e.event_id = l.event_id"
    " LEFT JOIN audit_body AS b ON b.event_id = l.event_id ORDER BY l.seq"
)
_COLUMNS: Final = (
    "kind", "at", "case", "n", "actor", "model", "prompt", "policy", "outcome", "retention",
)  # fmt: skip
_FACTS: Final = frozenset({"model", "prompt", "policy", "outcome"})


class _Row(NamedTuple):
    """A numbered event as stored; in a damaged database any value may have any type."""

    seq: Any
    event_id: Any
    leaf: Any
    header: Any
    entry_leaf: Any
    columns: tuple[Any, ...]
    ciphertext: Any


@dataclass(slots=True)
class _Findings:
    """What was found, a bounded list."""

    listed: list[Finding] = field(default_factory=list)
    more: int = 0

    def add(self, kind: FindingKind, seq: int | None, detail: str) -> None:
        if len(self.listed) < _FINDINGS_LISTED:
            self.listed.append(Finding(kind, seq, detail))
        else:
            self.more += 1

    def result(self) -> tuple[Finding, ...]:
        found = sorted(
            dict.fromkeys(self.listed), key=lambda one: -1 if one.seq is None else one.seq
        )
        if self.more:
            found.append(Finding(found[-1].kind, None, f"{self.more} more are not listed"))
        return tuple(found)


def verify_log(
    database: Database,
    *,
    public_key: Callable[[str], VerifierKey],
    published: Sequence[str] = (),
    progress: Progress | None = None,
) -> Verification:
    """Recompute everything.

    Args:
        database: the log.
        public_key: gives the key that signs under an origin line.
        published: checkpoints from outside the database, as signed notes.
        progress: is told how far it is, every few thousand events.

    Raises:
        AuditUnavailable: if the database cannot be read at all.
    """
    findings = _Findings()
    with database.reading() as connection:
        for name in missing_guards(connection):
            findings.add("guard_missing", None, f"{name} is missing or not as it was created")
        checkpoints = _checkpoints(connection, public_key, published, findings)
        walk = _Walk(connection, findings, checkpoints)
        try:
            walk.run(progress)
            _check_cases(connection, findings)
            _check_pending(connection, findings)
        except DBAPIError as error:
            if "malformed" not in str(error.orig):
                raise
            findings.add("database_damaged", None, "the database file is damaged")
    newest = checkpoints[-1] if checkpoints else None
    return Verification(
        entries=walk.size,
        root=walk.edge.root().hex(),
        findings=findings.result(),
        checkpoint=newest.note if newest is not None and not findings.listed else None,
    )


class _Known(NamedTuple):
    """A checkpoint that the log must agree with."""

    checkpoint: Checkpoint
    note: str
    outside: bool
    """Whether it comes from outside the database."""


def _checkpoints(
    connection: Connection,
    public_key: Callable[[str], VerifierKey],
    published: Sequence[str],
    findings: _Findings,
) -> list[_Known]:
    """Open every checkpoint; return those of the current incarnation, by size."""
    query = text("SELECT incarnation, origin FROM audit_log")
    origins = {row[0]: row[1] for row in connection.execute(query)}
    current = max(origins, default=0)
    line = origin_line(origins.get(current, ""), current)
    known: list[_Known] = []
    query = text("SELECT incarnation, size, root, note FROM audit_checkpoint")
    for incarnation, size, root, note in connection.execute(query):
        origin = origin_line(origins.get(incarnation, ""), incarnation)
        opened_one = _opened(note, origin, public_key)
        if opened_one is None or (opened_one.size, opened_one.root) != (size, root):
            detail = f"the checkpoint of size {size} is not signed by this log, or was changed"
            findings.add("checkpoint_invalid", size, detail)
        elif incarnation == current:
            known.append(_Known(opened_one, note, outside=False))
    for note in published:
        outside = _opened(note, line, public_key)
        if outside is None:
            detail = "a checkpoint from outside is not signed by this log"
            findings.add("checkpoint_invalid", None, detail)
        else:
            known.append(_Known(outside, note, outside=True))
    return sorted(known, key=lambda one: (one.checkpoint.size, one.outside))


def _opened(note: Any, origin: str, public_key: Callable[[str], VerifierKey]) -> Checkpoint | None:
    try:
        checkpoint = opened(note, public_key(origin))
    except (NoteError, AttributeError, TypeError):
        return None
    return checkpoint if checkpoint.origin == origin else None


class _Walk:
    """The pass by number."""

    def __init__(
        self, connection: Connection, findings: _Findings, checkpoints: Sequence[_Known]
    ) -> None:
        self.size = 0
        self.edge = Frontier()
        self._connection = connection
        self._findings = findings
        self._checkpoints = list(checkpoints)
        self._nodes: Iterator[Any] = iter(())
        self._made: list[tuple[int, int, bytes]] = []
        self._damaged: list[tuple[int, str, Any, Any]] = []
        self._pruned = _prunes(connection)

    def run(self, progress: Progress | None) -> None:
        total = self._connection.exec_driver_sql("SELECT COUNT(*) FROM audit_leaf").scalar_one()
        rows = self._connection.execution_options(stream_results=True, yield_per=500)
        for row in rows.exec_driver_sql(_BY_NUMBER):
            seq, event_id, leaf, header, entry_leaf, *columns, ciphertext = row
            self._take(_Row(seq, event_id, leaf, header, entry_leaf, tuple(columns), ciphertext))
            if progress is not None and self.size % _EVERY == 0:
                progress(self.size, max(total, self.size))
        self._agree()
        self._name_swapped()
        self._name_truncated()
        self._check_nodes()
        if progress is not None:
            progress(self.size, self.size)

    def _take(self, row: _Row) -> None:
        self._check_number(row)
        leaf = row.leaf if isinstance(row.leaf, bytes) and len(row.leaf) == _HASH_BYTES else None
        if leaf is None:
            self._findings.add("leaf_changed", self.size, "the leaf is not a hash")
            leaf = bytes(_HASH_BYTES)
        self._check_entry(row, leaf)
        self._agree()
        self._made += self.edge.append(leaf)
        self.size += 1

    def _check_number(self, row: _Row) -> None:
        if row.seq == self.size:
            return
        if isinstance(row.seq, int) and row.seq > self.size:
            count = row.seq - self.size
            self._findings.add("missing", self.size, f"{count} event(s) before {row.seq}")
        else:
            self._findings.add("inserted", None, f"the number {row.seq!a} does not follow")

    def _check_entry(self, row: _Row, leaf: bytes) -> None:
        seq, add = self.size, self._findings.add
        if row.header is None:
            add("missing", seq, "the entry of this number is gone")
            return
        try:
            header = Header.decode(row.header)
        except (ValueError, TypeError):
            add("header_changed", seq, "the header cannot be read")
            return
        if header.id != row.event_id:
            kind: FindingKind = (
                "reordered" if self._stands_elsewhere(header.id) else "header_changed"
            )
            add(kind, seq, "the header is that of another event")
            return
        made = sha256(b"\x00" + row.header).digest()
        if made not in {leaf, row.entry_leaf}:
            add("header_changed", seq, "the header is not what its leaf was made of")
        elif made != leaf:
            self._name_wrong_leaf(seq, row)
        elif made != row.entry_leaf:
            add("leaf_changed", seq, "the entry's own copy of the leaf was changed")
        stored = dict(zip(_COLUMNS, row.columns, strict=True))
        wanted = {
            name: header.fact(name) if name in _FACTS else getattr(header, name)
            for name in _COLUMNS
        }
        differ = [name for name in _COLUMNS if stored[name] != wanted[name]]
        if differ:
            add("header_changed", seq, f"the column {', '.join(differ)} differs from the header")
        self._check_body(row, header)

    def _name_wrong_leaf(self, seq: int, row: _Row) -> None:
        """The entry is whole, and another leaf stands at its number."""
        query = text("SELECT event_id FROM audit_entry WHERE leaf = :leaf")
        owner = self._connection.execute(query, {"leaf": row.leaf}).scalar()
        if owner is not None and owner != row.event_id:
            self._findings.add("reordered", seq, "the leaf of another event stands here")
        else:
            self._findings.add("leaf_changed", seq, "the leaf is not that of its entry")

    def _check_body(self, row: _Row, header: Header) -> None:
        if row.ciphertext is None:
            if not any(
                header.retention == retention and header.at < before
                for retention, before in self._pruned
            ):
                detail = "the body is gone and no prune event covers it"
                self._findings.add("body_changed", self.size, detail)
            return
        if not isinstance(row.ciphertext, bytes):
            self._findings.add("body_changed", self.size, "the body is not bytes")
        elif sha256(row.ciphertext).hexdigest() != header.body:
            self._damaged.append((self.size, header.body, row.ciphertext, row.event_id))
            if len(self._damaged) > _FINDINGS_LISTED:
                seq = self._damaged.pop(0)[0]
                self._findings.add("body_changed", seq, "the body is not what was recorded")

    def _stands_elsewhere(self, event_id: str) -> bool:
        query = text("SELECT 1 FROM audit_leaf WHERE event_id = :id")
        return self._connection.execute(query, {"id": event_id}).first() is not None

    def _agree(self) -> None:
        """Compare the tree at this size with the checkpoints of it."""
        while self._checkpoints and self._checkpoints[0].checkpoint.size == self.size:
            known = self._checkpoints.pop(0)
            if known.checkpoint.root != self.edge.root():
                where = "outside" if known.outside else "stored"
                detail = f"the {where} checkpoint of size {self.size} has another root"
                kind: FindingKind = "rolled_back" if known.outside else "forked"
                self._findings.add(kind, self.size - 1, detail)

    def _name_swapped(self) -> None:
        """Tell bodies that changed places from bodies that were changed."""
        holders = {digest: seq for seq, digest, _, _ in self._damaged}
        for seq, _, ciphertext, _ in self._damaged:
            other = holders.get(sha256(ciphertext).hexdigest())
            if other is not None:
                self._findings.add("swapped", seq, f"holds the body of event {other}")
            else:
                self._findings.add("body_changed", seq, "the body is not what was recorded")

    def _name_truncated(self) -> None:
        for known in self._checkpoints[-1:]:
            detail = f"the log has {self.size} events; {known.checkpoint.size} were signed"
            self._findings.add("truncated", self.size, detail)

    def _check_nodes(self) -> None:
        query = "SELECT level, idx, hash FROM audit_node ORDER BY level, idx"
        stored = self._connection.exec_driver_sql(query)
        for made, kept in zip_longest(sorted(self._made), stored):
            if made is None or kept is None or tuple(kept) != tuple(made):
                level, idx = (kept if made is None else made)[:2]
                detail = f"node {idx} of level {level} is not the root of its leaves"
                self._findings.add("tile_changed", idx * 256**level, detail)
                return


def _prunes(connection: Connection) -> list[tuple[str, str]]:
    """Return class and moment of every prune that is in the log."""
    query = text(
        "SELECT e.header FROM audit_entry AS e JOIN audit_leaf AS l ON l.event_id = e.event_id"
        " WHERE e.kind = 'pruned'"
    )
    found = []
    for (data,) in connection.execute(query):
        try:
            header = Header.decode(data)
        except (ValueError, TypeError):
            continue
        retention, before = header.fact("retention"), header.fact("before")
        if retention is not None and before is not None:
            found.append((retention, before))
    return found


def _check_cases(connection: Connection, findings: _Findings) -> None:
    """Check that each case's events are numbered without a gap, each naming the one before."""
    query = (
        "SELECT e.case_tag, e.case_n, e.header, e.leaf, l.seq FROM audit_entry AS e"
        " LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"
        " WHERE e.case_tag IS NOT NULL ORDER BY e.case_tag, e.case_n"
    )
    tag, expected, before = None, 0, None
    rows = connection.execution_options(stream_results=True, yield_per=500)
    for case, n, data, leaf, seq in rows.exec_driver_sql(query):
        if case != tag:
            tag, expected, before = case, 0, None
        try:
            header = Header.decode(data)
        except (ValueError, TypeError):
            expected, before = (n + 1 if isinstance(n, int) else expected + 1), None
            continue
        if n != expected:
            findings.add(
                "case_gap", seq, f"{n - expected} event(s) of this case are gone before it"
            )
        elif n and before is not None and header.prev != before.hex():
            findings.add("case_gap", seq, "does not name the event before it in its case")
        expected, before = n + 1, leaf if isinstance(leaf, bytes) else None


def _check_pending(connection: Connection, findings: _Findings) -> None:
    """Check that every entry is numbered or waits to be."""
    query = text(
        "SELECT e.event_id FROM audit_entry AS e"
        " LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"
        " LEFT JOIN audit_pending AS p ON p.event_id = e.event_id"
        " WHERE l.seq IS NULL AND p.id IS NULL LIMIT 10"
    )
    for (event_id,) in connection.execute(query):
        findings.add(
            "inserted", None, f"event {event_id!a} is in no leaf and does not wait for one"
        )
