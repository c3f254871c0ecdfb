"""Faults: nothing acknowledged is lost, no number is missing or given twice, the log verifies."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from summarizer.audit.database import Database
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable
from tests.audit.logs import START, Log, event, events
from tests.audit.postgres import Server, server

pytestmark = pytest.mark.anyio


@contextmanager
def writer(log: Log, count: int, thread: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.audit.writer", log.url, str(log.data_dir)]
    process = subprocess.Popen(  # noqa: S603 - this interpreter and this module
        [*command, str(count), thread],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with process:
            yield process
    finally:
        process.kill()


def until_committing(process: "subprocess.Popen[str]") -> list[str]:
    """Read what was acknowledged until the process is about to commit."""
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        if line.strip() == "committing":
            return said
        said.append(line.strip())
    msg = "the writer ended early"
    raise AssertionError(msg)


async def assert_whole(log: Log, acknowledged: Sequence[str], more: int = 0) -> None:
    """All that was acknowledged is there once, numbered without a gap, and the log goes on."""
    async with log.opened() as store:
        await store.number()
        found = [record async for record in store.read()]
        ids = [record.id for record in found]
        assert set(acknowledged) <= set(ids)
        assert len(ids) == len(set(ids)) == len(acknowledged) + more
        assert sorted(record.seq for record in found if record.seq is not None) == list(
            range(len(ids))
        )
        await store.append([event(EventIds(), 1, "T-0")])
        await store.number()
        assert (await store.verify()).findings == ()


async def test_a_writer_that_is_killed_in_mid_commit_loses_nothing_acknowledged(
    empty: Log,
) -> None:
    with writer(empty, 9, "audit-write") as process:
        said = until_committing(process)
        process.kill()

    assert len(said) == 9
    await assert_whole(empty, said)


@pytest.mark.parametrize("on", ["postgresql"], indirect=True)
async def test_a_process_that_is_killed_while_it_numbers_leaves_that_to_others(
    empty: Log,
) -> None:
    with writer(empty, 9, "audit-number") as process:
        said = until_committing(process)
        process.kill()

    # The last event was committed before it was numbered.
    await assert_whole(empty, said[:9], more=1)


@pytest.mark.parametrize("on", ["postgresql"], indirect=True)
async def test_of_two_processes_that_number_at_once_one_waits(empty: Log) -> None:
    with writer(empty, 5, "audit-number") as process:
        said = until_committing(process)
        async with empty.opened() as store:
            await store.append(events(5))
            numbering = asyncio.create_task(store.number())
            await waiting_for_a_lock(empty)
            assert not numbering.done()
            assert process.stdin is not None
            process.stdin.write("\n" * 10)
            process.stdin.close()
            await numbering
        assert process.wait(30) == 0

    await assert_whole(empty, said[:5], more=6)


async def waiting_for_a_lock(log: Log) -> None:
    """Wait until somebody waits for a row that another holds."""
    query = (
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database()"
    )
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(log.rows, query):
            pass


@pytest.fixture
def own_server() -> Iterator[Server]:
    with server() as running:
        yield running


async def test_a_postgresql_that_crashes_under_load_loses_nothing_acknowledged(
    own_server: Server, tmp_path: Path
) -> None:
    log = Log(own_server.migrated(), tmp_path / "data")
    acknowledged: list[str] = []
    refused: list[str] = []
    enough = asyncio.Event()

    async def load(store: SQLAuditStore, name: int) -> None:
        ids = EventIds()
        while not refused:
            one = event(ids, name, f"T-{name}")
            try:
                await store.append([one])
            except AuditUnavailable as error:
                refused.append(str(error))
            else:
                acknowledged.append(one.id)
                if len(acknowledged) > 100:
                    enough.set()

    async with log.opened() as store:
        loads = [asyncio.create_task(load(store, name)) for name in range(8)]
        async with asyncio.timeout(60):
            await enough.wait()
        await asyncio.to_thread(own_server.crash)
        await asyncio.gather(*loads)
        await asyncio.to_thread(own_server.running.ensure_postgres_running)

    assert "postgresql" in refused[0]
    async with log.opened() as store:
        await store.number()
        ids = [record.id async for record in store.read()]
        assert set(acknowledged) <= set(ids)
        assert (await store.verify()).findings == ()
    # What was in flight may be there or not; it is there once.
    await assert_whole(log, ids)


@pytest.mark.parametrize("on", ["postgresql"], indirect=True)
async def test_connections_that_the_server_closed_while_they_rested_are_replaced(
    empty: Log,
) -> None:
    made = events(20)
    async with empty.opened() as store:
        await store.append(made[:10])
        await store.number()
        closed = empty.rows(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert len(closed) > 1
        await store.append(made[10:])

    await assert_whole(empty, [one.id for one in made])


@pytest.mark.parametrize("on", ["sqlite"], indirect=True)
async def test_a_full_disk_refuses_and_keeps_what_was_acknowledged_on_sqlite(empty: Log) -> None:
    acknowledged: list[str] = []
    async with empty.opened(max_pages=120) as store:
        with pytest.raises(AuditUnavailable, match="full; free space"):
            await append_until_refused(store, acknowledged)

    assert acknowledged
    await assert_whole(empty, acknowledged)


async def append_until_refused(store: SQLAuditStore, acknowledged: list[str]) -> None:
    ids = EventIds()
    for number in range(10_000):
        one = event(ids, number, f"T-{number % 3}", body={"text": "x" * 2_000})
        await store.append([one])
        acknowledged.append(one.id)


@pytest.mark.parametrize("on", ["postgresql"], indirect=True)
async def test_a_full_disk_refuses_and_keeps_what_was_acknowledged_on_postgresql(
    empty: Log,
) -> None:
    made = events(20)
    async with empty.opened() as store:
        await store.append(made[:10])
        with empty.connected() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"
            )
            connection.exec_driver_sql(
                "CREATE TRIGGER full_disk BEFORE INSERT ON audit_pending"
                " FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
        with pytest.raises(AuditUnavailable, match=r"out of disk.*53100"):
            await store.append(made[10:])
        assert len([record async for record in store.read()]) == 10
        with empty.connected() as connection:
            connection.exec_driver_sql("DROP TRIGGER full_disk ON audit_pending")
        await store.append(made[10:])

    await assert_whole(empty, [one.id for one in made])


async def test_a_clock_that_steps_back_leaves_order_and_numbers_as_they_are(empty: Log) -> None:
    times = [START, START + timedelta(hours=1), START - timedelta(hours=1), START]
    clock = iter(times)
    ids = EventIds(clock=lambda: next(clock))
    made = [event(ids, number, "T-1", at=at) for number, at in enumerate(times)]
    async with empty.opened() as store:
        for one in made:
            await store.append([one])
        await store.number()
        records = [record async for record in store.read()]
        verification = await store.verify()

    assert [record.id for record in records] == [one.id for one in made]
    assert [(record.seq, record.n) for record in records] == [(n, n) for n in range(4)]
    assert [record.at for record in records] == times
    assert verification.findings == ()


def test_a_fault_names_the_database_without_who_signs_in_or_a_secret() -> None:
    secrets = "ann:first@127.0.0.1:1/audit?password=second&sslpassword=third"
    database = Database(f"postgresql+psycopg://{secrets}")
    try:
        with pytest.raises(AuditUnavailable) as caught, database.reading():
            pass
    finally:
        database.dispose()

    assert caught.value.detail.startswith("postgresql+psycopg://127.0.0.1:1/audit: the server ")
    assert not [word for word in ("ann", "first", "second", "third") if word in str(caught.value)]
