"""Audit: every step -> the append-only store. Events, and the store's protocol."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, get_args

__all__ = [
    "KINDS",
    "AuditStore",
    "Event",
    "EventKind",
    "Fact",
    "Filter",
    "Finding",
    "FindingKind",
    "Keeper",
    "LogFigures",
    "Receipt",
    "Record",
    "Verification",
]

EventKind = Literal[
    "received",
    "redacted",
    "prompt",
    "response",
    "verdict",
    "outcome",
    "egress_blocked",
    "restored",
    "review",
    "finding",
    "audit_read",
    "access_denied",
    "in_force",
    "key_created",
    "key_revoked",
    "keys_rotated",
    "approval_requested",
    "erased",
    "hold_placed",
    "hold_released",
    "pruned",
    "incarnation",
    "evaluation",
]
KINDS: tuple[EventKind, ...] = get_args(EventKind)

FindingKind = Literal[
    "header_changed",
    "body_changed",
    "leaf_changed",
    "tile_changed",
    "checkpoint_invalid",
    "missing",
    "inserted",
    "reordered",
    "duplicated",
    "swapped",
    "truncated",
    "rolled_back",
    "forked",
    "case_gap",
    "guard_missing",
    "database_damaged",
]

Fact = str | int | Mapping[str, int]
"""What a header says in clear: a version, a code, a count, or counts by name. No personal data."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it is recorded. Bodies hold redacted text only."""

    id: str
    """UUIDv7: unique and ordered by time (RFC 9562)."""
    kind: EventKind
    at: datetime
    """Aware, UTC."""
    case: str | None = field(default=None, repr=False)
    """The case tool's own id. It is never stored in clear: the record holds a keyed tag."""
    actor: str | None = field(default=None, repr=False)
    """Who caused it; stored as a keyed tag."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """What the header says in clear, so that it can be searched and counted. `model`, `prompt`,
    `policy` and `outcome` are indexed."""
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """JSON-serialisable; it is encrypted."""
    continues: bool = False
    """Whether something is on record of the case already: if it was erased meanwhile, the event is
    refused and no key is made, so that no record brings an erased case back."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The store's word that an event is durable; `seq` is null until it is numbered."""

    id: str
    seq: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """An event as stored."""

    seq: int | None
    """Its number in the log; null until it is numbered."""
    id: str
    kind: EventKind
    at: datetime
    case: str | None
    """Keyed tag of the case."""
    n: int | None
    """Its number within the case, from 0."""
    actor: str | None
    """Keyed tag of the actor."""
    facts: Mapping[str, Fact]
    hash: str
    """Hex leaf hash over the header as stored (RFC 6962, 2.1)."""
    body: Mapping[str, Any] | None = field(repr=False, default=None)
    """What the event says; null where it was not asked for or cannot be read any more."""
    state: Literal["readable", "erased", "pruned"] = "readable"
    """`erased`: the key of the case was destroyed. `pruned`: the body's retention ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which records are wanted; what is left out does not narrow."""

    case: str | None = field(default=None, repr=False)
    """The case tool's own id."""
    kind: EventKind | None = None
    actor: str | None = field(default=None, repr=False)
    """As it was given with the event."""
    model: str | None = None
    prompt: str | None = None
    policy: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    """Aware; the first moment that counts. An event whose id was made more than a day before or
    after its time, since a clock was set meanwhile, is not found by a period."""
    until: datetime | None = None
    """Aware; the first moment that does not count any more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which the store is not what was written."""

    kind: FindingKind
    seq: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of recomputing everything from the stored bytes."""

    entries: int
    root: str
    """Hex root of the tree (RFC 9162, 2.1.1)."""
    findings: tuple[Finding, ...]
    checkpoint: str | None = None
    """The newest signed checkpoint that the log was found to agree with."""

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class LogFigures:
    """How large a log is, and how far what was published of it lags behind."""

    events: int
    """Durable events, those that are not numbered yet included."""
    published: int
    """How many of them the newest published checkpoint covers."""
    waiting_seconds: float
    """For how long the oldest of the others has waited, as far as this process has seen it; 0 if
    there is none."""


class AuditStore(Protocol):
    """An append-only store of events."""

    async def append(self, events: Sequence[Event]) -> tuple[Receipt, ...]:
        """Make all events durable, or none; appending an id twice is one event.

        Raises:
            AuditUnavailable: if they could not be made durable.
        """
        ...

    def read(self, wanted: Filter | None = None, *, bodies: bool = False) -> AsyncIterator[Record]:
        """Yield the records in the order they were made.

        Raises:
            AuditUnavailable: if the store cannot be read.
        """
        ...

    async def get(self, event_id: str) -> Record | None:
        """Return one record with its body."""
        ...

    async def verify(self) -> Verification:
        """Recompute everything from what is stored."""
        ...

    async def ready(self) -> None:
        """Check that the store would take a record.

        Raises:
            AuditUnavailable: if it would not.
        """
        ...

    async def figures(self) -> LogFigures:
        """Return how large the log is, and how far checkpoints lag behind.

        Raises:
            AuditUnavailable: if the store cannot be read.
        """
        ...

    async def aclose(self) -> None:
        """Release the database."""
        ...


class Keeper(Protocol):
    """Keeps what is needed to restore a case, apart from its events and as policy says."""

    async def keep(
        self,
        case_id: str,
        event_id: str,
        *,
        received: bytes,
        placeholders: Mapping[str, str],
        values: Iterable[str],
        now: datetime,
    ) -> None:
        """Keep what policy lets be kept of a run, and index its values: both or neither.

        Args:
            case_id: the case tool's own id.
            event_id: an event of the run, by which it is found again.
            received: the ticket as received, JSON.
            placeholders: token -> the value it stands for.
            values: every form of every value that was held back, for the index.
            now: aware.

        Raises:
            AuditUnavailable: if it could not be kept; then nothing of it is.
        """
        ...
