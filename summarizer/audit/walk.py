"""Stored records in order -> what is wrong with each: the pure half of verification.

One pass, constant memory. Each record is checked against the hash stored before it; where that
one was found wrong, the hash it should have been is accepted too, so that one change is one
finding.
"""

from collections.abc import Callable
from hashlib import sha256
from itertools import combinations
from typing import Any, NamedTuple

from summarizer.audit import Finding
from summarizer.audit.chain import Header, genesis, record_hash
from summarizer.audit.origin import Head

__all__ = ["ChainWalk", "Findings", "Row"]

_FINDINGS_LISTED = 1_000
_SUSPECTS_KEPT = 100
_HASH_BYTES = 32
_CONTENT_KINDS = frozenset({"body_changed", "header_changed", "leaf_changed"})


class Row(NamedTuple):
    """A stored record; in a damaged database any value may have any type."""

    seq: Any
    event_id: Any
    kind: Any
    at: Any
    case_tag: Any
    header: Any
    body: Any
    body_sha256: Any
    hash: Any

    def misshapen(self) -> str | None:
        """Return the finding that a value of the wrong type or length is, if there is one."""
        if not isinstance(self.seq, int) or not isinstance(self.header, bytes):
            return "header_changed"
        if not isinstance(self.body, bytes):
            return "body_changed"
        hashes = (self.body_sha256, self.hash)
        if not all(isinstance(value, bytes) and len(value) == _HASH_BYTES for value in hashes):
            return "leaf_changed"
        return None


class Findings:
    """What was found, by record; a bounded list."""

    def __init__(self) -> None:
        """Start with none."""
        self._listed: list[Finding] = []
        self._more = 0

    def add(self, kind: str, seq: int | None, detail: str) -> None:
        """Add one; beyond what can be listed they are only counted."""
        if len(self._listed) < _FINDINGS_LISTED:
            self._listed.append(Finding(kind, seq, detail))
        else:
            self._more += 1

    def name_swapped(self, seqs: frozenset[int]) -> None:
        """Replace what was found about the content of these records."""
        kept = [f for f in self._listed if f.seq not in seqs or f.kind not in _CONTENT_KINDS]
        swapped = [Finding("swapped", seq, "holds another record's body") for seq in seqs]
        self._listed = kept + swapped

    def listed(self) -> tuple[Finding, ...]:
        """Return them in the order of the log; those about no record come first."""
        listed = sorted(
            dict.fromkeys(self._listed), key=lambda found: -1 if found.seq is None else found.seq
        )
        if self._more:
            listed.append(Finding(listed[-1].kind, None, f"{self._more} more are not listed"))
        return tuple(listed)


class _Suspect(NamedTuple):
    """A record whose hash does not fit its content."""

    seq: int
    previous: bytes
    header: bytes
    hash: bytes
    body_sha256: bytes
    """Of the body that is there."""

    def fits(self, key: bytes, body_sha256: bytes) -> bool:
        """Say whether the stored hash was made over this body."""
        return record_hash(key, self.previous, self.header, body_sha256) == self.hash


