"""The store behind the protocol, on both databases."""

import asyncio
import stat
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from summarizer.audit import Event, Filter, Record
from summarizer.audit.database import Database
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable
from tests.audit.conftest import Filled
from tests.audit.logs import SIZE, START, Log, event, events

pytestmark = pytest.mark.anyio


async def read(store: SQLAuditStore, wanted: Filter | None = None) -> list[Record]:
    return [record async for record in store.read(wanted)]


async def test_an_event_is_read_as_it_was_appended(store: SQLAuditStore) -> None:
    one = event(EventIds(), 7, "T-1001")
    await store.append([one])
    await store.number()
    record = await store.get(one.id)

    assert record is not None
    assert (record.id, record.kind, record.at) == (one.id, one.kind, one.at)
    assert (record.seq, record.n, record.facts) == (0, 0, one.facts)
    assert (record.body, record.state) == (one.body, "readable")
    assert record.case not in {None, "T-1001"}
    assert record.actor not in {None, "os:agent"}


async def test_events_are_read_in_order_and_without_bodies_unless_asked(
    store: SQLAuditStore,
) -> None:
    made = events(250)
    await store.append(made)

    assert [record.id for record in await read(store)] == [one.id for one in made]
    assert {record.body for record in await read(store)} == {None}
    with_bodies = [record.body async for record in store.read(bodies=True)]
    assert with_bodies == [one.body for one in made]


async def test_what_is_not_there_is_none(store: SQLAuditStore) -> None:
    assert await store.get("019a0000-0000-7000-8000-000000000000") is None
    assert await store.append([]) == ()
    assert await read(store, Filter(case="T-9999")) == []


async def test_an_id_that_is_appended_twice_is_one_event(store: SQLAuditStore) -> None:
    made = events(3)
    await store.append(made)
    await store.number()
    again = await store.append([made[1], *events(1), made[1]])

    assert again[0] == again[2]
    assert again[0].seq == 1
    assert len(await read(store)) == 4


@pytest.mark.parametrize(
    "change", [{"body": {"text": "other"}}, {"kind": "erased"}, {"case": "T-1003"}]
)
async def test_an_id_that_stands_for_another_event_is_refused(
    store: SQLAuditStore, change: dict[str, object]
) -> None:
    made = events(2)
    await store.append(made)
    forged = replace(made[1], **change)  # type: ignore[arg-type]

    with pytest.raises(AuditUnavailable, match="recorded before with other content"):
        await store.append([*events(1), forged])
    assert len(await read(store)) == 2


async def test_one_append_is_all_or_nothing(store: SQLAuditStore) -> None:
    good = events(1)
    bad = replace(good[0], id=EventIds().new(), body={"text": float("nan")})

    with pytest.raises(AuditUnavailable, match="not JSON"):
        await store.append([*good, bad])
    assert await read(store) == []


async def test_appends_that_queue_together_fail_alone(store: SQLAuditStore) -> None:
    made = events(40)
    await store.append(made[:1])
    forged = replace(made[0], body={"text": "other"})
    results = await asyncio.gather(
        *(store.append([one]) for one in made[1:]), store.append([forged]), return_exceptions=True
    )

    assert [type(result) for result in results] == [tuple] * 39 + [AuditUnavailable]
    assert len(await read(store)) == 40


