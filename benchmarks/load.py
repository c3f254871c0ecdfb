"""The endpoint under load, against a bare FastAPI endpoint that only redacts.

Run it by itself: `python -m benchmarks.load [--seconds S] [--memory MINUTES]`. Real HTTP to a
process of its own; the model is scripted and takes a fixed time, and so does the bare endpoint
after it has redacted, so that both are under the same demand. Clients ask one after the other
without pause, each time a case of its own. Afterwards the log is counted: one run on record for
each answer, and none besides.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import mean, quantiles
from typing import Any, NamedTuple

import httpx

from benchmarks.texts import tickets
from summarizer.audit.store import SQLAuditStore

__all__ = ["main"]

_CLIENTS = (1, 8, 64, 256)
_MODEL_SECONDS = 0.5
_SECONDS = 8.0
_MEMORY_MINUTES = 0.5
_CONNECT = httpx.Timeout(120)
_BODIES = [ticket.model_dump(mode="json") for ticket in tickets(200, seed=7, sentences=2)]


class _Served(NamedTuple):
    process: subprocess.Popen[str]
    address: str
    headers: dict[str, str]

    def cpu_seconds(self) -> float:
        """Return the CPU time that the service has had, which other work disturbs less."""
        fields = [
            (process / "stat").read_text().rpartition(")")[2].split()
            for process in self._processes()
        ]
        ticks = sum(int(each[11]) + int(each[12]) for each in fields)
        return ticks / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Return the resident memory of the service."""
        statuses = [(process / "status").read_text() for process in self._processes()]
        lines = [
            line for each in statuses for line in each.splitlines() if line.startswith("VmRSS")
        ]
        return sum(int(line.split()[1]) for line in lines) / 1024

    def _processes(self) -> list[Path]:
        """Return the folders of the process and of those it began."""
        first = Path(f"/proc/{self.process.pid}")
        began = [pid for each in first.glob("task/*/children") for pid in each.read_text().split()]
        return [first, *(first.parent / pid for pid in began)]


class _Run(NamedTuple):
    """What so many clients met."""

    seconds: float
    cpu_seconds: float
    milliseconds: list[float]
    event_ids: list[list[str]]
    statuses: Counter[int]

    def figures(self) -> dict[str, float]:
        cuts = quantiles(self.milliseconds, n=100, method="inclusive")
        return {
            "a_second": len(self.milliseconds) / self.seconds,
            "cpu_ms": 1000 * self.cpu_seconds / len(self.milliseconds),
            "p50": cuts[49],
            "p95": cuts[94],
            "p99": cuts[98],
        }


@contextmanager
def _served(kind: str, folder: Path) -> Iterator[_Served]:
    command = [sys.executable, "-m", "benchmarks.served", kind, str(folder), str(_MODEL_SECONDS)]
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # The log; a pipe that nobody reads would fill and stop the service.
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        headers = {"Authorization": f"Bearer {told['key']}"} if told["key"] else {}
        try:
            yield _Served(process, told["address"], headers)
        finally:
            process.stdin.close()
            process.wait(120)


async def _ask(served: _Served, clients: int, seconds: float, numbers: Iterator[int]) -> _Run:
    """Have so many clients ask without pause for so long."""
    run = _Run(0.0, 0.0, [], [], Counter())
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(
        base_url=served.address, headers=served.headers, timeout=_CONNECT, limits=limits
    ) as client:
        started, cpu = time.perf_counter(), served.cpu_seconds()

        async def one() -> None:
            while time.perf_counter() < started + seconds:
                number = next(numbers)
                body = {**_BODIES[number % len(_BODIES)], "id": f"T-{number}"}
                asked = time.perf_counter()
                response = await client.post("/v1/summaries", json=body)
                run.milliseconds.append(1000 * (time.perf_counter() - asked))
                run.statuses[response.status_code] += 1
                content = response.json()
                if response.status_code == httpx.codes.OK and isinstance(content, dict):
                    run.event_ids.append(content["audit"]["event_ids"])

        await asyncio.gather(*(one() for _ in range(clients)))
    return run._replace(
        seconds=time.perf_counter() - started, cpu_seconds=served.cpu_seconds() - cpu
    )


