"""What an operator does after a restore, and with the keys; on both databases."""

from datetime import UTC, datetime

import pytest

from summarizer.audit import Filter
from summarizer.audit.ids import EventIds
from summarizer.audit.operations import begin_incarnation, rotate_keys
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable
from tests.audit.logs import FIRST, SIZE, Log, event, events

NOW = datetime(2026, 6, 1, tzinfo=UTC)

pytestmark = pytest.mark.anyio


def roll_back(log: Log, size: int) -> None:
    """Leave the first events, as a restored backup would."""
    with log.tampering() as tamper:
        later = [tamper.id_of(seq) for seq in range(size, SIZE)]
        tamper("DELETE FROM audit_leaf WHERE seq >= :size", size=size)
        tamper("DELETE FROM audit_node WHERE (idx + 1) * 256 > :size", size=size)
        tamper("DELETE FROM audit_checkpoint WHERE size > :size", size=size)
        tamper("UPDATE audit_sequencer SET next_seq = :size", size=size)
        for event_id in later:
            tamper("DELETE FROM audit_entry WHERE event_id = :id", id=event_id)
            tamper("DELETE FROM audit_body WHERE event_id = :id", id=event_id)
        tamper("DELETE FROM audit_case_head")
        tamper(
            "INSERT INTO audit_case_head SELECT case_tag, case_n, leaf FROM audit_entry AS e"
            " WHERE case_tag IS NOT NULL AND case_n = (SELECT MAX(case_n) FROM audit_entry AS o"
            " WHERE o.case_tag = e.case_tag)"
        )


async def test_after_a_rollback_nothing_is_signed_until_a_new_incarnation(log: Log) -> None:
    before = log.published()[-1]
    roll_back(log, 200)
    async with log.opened() as store:
        with pytest.raises(AuditUnavailable, match="audit incarnation"):
            await store.publish()
        begun = await begin_incarnation(store, reason="restored", actor="os:dba", now=NOW)
        again = await store.publish()
        ids = EventIds()
        await store.append([event(ids, number, "T-9") for number in range(3)])
        await store.number()
        later = await store.publish()
        verification = await store.verify()
        record = await store.get(begun.event_id)

    assert begun.number == 1
    assert begun.published.checkpoint.origin.endswith("/1")
    assert again == begun.published
    assert later is not None
    assert later.checkpoint.size == 204
    assert verification.ok
    assert record is not None
    assert record.facts == {"incarnation": 1, "size": 200}
    assert record.body == {"reason": "restored", "actor": "os:dba", "last_published": before}


async def test_what_was_published_before_shows_that_events_are_gone(log: Log) -> None:
    before = log.published()[-1]
    roll_back(log, 200)
    async with log.opened() as store:
        await begin_incarnation(store, reason="restored", actor="os:dba", now=NOW)
        cut = await store.verify(published=[before])
        ids = EventIds()
        await store.append([event(ids, number, "T-9") for number in range(SIZE)])
        await store.number()
        rewritten = await store.verify(published=[before])

    assert {finding.kind for finding in cut.findings} == {"rolled_back"}
    assert {finding.kind for finding in rewritten.findings} == {"forked"}
    assert [finding.seq for finding in rewritten.findings] == [SIZE - 1]


async def test_what_was_published_of_the_part_that_is_left_still_agrees(log: Log) -> None:
    first = log.published()[0]
    roll_back(log, FIRST)
    async with log.opened() as store:
        await begin_incarnation(store, reason="restored", actor="os:dba", now=NOW)
        verification = await store.verify(published=[first])

    assert verification.ok


async def test_rotation_is_recorded(store: SQLAuditStore) -> None:
    await store.append(events(8))
    done = await rotate_keys(store, actor="os:cron", now=NOW)
    [record] = [record async for record in store.read(Filter(kind="keys_rotated"))]

    assert (done.epoch, done.keys) == (2, 4)
    assert record.facts == {"epoch": 2, "keys": 4}
    assert record.id == done.event_id
