"""Stores and logs for the audit tests, each on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest

from summarizer.audit.store import SQLAuditStore
from tests.audit.logs import Log, fill
from tests.audit.postgres import Server, server


class Filled(NamedTuple):
    """A closed log that tests work on copies of, and the server it is on."""

    log: Log
    server: Server | None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for the session."""
    with server() as running:
        yield running


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest) -> Server | None:
    """The server, or None for SQLite."""
    found: Any = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return found if isinstance(found, Server) else None


@pytest.fixture
def empty(on: Server | None, tmp_path: Path) -> Iterator[Log]:
    """Where a log will be; nothing is there yet."""
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'audit.db'}" if on is None else on.migrated()
    yield Log(url, data)
    if on is not None:
        on.drop(url)


@pytest.fixture
async def store(empty: Log) -> AsyncIterator[SQLAuditStore]:
    """Open a fresh store."""
    async with empty.opened() as opened:
        yield opened


@pytest.fixture(scope="session")
def filled(on: Server | None, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """A closed log with two checkpoints; tests work on copies."""
    data = tmp_path_factory.mktemp("filled") / "data"
    url = f"sqlite:///{data / 'audit.db'}" if on is None else on.migrated()
    return Filled(anyio.run(fill, Log(url, data)), on)


@pytest.fixture
def log(filled: Filled, tmp_path: Path) -> Iterator[Log]:
    """A copy of the filled log, to be tampered with."""
    folder = tmp_path / "copy"
    url = (
        f"sqlite:///{folder / 'audit.db'}"
        if filled.server is None
        else filled.server.create(filled.log.url)
    )
    yield filled.log.copied(folder, url)
    if filled.server is not None:
        filled.server.drop(url)
