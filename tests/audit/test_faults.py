"""The store when its disk, its file or another process fails it."""

import os
import signal
import sqlite3
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import anyio
import pytest

from summarizer.audit.sql import SQLAuditStore
from summarizer.errors import AuditUnavailable
from tests.audit.logs import Log, an_event, open_store

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
SECRET = "Sensitive Name"
NOBODY = 65534


async def fails(store: SQLAuditStore, fix: str) -> None:
    """Append must fail, and say the fix and nothing of the event."""
    with pytest.raises(AuditUnavailable, match=fix) as caught:
        await store.append([an_event(n, text=SECRET * 1_000) for n in range(20)])
    shown = "".join(traceback.format_exception(caught.value))

    assert SECRET not in shown
    assert str(store.path) in caught.value.detail


async def test_a_full_database_takes_a_batch_whole_or_not(tmp_path: Path) -> None:
    store = await open_store(tmp_path, max_pages=64)
    taken = 0
    while True:
        try:
            taken += len(await store.append([an_event(n, text="." * 10_000) for n in range(3)]))
        except AuditUnavailable:
            break
    await fails(store, r"full.*SQLITE_FULL")
    with pytest.raises(AuditUnavailable, match="full"):
        await store.ready()
    assert len([record async for record in store.read()]) == taken > 0
    await store.aclose()
    store = await open_store(tmp_path)
    (receipt,) = await store.append([an_event()])
    result = await store.verify()
    await store.aclose()

    assert receipt.seq == taken
    assert (result.ok, result.entries) == (True, taken + 1)


async def test_a_locked_database_is_waited_for_and_then_refused(log: Log) -> None:
    """It opens and reads while it is locked; only what is written waits."""
    with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        store = await open_store(log.data_dir, busy_seconds=0.05)
        await fails(store, r"locked.*SQLITE_BUSY")
        with pytest.raises(AuditUnavailable, match="locked"):
            await store.ready()
        assert len([record async for record in store.read()]) == 50
        other.execute("ROLLBACK")
    (receipt,) = await store.append([an_event()])
    await store.aclose()

    assert receipt.seq == 50


async def test_a_new_database_that_is_locked_does_not_open(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "audit.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(AuditUnavailable, match=r"locked.*SQLITE_BUSY"):
            await open_store(tmp_path, busy_seconds=0.05)


@contextmanager
def as_a_user(data_dir: Path) -> Iterator[None]:
    """Become an ordinary user who owns the data folder: root may write anything."""
    if os.geteuid() != 0:
        yield
        return
    parents = [folder for folder in data_dir.parents if folder.stat().st_mode & 0o001 == 0]
    for folder in parents:
        folder.chmod(folder.stat().st_mode | 0o011)
    for path in [data_dir, *data_dir.rglob("*")]:
        if path.name != "audit.db":
            os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_a_read_only_file_opens_and_takes_nothing(log: Log) -> None:
    log.path.chmod(0o444)
    with as_a_user(log.data_dir):
        store = await open_store(log.data_dir)
        await fails(store, r"read-only.*SQLITE_READONLY")
        with pytest.raises(AuditUnavailable, match="read-only"):
            await store.ready()
        assert len([record async for record in store.read()]) == 50
        await store.aclose()
    assert log.verify().ok


async def test_a_file_that_may_not_be_read_is_not_taken_for_damaged(log: Log) -> None:
    log.path.chmod(0o000)
    with as_a_user(log.data_dir), pytest.raises(AuditUnavailable, match="SQLITE_CANTOPEN"):
        log.verify()


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "audit.db").write_text("my notes " * 500)

    with pytest.raises(AuditUnavailable, match=r"not an SQLite database.*SQLITE_NOTADB"):
        await open_store(tmp_path)
    assert (tmp_path / "audit.db").read_text() == "my notes " * 500


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(AuditUnavailable, match=r"data.*check owner"):
        await open_store(tmp_path / "data" / "deeper")


async def test_a_head_that_cannot_be_kept_fails_ready_but_no_append(log: Log) -> None:
    """The events are durable without it; the evidence against truncation is not complete."""
    head = log.head
    head.unlink()
    head.mkdir()
    store = await open_store(log.data_dir)
    (receipt,) = await store.append([an_event()])
    with pytest.raises(AuditUnavailable, match="check owner"):
        await store.ready()
    await store.aclose()

    assert receipt.seq == 50


def command(data_dir: Path, name: str, batches: int) -> list[str]:
    return [sys.executable, "-m", "tests.audit.writer", str(data_dir), name, str(batches)]


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
async def test_a_writer_stopped_in_mid_load_loses_nothing_acknowledged(
    tmp_path: Path, blow: signal.Signals
) -> None:
    acknowledged = ""
    async with await anyio.open_process(command(tmp_path, "w", 10_000), cwd=ROOT) as process:
        assert process.stdout is not None
        async for chunk in process.stdout:
            acknowledged += chunk.decode()
            if acknowledged.count("\n") >= 20 and process.returncode is None:
                process.send_signal(blow)
                break
        async for chunk in process.stdout:
            acknowledged += chunk.decode()
    store = await open_store(tmp_path)
    counts = Counter([record.event.body["text"] async for record in store.read()])
    result = await store.verify()
    await store.aclose()

    assert process.returncode == {signal.SIGKILL: -9, signal.SIGINT: 130}[blow]
    assert set(counts.values()) == {3}
    assert set(acknowledged.split("\n")[:-1]) <= set(counts)
    assert len(counts) < 10_000
    assert result.ok


async def test_two_processes_at_once_leave_no_gap_and_no_fork(tmp_path: Path) -> None:
    async with anyio.create_task_group() as group:
        for name in ("a", "b"):
            group.start_soon(anyio.run_process, command(tmp_path, name, 50))
    store = await open_store(tmp_path)
    texts = [record.event.body["text"] async for record in store.read()]
    seqs = [record.seq async for record in store.read()]
    result = await store.verify()
    await store.aclose()

    assert seqs == list(range(300))
    assert Counter(texts) == {f"{name}-{n}": 3 for name in "ab" for n in range(50)}
    assert texts[::3] == texts[1::3] == texts[2::3]
    assert result.ok
