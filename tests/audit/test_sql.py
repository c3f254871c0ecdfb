import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy.event import listen
from sqlmodel import SQLModel

from summarizer.audit import AuditStore, Event, Receipt, Record
from summarizer.audit.chain import Sealed
from summarizer.audit.sql import SQLAuditStore, _row
from summarizer.errors import AuditUnavailable, ConfigurationError
from tests.audit.logs import Log, an_event, attacker, forge_behind_the_last, open_store

pytestmark = pytest.mark.anyio


async def records(store: AuditStore, **filters: Any) -> list[Record]:
    return [record async for record in store.read(**filters)]


async def test_what_is_appended_is_read_back(store: SQLAuditStore) -> None:
    events = [an_event(n) for n in range(5)]
    receipts = await store.append(events[:3]) + await store.append(events[3:])

    assert receipts == tuple(Receipt(event.id, seq) for seq, event in enumerate(events))
    stored = await records(store)
    assert [record.event for record in stored] == events
    assert [record.seq for record in stored] == [0, 1, 2, 3, 4]
    assert await store.get(events[3].id) == stored[3]
    assert (await store.verify()).root == stored[-1].hash


async def test_an_unknown_id_is_none(store: SQLAuditStore) -> None:
    assert await store.get("unknown") is None


async def test_nothing_is_appended_for_nothing(store: SQLAuditStore) -> None:
    assert await store.append([]) == ()
    assert await records(store) == []


async def test_an_id_counts_once(store: SQLAuditStore) -> None:
    """A retry after a lost answer gets the same receipts and adds what is new."""
    events = [an_event(n) for n in range(3)]
    first = await store.append(events[:2])
    again = await store.append([*events, events[2], events[0]])

    assert again == (*first, Receipt(events[2].id, 2), Receipt(events[2].id, 2), first[0])
    assert len(await records(store)) == 3
    assert (await store.verify()).ok


@pytest.mark.parametrize(
    "change", [{"body": {}}, {"kind": "verdict"}, {"case": "other"}, {"at": datetime.now(UTC)}]
)
async def test_an_id_used_for_another_event_is_refused_by_name(
    store: SQLAuditStore, change: dict[str, Any]
) -> None:
    event = an_event()
    await store.append([event])

    with pytest.raises(AuditUnavailable, match=event.id):
        await store.append([an_event(1), replace(event, **change)])
    with pytest.raises(AuditUnavailable, match=event.id):
        await store.append([fresh := an_event(2), replace(fresh, id=event.id, **change)])
    assert [record.event for record in await records(store)] == [event]


@pytest.mark.parametrize(
    "change",
    [{"body": {"x": float("nan")}}, {"at": datetime(2026, 3, 2)}, {"body": {"x": b""}}],  # noqa: DTZ001 - a time without zone is a subject of the test
)
async def test_a_batch_with_a_bad_event_leaves_nothing(
    store: SQLAuditStore, change: dict[str, Any]
) -> None:
    bad = replace(an_event(), **change)

    with pytest.raises(AuditUnavailable, match=bad.id):
        await store.append([an_event(1), bad])
    assert await records(store) == []


async def test_read_filters_and_pages(store: SQLAuditStore) -> None:
    events = [an_event(n) for n in range(150)]
    await store.append(events)
    tag = f"{1:032x}"

    def seqs(found: list[Record]) -> list[int]:
        return [record.seq for record in found]

    assert seqs(await records(store)) == list(range(150))
    assert seqs(await records(store, after=147)) == [148, 149]
    assert seqs(await records(store, limit=100)) == list(range(100))
    assert seqs(await records(store, limit=0)) == []
    assert seqs(await records(store, kind="prompt", limit=2)) == [2, 7]
    assert seqs(await records(store, case=tag)) == [
        n for n, event in enumerate(events) if event.case == tag
    ]
    assert seqs(await records(store, case=tag, kind="prompt", after=7, limit=1)) == [22]


