"""Verify: stored bytes -> what is wrong with each, on a second path.

Everything is recomputed from what the database holds, in one snapshot, without the code that
writes and in constant memory: by number (entries, leaves, bodies, nodes, signed roots), then by
case (counters and links), then what stands beside the log.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from summarizer.audit import Finding, FindingKind, Verification
from summarizer.audit.control import Opens, control_events, explained
from summarizer.audit.database import Database
from summarizer.audit.findings import Findings
from summarizer.audit.guards import missing_guards
from summarizer.audit.note import VerifierKey
from summarizer.audit.origin import OriginFolder
from summarizer.audit.scan import is_damage, scan
from summarizer.audit.signed_roots import SignedRoots
from summarizer.audit.walk import Walk

__all__ = ["Progress", "replaced_logs", "verify_log"]

Progress = Callable[[int, int], None]
"""Takes how many events are verified, and how many there are."""

_SHOWN: Final = 100

# The previous leaf stands at the end of a header: `…"prev":"HASH","v":2}`.
_DIFFERS: Final = {
    "sqlite": "CAST(substr(e.header, -72, 64) AS TEXT) IS NOT lower(hex(lag(e.leaf) OVER w))",
    "postgresql": "substr(e.header, length(e.header) - 71, 64)"
    " IS DISTINCT FROM convert_to(encode(lag(e.leaf) OVER w, 'hex'), 'UTF8')",
}
_WRONG_LINKS: Final = (
    "SELECT seq, n, before, last FROM (SELECT l.seq AS seq, e.case_n AS n,"
    " lag(e.case_n) OVER w AS before, lag(l.seq) OVER w AS last, {differs} AS differs"
    " FROM audit_entry AS e LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"
    " WHERE e.case_tag IS NOT NULL WINDOW w AS (PARTITION BY e.case_tag ORDER BY e.case_n)) AS x"
    " WHERE n <> COALESCE(before + 1, 0) OR (before IS NOT NULL AND (differs OR seq < last))"
    " LIMIT 1000"
)
_WRONG_HEADS: Final = (
    "SELECT h.n, e.event_id IS NULL, l.seq FROM audit_case_head AS h"
    " LEFT JOIN audit_entry AS e ON e.case_tag = h.case_tag AND e.case_n = h.n"
    " LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"
    " WHERE h.n >= 0 AND (e.event_id IS NULL OR h.leaf IS NULL OR e.leaf <> h.leaf"
    " OR EXISTS (SELECT 1 FROM audit_entry AS x WHERE x.case_tag = h.case_tag"
    " AND x.case_n = h.n + 1)) LIMIT 100"
)
_UNNUMBERED: Final = (
    "SELECT e.event_id FROM audit_entry AS e"
    " LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"
    " LEFT JOIN audit_pending AS p ON p.event_id = e.event_id"
    f" WHERE l.seq IS NULL AND p.id IS NULL ORDER BY e.event_id LIMIT {_SHOWN}"
)
_ORPHANED: Final = (
    "SELECT b.event_id FROM audit_body AS b WHERE NOT EXISTS"
    f" (SELECT 1 FROM audit_entry AS e WHERE e.event_id = b.event_id) LIMIT {_SHOWN}"
)
_TWICE: Final = (
    "SELECT MAX(seq), COUNT(*) FROM audit_leaf GROUP BY event_id HAVING COUNT(*) > 1"
    f" LIMIT {_SHOWN}"
)
_WRONG_PENDING: Final = (
    "SELECT p.event_id, l.seq FROM audit_pending AS p"
    " LEFT JOIN audit_leaf AS l ON l.event_id = p.event_id"
    " LEFT JOIN audit_entry AS e ON e.event_id = p.event_id"
    f" WHERE l.seq IS NOT NULL OR e.leaf IS NULL OR e.leaf <> p.leaf LIMIT {_SHOWN}"
)


def verify_log(
    database: Database,
    *,
    public_key: Callable[[str], VerifierKey],
    published: Sequence[str] = (),
    newest: Callable[[], str | None] | None = None,
    earlier: Callable[[], Sequence[str]] = tuple,
    opens: Opens | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Recompute everything.

    Args:
        database: the log.
        public_key: gives the key that signs under an origin line.
        published: checkpoints from outside the database, as signed notes.
        newest: reads what was published last.
        earlier: reads what was published last of each earlier incarnation; a log that differs
            from one needs an incarnation that says so.
        opens: opens events under the log's own key; by default none is tried.
        progress: is told how far it is, every few thousand events.

    Raises:
        AuditUnavailable: if the database cannot be read at all.
    """
    last = None if newest is None else newest()
    notes = [*published] if last is None else [*published, last]
    with database.snapshot() as connection:
        log = _Log(connection, Findings())
        log.step(log.check_guards)
        if opens is not None:
            log.step(partial(log.check_control, opens))
        notes += [note for note in earlier() if note not in log.explained]
        log.walk(SignedRoots(connection, log.findings, public_key, notes), progress)
        for check in (
            log.check_ends,
            log.check_cases,
            log.check_unnumbered,
            log.check_bodies,
            log.check_pending,
        ):
            log.step(check)
        if newest is not None:
            log.step(partial(log.check_replay, newest()))
    return Verification(
        entries=log.seen.entries,
        root=log.seen.tree.root().hex(),
        findings=log.findings.result(),
        checkpoint=log.roots.agreed if not len(log.findings) else None,
    )


