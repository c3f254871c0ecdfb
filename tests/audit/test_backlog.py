"""How far checkpoints lag behind the log, and for how long."""

import pytest

from summarizer.audit import LogFigures
from summarizer.audit.backlog import Backlog
from summarizer.audit.store import SQLAuditStore
from tests.audit.logs import Log, events

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_log_that_is_published_whole_waits_for_nothing(store: SQLAuditStore) -> None:
    assert await store.figures() == LogFigures(0, 0, 0.0)

    await store.append(events(5))
    await store.number()
    await store.publish()

    assert (await store.figures()).events == 5
    assert (await store.figures()).published == 5


async def test_what_this_process_appended_waits_from_then_on(store: SQLAuditStore) -> None:
    store._publishing.close()
    clock, due = Clock(), [900.0]
    backlog = Backlog(store.database, due_since=lambda: due[0], clock=clock)
    await store.append(events(3))

    assert backlog.figures() == LogFigures(3, 0, 100.0)


async def test_what_another_process_left_waits_from_when_it_was_seen(store: SQLAuditStore) -> None:
    store._publishing.close()
    clock = Clock()
    backlog = Backlog(store.database, due_since=lambda: None, clock=clock)
    await store.append(events(3))

    first = backlog.figures()
    clock.now += 30
    later = backlog.figures()
    await store.number()
    await store.publish()
    clock.now += 30

    assert first == LogFigures(3, 0, 0.0)
    assert later == LogFigures(3, 0, 30.0)
    assert backlog.figures() == LogFigures(3, 3, 0.0)


async def test_a_log_that_never_rests_but_is_published_does_not_age(store: SQLAuditStore) -> None:
    store._publishing.close()
    clock = Clock()
    backlog = Backlog(store.database, due_since=lambda: None, clock=clock)
    waits = []
    for _ in range(4):
        await store.append(events(2))
        await store.number()
        await store.publish()
        await store.append(events(1))
        waits.append(backlog.figures().waiting_seconds)
        clock.now += 30

    assert waits == [0.0] * 4


async def test_a_store_knows_since_when_a_checkpoint_is_due(empty: Log) -> None:
    """The first poke finds the loop at rest; what follows waits an hour."""
    async with empty.opened(checkpoint_seconds=3600.0) as store:
        await store.append(events(1))
        await store.number()
        await store.publish()
        await store.append(events(1))
        await store.number()
        first = (await store.figures()).waiting_seconds
        second = (await store.figures()).waiting_seconds

    assert 0 < first < second
