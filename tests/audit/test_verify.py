import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from summarizer.audit.chain import Header, genesis, record_hash
from summarizer.audit.schema import GUARDS
from summarizer.audit.sql import SQLAuditStore
from summarizer.audit.verify import verify_log
from summarizer.errors import AuditUnavailable
from tests.audit.logs import (
    INSERT,
    Log,
    an_event,
    attacker,
    fill,
    forge_behind_the_last,
    open_store,
)

pytestmark = pytest.mark.anyio

HASHED = {
    "header": "header_changed",
    "body": "body_changed",
    "body_sha256": "leaf_changed",
    "hash": "leaf_changed",
}
COLUMNS = (*HASHED, "event_id", "kind", "at", "case_tag")
NO_KEY = bytes(32)
EDIT = "UPDATE audit_record SET "
Attack = Callable[[sqlite3.Connection], object]


def statements(*sql: str) -> Attack:
    return lambda connection: [connection.execute(one) for one in sql]


def edit(assignment: str, seq: int = 11) -> Attack:
    return statements(f"{EDIT}{assignment} WHERE seq = {seq}")


def hashed(connection: sqlite3.Connection, seq: int, body: bytes) -> None:
    """Replace a body together with its stored hash."""
    query = "UPDATE audit_record SET body = ?, body_sha256 = ? WHERE seq = ?"
    connection.execute(query, (body, sha256(body).digest(), seq))


def exchange(columns: str) -> Attack:
    """Exchange columns of the records 11 and 30."""

    def attack(connection: sqlite3.Connection) -> None:
        query = f"SELECT {columns} FROM audit_record WHERE seq = ?"  # noqa: S608 - a test's constant
        one, other = (connection.execute(query, (seq,)).fetchone() for seq in (11, 30))
        for seq, values in ((11, other), (30, one)):
            assignments = ", ".join(f"{name.strip()} = ?" for name in columns.split(","))
            update = f"UPDATE audit_record SET {assignments} WHERE seq = ?"  # noqa: S608 - as above
            connection.execute(update, (*values, seq))

    return attack


def consistent_header(connection: sqlite3.Connection) -> None:
    """Change a column and, to match, the header."""
    (data,) = connection.execute("SELECT header FROM audit_record WHERE seq = 11").fetchone()
    header = Header.decode(data)._replace(kind="verdict").encode()
    query = "UPDATE audit_record SET kind = 'verdict', header = ? WHERE seq = 11"
    connection.execute(query, (header,))


def forged_in_the_middle(connection: sqlite3.Connection) -> None:
    """Insert a record that is built on record 10, and move the others."""
    connection.execute("UPDATE audit_record SET seq = -seq WHERE seq > 10")
    connection.execute("UPDATE audit_record SET seq = 1 - seq WHERE seq < 0")
    row = connection.execute("SELECT * FROM audit_record WHERE seq = 10").fetchone()
    header = Header.decode(row[5])._replace(seq=11, id="forged")
    value = record_hash(NO_KEY, row[8], header.encode(), row[7])
    forged = (11, "forged", *row[2:5], header.encode(), *row[6:8], value)
    connection.execute(INSERT, forged)


def forged_at_the_end(connection: sqlite3.Connection) -> None:
    row = connection.execute("SELECT * FROM audit_record WHERE seq = 49").fetchone()
    header = Header.decode(row[5])._replace(seq=50, id="forged")
    forged = (50, "forged", *row[2:5], header.encode(), *row[6:9])
    connection.execute(INSERT, forged)


def rebuilt(connection: sqlite3.Connection, first: int = 11, key: bytes = NO_KEY) -> None:
    """Change a body and compute every later hash anew."""
    hashed(connection, first, b'{"text":"nothing happened"}')
    query = "SELECT seq, header, body_sha256, hash FROM audit_record WHERE seq >= ? ORDER BY seq"
    rows = connection.execute(query, (first - 1,)).fetchall()
    previous = rows[0][3]
    for seq, header, body_sha256, _ in rows[1:]:
        previous = record_hash(key, previous, header, body_sha256)
        connection.execute("UPDATE audit_record SET hash = ? WHERE seq = ?", (previous, seq))


