"""Restoring: redacted texts of a case -> the texts with the values that were held back."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from summarizer.audit import Event
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import Keeping, Kept
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import UnknownCase

__all__ = ["restore"]


async def restore(
    store: SQLAuditStore,
    case_id: str,
    content: Any,
    *,
    actor: str,
    now: datetime,
    event_id: str | None = None,
) -> Any:
    """Put original values back into the texts of a case, and record that.

    Args:
        store: the log.
        case_id: the case tool's own id.
        content: a redacted text with placeholders, or JSON with such texts.
        actor: whoever has the right to see the values.
        now: aware.
        event_id: under which the run was kept whose placeholders these are; by default the
            newest. Each run of a case numbers its placeholders anew.

    Returns:
        The same, with values for placeholders.

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
    replace, tokens = _replacing(kept.placeholders)
    restored = _walked(content, replace)
    event = Event(
        id=EventIds().new(),
        kind="restored",
        at=now,
        case=case_id,
        actor=actor,
        facts={"values": len(tokens)},
        body={"actor": actor, "kept": kept.event_id, "placeholders": sorted(tokens)},
        continues=True,
    )
    await store.append([event])
    return restored


def _kept(store: SQLAuditStore, case_id: str, now: datetime, event_id: str | None) -> Kept | None:
    for kept in Keeping(store.keystore).kept(case_id, now):
        if event_id in {None, kept.event_id}:
            return kept
    return None


def _replacing(placeholders: Mapping[str, str]) -> tuple[Callable[[str], str], set[str]]:
    """Return what replaces every placeholder of a text, and the placeholders it met so far.

    In one pass, so that no value is read as a placeholder.
    """
    met: set[str] = set()
    if not placeholders:
        return str, met
    pattern = re.compile("|".join(re.escape(token) for token in placeholders))

    def value(match: re.Match[str]) -> str:
        met.add(match.group())
        return placeholders[match.group()]

    return partial(pattern.sub, value), met


def _walked(content: Any, replace: Callable[[str], str]) -> Any:
    if isinstance(content, str):
        return replace(content)
    if isinstance(content, Mapping):
        return {name: _walked(value, replace) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_walked(value, replace) for value in content]
    return content