class ChainWalk:
    """Takes the records in the order of their `seq`."""

    def __init__(
        self,
        findings: Findings,
        *,
        origin: str | None,
        key: bytes | None,
        head: Head | None,
        header_at: Callable[[int], Any],
    ) -> None:
        """Take the log's origin, chain key and last known head, and a way to another header.

        Without the key no hash can be recomputed: that is for the caller to name.
        """
        self.entries = 0
        self.root = genesis(origin) if origin is not None else b""
        self._findings = findings
        self._key = key
        self._head = head
        self._header_at = header_at
        self._before: tuple[bytes, ...] = (self.root,) if origin is not None else ()
        self._last = -1
        self._shift: int | None = 0
        self._suspects: list[_Suspect] = []
        self._head_differs = False

    def take(self, row: Row) -> None:
        """Check one record."""
        self.entries += 1
        kind = row.misshapen()
        if kind is not None:
            seq = row.seq if isinstance(row.seq, int) else None
            self._findings.add(kind, seq, "a column has a value of the wrong type or length")
            self._last = self._last if seq is None else seq
            self._before = ()
            return
        if not self._in_place(row):
            self._before = ()
        self._last = row.seq
        header, intact = self._read_header(row)
        moved = header is not None and self._has_moved(row, header)
        self._check_content(row, header_intact=intact)
        self.root = row.hash
        if moved:
            self._before = ()

    def finish(self) -> None:
        """Draw the conclusions that need the whole log."""
        head = self._head
        if self._key is not None:
            self._findings.name_swapped(_swapped(self._suspects, self._key))
        if head and head.seq > self._last:
            detail = f"the log ends at {self._last}; its last known record is {head.seq}"
            self._findings.add("truncated", self._last + 1, detail)
        elif head and self._head_differs:
            self._findings.add("rolled_back", head.seq, "not the record that was last known here")

    def _in_place(self, row: Row) -> bool:
        """Check that the record's number follows the last one's."""
        expected = self._last + 1
        if row.seq > expected:
            count = row.seq - expected
            self._findings.add("missing", expected, f"{count} record(s) before {row.seq}")
        elif row.seq < expected:
            kind = "duplicated" if row.seq == self._last else "inserted"
            self._findings.add(kind, row.seq, "the number does not follow the one before")
        return bool(row.seq == expected)

    def _read_header(self, row: Row) -> tuple[Header | None, bool]:
        """Return the header, and whether the columns agree with it; `seq` is left out."""
        try:
            header = Header.decode(row.header)
        except ValueError:
            self._findings.add("header_changed", row.seq, "the header cannot be read")
            return None, False
        columns = {
            "event_id": (row.event_id, header.id),
            "kind": (row.kind, header.kind),
            "at": (row.at, header.at),
            "case_tag": (row.case_tag, header.case),
        }
        differ = [name for name, (column, field) in columns.items() if column != field]
        if differ:
            detail = f"the header and the column {', '.join(differ)} differ"
            self._findings.add("header_changed", row.seq, detail)
        return header, not differ

    def _has_moved(self, row: Row, header: Header) -> bool:
        """Say whether the record stands elsewhere than its header says; name how."""
        before, shift = self._shift, row.seq - header.seq
        if shift == before:
            return False
        self._before = ()
        there = self._header_at(header.seq)
        if shift and there == row.header:
            self._findings.add("duplicated", row.seq, f"a copy of record {header.seq}")
            self._shift = None
            return True
        if shift and _seq_in(there) == row.seq:
            self._findings.add("reordered", row.seq, f"changed places with record {header.seq}")
            return True
        if before is not None:
            more = shift - before
            kind, seq = ("inserted", row.seq - more) if more > 0 else ("missing", header.seq + more)
            self._findings.add(kind, seq, f"{abs(more)} record(s); those after are renumbered")
        self._shift = shift
        return False

    def _check_content(self, row: Row, *, header_intact: bool) -> None:
        """Check body, stored body hash and stored hash against each other."""
        body_sha256 = sha256(row.body).digest()
        hashes = self._recomputed(row.header, body_sha256)
        fits = row.hash in hashes
        recomputed = row.hash if fits or not hashes else hashes[0]
        if row.body_sha256 != body_sha256:
            kind = "leaf_changed" if fits else "body_changed"
            self._findings.add(kind, row.seq, "the body and its stored hash differ")
        elif recomputed != row.hash and header_intact:
            detail = "the hash fits neither this record nor, if that was changed, the one before"
            self._findings.add("leaf_changed", row.seq, detail)
        if recomputed != row.hash and len(self._suspects) < _SUSPECTS_KEPT:
            suspect = _Suspect(row.seq, self._before[0], row.header, row.hash, body_sha256)
            self._suspects.append(suspect)
        if self._head and row.seq == self._head.seq:
            self._head_differs = self._head.hash not in {row.hash.hex(), recomputed.hex()}
        self._before = (row.hash,) if recomputed == row.hash else (row.hash, recomputed)

    def _recomputed(self, header: bytes, body_sha256: bytes) -> list[bytes]:
        """Return the hashes the record may have, by what stands before it."""
        if self._key is None:
            return []
        return [record_hash(self._key, before, header, body_sha256) for before in self._before]


def _swapped(suspects: list[_Suspect], key: bytes) -> frozenset[int]:
    return frozenset(
        suspect.seq
        for one, other in combinations(suspects, 2)
        if one.fits(key, other.body_sha256) and other.fits(key, one.body_sha256)
        for suspect in (one, other)
    )


def _seq_in(header: Any) -> int | None:
    try:
        return Header.decode(header).seq
    except (TypeError, ValueError):
        return None
