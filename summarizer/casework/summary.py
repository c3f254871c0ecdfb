"""Summary: the id of an outcome -> the Outcome as stored, the redacted case and its reviews."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from summarizer.audit import Record
from summarizer.audit.newest import around, reviews_of
from summarizer.audit.restoring import restore
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.reviews import FinalText, ReviewRecord, State, state_of, told_reviews
from summarizer.casework.thread import Thread, thread_of
from summarizer.errors import UnknownCase
from summarizer.models import Outcome, Summary
from summarizer.models.base import PublicModel

__all__ = ["HeldBack", "Restored", "SummaryRecord", "read_summary", "restore_summary", "run_of"]

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


class Restored(PublicModel):
    """A summary and its case with the values that were held back. Nothing of it is stored."""

    id: str
    case_id: str
    summary: Summary
    thread: Thread | None
    final: FinalText | None
    """The texts as the newest review left them; null if it left them as they were."""


async def read_summary(store: SQLAuditStore, summary_id: str) -> SummaryRecord | None:
    """Return one summary.

    Returns:
        None if there is no summary of this id, its case was erased, or what it said was pruned.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    return await store.run(partial(_read, store, summary_id))


async def restore_summary(
    store: SQLAuditStore, summary_id: str, *, actor: str, now: datetime
) -> Restored | None:
    """Return a summary with the values that were held back; that they were seen is recorded.

    Returns:
        None as `read_summary` does.

    Raises:
        UnknownCase: if nothing is kept to restore from: it expired, or policy keeps none.
        AuditUnavailable: if it cannot be read, or is not on record; then nothing is shown.
    """
    found = await store.run(partial(run_of, store, summary_id))
    told = await read_summary(store, summary_id)
    if found is None or told is None:
        return None
    redacted = [event.id for event in found[2] if event.kind == "redacted"]
    if not redacted:
        msg = "the record does not say which run of the case this summary is of"
        raise UnknownCase(msg)
    content = {
        "summary": _plain(told.outcome.summary),
        "thread": _plain(told.thread),
        "final": _plain(told.reviews[-1].summary if told.reviews else None),
    }
    # Each run of a case numbers its placeholders anew.
    shown = await restore(store, told.case_id, content, actor=actor, now=now, event_id=redacted[0])
    return Restored.model_validate({"id": told.id, "case_id": told.case_id, **shown})


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


def _plain(value: PublicModel | None) -> dict[str, Any] | None:
    return None if value is None else value.model_dump(mode="json")


def _outcome(case_id: str, record: Record, events: list[Record]) -> Outcome:
    body: Mapping[str, Any] = record.body or {}
    return Outcome.model_validate({
        **{name: value for name, value in body.items() if name not in _BESIDE},
        "case_id": case_id,
        "audit": {"event_ids": [*(each.id for each in events), record.id], "seq": record.seq},
    })
