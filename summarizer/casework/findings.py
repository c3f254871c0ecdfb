"""Findings: what a risk officer noticed -> an event of the case, redacted."""

from datetime import datetime
from functools import partial
from typing import Literal

import anyio.to_thread

from summarizer.audit import Event, Fact
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import UnknownCase
from summarizer.redact.redactor import Redactor
from summarizer.redact.written import redact_written

__all__ = ["Severity", "record_finding"]

Severity = Literal["low", "medium", "high"]


async def record_finding(
    store: SQLAuditStore,
    redactor: Redactor,
    case_id: str,
    text: str,
    *,
    severity: Severity,
    about: str | None,
    actor: str,
    now: datetime,
) -> str:
    """Record a finding; return its event.

    Args:
        store: the log.
        redactor: what takes personal data out of the words before they are stored.
        case_id: the case tool's own id.
        text: what was noticed.
        severity: how much it matters.
        about: the event of the case in which it was noticed.
        actor: who noticed it.
        now: aware.

    Raises:
        UnknownCase: if nothing is recorded of the case, or it has no such event.
        RedactionError: if the words could not be redacted; nothing is stored.
        AuditUnavailable: if it is not on record.
    """
    key = await store.run(partial(store.keystore.known, case_id))
    noticed_in = None if about is None else await store.get(about)
    is_elsewhere = about is not None and (
        noticed_in is None or key is None or noticed_in.case != key.tag
    )
    if key is None or is_elsewhere:
        msg = "nothing is recorded of this case, or it has no such event; check case and event"
        raise UnknownCase(msg)
    work = partial(redact_written, redactor, {"text": text}, {})
    said = (await anyio.to_thread.run_sync(work))["text"]
    facts: dict[str, Fact] = {"severity": severity}
    if about is not None:
        facts["event"] = about
    body = {"severity": severity, "text": said, "event": about, "actor": actor}
    event = Event(
        EventIds().new(),
        "finding",
        now,
        case=case_id,
        actor=actor,
        facts=facts,
        body=body,
        continues=True,
    )
    await store.append([event])
    return event.id
