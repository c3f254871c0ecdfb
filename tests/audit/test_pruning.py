"""The end of retention; on both databases."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from summarizer.audit import Filter, Record
from summarizer.audit.erasure import place_hold, release_hold
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import Keeping
from summarizer.audit.pruning import prune
from summarizer.audit.store import SQLAuditStore
from summarizer.audit.tree import check_inclusion
from summarizer.policy.sections import RetentionRules
from tests.audit.logs import Log, event, events

OLD = datetime(2026, 3, 2, tzinfo=UTC)
NOW = datetime(2027, 4, 1, tzinfo=UTC)

pytestmark = pytest.mark.anyio


async def records(store: SQLAuditStore, wanted: Filter | None = None) -> list[Record]:
    return [record async for record in store.read(wanted, bodies=True)]


async def pruned(store: SQLAuditStore, now: datetime = NOW) -> dict[str, int]:
    return {one.retention: one.bodies for one in await prune(store, now, actor="os:cron")}


async def test_what_was_kept_long_enough_goes_and_everything_still_verifies(
    store: SQLAuditStore,
) -> None:
    old = events(600, at=OLD)
    await store.append(old)
    await store.append(events(8, at=NOW))
    await store.number()
    before = await store.publish()
    removed = await pruned(store)
    states = Counter(record.state for record in await records(store))
    [event_id] = [record.id for record in await records(store, Filter(kind="pruned"))]
    await store.number()
    verification = await store.verify()
    proof = await store.prove(old[0].id)

    assert removed["standard"] == 600
    assert states == {"pruned": 600, "readable": 9}
    assert verification.ok
    assert proof is not None
    assert before is not None
    assert check_inclusion(proof.leaf, proof.seq, proof.size, proof.path, before.checkpoint.root)
    assert event_id


async def test_a_removed_body_is_in_no_file_of_sqlite(tmp_path: Path) -> None:
    log = Log(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path)
    async with log.opened() as store:
        await store.append(events(40, at=OLD))
        [(ciphertext,)] = log.rows("SELECT ciphertext FROM audit_body LIMIT 1")
        before = _files(tmp_path)
        await pruned(store)
        after = _files(tmp_path)

    assert ciphertext in before
    assert ciphertext not in after
    assert ciphertext[-100:] not in after


async def test_the_event_says_in_clear_what_it_covers(store: SQLAuditStore) -> None:
    await store.append(events(3, at=OLD))
    await pruned(store)
    [record] = await records(store, Filter(kind="pruned"))

    assert record.facts == {"retention": "standard", "before": "2026-04-01T00:00:00.000000Z"}
    assert record.body is not None
    assert record.body["months"] == 12


async def test_nothing_is_recorded_when_nothing_ended(store: SQLAuditStore) -> None:
    await store.append(events(3, at=NOW))

    assert set((await pruned(store)).values()) == {0}
    assert await records(store, Filter(kind="pruned")) == []


async def test_a_dry_run_counts_and_removes_nothing(store: SQLAuditStore) -> None:
    await store.append(events(6, at=OLD))
    await place_hold(store, "T-1001", reason="x", actor="os:counsel", now=NOW)
    [standard, *_] = await prune(store, NOW, actor="os:cron", dry_run=True)

    assert (standard.bodies, standard.on_hold, standard.event_id) == (4, 2, None)
    assert {record.state for record in await records(store)} == {"readable"}


async def test_a_case_on_hold_is_spared_until_it_is_released(store: SQLAuditStore) -> None:
    await store.append(events(8, at=OLD))
    await place_hold(store, "T-1001", reason="x", actor="os:counsel", now=NOW)
    await pruned(store)
    spared = {record.state for record in await records(store, Filter(case="T-1001"))}
    verified = (await store.verify()).ok
    await release_hold(store, "T-1001", reason="x", actor="os:counsel", now=NOW)
    again = await pruned(store)

    assert spared == {"readable"}
    assert verified
    assert again["standard"] == 2
    assert (await store.verify()).ok


async def test_each_class_ends_at_its_own_time(empty: Log) -> None:
    for retention in ("standard", "finra"):
        async with empty.opened(retention=retention) as store:
            await store.append([event(EventIds(), 0, "T-1", at=OLD)])
    async with empty.opened() as store:
        first = await pruned(store)
        last = await pruned(store, datetime(2032, 3, 3, tzinfo=UTC))

    assert (first["standard"], first["finra"]) == (1, 0)
    assert last["finra"] == 1


async def test_an_interrupted_run_is_finished_by_the_next(store: SQLAuditStore) -> None:
    await store.append(events(6, at=OLD))
    await pruned(store, NOW)
    await store.append(more := events(2, at=OLD))
    with store.database.writing() as connection:
        removed = _remove_body(connection.dialect.name, more[0].id)
        connection.execute(text(removed[0]), removed[1])
    again = await pruned(store)

    assert again["standard"] == 1
    assert (await store.verify()).ok


async def test_no_body_goes_without_an_event_that_covers_it(store: SQLAuditStore) -> None:
    await store.append([old := event(EventIds(), 0, "T-1", at=OLD)])
    statement, values = _remove_body(store.database.dialect, old.id)

    with (
        pytest.raises(IntegrityError),
        store.database.writer.begin() as connection,
    ):
        connection.execute(text(statement), values)


async def test_what_was_received_goes_when_its_days_are_over(store: SQLAuditStore) -> None:
    keeping = Keeping(store.keystore)
    for case, days in (("T-1", 31), ("T-2", 29)):
        keeping.keep(
            case, EventIds().new(), received=b"{}", placeholders={}, values=[],
            rules=RetentionRules(), now=NOW - timedelta(days=days),
        )  # fmt: skip
    await pruned(store)
    with store.keystore.database.reading() as connection:
        left = connection.execute(text("SELECT COUNT(*) FROM key_vault")).scalar_one()

    assert left == 1


def _remove_body(dialect: str, event_id: str) -> tuple[str, dict[str, object]]:
    if dialect == "postgresql":
        return "SELECT audit_drop_pruned(:ids)", {"ids": [event_id]}
    return "DELETE FROM audit_body WHERE event_id = :id", {"id": event_id}


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if "audit.db" in path.name)


async def test_what_explains_the_log_outlives_the_retention_of_its_class(
    store: SQLAuditStore,
) -> None:
    kinds = ("erased", "in_force", "incarnation", "pruned")
    ids = EventIds()
    await store.append([event(ids, 1, None, kind=kind, at=OLD) for kind in kinds])
    removed = await pruned(store)

    assert removed["standard"] == 0
    assert {record.state for record in await records(store)} == {"readable"}