COPY = """INTO audit_record SELECT {}, kind, at, case_tag, header, body, body_sha256, hash
FROM audit_record WHERE seq = 1"""


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_record SET body = x'' WHERE seq = 1",
        "UPDATE OR REPLACE audit_record SET seq = 1 WHERE seq = 2",
        "DELETE FROM audit_record WHERE seq = 1",
        "DELETE FROM audit_record",
        "INSERT OR REPLACE " + COPY.format("seq, event_id"),
        "INSERT OR REPLACE " + COPY.format("50, event_id"),
        "INSERT OR IGNORE " + COPY.format("51, 'x'"),
        "INSERT " + COPY.format("-1, 'x'"),
        "INSERT " + COPY.format("NULL, 'x'"),
        "UPDATE audit_log SET origin = ''",
        "DELETE FROM audit_log",
        "INSERT OR REPLACE INTO audit_log VALUES (0, '')",
    ],
)
def test_the_database_itself_refuses_to_rewrite_history(log: Log, sql: str) -> None:
    """On a plain connection, without the settings of the store."""
    with (
        closing(sqlite3.connect(log.path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match=r"append-only|written once"),
    ):
        connection.execute(sql)
    assert log.verify().ok


def test_tables_are_those_the_models_describe(log: Log) -> None:
    with closing(sqlite3.connect(log.path)) as connection:
        for name in ("audit_log", "audit_record"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            assert columns == list(SQLModel.metadata.tables[name].columns.keys())


async def test_files_can_be_read_by_their_owner_alone(store: SQLAuditStore) -> None:
    await store.append([an_event()])
    made = [store.path.parent, *store.path.parent.rglob("*")]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made}

    folders = {path.name for path in made if path.is_dir()}
    assert {"audit.db", "audit.db-wal", "chain.key", "head.json"} <= set(modes)
    assert {name for name, mode in modes.items() if mode == 0o700} == folders
    assert {name for name, mode in modes.items() if mode == 0o600} == set(modes) - folders


async def test_the_log_goes_on_where_it_ended(log: Log) -> None:
    store = await open_store(log.data_dir)
    origin = store.folder.path.name
    (receipt,) = await store.append([an_event()])
    await store.aclose()

    assert receipt.seq == 50
    assert log.verify().entries == 51
    assert log.verify().ok
    assert log.head.parent.name == origin


async def test_all_who_make_the_log_at_once_share_it(tmp_path: Path) -> None:
    stores: list[SQLAuditStore] = []

    async def make() -> None:
        store = await open_store(tmp_path / "data")
        await store.append([an_event(), an_event(1)])
        stores.append(store)

    async with anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(make)
    result = await stores[0].verify()
    for store in stores:
        await store.aclose()

    assert len({store.folder.path for store in stores}) == 1
    assert (result.ok, result.entries) == (True, 12)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "audit.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "postgresql+psycopg://user:Sensitive@host/db",
    ],
)
async def test_a_url_that_names_no_sqlite_file_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="sqlite:///PATH") as caught:
        await SQLAuditStore.create(url, data_dir=tmp_path)
    assert "Sensitive" not in str(caught.value)


async def test_ready_writes_nothing_that_stays(store: SQLAuditStore) -> None:
    await store.append([an_event()])
    await store.ready()
    await store.ready()

    assert len(await records(store)) == 1
    assert (await store.verify()).ok


async def test_ready_brings_a_lost_head_up_to_date(log: Log) -> None:
    head = log.head
    before = head.read_bytes()
    head.unlink()
    store = await open_store(log.data_dir)
    await store.ready()
    await store.aclose()

    assert head.read_bytes() == before


