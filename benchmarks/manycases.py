"""A log of very many cases: what the route writes of the sample tickets, over and over.

The events of a run are taken once through the whole route, and then repeated for other cases at
other times, with ids, keys and seals of their own, in large batches. Older cases keep what lists
and figures read; what they say beside that is left out, so that a million events fit in 2 GB.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from summarizer.audit import Event, Filter, Record
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore
from summarizer.bootstrap import open_application
from summarizer.ingest.native import parse_ticket
from summarizer.settings import Settings, bundled

__all__ = ["RARE", "case_name", "fill"]

RARE: Final = 4_000
"""Of so many cases one was rejected, and one is open."""
_DAYS: Final = 90
_WHOLE_CASES: Final = 2_000
"""The newest, whose events say all that the route has them say."""
_BATCH: Final = 400
"""Cases of a transaction."""
_OPEN: Final = 200
"""The newest cases, which nobody has reviewed."""


def case_name(number: int) -> str:
    """Return the case tool's own id of a case; numbers begin with 0."""
    return f"C-{number:07}"


async def fill(folder: Path, url: str, events: int) -> int:
    """Make a log of so many events at least, the last case now; return how many there are.

    Args:
        folder: takes the keys.
        url: of the database, which is empty.
        events: at least so many.
    """
    runs = [[_told(record) for record in run] async for run in _runs(folder / "samples")]
    count = -(-events // min(len(run) + 2 for run in runs))
    store = await SQLAuditStore.create(url, data_dir=folder, checkpoint_seconds=3_600)
    now = datetime.now(UTC)
    clock = _Clock(now)
    ids = EventIds(clock=clock)
    made = 0
    batch: list[Event] = []
    for number in range(count):
        if made >= events:
            break
        clock.now = now - timedelta(days=_DAYS) * (1 - number / count)
        is_whole = count - number <= _WHOLE_CASES
        case = _case(runs[number % len(runs)], number, clock.now, ids, is_whole=is_whole)
        reviewed = () if count - number <= _OPEN else _reviewed(case, number, clock.now, ids)
        batch += (*case, *reviewed)
        made += len(case) + len(reviewed)
        if not number % _BATCH:
            await store.append(batch)
            batch.clear()
    await store.append(batch)
    await store.publish()
    await store.aclose()
    return made


@dataclass
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


class _Told(NamedTuple):
    """An event of a run, and what it says as JSON."""

    record: Record
    body: str


def _told(record: Record) -> _Told:
    return _Told(record, json.dumps(record.body))


async def _runs(folder: Path) -> AsyncIterator[Sequence[Record]]:
    """Yield what the route records of each sample."""
    settings = Settings.load({"data_dir": folder, "model": "extractive"})
    async with open_application(settings) as application:
        for path in sorted(bundled("samples").glob("*.json")):
            ticket = parse_ticket(path.read_bytes(), application.policy.limits)
            await application.pipeline.summarize(ticket, actor="benchmark")
            wanted = Filter(case=ticket.id)
            page = await application.log.page(wanted, newest_first=False, bodies=True)
            yield page.records


def _case(
    run: Sequence[_Told], number: int, at: datetime, ids: EventIds, *, is_whole: bool
) -> list[Event]:
    """Return the events of a run as those of another case."""
    fresh = {record.id: ids.new() for record, _ in run}
    return [
        Event(
            fresh[record.id],
            record.kind,
            at,
            case=case_name(number),
            actor="benchmark",
            facts=record.facts,
            body=_renamed(body, fresh) if is_whole or record.kind == "outcome" else {},
        )
        for record, body in run
    ]


def _renamed(body: str, fresh: dict[str, str]) -> dict[str, Any]:
    """Return what an event says with the ids of its new run."""
    for old, new in fresh.items():
        body = body.replace(old, new)
    renamed: dict[str, Any] = json.loads(body)
    return renamed


def _reviewed(case: Sequence[Event], number: int, at: datetime, ids: EventIds) -> list[Event]:
    """Return what people did with a summary: read it, and decided."""
    read = Event(
        ids.new(), "audit_read", at, case=case[0].case, actor="agent", facts={"action": "show"}
    )
    if number % RARE == RARE // 2:
        return [read]
    decision = "reject" if not number % RARE else ("accept", "accept", "edit")[number % 3]
    outcome = case[-1].id
    facts = {"decision": decision, "outcome": outcome}
    review = replace(read, id=ids.new(), kind="review", facts=facts)
    return [read, replace(review, body={"decision": decision, "actor": "agent"})]
