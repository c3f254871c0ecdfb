"""Publisher: the numbered log -> signed checkpoints outside the database.

The newest checkpoint in the sink is compared before a new one is signed: a log that became
shorter, or of which the published part changed, is refused. That is what makes a restored
backup or a rebuilt tree visible.
"""

from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text

from summarizer.audit.checkpoint import Checkpoint, opened, signed
from summarizer.audit.control import Opens, control_events, explained
from summarizer.audit.database import Database
from summarizer.audit.note import NoteError, SignerKey, VerifierKey
from summarizer.audit.sequencer import StoredHashes
from summarizer.audit.sink import CheckpointSink
from summarizer.audit.tree import root
from summarizer.errors import AuditUnavailable

__all__ = ["Published", "Publisher", "log_size", "origin_line", "signer_of"]


class Published(NamedTuple):
    """A checkpoint that is in the sink."""

    checkpoint: Checkpoint
    note: str


class Publisher:
    """Signs the newest size of a log and publishes it; every method is for a worker thread."""

    def __init__(
        self, database: Database, *, seed: bytes, sink: CheckpointSink, opens: Opens
    ) -> None:
        """Take the log, the seed of its key, where checkpoints go, and what opens its events."""
        self._database = database
        self._opens = opens
        self._seed = seed
        self._sink = sink

    def verifier(self) -> VerifierKey:
        """Return the public key of the log as it is now."""
        with self._database.reading() as connection:
            return signer_of(self._seed, _origin_now(connection)).verifier

    def newest_note(self) -> str | None:
        """Return what was published last, unopened.

        Raises:
            AuditUnavailable: if the sink cannot be read.
        """
        with self._database.reading() as connection:
            origin = _origin_now(connection)
        return self._sink.newest(origin)

    def earlier_notes(self) -> list[str]:
        """Return what was published last of each incarnation before the current one, unopened.

        Raises:
            AuditUnavailable: if the sink cannot be read.
        """
        with self._database.reading() as connection:
            origin, incarnation = _origin(connection)
        return self._earlier(origin, incarnation)

    def publish(self) -> Published | None:
        """Sign and publish the numbered log, unless it is empty or that was done already.

        Raises:
            AuditUnavailable: if the log is not a continuation of what was published: it was
                cut, rolled back or rebuilt; or if sink or database fail.
        """
        with self._database.reading() as connection:
            name, incarnation = _origin(connection)
            origin = origin_line(name, incarnation)
            size = log_size(connection)
            newest = self._newest(origin)
            if newest is not None:
                _require_continuation(connection, newest.checkpoint, size)
                if newest.checkpoint.size == size:
                    self._keep(incarnation, newest)
                    return newest
            else:
                _require_never_signed(connection, incarnation)
                self._require_explained(connection, self._earlier(name, incarnation), size)
            if size == 0:
                return None
            head = root(StoredHashes(connection), size)
        checkpoint = Checkpoint(origin, size, head)
        published = Published(checkpoint, signed(checkpoint, signer_of(self._seed, origin)))
        # Outside first: what the database alone says proves nothing.
        self._sink.publish(origin, size, published.note)
        self._keep(incarnation, published)
        return published

    def _earlier(self, name: str, incarnation: int) -> list[str]:
        notes = (self._sink.newest(origin_line(name, one)) for one in range(incarnation))
        return [note for note in notes if note is not None]

    def _require_explained(self, connection: Connection, notes: list[str], size: int) -> None:
        """Refuse a new incarnation that this log did not begin itself, unless nothing differs."""
        if not notes:
            return
        known = explained(control_events(connection, self._opens))
        for note in notes:
            if note not in known:
                origin = note.partition("\n")[0]
                _require_continuation(connection, self._opened(note, origin), size)

    def _newest(self, origin: str) -> Published | None:
        note = self._sink.newest(origin)
        if note is None:
            return None
        return Published(self._opened(note, origin), note)

    def _opened(self, note: str, origin: str) -> Checkpoint:
        try:
            return opened(note, signer_of(self._seed, origin).verifier)
        except NoteError as error:
            msg = f"the newest published checkpoint is not one of this log: {error}"
            raise AuditUnavailable(msg) from None

    def _keep(self, incarnation: int, published: Published) -> None:
        """Keep a copy in the database, where proofs look for it."""
        checkpoint = published.checkpoint
        with self._database.writing() as connection:
            query = text("SELECT MAX(size) FROM audit_checkpoint WHERE incarnation = :incarnation")
            known = connection.execute(query, {"incarnation": incarnation}).scalar()
            if known is None or known < checkpoint.size:
                connection.execute(
                    text(
                        "INSERT INTO audit_checkpoint (incarnation, size, root, note)"
                        " VALUES (:incarnation, :size, :root, :note) ON CONFLICT DO NOTHING"
                    ),
                    {
                        "incarnation": incarnation,
                        "size": checkpoint.size,
                        "root": checkpoint.root,
                        "note": published.note,
                    },
                )


def origin_line(origin: str, incarnation: int) -> str:
    """Return the origin line of a log's checkpoints."""
    line = f"case-summarizer/{origin}"
    return f"{line}/{incarnation}" if incarnation else line


def signer_of(seed: bytes, origin: str) -> SignerKey:
    """Return the signing key of a log under its origin line."""
    return SignerKey(origin, Ed25519PrivateKey.from_private_bytes(seed))


def log_size(connection: Connection) -> int:
    """Return how many events are numbered."""
    query = "SELECT COALESCE(MAX(seq), -1) + 1 FROM audit_leaf"
    return int(connection.exec_driver_sql(query).scalar_one())


def _origin_now(connection: Connection) -> str:
    return origin_line(*_origin(connection))


def _origin(connection: Connection) -> tuple[str, int]:
    """Return the log's id and its current incarnation."""
    query = text("SELECT origin, incarnation FROM audit_log ORDER BY incarnation DESC LIMIT 1")
    origin, incarnation = connection.execute(query).one()
    if type(incarnation) is not int:
        msg = "the log's incarnation in the database is damaged; restore the newest backup"
        raise AuditUnavailable(msg)
    return str(origin), incarnation


def _require_never_signed(connection: Connection, incarnation: int) -> None:
    """Refuse an empty sink after something was published: it was emptied, or is another one."""
    query = text("SELECT MAX(size) FROM audit_checkpoint WHERE incarnation = :incarnation")
    size = connection.execute(query, {"incarnation": incarnation}).scalar()
    if size is not None:
        msg = (
            f"the place for checkpoints holds none of this log, but {size} events were published:"
            " give the folder or bucket they were published to, or, if it is meant to be a new"
            " one, explain it with `summarizer audit incarnation --reason TEXT`"
        )
        raise AuditUnavailable(msg)


def _require_continuation(connection: Connection, before: Checkpoint, size: int) -> None:
    advice = (
        "restore the newest backup, or, if this is meant, explain it with "
        "`summarizer audit incarnation --reason TEXT`"
    )
    if before.size > size:
        msg = (
            f"the log has {size} events, {before.size} were published: it was cut or rolled back; "
            f"{advice}"
        )
        raise AuditUnavailable(msg)
    if root(StoredHashes(connection), before.size) != before.root:
        msg = f"the first {before.size} events are not those that were published; {advice}"
        raise AuditUnavailable(msg)