FILTERS: dict[str, tuple[Filter, object]] = {
    "case": (Filter(case="T-1001"), lambda one: one.case == "T-1001"),
    "kind": (Filter(kind="prompt"), lambda one: one.kind == "prompt"),
    "actor": (Filter(actor="os:agent"), lambda one: one.actor == "os:agent"),
    "model": (Filter(model="m-1"), lambda one: one.facts["model"] == "m-1"),
    "prompt": (Filter(prompt="p@1"), lambda one: False),
    "policy": (Filter(policy="p@1"), lambda one: False),
    "outcome": (Filter(outcome="summarized"), lambda one: False),
    "since": (
        Filter(since=START + timedelta(seconds=30)),
        lambda one: one.at >= START + timedelta(seconds=30),
    ),
    "until": (
        Filter(until=START + timedelta(seconds=30)),
        lambda one: one.at < START + timedelta(seconds=30),
    ),
    "all": (
        Filter(
            case="T-1002",
            kind="prompt",
            actor="os:agent",
            model="m-1",
            since=START,
            until=START + timedelta(seconds=50),
        ),
        lambda one: (
            (one.case, one.kind, one.actor) == ("T-1002", "prompt", "os:agent")
            and one.at < START + timedelta(seconds=50)
        ),
    ),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("order", ["newest first", "oldest first"])
async def test_pages_hold_what_a_filter_wants_and_each_once(
    store: SQLAuditStore, name: str, order: str
) -> None:
    newest_first = order == "newest first"
    wanted, holds = FILTERS[name]
    assert callable(holds)
    made = events(60)
    await store.append(made)
    expected = [one.id for one in made if holds(one)]
    found: list[str] = []
    after: str | None = None
    while True:
        page = await store.page(wanted, after=after, limit=7, newest_first=newest_first)
        assert len(page.records) <= 7
        found += [record.id for record in page.records]
        after = page.next
        if after is None:
            break

    assert found == (expected[::-1] if newest_first else expected)


async def test_a_cursor_stays_where_it_is_while_events_arrive(store: SQLAuditStore) -> None:
    ids = EventIds()
    made = events(20, ids=ids)
    await store.append(made)
    first = await store.page(Filter(), limit=5)
    await store.append(events(20, ids=ids))
    second = await store.page(Filter(), limit=5, after=first.next)

    assert [record.id for record in second.records] == [one.id for one in made[10:15][::-1]]


async def test_facts_are_found_by_their_columns(store: SQLAuditStore) -> None:
    facts = {"prompt": "case@1", "policy": "default@2", "outcome": "summarized"}
    await store.append([*events(5), *(marked := events(1, facts=facts))])

    for wanted in (
        Filter(prompt="case@1"),
        Filter(policy="default@2"),
        Filter(outcome="summarized"),
    ):
        assert [record.id for record in await read(store, wanted)] == [marked[0].id]


async def test_a_case_whose_key_was_destroyed_is_erased_and_everything_verifies(
    store: SQLAuditStore,
) -> None:
    made = events(20)
    await store.append(made)
    await store.number()
    await store.run(lambda: store.keystore.destroy("T-1001"))
    gone = await store.get(made[0].id)
    kept = await store.get(made[1].id)

    assert gone is not None
    assert kept is not None
    assert (gone.body, gone.state) == (None, "erased")
    assert (kept.body, kept.state) == (made[1].body, "readable")
    assert await read(store, Filter(case="T-1001")) == []
    assert (await store.verify()).ok


async def test_nothing_of_an_event_is_in_clear_in_any_file(empty: Log, tmp_path: Path) -> None:
    async with empty.opened() as store:
        await store.append(events(30))
        await store.number()
        await store.publish()
        tables = ["audit_entry", "audit_body", "audit_leaf", "audit_case_head"]
        # On SQLite the keys lie in a file of their own, which is read below.
        tables += ["key_case", "key_epoch"] if empty.dialect == "postgresql" else []
        values = [
            value
            for table in tables
            for row in empty.rows(f"SELECT * FROM {table}")  # noqa: S608
            for value in row
        ]
    stored = everything_in(tmp_path)
    stored += b"".join(
        value if isinstance(value, bytes) else str(value).encode() for value in values
    )

    for secret in (b"T-1001", b"this is event", b"os:agent"):
        assert secret not in stored


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_folders_and_files_are_private(empty: Log, tmp_path: Path) -> None:
    async with empty.opened() as store:
        await store.append(events(3))
    # Where checkpoints go is meant for others to read.
    private = [path for path in empty.data_dir.rglob("*") if empty.checkpoints not in path.parents]

    assert {stat.S_IMODE(path.stat().st_mode) for path in private if path.is_file()} == {0o600}
    assert stat.S_IMODE(empty.data_dir.stat().st_mode) == 0o700


async def test_several_stores_at_once_number_without_a_gap_and_keep_each_cases_order(
    empty: Log,
) -> None:
    ids = EventIds()
    async with empty.opened() as one, empty.opened() as two, empty.opened() as three:
        stores = (one, two, three)
        await asyncio.gather(
            *(
                stores[number % 3].append([event(ids, number, f"T-{number % 5}")])
                for number in range(300)
            )
        )
        await asyncio.gather(*(store.number() for store in stores))
        records = await read(one)
        verification = await two.verify()

    assert verification.findings == ()
    assert sorted(record.seq or 0 for record in records) == list(range(300))
    for case in {record.case for record in records}:
        ordered = sorted((r.n or 0, r.seq or 0) for r in records if r.case == case)
        assert [n for n, _ in ordered] == list(range(60))
        assert [seq for _, seq in ordered] == sorted(seq for _, seq in ordered)


_APPENDER = """
import asyncio, sys
from pathlib import Path
from summarizer.audit.ids import EventIds
from tests.audit.logs import Log, event

async def main():
    ids = EventIds()
    async with Log(sys.argv[1], Path(sys.argv[2])).opened() as store:
        await asyncio.gather(*(
            store.append([event(ids, number, f"T-{number % 4}")]) for number in range(100)
        ))
        await store.number()

asyncio.run(main())
"""


async def test_several_processes_at_once_share_one_log(empty: Log) -> None:
    async with empty.opened() as store:
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", _APPENDER, empty.url, str(empty.data_dir)
            )
            for _ in range(3)
        ]
        codes = [await process.wait() for process in processes]
        await store.number()
        verification = await store.verify()

    assert codes == [0, 0, 0]
    assert verification.findings == ()
    assert verification.entries == 300