def renumbered_header(seq: int) -> Attack:
    def attack(connection: sqlite3.Connection) -> None:
        (data,) = connection.execute("SELECT header FROM audit_record WHERE seq = 11").fetchone()
        header = data.replace(b'"seq":11,', b'"seq":%d,' % seq)
        connection.execute("UPDATE audit_record SET header = ? WHERE seq = 11", (header,))

    return attack


COPY = """INSERT INTO audit_record SELECT 50, event_id || '.', kind, at, case_tag, header, body,
body_sha256, hash FROM audit_record WHERE seq = 11"""
BEFORE = """INSERT INTO audit_record SELECT -5, 'x', kind, at, case_tag, header, body,
body_sha256, hash FROM audit_record WHERE seq = 0"""

ATTACKS: dict[str, tuple[Attack, tuple[str, int | None]]] = {
    "edit a body": (edit("body = CAST('{}' AS BLOB)"), ("body_changed", 11)),
    "edit a body and its hash": (lambda c: hashed(c, 11, b"{}"), ("leaf_changed", 11)),
    "edit the last body and its hash": (lambda c: hashed(c, 49, b"{}"), ("leaf_changed", 49)),
    "make a body text": (edit("body = CAST(body AS TEXT)"), ("body_changed", 11)),
    "edit a header": (edit("header = replace(header, '2026', '2025')"), ("header_changed", 11)),
    "empty a header": (edit("header = x''"), ("header_changed", 11)),
    "edit a header and its column": (consistent_header, ("leaf_changed", 11)),
    "edit the kind": (edit("kind = 'verdict'"), ("header_changed", 11)),
    "hide the kind as a blob": (edit("kind = CAST(kind AS BLOB)"), ("header_changed", 11)),
    "edit the time": (edit("at = ''"), ("header_changed", 11)),
    "hide the case": (edit("case_tag = NULL", 12), ("header_changed", 12)),
    "edit the event id": (edit("event_id = 'x'"), ("header_changed", 11)),
    "edit a hash": (edit("hash = randomblob(32)"), ("leaf_changed", 11)),
    "edit the last hash": (edit("hash = randomblob(32)", 49), ("leaf_changed", 49)),
    "shorten a hash": (edit("hash = x'00'"), ("leaf_changed", 11)),
    "edit a body's hash": (edit("body_sha256 = randomblob(32)"), ("leaf_changed", 11)),
    "delete one": (statements("DELETE FROM audit_record WHERE seq = 11"), ("missing", 11)),
    "delete the first": (statements("DELETE FROM audit_record WHERE seq < 3"), ("missing", 0)),
    "delete some and renumber": (
        statements(
            "DELETE FROM audit_record WHERE seq IN (11, 12)",
            EDIT + "seq = seq - 2 WHERE seq > 12",
        ),
        ("missing", 11),
    ),
    "delete the tail": (statements("DELETE FROM audit_record WHERE seq > 39"), ("truncated", 40)),
    "delete all": (statements("DELETE FROM audit_record"), ("truncated", 0)),
    "insert in the middle": (forged_in_the_middle, ("inserted", 11)),
    "insert before the first": (statements(BEFORE), ("inserted", -5)),
    "append what is not built on the last": (forged_at_the_end, ("leaf_changed", 50)),
    "duplicate": (statements(COPY), ("duplicated", 50)),
    "swap bodies": (exchange("body"), ("swapped", 11)),
    "swap bodies with their hashes": (exchange("body, body_sha256"), ("swapped", 30)),
    "reorder": (
        statements(
            EDIT + "seq = -1 WHERE seq = 11",
            EDIT + "seq = 11 WHERE seq = 30",
            EDIT + "seq = 30 WHERE seq = -1",
        ),
        ("reordered", 11),
    ),
    "rebuild the chain": (rebuilt, ("leaf_changed", 11)),
    "rebuild the chain's end": (lambda c: rebuilt(c, 49), ("leaf_changed", 49)),
    "another origin": (
        statements("UPDATE audit_log SET origin = '00000000000000000000000000000000'"),
        ("rolled_back", None),
    ),
    "an origin that is no text": (
        statements("UPDATE audit_log SET origin = x'ff'"),
        ("rolled_back", None),
    ),
    "a number beyond all": (renumbered_header(2**63), ("header_changed", 11)),
    "a time that is none": (
        edit("header = replace(header, '2026-03-02', 'Sensitive')"),
        ("header_changed", 11),
    ),
    "no path as an origin": (
        statements("UPDATE audit_log SET origin = '../../etc'"),
        ("database_damaged", None),
    ),
    "no origin": (statements("DELETE FROM audit_log"), ("database_damaged", None)),
    "drop an index": (statements("DROP INDEX audit_record_kind"), ("database_damaged", None)),
    "another trigger": (
        statements("CREATE TRIGGER x AFTER INSERT ON audit_record BEGIN SELECT 1; END"),
        ("database_damaged", None),
    ),
}


