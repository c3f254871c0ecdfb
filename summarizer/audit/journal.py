"""Journal: what happens to one case, collected and made durable at the barriers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import anyio

from summarizer.audit import AuditStore, Event, EventKind, Fact

__all__ = ["Journal"]


class Journal:
    """The events of one run of one case.

    `note` only collects; `commit` makes all that was collected durable in one batch. A commit
    is not torn by a cancellation: it is awaited to its end.
    """

    def __init__(
        self,
        store: AuditStore,
        *,
        case: str,
        actor: str | None = None,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        """Open a journal for a case, by its own id, and whoever asked."""
        self._store = store
        self._case = case
        self._actor = actor
        self._new_id = new_id
        self.now = now
        self._pending: list[Event] = []
        self._event_ids: list[str] = []
        self.seq: int | None = None
        """Number of the last durable event; null until it is numbered."""

    @property
    def event_ids(self) -> tuple[str, ...]:
        """Ids of the durable events."""
        return tuple(self._event_ids)

    @property
    def noted_ids(self) -> tuple[str, ...]:
        """Ids of all events so far, those included that are not durable yet."""
        return (*self._event_ids, *(event.id for event in self._pending))

    def note(
        self, kind: EventKind, body: Mapping[str, Any], facts: Mapping[str, Fact] | None = None
    ) -> str:
        """Collect an event, which is not durable yet; return its id."""
        event = Event(
            id=self._new_id(),
            kind=kind,
            at=self.now(),
            case=self._case,
            actor=self._actor,
            facts=facts or {},
            body=body,
            # If the case is erased after the first commit, it stays erased.
            continues=bool(self._event_ids),
        )
        self._pending.append(event)
        return event.id

    async def commit(self) -> None:
        """Make everything collected durable.

        Raises:
            AuditUnavailable: if the store did not take it, or the case was erased since the first
                commit; then nothing of it was taken.
        """
        with anyio.CancelScope(shield=True):
            receipts = await self._store.append(self._pending)
        self._pending = []
        self._event_ids += [receipt.id for receipt in receipts]
        self.seq = receipts[-1].seq if receipts else self.seq
