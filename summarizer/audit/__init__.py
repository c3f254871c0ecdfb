"""Audit: every step -> the append-only store. Events, and the store's protocol."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

__all__ = ["AuditStore", "Event", "EventKind", "Finding", "Receipt", "Record", "Verification"]

EventKind = Literal[
    "received",
    "redacted",
    "prompt",
    "response",
    "verdict",
    "outcome",
    "egress_blocked",
    "audit_read",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it is recorded. Bodies hold redacted text only."""

    id: str
    """UUIDv7: unique and ordered by time (RFC 9562)."""
    kind: EventKind
    at: datetime
    """Aware, UTC."""
    case: str | None
    """Keyed tag of the case id; never the id."""
    body: Mapping[str, Any] = field(repr=False)
    """JSON-serialisable."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The store's word that an event is durable; `seq` is null until it is numbered."""

    id: str
    seq: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """An event as stored."""

    seq: int
    event: Event
    hash: str
    """Hex SHA-256 that commits to this record and every one before it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which the store is not what was written."""

    kind: str
    seq: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of recomputing everything from the stored bytes."""

    entries: int
    root: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class AuditStore(Protocol):
    """An append-only store of events."""

    async def append(self, events: Sequence[Event]) -> tuple[Receipt, ...]:
        """Make all events durable, or none; appending an id twice is one event.

        Raises:
            AuditUnavailable: if they could not be made durable.
        """
        ...

    def read(
        self,
        *,
        after: int = -1,
        limit: int | None = None,
        case: str | None = None,
        kind: EventKind | None = None,
    ) -> AsyncIterator[Record]:
        """Yield records with `seq > after` in order."""
        ...

    async def get(self, event_id: str) -> Record | None:
        """Return one record."""
        ...

    async def verify(self) -> Verification:
        """Recompute every hash from the stored bytes."""
        ...

    async def ready(self) -> None:
        """Check that the store would take a record.

        Raises:
            AuditUnavailable: if it would not.
        """
        ...

    async def aclose(self) -> None:
        """Release the database."""
        ...