async def test_a_log_that_is_opened_again_goes_on(empty: Log) -> None:
    for _ in range(2):
        async with empty.opened() as store:
            await store.append(events(10))
    async with empty.opened() as store:
        verification = await store.verify()

    assert (verification.ok, verification.entries) == (True, 20)


async def test_a_closed_store_takes_nothing(empty: Log) -> None:
    async with empty.opened() as store:
        pass

    with pytest.raises(AuditUnavailable, match="closed"):
        await store.append(events(1))
    with pytest.raises(AuditUnavailable, match="closed"):
        await store.get("x")


async def test_a_ready_store_would_take_a_record_and_keeps_none(store: SQLAuditStore) -> None:
    await store.ready()

    assert await read(store) == []


async def test_the_tables_of_a_newer_release_are_refused(empty: Log) -> None:
    async with empty.opened():
        pass
    with empty.connected() as connection:
        connection.exec_driver_sql("UPDATE log_version SET version_num = 'log9999'")

    with pytest.raises(AuditUnavailable, match="newer"):
        await SQLAuditStore.create(empty.url, data_dir=empty.data_dir)


def test_migrating_twice_changes_nothing(filled: Filled) -> None:
    database = Database(filled.log.url)
    database.migrate("log").migrate("log").dispose()

    assert len(filled.log.rows("SELECT 1 FROM audit_leaf")) == SIZE


def test_an_event_shows_nothing_of_its_case_in_a_repr() -> None:
    shown = repr(Event("x", "prompt", START, case="T-1001", actor="me", body={"text": "secret"}))

    assert not any(secret in shown for secret in ("T-1001", "me'", "secret"))


async def test_an_event_that_no_header_can_hold_fails_alone(store: SQLAuditStore) -> None:
    ids = EventIds()
    bad = [
        event(ids, 1, "T-1", facts={"model": "m" * 513}),
        event(ids, 1, "T-1", facts={"model": "m\x00"}),
        event(ids, 1, "T-1", facts={"model": "\ud800"}),
        event(ids, 1, "T-1", at=datetime(2026, 3, 2)),  # noqa: DTZ001
    ]
    good = event(ids, 2, "T-2")
    appends = (store.append([one]) for one in (*bad, good))
    results = await asyncio.gather(*appends, return_exceptions=True)

    assert [type(result) for result in results[:-1]] == [AuditUnavailable] * len(bad)
    assert [record.id for record in await read(store)] == [good.id]


async def test_a_store_that_closes_gives_up_a_verification(store: SQLAuditStore) -> None:
    """Closing waits for what runs, and a large log takes minutes."""
    await store.append(events(3))
    store._closing.set()

    with pytest.raises(AuditUnavailable, match="closed"):
        await store.verify()


async def test_a_period_holds_events_whose_ids_were_made_up_to_a_day_before_or_after(
    store: SQLAuditStore,
) -> None:
    moments = iter(START + timedelta(hours=hour) for hour in range(100))
    ids = EventIds(moments.__next__)
    strays = [timedelta(hours=hours) for hours in (-24, -7, 0, 9, 24)]
    made = [
        event(ids, number, "T-1001", at=START + timedelta(hours=number) + strays[number % 5])
        for number in range(100)
    ]
    await store.append(made)
    since, until = START + timedelta(hours=40), START + timedelta(hours=60)

    found = [record.id for record in await read(store, Filter(since=since, until=until))]

    assert found == [one.id for one in made if since <= one.at < until]
    assert len(found) > 10
