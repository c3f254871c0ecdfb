"""Figures: the outcomes and reviews of some days -> what a dashboard counts.

Volume, refusals and redactions are counted from headers, every one of the period. Urgency, time
and cost stand in what outcomes say, so that they are taken of the newest ones alone: what a
dashboard costs does not grow with the log.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import quantiles
from typing import Final, NamedTuple

from summarizer.audit import Filter
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.tally import DayCount, Tallied, Tally

__all__ = ["Day", "Figures", "figures"]

_READ: Final = 200
"""Outcomes whose bodies are read."""


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
    total: DayCount
    """Of all these days."""
    entries: int
    """How many events of the log were looked at: all that were numbered."""
    read: int
    """Of how many of the newest outcomes what follows is."""
    urgencies: Counter[str]
    milliseconds: tuple[float, float] | None
    """Median and 95th percentile of a whole run; None of fewer than two."""
    cost_usd: float


async def figures(store: SQLAuditStore, tally: Tally, *, days: int, now: datetime) -> Figures:
    """Count the outcomes and reviews of the last days.

    Args:
        store: the log.
        tally: of the same log.
        days: how many, today included; up to `MOST_DAYS`.
        now: aware, UTC.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    since = (now - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    page = await store.page(Filter(kind="outcome"), limit=_READ, bodies=True)
    bodies = [record.body for record in page.records if record.body and record.at >= since]
    totals = [float(body["timings_ms"]["total"]) for body in bodies if "timings_ms" in body]
    tallied = await tally.counted(now)
    return Figures(
        days=tuple(_days(tallied, since.date(), days)),
        total=_total(tallied, since.date(), days),
        entries=tallied.size,
        read=len(bodies),
        urgencies=Counter(
            str(body["summary"]["urgency"]) for body in bodies if body.get("summary")
        ),
        milliseconds=_middle_and_tail(totals),
        cost_usd=sum(float(body["usage"]["cost_usd"]) for body in bodies if "usage" in body),
    )


def _days(tallied: Tallied, first: date, count: int) -> Iterator[Day]:
    for day in _period(first, count):
        outcomes = tallied.days.get(day, DayCount()).outcomes
        yield Day(day, *(outcomes[each] for each in ("summarized", "refused", "failed")))


def _total(tallied: Tallied, first: date, count: int) -> DayCount:
    total = DayCount()
    for day in _period(first, count):
        if day in tallied.days:
            total.add(tallied.days[day])
    return total


def _period(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(count))


def _middle_and_tail(values: Sequence[float]) -> tuple[float, float] | None:
    if len(values) < 2:  # noqa: PLR2004 - there is nothing between fewer
        return None
    cuts = quantiles(values, n=20, method="inclusive")
    return cuts[9], cuts[18]