async def _memory(served: _Served, minutes: float, numbers: Iterator[int]) -> tuple[Any, _Run]:
    """Compare the memory of the first and the last third of a longer run."""
    sizes: list[float] = []

    async def watch() -> None:
        while True:
            sizes.append(served.megabytes())
            await asyncio.sleep(minutes * 60 / 60)

    watching = asyncio.create_task(watch())
    run = await _ask(served, 8, minutes * 60, numbers)
    watching.cancel()
    third = len(sizes) // 3
    first, last = mean(sizes[:third]), mean(sizes[-third:])
    return {
        "minutes": minutes,
        "requests": len(run.milliseconds),
        "megabytes_first_third": round(first, 1),
        "megabytes_last_third": round(last, 1),
        "ratio": round(last / first, 3),
    }, run


async def _counted(folder: Path, runs: list[_Run]) -> dict[str, Any]:
    """Count what is on record of what was answered."""
    store = await SQLAuditStore.create(f"sqlite:///{folder / 'audit.db'}", data_dir=folder)
    try:
        records = [record async for record in store.read()]
        verification = await store.verify()
    finally:
        await store.aclose()
    answered = [ids for run in runs for ids in run.event_ids]
    told = Counter(event_id for ids in answered for event_id in ids)
    on_record = Counter(record.id for record in records if record.case is not None)
    outcomes = sum(record.kind == "outcome" for record in records)
    return {
        "answers": len(answered),
        "other_statuses": sum(n for run in runs for code, n in run.statuses.items() if code != 200),
        "outcomes_on_record": outcomes,
        "lost": sum((told - on_record).values()),
        "duplicated_or_unasked": sum((on_record - told).values()),
        "verified": verification.ok,
    }


async def load(seconds: float, minutes: float) -> dict[str, Any]:
    """Measure ours and the bare endpoint, one after the other for each number of clients."""
    by_clients: dict[str, Any] = {}
    runs: list[_Run] = []
    numbers = count()
    with (
        tempfile.TemporaryDirectory() as ours_folder,
        tempfile.TemporaryDirectory() as bare_folder,
    ):
        folder = Path(ours_folder)
        with _served("ours", folder) as ours, _served("bare", Path(bare_folder)) as bare:
            await _ask(bare, 4, 3, numbers)
            runs.append(await _ask(ours, 4, 3, numbers))
            for clients in _CLIENTS:
                print(f"load: {clients} clients", file=sys.stderr)
                theirs = (await _ask(bare, clients, seconds, numbers)).figures()
                runs.append(await _ask(ours, clients, seconds, numbers))
                by_clients[str(clients)] = _compared(runs[-1].figures(), theirs)
            print(f"load: memory, {minutes:g} minutes", file=sys.stderr)
            memory, run = await _memory(ours, minutes, numbers)
            runs.append(run)
        records = await _counted(folder, runs)
    return {
        "model_seconds": _MODEL_SECONDS,
        "clients": by_clients,
        "memory_at_8_clients": memory,
        "records": records,
    }


def _compared(ours: dict[str, float], bare: dict[str, float]) -> dict[str, float]:
    named = {f"ratio_{name}": round(ours[name] / bare[name], 2) for name in ours}
    added = {
        f"added_ms_{name}": round(ours[name] - bare[name], 1) for name in ("p50", "p95", "p99")
    }
    return {"a_second": round(ours["a_second"], 1), **named, **added}


def main(seconds: float = _SECONDS, minutes: float = _MEMORY_MINUTES) -> dict[str, Any]:
    """Run everything in this module."""
    return asyncio.run(load(seconds, minutes))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    parser.add_argument("--memory", type=float, default=_MEMORY_MINUTES, metavar="MINUTES")
    given = parser.parse_args()
    print(json.dumps(main(given.seconds, given.memory), indent=2))
