"""A real log in SQLite, and the route on fakes that writes to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from summarizer.audit.store import SQLAuditStore
from tests.audit.logs import Log


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SQLAuditStore]:
    """Open a fresh store."""
    async with Log(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path).opened() as opened:
        yield opened