async def test_a_closed_store_takes_nothing(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    await store.aclose()
    await store.aclose()

    with pytest.raises(AuditUnavailable, match="closed"):
        await store.append([an_event()])


@pytest.mark.parametrize(
    "change",
    [
        "header = x'00'",
        "header = 'text'",
        "header = replace(header, '2026', 'Sensitive')",
        "body = x'00'",
        "body = 5",
        "body = 1152921504606846976",
        "body = CAST('[1]' AS BLOB)",
        "hash = 'text'",
        "hash = 5",
    ],
)
async def test_a_damaged_record_is_a_fault_that_names_it(log: Log, change: str) -> None:
    with attacker(log) as connection:
        connection.execute(f"UPDATE audit_record SET {change} WHERE seq = 11")  # noqa: S608 - a constant
    store = await open_store(log.data_dir)
    with pytest.raises(AuditUnavailable, match=r"record 11 is damaged.*audit verify"):
        await records(store)
    await store.aclose()


@pytest.mark.parametrize("value", ["'text'", "x'00'", "5", "randomblob(32)"])
async def test_nothing_is_built_on_a_damaged_record(log: Log, value: str) -> None:
    with attacker(log) as connection:
        connection.execute(f"UPDATE audit_record SET hash = {value} WHERE seq = 49")  # noqa: S608 - a constant
    store = await open_store(log.data_dir)
    with pytest.raises(AuditUnavailable, match="record 49 is damaged"):
        await store.append([an_event()])
    with pytest.raises(AuditUnavailable, match="record 49 is damaged"):
        await store.ready()
    await store.aclose()


@pytest.mark.parametrize("change", ["DELETE FROM audit_log", "UPDATE audit_log SET origin = x'ff'"])
async def test_a_log_without_origin_does_not_open(log: Log, change: str) -> None:
    with attacker(log) as connection:
        connection.execute(change)

    with pytest.raises(AuditUnavailable, match="origin"):
        await open_store(log.data_dir)


async def test_a_log_without_its_chain_key_does_not_open(log: Log) -> None:
    """A new key would be the end of the chain; another data folder does not have it."""
    key = log.head.parent / "chain.key"
    key.unlink()

    with pytest.raises(AuditUnavailable, match=r"chain\.key: is missing.*--data-dir"):
        await open_store(log.data_dir)
    assert not key.exists()


async def test_nothing_is_built_on_a_record_that_was_forged_behind_the_last(log: Log) -> None:
    """Without the chain key; the guards let it pass."""
    head = log.head.read_bytes()
    forge_behind_the_last(log)
    store = await open_store(log.data_dir)
    with pytest.raises(AuditUnavailable, match="record 50 is damaged"):
        await store.append([an_event()])
    with pytest.raises(AuditUnavailable, match="record 50 is damaged"):
        await store.ready()
    await store.aclose()

    assert log.kinds() == {("leaf_changed", 50)}
    assert log.head.read_bytes() == head


async def test_appending_does_not_wait_for_a_reader(store: SQLAuditStore) -> None:
    await store.append([an_event(n) for n in range(100)])
    reader = store.read()
    assert (await anext(reader)).seq == 0
    (receipt,) = await store.append([an_event()])
    rest = [record.seq async for record in reader]

    assert receipt.seq == 100
    assert rest == list(range(1, 101))


class TestCancellation:
    """A cancelled append is durable as a whole, or not at all."""

    async def test_one_that_is_being_written_is_finished(self, tmp_path: Path) -> None:
        store = await open_store(tmp_path, busy_seconds=30)
        running, queued = ([an_event(n) for n in range(3)] for _ in range(2))
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = threading.Event()
            listen(store._writer, "begin", lambda _: began.set(), insert=True)
            async with anyio.create_task_group() as group:
                group.start_soon(store.append, running)
                group.start_soon(store.append, queued)
                while not began.is_set():
                    await anyio.lowlevel.checkpoint()
                group.cancel_scope.cancel()
            other.execute("ROLLBACK")
        written = [record.event for record in await records(store)]
        result = await store.verify()
        await store.aclose()

        assert written == running
        assert result.ok

    async def test_no_moment_of_cancellation_tears_a_batch(self, store: SQLAuditStore) -> None:
        for steps in range(0, 400, 10):
            async with anyio.create_task_group() as group:
                group.start_soon(store.append, [an_event(n, text=f"{steps}") for n in range(3)])
                for _ in range(steps):
                    await anyio.lowlevel.checkpoint()
                group.cancel_scope.cancel()
        texts = [record.event.body["text"] for record in await records(store)]

        assert {texts.count(text) for text in texts} <= {3}
        assert (await store.verify()).ok


def test_the_store_is_what_the_route_expects() -> None:
    make: Callable[..., AuditStore] = SQLAuditStore
    assert make is SQLAuditStore


def test_a_body_is_in_no_representation() -> None:
    event = Event("id", "prompt", datetime.now(UTC), None, {"text": "Sensitive Name"})
    row = _row(Sealed.of(event), 1, bytes(32), bytes(32))

    assert "Sensitive" not in f"{event!r} {Record(0, event, '')!r} {row!r} {row!s}"
