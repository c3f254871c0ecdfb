"""Events: records of the log -> what is shown of them, a case as a timeline, who looked."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import orjson

from summarizer.audit import Event, Filter, Record
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore
from summarizer.models.base import PublicModel

__all__ = [
    "MOST",
    "Exchanged",
    "Timeline",
    "exchanged",
    "head",
    "record_reading",
    "shown",
    "timeline",
]

MOST: Final = 500
"""Events of one page at most."""


class Exchanged(PublicModel):
    """A message of a request, as it was sent."""

    role: str
    content: str


class Timeline(PublicModel):
    """Some of what happened to a case, oldest first."""

    case_id: str
    events: tuple[dict[str, Any], ...]
    """As `shown` gives them."""
    next: str | None
    """The cursor of the next page; null at the end."""


async def timeline(
    store: SQLAuditStore, case_id: str, *, after: str | None = None, limit: int = 100
) -> Timeline | None:
    """Return what happened to a case, in its order.

    Returns:
        None if nothing is recorded of it, or it was erased.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    wanted = Filter(case=case_id)
    if await store.run(partial(store.keystore.known, case_id)) is None:
        return None
    page = await store.page(wanted, after=after, limit=limit, newest_first=False, bodies=True)
    return Timeline(case_id=case_id, events=tuple(map(shown, page.records)), next=page.next)


def shown(record: Record) -> dict[str, Any]:
    """Return all of a record: `head`, whether it can be read, what it says.

    Of a request there is `messages` beside the exact bytes in `body`, for people to read.
    """
    value = {**head(record), "state": record.state, "body": record.body}
    if record.kind == "prompt" and record.body is not None:
        value["messages"] = [each.model_dump() for each in exchanged(record.body)]
    return value


def head(record: Record) -> dict[str, Any]:
    """Return what a record says in clear."""
    return {
        "seq": record.seq,
        "id": record.id,
        "kind": record.kind,
        "at": record.at.isoformat(),
        "case": record.case,
        "n": record.n,
        "actor": record.actor,
        "facts": dict(record.facts),
        "hash": record.hash,
    }


def exchanged(body: Mapping[str, Any]) -> Iterator[Exchanged]:
    """Yield the messages of the exact bytes that an event holds, if they are a chat's."""
    try:
        exact = orjson.loads(body.get("body") or "null")
    except orjson.JSONDecodeError:
        return
    if not isinstance(exact, dict):
        return
    if "system" in exact:
        yield Exchanged(role="system", content=_words(exact["system"]))
    messages = exact.get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, dict):
            role = str(message.get("role"))
            yield Exchanged(role=role, content=_words(message.get("content")))


async def record_reading(
    store: SQLAuditStore,
    action: str,
    what: Mapping[str, Any],
    case: str | None = None,
    *,
    actor: str,
    now: datetime,
) -> str:
    """Record who read what before it is shown; without the record nothing is shown.

    Returns:
        The id of the event.

    Args:
        store: the log.
        action: a word: `list`, `show`, `case` …
        what: what was read: ids, counts, filters; no content.
        case: the case tool's own id, of a case that is known: a record makes a key.
        actor: who reads.
        now: aware.

    Raises:
        AuditUnavailable: if it is not on record.
    """
    event = Event(
        id=EventIds().new(),
        kind="audit_read",
        at=now,
        case=case,
        actor=actor,
        facts={"action": action},
        body={"action": f"audit {action}", "reader": actor, **what},
        continues=case is not None,
    )
    await store.append([event])
    return event.id


def _words(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content)
