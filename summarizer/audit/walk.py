"""Walk: the numbered events as stored -> what is wrong with each, and the tree they make.

The pass by number of a verification: headers, leaves, columns, bodies, nodes and signed roots.
What two copies say decides against the third, so that one change is one finding.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from typing import Any, Final, TypeGuard

from sqlalchemy import Connection, text

from summarizer.audit.findings import Findings
from summarizer.audit.hypotheses import Hypotheses
from summarizer.audit.scan import keyed, scan
from summarizer.audit.signed_roots import SignedRoots
from summarizer.audit.strict import StrictHeader
from summarizer.audit.tree import FANOUT, HASH_SIZE, StoredNode

__all__ = ["Walk"]

_BY_NUMBER: Final = (
    "SELECT l.seq, l.event_id, l.leaf, e.header, e.leaf, b.ciphertext, e.kind, e.at, e.case_tag,"
    " e.case_n, e.actor_tag, e.model, e.prompt, e.policy, e.outcome, e.retention"
    " FROM audit_leaf AS l LEFT JOIN audit_entry AS e ON e.event_id = l.event_id"
    " LEFT JOIN audit_body AS b ON b.event_id = l.event_id ORDER BY l.seq"
)
_COLUMNS: Final = (
    "kind", "at", "case", "n", "actor", "model", "prompt", "policy", "outcome", "retention",
)  # fmt: skip
_UNNUMBERED: Final = (
    "SELECT e.leaf FROM audit_entry AS e"
    " LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"
    " LEFT JOIN audit_pending AS p ON p.event_id = e.event_id"
    " WHERE l.seq IS NULL AND p.id IS NULL ORDER BY e.event_id LIMIT :limit"
)
_EVERY: Final = 2_000
_MOST_REFILLED: Final = 1_000
_MOST_BODIES: Final = 10_000
_MOST_CASES: Final = 100_000


class Walk:
    """One pass over the numbered events."""

    def __init__(self, connection: Connection, findings: Findings, roots: SignedRoots) -> None:
        """Take the log, where findings go, and what the tree must agree with."""
        self.size = 0
        """The number that comes next."""
        self.entries = 0
        """Rows of the log."""
        self.bodies = 0
        """Bodies that belong to a numbered event."""
        self.refilled = 0
        """Entries without a number that stand in for leaves that are gone."""
        self.complete = False
        """Whether every row could be read."""
        self.linked = True
        """Whether each event of a case was seen to follow the one before it."""
        self.tree = Hypotheses()
        self._connection = connection
        self._findings = findings
        self._roots = roots
        self._nodes = _StoredNodes(connection, findings)
        self._prunes: list[tuple[str, str]] = []
        self._damaged: list[tuple[int, str, str]] = []
        self._last: dict[str, tuple[int, bytes]] = {}

    def run(self) -> Iterator[int]:
        """Check everything; yield how many events are checked, now and then."""
        self._prunes = _prunes(self._connection)
        take = self._take
        for row in scan(self._connection, _BY_NUMBER):
            take(row)
            self.entries += 1
            if not self.entries % _EVERY:
                yield self.entries
        self._roots.compare(self.tree, self.size)

    def finish(self) -> None:
        """Say what only the whole log shows."""
        self.tree.settle()
        self._name_bodies()
        if self.tree.known and self.complete:
            self._nodes.finish()

    def _take(self, row: tuple[Any, ...]) -> None:
        seq, event_id, leaf, data, entry_leaf, ciphertext = row[:6]
        if seq != self.size and not self._jump(seq):
            return
        if self._roots.due <= self.size:
            self._roots.compare(self.tree, self.size)
        if data is None:
            self._findings.add("missing", seq, "the entry of this number is gone")
            if _is_hash(leaf):
                self._grow(leaf)
            else:
                self.tree.known = False
        else:
            is_bytes = type(data) is bytes
            made = sha256(b"\x00" + data).digest() if is_bytes else None
            if made is not None and made == leaf == entry_leaf:
                nodes = self.tree.append(leaf)
                if nodes:
                    self._nodes.expect(nodes)
                self._check_entry(made, row)
            else:
                self._disagree(seq, (event_id, data), made, leaf, entry_leaf)
                if made is not None and made in (leaf, entry_leaf):
                    self._check_entry(made, row)
                elif ciphertext is not None:
                    self.bodies += 1
        self.size += 1

    def _jump(self, seq: Any) -> bool:
        """Go on behind a gap; say whether this row is of the log at all."""
        if type(seq) is not int or seq < self.size:
            self._findings.add("inserted", None, f"the number {seq!a} does not follow")
            return False
        count = seq - self.size
        self._findings.add("missing", self.size, f"{count:,} number(s) before {seq} are gone")
        # What was numbered here may still be there: its entry is then in no leaf.
        left = self._unnumbered(count) if count <= _MOST_REFILLED else []
        if len(left) == count and all(map(_is_hash, left)):
            self.refilled += count
            for leaf in left:
                if self._roots.due <= self.size:
                    self._roots.compare(self.tree, self.size)
                self._grow(leaf)
                self.size += 1
        else:
            self.tree.known = False
            self._roots.compare(self.tree, seq)
            self.size = seq
        return True

    def _unnumbered(self, count: int) -> list[Any]:
        rows = self._connection.execute(text(_UNNUMBERED), {"limit": self.refilled + count + 1})
        return [leaf for (leaf,) in rows][self.refilled :]

    def _grow(self, leaf: bytes) -> None:
        self._nodes.expect(self.tree.append(leaf))

    def _disagree(
        self, seq: int, entry: tuple[Any, Any], made: bytes | None, leaf: Any, entry_leaf: Any
    ) -> None:
        """The header, its leaf in the entry and its leaf in the log are not the same."""
        event_id, data = entry
        add = self._findings.add
        header = partial(add, "header_changed", seq, "the header is not what its leaf was made of")
        both = partial(add, "leaf_changed", seq, "both copies of the leaf were changed")
        own = partial(add, "leaf_changed", seq, "the entry's own copy of the leaf was changed")
        if made is not None and made == leaf:
            own()
            self._grow(made)
        elif made is not None and made == entry_leaf:
            self._other_leaf(seq, event_id, made, leaf)
        elif made is None or not _is_hash(leaf):
            header()
            for value in (leaf, entry_leaf, made):
                if _is_hash(value):
                    self._grow(value)
                    break
            else:
                self.tree.known = False
        else:
            if leaf != entry_leaf:
                own()
            foreign = self._foreign(seq, event_id, data)
            if foreign is not None:
                header = both = partial(add, *foreign)
            nodes = self.tree.doubt(leaf, made, if_likely=header, if_other=both)
            self._nodes.expect(nodes)

    def _other_leaf(self, seq: int, event_id: Any, made: bytes, leaf: Any) -> None:
        """The entry is whole, and another leaf stands at its number."""
        query = text("SELECT event_id FROM audit_entry WHERE leaf = :leaf")
        owner = self._connection.execute(query, {"leaf": leaf}).scalar() if _is_hash(leaf) else None
        if owner is not None and owner != event_id:
            detail = "the leaf of another event stands here"
            say = partial(self._findings.add, "reordered", seq, detail)
        else:
            detail = "the leaf is not that of its entry"
            say = partial(self._findings.add, "leaf_changed", seq, detail)
        if _is_hash(leaf):
            self._nodes.expect(self.tree.doubt(made, leaf, if_likely=say, if_other=say))
        else:
            say()
            self._grow(made)

    def _check_entry(self, leaf: bytes, row: tuple[Any, ...]) -> None:
        """The leaf is of these bytes: check what they say against what lies beside them."""
        seq, event_id, data, ciphertext, columns = row[0], row[1], row[3], row[5], row[6:]
        try:
            header = StrictHeader.read(data)
        except ValueError:
            self._findings.add("header_changed", seq, "the header is none that is ever written")
            return
        if header.id != event_id:
            foreign = self._foreign(seq, event_id, data)
            detail = "the header is that of another event"
            self._findings.add(*(foreign or ("header_changed", seq, detail)))
            return
        if columns != header.columns:
            differ = ", ".join(
                name
                for name, one, other in zip(_COLUMNS, columns, header.columns, strict=True)
                if one != other
            )
            detail = f"the column {differ} differs from the header"
            self._findings.add("header_changed", seq, detail)
        if header.case is not None:
            self._link(header, leaf)
        if type(ciphertext) is bytes:
            self.bodies += 1
            actual = sha256(ciphertext).hexdigest()
            if actual != header.body:
                self._keep_body(seq, header.body, actual)
        elif ciphertext is not None:
            self.bodies += 1
            self._findings.add("body_changed", seq, "the body is not bytes")
        elif not any(
            header.retention == retention and header.at < before
            for retention, before in self._prunes
        ):
            self._findings.add("body_changed", seq, "the body is gone and no prune covers it")

    def _link(self, header: StrictHeader, leaf: bytes) -> None:
        """See whether an event follows the one before it in its case, as far as that is known.

        Of the cases that were seen last; for the others the pass by case has to look.
        """
        tag, n = header.case, header.n
        before = self._last.pop(tag, None)  # type: ignore[arg-type]
        if n:
            if before is None or before[0] != n - 1 or before[1].hex() != header.prev:
                self.linked = False
        elif before is not None:
            self.linked = False
        self._last[tag] = (n, leaf)  # type: ignore[index,assignment]
        if len(self._last) > _MOST_CASES:
            del self._last[next(iter(self._last))]

    def _foreign(self, seq: int, event_id: Any, data: bytes) -> tuple[Any, int, str] | None:
        """Say whose header this is, if it is that of another event that is there."""
        try:
            owner = StrictHeader.read(data).id
        except ValueError:
            return None
        query = text("SELECT header, leaf FROM audit_entry WHERE event_id = :id")
        row = None
        if owner != event_id and "\x00" not in owner:
            row = self._connection.execute(query, {"id": owner}).first()
        if row is None:
            return None
        if row[0] == data:
            return "duplicated", seq, "this event stands under another id, too"
        if row[1] == sha256(b"\x00" + data).digest():
            return "swapped", seq, "the header is that of another event"
        return None

    def _keep_body(self, seq: int, wanted: str, actual: str) -> None:
        if len(self._damaged) < _MOST_BODIES:
            self._damaged.append((seq, wanted, actual))
        else:
            self._findings.add("body_changed", seq, "the body is not what was recorded")

    def _name_bodies(self) -> None:
        """Tell bodies that changed places from bodies that were changed."""
        holders = {wanted: seq for seq, wanted, _ in self._damaged}
        for seq, _, actual in self._damaged:
            other = holders.get(actual)
            if other is None:
                self._findings.add("body_changed", seq, "the body is not what was recorded")
            else:
                self._findings.add("swapped", seq, f"holds the body of event {other}")


class _StoredNodes:
    """Compares the stored nodes with those the leaves make, a cursor for each level."""

    def __init__(self, connection: Connection, findings: Findings) -> None:
        self._connection = connection
        self._findings = findings
        self._levels: dict[int, Iterator[tuple[Any, ...]]] = {}
        self._waiting: dict[int, tuple[Any, ...] | None] = {}

    def expect(self, nodes: Iterable[StoredNode]) -> None:
        """Compare nodes that became full; one place may have one of two hashes."""
        wanted: dict[tuple[int, int], set[bytes]] = defaultdict(set)
        for node in nodes:
            wanted[node.level, node.idx].add(node.hash)
        for (level, idx), hashes in wanted.items():
            stored = self._stored(level, idx)
            if stored not in hashes:
                gone = "is gone" if stored is None else "is not the root of its leaves"
                self._say(level, idx, gone)

    def finish(self) -> None:
        """Name what stands behind the last full node."""
        query = "SELECT DISTINCT level FROM audit_node ORDER BY level"
        for (level,) in list(scan(self._connection, query)):
            self._open(level)
            if (row := self._waiting[level]) is not None:
                self._say(level, row[0], "is of leaves that are not there")

    def _stored(self, level: int, idx: int) -> Any:
        self._open(level)
        row = self._waiting[level]
        while row is not None and type(row[0]) is int and row[0] < idx:
            self._say(level, row[0], "does not follow")
            row = next(self._levels[level], None)
        if row is not None and row[0] == idx:
            self._waiting[level] = next(self._levels[level], None)
            return row[1]
        self._waiting[level] = row
        return None

    def _open(self, level: Any) -> None:
        if level not in self._levels:
            number = level if type(level) is int else -1
            query = (
                f"SELECT idx, hash FROM audit_node WHERE level = {number}"
                " AND idx > {after} ORDER BY idx"
            )
            self._levels[level] = keyed(self._connection, query)
            self._waiting[level] = next(self._levels[level], None)

    def _say(self, level: Any, idx: Any, what: str) -> None:
        whole = type(level) is int and type(idx) is int and 0 < level < HASH_SIZE
        seq = idx * FANOUT**level if whole else None
        self._findings.add("tile_changed", seq, f"node {idx!a} of level {level!a} {what}")


def _prunes(connection: Connection) -> list[tuple[str, str]]:
    """Return class and moment of every prune that is in the log."""
    query = (
        "SELECT e.header FROM audit_entry AS e JOIN audit_leaf AS l ON l.event_id = e.event_id"
        " WHERE e.kind = 'pruned'"
    )
    found = []
    for (data,) in scan(connection, query):
        try:
            header = StrictHeader.read(data)
        except (ValueError, AttributeError):
            continue
        retention, before = header.facts.text("retention"), header.facts.text("before")
        if retention is not None and before is not None:
            found.append((retention, before))
    return found


def _is_hash(value: Any) -> TypeGuard[bytes]:
    return type(value) is bytes and len(value) == HASH_SIZE
