"""Figures: the outcomes and reviews of some days -> what a dashboard counts.

Volume, refusals and redactions are counted from headers. Urgency, time and cost stand in what
outcomes say, so that they are taken of the newest ones alone: nothing here grows with the log.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import quantiles
from typing import Final, NamedTuple

from summarizer.audit import EventKind, Filter, Record
from summarizer.audit.store import SQLAuditStore

__all__ = ["Day", "Figures", "figures"]

_MOST: Final = 5_000
"""Headers of a kind that are read at most."""
_READ: Final = 200
"""Outcomes whose bodies are read."""
_PAGE: Final = 500


class Day(NamedTuple):
    """How many cases ended how on one day, UTC."""

    day: date
    summarized: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was counted; every counter is by code."""

    days: tuple[Day, ...]
    """Every day of the period, oldest first."""
    outcomes: Counter[str]
    codes: Counter[str]
    """Why there was no summary."""
    entities: Counter[str]
    """Values that were held back."""
    models: Counter[str]
    prompts: Counter[str]
    decisions: Counter[str]
    """What agents made of summaries."""
    read: int
    """Of how many of the newest outcomes what follows is."""
    urgencies: Counter[str] = field(default_factory=Counter)
    milliseconds: tuple[float, float] | None = None
    """Median and 95th percentile of a whole run; None of fewer than two."""
    cost_usd: float = 0.0
    is_cut: bool = False
    """Whether older events of the period were left out, since there are too many."""


async def figures(store: SQLAuditStore, *, days: int, now: datetime) -> Figures:
    """Count the outcomes and reviews of the last days.

    Args:
        store: the log.
        days: how many, today included.
        now: aware, UTC.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    since = (now - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    outcomes = [record async for record in _since(store, "outcome", since)]
    reviews = [record async for record in _since(store, "review", since)]
    page = await store.page(Filter(kind="outcome"), limit=_READ, bodies=True)
    bodies = [record.body for record in page.records if record.body and record.at >= since]
    totals = [float(body["timings_ms"]["total"]) for body in bodies if "timings_ms" in body]
    return Figures(
        days=tuple(_days(outcomes, since.date(), days)),
        outcomes=Counter(str(record.facts["outcome"]) for record in outcomes),
        codes=_counted(outcomes, "code"),
        entities=_entities(outcomes),
        models=_counted(outcomes, "model"),
        prompts=_counted(outcomes, "prompt"),
        decisions=_counted(reviews, "decision"),
        read=len(bodies),
        urgencies=Counter(
            str(body["summary"]["urgency"]) for body in bodies if body.get("summary")
        ),
        milliseconds=_middle_and_tail(totals),
        cost_usd=sum(float(body["usage"]["cost_usd"]) for body in bodies if "usage" in body),
        is_cut=_MOST in {len(outcomes), len(reviews)},
    )


async def _since(store: SQLAuditStore, kind: EventKind, since: datetime) -> AsyncIterator[Record]:
    """Yield the headers of a kind back to a moment, newest first.

    The moment is no part of the filter: past the oldest match, the whole log would be searched.
    """
    after: str | None = None
    for _ in range(_MOST // _PAGE):
        page = await store.page(Filter(kind=kind), after=after, limit=_PAGE)
        for record in page.records:
            if record.at < since:
                return
            yield record
        after = page.next
        if after is None:
            return


def _days(outcomes: Sequence[Record], first: date, count: int) -> Iterator[Day]:
    counted = Counter((record.at.date(), str(record.facts["outcome"])) for record in outcomes)
    for number in range(count):
        day = first + timedelta(days=number)
        yield Day(day, *(counted[day, each] for each in ("summarized", "refused", "failed")))


def _counted(records: Sequence[Record], fact: str) -> Counter[str]:
    return Counter(str(record.facts[fact]) for record in records if fact in record.facts)


def _entities(outcomes: Sequence[Record]) -> Counter[str]:
    total: Counter[str] = Counter()
    for record in outcomes:
        entities = record.facts.get("entities", {})
        if not isinstance(entities, str | int):
            total.update(entities)
    return total


def _middle_and_tail(values: Sequence[float]) -> tuple[float, float] | None:
    if len(values) < 2:  # noqa: PLR2004 - there is nothing between fewer
        return None
    cuts = quantiles(values, n=20, method="inclusive")
    return cuts[9], cuts[18]
