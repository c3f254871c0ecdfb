"""Stores and logs for the audit tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from summarizer.audit.store import SQLAuditStore
from tests.audit.logs import Log, fill, open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SQLAuditStore]:
    """Open a fresh store in a folder that does not exist yet."""
    opened = await open_store(tmp_path / "data")
    yield opened
    await opened.aclose()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """A closed log of 50 records; tests work on copies."""
    return anyio.run(fill, tmp_path_factory.mktemp("filled") / "data", 50)


@pytest.fixture
def log(filled: Log, tmp_path: Path) -> Log:
    """A copy of the filled log, to be tampered with."""
    return filled.copy(tmp_path / "copy")
