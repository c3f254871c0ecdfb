"""Proving: an event id or two sizes -> the proof that a signed checkpoint covers them."""

from base64 import b64encode
from typing import Any, NamedTuple

from sqlalchemy import text

from summarizer.audit.database import Database
from summarizer.audit.sequencer import StoredHashes
from summarizer.audit.tree import consistency_proof, inclusion_proof, root

__all__ = ["ConsistencyProof", "Proof", "prove", "prove_consistency"]


class Proof(NamedTuple):
    """What `tree.check_inclusion` takes, and the signed note that holds the root."""

    event_id: str
    header: bytes
    """As stored; its leaf hash is `leaf`."""
    leaf: bytes
    seq: int
    size: int
    path: tuple[bytes, ...]
    """Hashes from the leaf up (RFC 9162, 2.1.3.1)."""
    note: str

    def as_json(self) -> dict[str, Any]:
        """Return the proof with hashes in base64, as C2SP tools write them."""
        return {
            "event": self.event_id,
            "header": self.header.decode(),
            "leaf": b64encode(self.leaf).decode(),
            "seq": self.seq,
            "size": self.size,
            "proof": [b64encode(value).decode() for value in self.path],
            "checkpoint": self.note,
        }


def prove(database: Database, event_id: str) -> Proof | None:
    """Prove an event under the newest checkpoint; None if it is not in the tree of one.

    Raises:
        AuditUnavailable: if the database cannot be read.
    """
    with database.reading() as connection:
        row = connection.execute(
            text(
                "SELECT l.seq, l.leaf, e.header FROM audit_leaf AS l"
                " JOIN audit_entry AS e ON e.event_id = l.event_id WHERE l.event_id = :id"
            ),
            {"id": event_id},
        ).first()
        signed = connection.execute(
            text(
                "SELECT size, note FROM audit_checkpoint"
                " ORDER BY incarnation DESC, size DESC LIMIT 1"
            )
        ).first()
        if row is None or signed is None or row[0] >= signed[0]:
            return None
        path = tuple(inclusion_proof(StoredHashes(connection), row[0], signed[0]))
    return Proof(event_id, bytes(row[2]), bytes(row[1]), row[0], signed[0], path, signed[1])


class ConsistencyProof(NamedTuple):
    """What `tree.check_consistency` takes."""

    old: int
    size: int
    old_root: bytes
    root: bytes
    path: tuple[bytes, ...]
    """Hashes (RFC 9162, 2.1.4.1)."""

    def as_json(self) -> dict[str, Any]:
        """Return the proof with hashes in base64, as C2SP tools write them."""
        return {
            "from": self.old,
            "to": self.size,
            "from_root": b64encode(self.old_root).decode(),
            "to_root": b64encode(self.root).decode(),
            "proof": [b64encode(value).decode() for value in self.path],
        }


def prove_consistency(database: Database, old: int, size: int) -> ConsistencyProof | None:
    """Prove that the log of one size is the beginning of the log of another.

    Returns:
        None if the log has not so many events.

    Raises:
        AuditUnavailable: if the database cannot be read, or a hash is gone.
    """
    with database.snapshot() as connection:
        held = connection.execute(text("SELECT COALESCE(MAX(seq) + 1, 0) FROM audit_leaf"))
        if not 0 <= old <= size <= int(held.scalar_one()):
            return None
        hashes = StoredHashes(connection)
        path = tuple(consistency_proof(hashes, old, size))
        return ConsistencyProof(old, size, root(hashes, old), root(hashes, size), path)
