"""A byte of the database file changes: either every stored value is as it was, or it is found."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarizer.audit.migrations.log_0001 import postgresql
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable
from tests.audit.logs import Log, events

EVIDENCE = postgresql.GUARDED


async def written(log: Log) -> None:
    async with log.opened() as store:
        await store.append(events(24))
        await store.publish()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """A log of a few pages, in one file."""
    data = tmp_path_factory.mktemp("small") / "data"
    log = Log(f"sqlite:///{data / 'audit.db'}", data)
    anyio.run(written, log)
    with sqlite3.connect(log.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
    connection.close()
    return log


def values(path: Path) -> Any:
    """Every stored value of the evidence, or None if it cannot be read."""
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    try:
        return [
            connection.execute(f"SELECT * FROM {table} NOT INDEXED").fetchall()  # noqa: S608
            for table in EVIDENCE
        ]
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    finally:
        connection.close()


def is_found(log: Log) -> bool:
    async def found() -> bool:
        store = await SQLAuditStore.create(
            log.url, data_dir=log.data_dir, checkpoint_seconds=3600.0, busy_seconds=0.1
        )
        try:
            return not (await store.verify()).ok
        finally:
            await store.aclose()

    try:
        return anyio.run(found)
    except AuditUnavailable:
        # It cannot be opened at all, and says so.
        return True


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_changed_byte_is_found_or_changes_nothing(
    small: Log, tmp_path: Path, data: st.DataObject
) -> None:
    before = small.path.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1), label="at")
    mask = data.draw(st.integers(1, 255), label="mask")
    folder = tmp_path / "flipped"
    shutil.rmtree(folder, ignore_errors=True)
    log = small.copied(folder, f"sqlite:///{folder / 'audit.db'}")
    log.path.write_bytes(before[:at] + bytes([before[at] ^ mask]) + before[at + 1 :])

    changed = values(log.path) != values(small.path)

    assert is_found(log) or not changed


@pytest.mark.parametrize("header", ["header", "'text'", "7"])
@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize("leaf", ["'text'", "NULL", "7", "x'00'"])
def test_values_of_no_type_that_is_ever_written_are_found_and_end_nothing(
    small: Log, tmp_path: Path, header: str, leaf: str, *, both: bool
) -> None:
    log = small.copied(tmp_path / "copy", f"sqlite:///{tmp_path / 'copy' / 'audit.db'}")
    connection = sqlite3.connect(log.path)
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in connection.execute(triggers).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for table in ("audit_entry", "audit_leaf"):
        connection.executescript(
            f"CREATE TABLE loose AS SELECT * FROM {table};"  # noqa: S608
            f"DROP TABLE {table};"
            f"ALTER TABLE loose RENAME TO {table};"
        )
    first = "WHERE event_id = (SELECT MIN(event_id) FROM audit_body)"
    connection.execute(f"UPDATE audit_entry SET header = {header}, leaf = {leaf} {first}")  # noqa: S608
    if both:
        connection.execute(f"UPDATE audit_leaf SET leaf = {leaf} {first}")  # noqa: S608
    connection.commit()
    connection.close()

    found = log.findings()
    assert {("header_changed", 0), ("leaf_changed", 0)} & set(found)
