"""Reviewing: what an agent makes of a summary -> a review on record, redacted."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

import anyio.to_thread
import orjson

from summarizer.audit import Event, Fact, Record
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import Keeping
from summarizer.audit.newest import reviews_of
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.reviews import Decision, FinalText, ReviewRecord, told_reviews
from summarizer.casework.summary import run_of
from summarizer.redact.redactor import Redactor
from summarizer.redact.written import redact_written

__all__ = ["Reviewed", "review"]

_FACT: Final = "key_facts."


class Reviewed(NamedTuple):
    """A review that is on record."""

    review: ReviewRecord
    is_new: bool
    """Whether it was recorded now; the same review by the same person is one."""


async def review(
    store: SQLAuditStore,
    redactor: Redactor,
    summary_id: str,
    decision: Decision,
    *,
    reason: str | None,
    final: FinalText | None,
    actor: str,
    now: datetime,
) -> Reviewed | None:
    """Record a review; of several the newest counts.

    Args:
        store: the log.
        redactor: what takes personal data out of the agent's words before they are stored.
        summary_id: the event of the summary's outcome.
        decision: what the agent decided.
        reason: why, in their words.
        final: the texts as they left them.
        actor: who reviews.
        now: aware.

    Returns:
        None if there is no such summary any more.

    Raises:
        RedactionError: if the words could not be redacted; nothing is stored.
        AuditUnavailable: if the log cannot be read or did not take it.
    """
    found = await store.run(partial(run_of, store, summary_id))
    if found is None:
        return None
    case_id, _, events = found
    known = await store.run(partial(_known, store, case_id, events, now))
    work = partial(_redacted, redactor, reason, final, known)
    said = {"decision": decision, **await anyio.to_thread.run_sync(work)}
    content = hashlib.sha256(orjson.dumps([actor, said], option=orjson.OPT_SORT_KEYS)).hexdigest()
    newest = (await store.run(partial(_reviews, store, summary_id)))[-1:]
    is_new = not newest or (newest[0].body or {}).get("content") != content
    if is_new:
        record = await _record(store, case_id, summary_id, said, content, actor=actor, now=now)
        newest = [record]
    return Reviewed(next(told_reviews(newest)), is_new)


async def _record(
    store: SQLAuditStore,
    case_id: str,
    summary_id: str,
    said: Mapping[str, Any],
    content: str,
    *,
    actor: str,
    now: datetime,
) -> Record:
    # Under `outcome` the index of outcomes leads from a summary to its reviews.
    facts: dict[str, Fact] = {"decision": said["decision"], "outcome": summary_id}
    body = {**said, "actor": actor, "content": content}
    event = Event(
        EventIds().new(),
        "review",
        now,
        case=case_id,
        actor=actor,
        facts=facts,
        body=body,
        continues=True,
    )
    await store.append([event])
    return (await store.run(partial(store.reader.several, [event.id], bodies=True)))[0]


def _reviews(store: SQLAuditStore, summary_id: str) -> list[Record]:
    return list(reviews_of(store, [summary_id], bodies=True).get(summary_id, ()))


def _known(
    store: SQLAuditStore, case_id: str, events: list[Record], now: datetime
) -> Mapping[str, str]:
    """Return the placeholders of the run with their values, as far as these are kept."""
    ids = {event.id for event in events}
    kept = Keeping(store.keystore).kept(case_id, now)
    return next((each.placeholders for each in kept if each.event_id in ids), {})


def _redacted(
    redactor: Redactor, reason: str | None, final: FinalText | None, known: Mapping[str, str]
) -> dict[str, Any]:
    texts = dict(_texts(reason, final))
    redacted = redact_written(redactor, texts, known) if texts else {}
    summary = None if final is None else final.model_dump(mode="json")
    for name, text in redacted.items():
        if summary is not None and name.startswith(_FACT):
            summary["key_facts"][int(name.removeprefix(_FACT))] = text
        elif summary is not None and name != "reason":
            summary[name] = text
    return {"reason": redacted.get("reason"), "summary": summary}


def _texts(reason: str | None, final: FinalText | None) -> Iterator[tuple[str, str]]:
    if reason is not None:
        yield "reason", reason
    if final is None:
        return
    for name in ("headline", "narrative", "next_action"):
        text = getattr(final, name)
        if text is not None:
            yield name, text
    for number, fact in enumerate(final.key_facts or ()):
        yield f"{_FACT}{number}", fact
