"""Tally: the log as it grows -> what its outcomes and reviews come to, day by day.

Counted from sealed headers and from nothing else, each event once, by its number: what was counted
stays true, since nothing in the log changes, so that only what came since is read. It is kept in
memory alone, where nobody but this process writes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import anyio

from summarizer.audit import EventKind
from summarizer.audit.counting import Told, numbered, told_before, told_between
from summarizer.audit.store import SQLAuditStore

__all__ = ["MOST_DAYS", "DayCount", "Tallied", "Tally"]

MOST_DAYS: Final = 90
"""Today and the days before it that are counted."""
_KINDS: Final[tuple[EventKind, ...]] = ("outcome", "review")
_BATCH: Final = 2_000


@dataclass(slots=True)
class DayCount:
    """What was recorded on some days; every counter is by code, name or version."""

    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    """Why there was no summary."""
    entities: Counter[str] = field(default_factory=Counter)
    """Values that were held back."""
    models: Counter[str] = field(default_factory=Counter)
    prompts: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    """What agents made of summaries."""

    def count(self, told: Told) -> None:
        """Count one outcome or review."""
        if told.kind == "review":
            _count_fact(self.decisions, told, "decision")
            return
        _count_fact(self.outcomes, told, "outcome")
        _count_fact(self.codes, told, "code")
        _count_fact(self.models, told, "model")
        _count_fact(self.prompts, told, "prompt")
        entities = told.facts.get("entities")
        if isinstance(entities, Mapping):
            self.entities.update(entities)

    def add(self, other: "DayCount") -> None:
        """Add what was recorded on another day."""
        self.outcomes += other.outcomes
        self.codes += other.codes
        self.entities += other.entities
        self.models += other.models
        self.prompts += other.prompts
        self.decisions += other.decisions


@dataclass(frozen=True, slots=True)
class Tallied:
    """What was counted, and up to where."""

    days: dict[date, DayCount]
    """By day, UTC; a day without any is not there. To be looked at before anything is awaited."""
    size: int
    """The number of the first event of the log that is not counted."""


class Tally:
    """Counts a log; for one event loop."""

    def __init__(self, store: SQLAuditStore) -> None:
        """Take the log; nothing is counted yet."""
        self._store = store
        self._lock = anyio.Lock()
        self._days: dict[date, DayCount] = {}
        self._size: int | None = None

    async def counted(self, now: datetime) -> Tallied:
        """Count what was numbered since, and return all of the last `MOST_DAYS` days.

        The first call reads every outcome and review of these days.

        Args:
            now: aware, UTC.

        Raises:
            AuditUnavailable: if the log cannot be read, or a header is damaged; what was counted
                before stays.
        """
        first = now.date() - timedelta(days=MOST_DAYS - 1)
        async with self._lock:
            size = await self._store.run(partial(numbered, self._store))
            if self._size is None or size < self._size:
                # A log that became shorter was restored from a backup: another log.
                days = await self._from_nothing(first, size)
                self._days, self._size = days, size
            else:
                await self._go_on(size)
            for day in [day for day in self._days if day < first]:
                del self._days[day]
            return Tallied(self._days, size)

    async def _from_nothing(self, first: date, size: int) -> dict[date, DayCount]:
        days: dict[date, DayCount] = {}
        for kind in _KINDS:
            after: str | None = None
            while True:
                work = partial(
                    told_before, self._store, kind, before=size, after=after, limit=_BATCH
                )
                page = await self._store.run(work)
                _count(days, page.told)
                after = page.next
                # Times are the writers' own: one older event does not mean that all are.
                if after is None or all(told.day < first for told in page.told):
                    break
        return days

    async def _go_on(self, size: int) -> None:
        while self._size is not None and self._size < size:
            before = min(self._size + _BATCH, size)
            work = partial(told_between, self._store, _KINDS, first=self._size, before=before)
            _count(self._days, await self._store.run(work))
            self._size = before


def _count_fact(counter: Counter[str], told: Told, fact: str) -> None:
    if fact in told.facts:
        counter[str(told.facts[fact])] += 1


def _count(days: dict[date, DayCount], told: Iterable[Told]) -> None:
    for each in told:
        day = days.get(each.day)
        if day is None:
            day = days[each.day] = DayCount()
        day.count(each)
