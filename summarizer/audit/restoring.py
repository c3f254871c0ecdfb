"""Restoring: a redacted text of a case -> the text with the values that were held back."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from summarizer.audit import Event
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import Keeping, Kept
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import UnknownCase

__all__ = ["restore"]


async def restore(
    store: SQLAuditStore,
    case_id: str,
    text: str,
    *,
    actor: str,
    now: datetime,
    event_id: str | None = None,
) -> str:
    """Put original values back into a redacted text of a case, and record that.

    Args:
        store: the log.
        case_id: the case tool's own id.
        text: redacted, with placeholders.
        actor: whoever has the right to see the values.
        now: aware.
        event_id: under which the run was kept whose placeholders these are; by default the
            newest. Each run of a case numbers its placeholders anew.

    Raises:
        UnknownCase: if nothing is kept: it expired, policy keeps none, or it was erased.
        AuditUnavailable: if it could not be read or recorded; then nothing is returned.
    """
    kept = await store.run(partial(_kept, store, case_id, now, event_id))
    if kept is None:
        msg = (
            "nothing is kept of this case to restore from: it has expired, policy keeps none "
            "(retention.retain_case), or the case was erased"
        )
        raise UnknownCase(msg)
    restored, tokens = _replaced(text, kept.placeholders)
    event = Event(
        id=EventIds().new(),
        kind="restored",
        at=now,
        case=case_id,
        actor=actor,
        facts={"values": len(tokens)},
        body={"actor": actor, "kept": kept.event_id, "placeholders": tokens},
    )
    await store.append([event])
    return restored


def _kept(store: SQLAuditStore, case_id: str, now: datetime, event_id: str | None) -> Kept | None:
    for kept in Keeping(store.keystore).kept(case_id, now):
        if event_id in {None, kept.event_id}:
            return kept
    return None


def _replaced(text: str, placeholders: Mapping[str, str]) -> tuple[str, list[str]]:
    """Replace every placeholder in one pass, so that no value is read as a placeholder."""
    if not placeholders:
        return text, []
    pattern = re.compile("|".join(re.escape(token) for token in placeholders))
    tokens = sorted(set(pattern.findall(text)))
    return pattern.sub(lambda match: placeholders[match.group()], text), tokens
