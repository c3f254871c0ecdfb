"""Summaries: a cursor -> a page of the newest summary of each case, as an inbox shows it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from summarizer.audit.newest import Newest, newest_summaries
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.reviews import STANDINGS, State, state_of
from summarizer.models.base import PublicModel
from summarizer.reasons import Urgency

__all__ = ["MOST", "SummaryLine", "SummaryPage", "line_of", "list_summaries"]

MOST: Final = 200
"""Summaries of one page at most."""


class SummaryLine(PublicModel):
    """A summary as a list shows it."""

    id: str
    """Of the event of its outcome."""
    case_id: str
    at: datetime
    headline: str
    issue_type: str
    team: str
    urgency: Urgency
    next_action: str
    """Its code."""
    due: date | None
    """The earliest deadline, of a rule or of the next action; null if there is none."""
    review_required: bool
    review_reasons: tuple[str, ...]
    state: State
    stale: bool
    """Whether the case was received again since."""


class SummaryPage(PublicModel):
    """Some summaries, newest first."""

    summaries: tuple[SummaryLine, ...]
    next: str | None
    """The cursor of the next page; null at the end. A page may hold less than was asked for."""


async def list_summaries(
    store: SQLAuditStore, *, after: str | None = None, limit: int = 50, state: State | None = None
) -> SummaryPage:
    """Return the newest summary of each case, newest first; erased and pruned ones are left out.

    Args:
        store: the log.
        after: the cursor of the page before.
        limit: how many at most, up to `MOST`.
        state: only those in this state.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    page = await store.run(
        partial(
            newest_summaries,
            store,
            after=after,
            limit=limit,
            standing=None if state is None else STANDINGS[state],
        )
    )
    return SummaryPage(summaries=tuple(map(line_of, page.summaries)), next=page.next)


def line_of(newest: Newest) -> SummaryLine:
    """Return a summary as a list shows it."""
    body: Mapping[str, Any] = newest.record.body or {}
    summary, review = body["summary"], body["review"]
    return SummaryLine(
        id=newest.record.id,
        case_id=newest.case_id,
        at=newest.record.at,
        headline=summary["headline"],
        issue_type=summary["issue_type"],
        team=summary["team"],
        urgency=summary["urgency"],
        next_action=summary["next_action"]["code"],
        due=min(_dates(summary), default=None),
        review_required=review["required"],
        review_reasons=tuple(review["reasons"]),
        state=state_of(newest.reviews),
        stale=newest.is_stale,
    )


def _dates(summary: Mapping[str, Any]) -> Iterator[date]:
    dues = [summary["next_action"]["due"], *(each["due"] for each in summary["deadlines"])]
    return (date.fromisoformat(due) for due in dues if due is not None)