class _Log:
    """The steps over one snapshot."""

    roots: SignedRoots
    seen: Walk

    def __init__(self, connection: Connection, findings: Findings) -> None:
        self.findings = findings
        self._connection = connection
        self._readable = True
        self.explained: frozenset[str] = frozenset()
        """Notes after which an incarnation says that the log may differ."""

    def step(self, work: Callable[[], None]) -> None:
        """Turn what a damaged database raises into a finding; other faults pass."""
        try:
            if self._readable:
                work()
        except DBAPIError as error:
            if not is_damage(error):
                raise
            self.findings.add("database_damaged", None, "the database itself is damaged")
            # PostgreSQL answers nothing more in a transaction that failed.
            self._readable = self._connection.dialect.name == "sqlite"

    def check_guards(self) -> None:
        for name in missing_guards(self._connection):
            detail = f"{name} is missing or not as it was created"
            self.findings.add("guard_missing", None, detail)
        if self._connection.dialect.name == "sqlite":
            # An index that disagrees with its table would hide a body from the join.
            for (what,) in scan(self._connection, "PRAGMA integrity_check(audit_body)"):
                if what != "ok":
                    detail = "the table of bodies and its index are not the same"
                    self.findings.add("database_damaged", None, detail)

    def check_control(self, opens: Opens) -> None:
        """Check that what lets the log be less than it was is of this log's own making."""
        controls = list(control_events(self._connection, opens))
        self.explained = explained(controls)
        for control in controls:
            if control.body is None:
                detail = f"event {control.event_id!a} does not open under the log's own key"
                self.findings.add("inserted", control.seq, detail)

    def walk(self, roots: SignedRoots, progress: Progress | None) -> None:
        """Go through the log by number, as far as it can be read."""
        self.roots = roots
        self.seen = seen = Walk(self._connection, self.findings, roots)

        def walk() -> None:
            roots.begin()
            total = self._one("SELECT COUNT(*) FROM audit_leaf")
            for done in seen.run():
                if progress is not None:
                    progress(done, max(total, done))
            seen.complete = True

        self.step(walk)
        self.step(seen.finish)
        if progress is not None:
            progress(seen.entries, seen.entries)

    def check_ends(self) -> None:
        """Compare the log's end with what was signed and with what numbers next."""
        size, (signed, stored) = self.seen.size, self.roots.beyond()
        following = self._one("SELECT next_seq FROM audit_sequencer")
        numbered = following if type(following) is int else 0
        if not self.seen.complete:
            return
        if signed > size:
            detail = f"the log has {size:,} events; {signed:,} were signed"
            # A log that was cut still says so elsewhere; one that was set back does not.
            kind: FindingKind = "truncated" if stored or numbered > size else "rolled_back"
            self.findings.add(kind, size, detail)
        elif numbered > size:
            detail = f"the log has {size:,} events; {numbered:,} were numbered"
            self.findings.add("truncated", size, detail)
        if numbered < size:
            detail = f"the log has {size:,} events; {numbered:,} were numbered"
            self.findings.add("inserted", numbered, detail)

    def check_cases(self) -> None:
        """Check that each case's events have no gap, and that each names the one before it."""
        differs = _DIFFERS[self._connection.dialect.name]
        damaged = self.findings.damaged.copy()
        # The walk saw most links already: this pass names what is wrong, and where.
        certain = self.seen.complete and self.seen.linked and not len(self.findings)
        query = _WRONG_LINKS.format(differs=differs)
        for seq, n, before, last in () if certain else scan(self._connection, query):
            expected = 0 if before is None else before + 1
            if n != expected:
                detail = f"the events {expected} to {n - 1} of this case are gone before it"
                self.findings.add("case_gap", seq, detail)
            elif seq is not None and last is not None and seq < last:
                detail = "stands before an earlier event of its case"
                self.findings.add("reordered", seq, detail)
            elif not {seq, last} & damaged:
                detail = "does not name the event before it in its case"
                self.findings.add("case_gap", seq, detail)
        for n, gone, seq in scan(self._connection, _WRONG_HEADS):
            # What was cut off is said already.
            told = self.findings.has("truncated") if gone else seq in damaged
            if not told:
                what = "is gone" if gone else "is not the last one"
                detail = f"event {n} of a case, which was the last one counted, {what}"
                self.findings.add("case_gap", seq, detail)

    def check_unnumbered(self) -> None:
        """Check that every entry is numbered or waits to be."""
        entries = self._one("SELECT COUNT(*) FROM audit_entry")
        pending = self._one("SELECT COUNT(*) FROM audit_pending")
        cut = self.findings.has("truncated", "missing")
        if entries == self.seen.entries + pending and not cut:
            return
        for (event_id,) in list(scan(self._connection, _UNNUMBERED))[self.seen.refilled :]:
            if not self.findings.has("truncated"):
                detail = f"event {event_id!a} is in no leaf and does not wait for one"
                self.findings.add("inserted", None, detail)
        if self.findings.has("guard_missing"):
            for seq, count in scan(self._connection, _TWICE):
                self.findings.add("duplicated", seq, f"stands in the log {count} times")

    def check_bodies(self) -> None:
        """Check that no body is there without its entry."""
        bodies = self._one("SELECT COUNT(*) FROM audit_body")
        pending = self._one("SELECT COUNT(*) FROM audit_pending")
        if bodies != self.seen.bodies + pending:
            for (event_id,) in scan(self._connection, _ORPHANED):
                detail = f"the body {event_id!a} belongs to no event"
                self.findings.add("inserted", None, detail)

    def check_pending(self) -> None:
        """Check that what waits for a number has none, and is what was recorded."""
        for event_id, seq in scan(self._connection, _WRONG_PENDING):
            kind: FindingKind = "leaf_changed" if seq is None else "duplicated"
            self.findings.add(kind, seq, f"event {event_id!a} waits for a number wrongly")

    def check_replay(self, note: str | None) -> None:
        """Check that what is outside is as new as what is stored, which is kept after it."""
        size = None if note is None else self.roots.size_of(note)
        stored = self.roots.newest_stored()
        if note is None and stored:
            detail = f"there is no checkpoint outside; one of size {stored:,} was signed"
            self.findings.add("rolled_back", None, detail)
        elif size is not None and size < stored:
            detail = f"the newest checkpoint outside is of size {size:,}; {stored:,} was signed"
            self.findings.add("rolled_back", size, detail)

    def _one(self, query: str) -> Any:
        return next(scan(self._connection, query), (0,))[0]


def replaced_logs(folder: OriginFolder, path: Path | None) -> tuple[Finding, ...]:
    """Name each other log that was in this log's file before; a server's log has no file."""
    return tuple(
        Finding(
            "rolled_back",
            None,
            f"the log {other} was in this file and was replaced; restore it, or take its folder "
            "out of origins/ if it was moved on purpose",
        )
        for other in (() if path is None else folder.other_logs(path))
    )