def test_an_untouched_log_verifies(log: Log) -> None:
    with closing(sqlite3.connect(log.path)) as connection:
        (last,) = connection.execute("SELECT hash FROM audit_record WHERE seq = 49").fetchone()
    steps: list[tuple[int, int]] = []
    result = verify_log(log.path, data_dir=log.data_dir, progress=lambda *step: steps.append(step))

    assert (result.ok, result.entries, result.root) == (True, 50, last.hex())
    assert steps[-1] == (50, 50)


async def test_progress_is_told_on_the_way(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    await store.append([an_event(n) for n in range(600)])
    steps: list[tuple[int, int]] = []
    await store.verify(lambda *step: steps.append(step))
    await store.aclose()

    assert steps == [(512, 600), (600, 600)]


async def test_an_empty_log_verifies(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    result = await store.verify()
    origin = store.folder.path.name
    await store.aclose()

    assert (result.ok, result.entries, result.root) == (True, 0, genesis(origin).hex())


@pytest.mark.parametrize(("attack", "finding"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_by_the_files_owner_is_named(
    log: Log, attack: Attack, finding: tuple[str, int | None]
) -> None:
    with attacker(log) as connection:
        attack(connection)

    assert finding in log.kinds()


def test_a_chain_rebuilt_with_its_key_is_consistent_without_the_head(log: Log) -> None:
    """What somebody with the data folder too can do; only a head kept elsewhere shows it."""
    with attacker(log) as connection:
        rebuilt(connection, key=log.key)
    assert log.kinds() == {("rolled_back", 49)}
    log.head.unlink()

    assert log.verify().ok


def test_a_record_appended_without_the_key_is_found(log: Log) -> None:
    forge_behind_the_last(log)

    assert log.kinds() == {("leaf_changed", 50)}


def test_a_chain_that_was_rebuilt_under_a_new_origin_is_found(log: Log) -> None:
    """The origin's new folder can be named by whoever has the database alone."""
    with attacker(log) as connection:
        connection.execute("UPDATE audit_log SET origin = ?", ("ab" * 16,))
        connection.execute("DELETE FROM audit_record WHERE seq > 15")
        first = "UPDATE audit_record SET hash = ? WHERE seq = 0"
        header, body_sha256 = connection.execute(
            "SELECT header, body_sha256 FROM audit_record WHERE seq = 0"
        ).fetchone()
        value = record_hash(NO_KEY, genesis("ab" * 16), header, body_sha256)
        connection.execute(first, (value,))
        rebuilt(connection, first=1)

    assert log.kinds() == {("rolled_back", None), ("checkpoint_invalid", None)}


async def test_a_new_log_in_the_place_of_another_is_found(log: Log) -> None:
    origin = log.head.parent.name
    log.path.unlink()
    await fill(log.data_dir, 60)

    (found,) = verify_log(log.path, data_dir=log.data_dir).findings
    assert (found.kind, found.seq) == ("rolled_back", None)
    assert f"the log {origin} was in this file" in found.detail


async def test_a_data_folder_may_hold_several_logs_and_may_be_moved(tmp_path: Path) -> None:
    await fill(tmp_path / "data", 3)
    url = f"sqlite:///{tmp_path / 'data' / 'other.db'}"
    store = await SQLAuditStore.create(url, data_dir=tmp_path / "data")
    await store.append([an_event()])
    await store.aclose()
    moved = (tmp_path / "data").rename(tmp_path / "moved")

    assert verify_log(moved / "audit.db", data_dir=moved).ok
    assert verify_log(moved / "other.db", data_dir=moved).ok
    (moved / "other.db").replace(moved / "audit.db")
    (found,) = verify_log(moved / "audit.db", data_dir=moved).findings
    assert found.kind == "rolled_back"


async def test_a_log_that_was_moved_is_known_in_its_new_place(tmp_path: Path) -> None:
    log = await fill(tmp_path / "data", 3)
    moved = tmp_path / "audit.db"
    log.path.rename(moved)
    store = await SQLAuditStore.create(f"sqlite:///{moved}", data_dir=log.data_dir)
    await store.aclose()
    await fill(log.data_dir, 3)

    assert verify_log(moved, data_dir=log.data_dir).ok
    assert verify_log(log.path, data_dir=log.data_dir).ok


def test_without_the_chain_key_nothing_is_taken_for_intact(log: Log) -> None:
    (log.head.parent / "chain.key").unlink()

    assert log.kinds() == {("checkpoint_invalid", None)}


async def test_a_backup_put_back_is_found_even_after_more_was_appended(tmp_path: Path) -> None:
    log = await fill(tmp_path / "data", 20)
    backup = log.path.read_bytes()
    await fill(log.data_dir, 20, first=20)
    log.path.write_bytes(backup)
    assert log.kinds() == {("truncated", 20)}
    await fill(log.data_dir, 40, first=100)

    assert log.kinds() == {("rolled_back", 39)}


def test_a_head_that_is_behind_is_no_finding(log: Log) -> None:
    with closing(sqlite3.connect(log.path)) as connection:
        (value,) = connection.execute("SELECT hex(hash) FROM audit_record WHERE seq = 9").fetchone()
    log.head.write_text(f'{{"seq":9,"hash":"{value.lower()}"}}')

    assert log.verify().ok


async def test_a_damaged_head_is_a_finding_and_stays_one(log: Log) -> None:
    log.head.write_text("{")
    assert log.kinds() == {("checkpoint_invalid", None)}
    await fill(log.data_dir, 3, first=50)

    assert log.head.read_text() == "{"


@pytest.mark.parametrize("name", GUARDS)
def test_a_missing_guard_is_a_finding(log: Log, name: str) -> None:
    with closing(sqlite3.connect(log.path)) as connection:
        connection.execute(f"DROP TRIGGER {name}")

    (found,) = log.verify().findings
    assert (found.kind, found.detail.split()[0]) == ("guard_missing", name)


def test_a_guard_that_does_nothing_is_a_finding(log: Log) -> None:
    with closing(sqlite3.connect(log.path)) as connection:
        connection.execute("DROP TRIGGER audit_record_no_update")
        connection.execute(
            "CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record WHEN 0 "
            "BEGIN SELECT 1; END"
        )

    assert log.kinds() == {("guard_missing", None), ("database_damaged", None)}


@pytest.mark.parametrize("content", [b"", b"not a database" * 500])
def test_a_file_that_is_no_log_is_a_finding(log: Log, content: bytes) -> None:
    log.path.write_bytes(content)

    assert ("database_damaged", None) in log.kinds()


def test_a_file_cut_in_half_is_a_finding(log: Log) -> None:
    content = log.path.read_bytes()
    log.path.write_bytes(content[: len(content) // 2])

    assert ("database_damaged", None) in log.kinds()


def test_a_table_that_is_gone_is_a_finding(log: Log) -> None:
    with closing(sqlite3.connect(log.path)) as connection:
        connection.execute("DROP TABLE audit_record")

    assert {("database_damaged", None), ("truncated", 0)} <= log.kinds()


def test_an_absent_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(AuditUnavailable, match="check the path"):
        verify_log(tmp_path / "audit.db", data_dir=tmp_path)


def test_the_list_of_findings_is_bounded(log: Log) -> None:
    """A log in which everything is wrong must not fill the memory."""
    with attacker(log) as connection:
        connection.execute("DELETE FROM audit_record WHERE seq > 0")
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) "
            "INSERT INTO audit_record SELECT i, 'x' || i, '', '', '', x'', x'', x'', x'' FROM n"
        )
        connection.commit()
    findings = log.verify().findings

    assert len(findings) == 1001
    assert "500 more" in findings[-1].detail


@contextmanager
def changed(log: Log, column: str, seq: int, change: Callable[[bytes], bytes]) -> Iterator[None]:
    """Change the bytes of one value, keep its type, and put it back at the end."""
    kind = "BLOB" if column in HASHED else "TEXT"
    query = f"SELECT CAST({column} AS BLOB) FROM audit_record WHERE seq = ?"  # noqa: S608 - a constant
    update = f"UPDATE audit_record SET {column} = CAST(? AS {kind}) WHERE seq = ?"  # noqa: S608 - as above
    with closing(sqlite3.connect(log.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        guard = "audit_record_no_update"
        connection.execute(f"DROP TRIGGER {guard}")
        (value,) = connection.execute(query, (seq,)).fetchone()
        connection.execute(update, (change(value), seq))
        connection.execute(GUARDS[guard])
        yield
        connection.execute(f"DROP TRIGGER {guard}")
        connection.execute(update, (value, seq))
        connection.execute(GUARDS[guard])


def flipped(position: int, mask: int) -> Callable[[bytes], bytes]:
    def change(value: bytes) -> bytes:
        at = position % len(value)
        return value[:at] + bytes([value[at] ^ mask]) + value[at + 1 :]

    return change


@pytest.mark.parametrize(("column", "kind"), HASHED.items())
def test_every_byte_of_what_is_hashed_matters(log: Log, column: str, kind: str) -> None:
    with closing(sqlite3.connect(log.path)) as connection:
        query = f"SELECT length({column}) FROM audit_record WHERE seq = 11"  # noqa: S608 - a constant
        (length,) = connection.execute(query).fetchone()
    for position in range(length):
        with changed(log, column, 11, flipped(position, 1 << position % 8)):
            assert log.kinds() == {(kind, 11)}, position


@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    column=st.sampled_from(COLUMNS),
    seq=st.integers(0, 49),
    position=st.integers(0, 10_000),
    mask=st.integers(1, 255),
)
def test_any_one_byte_edit_of_any_column_is_found(
    log: Log, column: str, seq: int, position: int, mask: int
) -> None:
    assume(column != "case_tag" or seq % 6 != 5)
    with changed(log, column, seq, flipped(position, mask)):
        assert seq in {found.seq for found in log.verify().findings}
    assert log.verify().ok


def content(path: Path) -> list[Any] | None:
    """Read every value the file holds, or None if it cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = bytes
            return [
                connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a constant
                for table in ("sqlite_master", "audit_log", "audit_record")
            ]
    except (sqlite3.Error, OverflowError):
        return None


def test_a_flipped_byte_of_the_file_is_found_or_changes_no_value(log: Log) -> None:
    """What is not found lies in free space, or in counters of the file format."""
    original = log.path.read_bytes()
    before = content(log.path)
    chance = random.Random(20261123)  # noqa: S311 - which bytes are flipped is no secret
    found = 0
    positions = chance.sample(range(len(original)), 400)
    for position in positions:
        damaged = bytearray(original)
        damaged[position] ^= chance.randrange(1, 256)
        log.path.write_bytes(damaged)
        if log.verify().ok:
            assert content(log.path) == before, position
        else:
            found += 1

    assert found > len(positions) // 3
