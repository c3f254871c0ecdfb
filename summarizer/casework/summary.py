"""Summary: the id of an outcome -> the Outcome as stored, the redacted case and its reviews."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from summarizer.audit import Record
from summarizer.audit.newest import around, reviews_of
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.reviews import ReviewRecord, State, state_of, told_reviews
from summarizer.casework.thread import Thread, thread_of
from summarizer.models import Outcome
from summarizer.models.base import PublicModel

__all__ = ["HeldBack", "SummaryRecord", "read_summary", "run_of"]

_BESIDE: Final = frozenset({"messages", "restored", "events"})
"""What the event of an outcome says beside the Outcome."""


class HeldBack(PublicModel):
    """One value that was held back: where it stood, what stands for it, and why; not the value."""

    where: str
    """The path of the text in the ticket."""
    start: int
    """In code points of the text as received; `end` is exclusive."""
    end: int
    entity: str
    score: float
    recognizer: str
    placeholder: str
    same_person: str = ""
    """Of a person's short or other form: the rule by which it has the token of a fuller one."""


class SummaryRecord(PublicModel):
    """All that is on record of one summary; every text is redacted."""

    id: str
    """Of the event of its outcome."""
    case_id: str
    at: datetime
    state: State
    stale: bool
    """Whether the case was received again since."""
    superseded: bool
    """Whether the case has a newer summary."""
    outcome: Outcome
    """As it was returned, but messages have the names `m1`, `m2` …, and no value was restored."""
    thread: Thread | None
    """Null if it cannot be read back from what was sent: a long history was shortened."""
    held_back: tuple[HeldBack, ...]
    reviews: tuple[ReviewRecord, ...]
    """Oldest first; the last one counts."""


async def read_summary(store: SQLAuditStore, summary_id: str) -> SummaryRecord | None:
    """Return one summary.

    Returns:
        None if there is no summary of this id, its case was erased, or what it said was pruned.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    return await store.run(partial(_read, store, summary_id))


def run_of(store: SQLAuditStore, summary_id: str) -> tuple[str, Record, list[Record]] | None:
    """Return the case id, the outcome and the events of the run of a summary; on a worker thread.

    Returns:
        None as `read_summary` does.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    record = store.reader.get(summary_id)
    if record is None or record.kind != "outcome" or record.case is None or record.body is None:
        return None
    case_id = store.keystore.names([record.case]).get(record.case)
    if case_id is None or record.body.get("status") != "summarized":
        return None
    ids = [str(each) for each in record.body.get("events", ())]
    return case_id, record, store.reader.several(ids, bodies=True)


def _read(store: SQLAuditStore, summary_id: str) -> SummaryRecord | None:
    found = run_of(store, summary_id)
    if found is None:
        return None
    case_id, record, events = found
    after = around(store, summary_id)
    reviews = reviews_of(store, [summary_id], bodies=True).get(summary_id, ())
    redacted = [each.body for each in events if each.kind == "redacted" and each.body]
    return SummaryRecord(
        id=record.id,
        case_id=case_id,
        at=record.at,
        state=state_of(reviews),
        stale=after.is_stale,
        superseded=after.is_superseded,
        outcome=_outcome(case_id, record, events),
        thread=thread_of([each for each in events if each.kind == "prompt"]),
        held_back=tuple(
            HeldBack.model_validate(span) for body in redacted for span in body["spans"]
        ),
        reviews=tuple(told_reviews(reviews)),
    )


def _outcome(case_id: str, record: Record, events: list[Record]) -> Outcome:
    body: Mapping[str, Any] = record.body or {}
    return Outcome.model_validate({
        **{name: value for name, value in body.items() if name not in _BESIDE},
        "case_id": case_id,
        "audit": {"event_ids": [*(each.id for each in events), record.id], "seq": record.seq},
    })
