"""Keys of cases: made once, found again, destroyed for good, and wrapped anew."""

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import text

from summarizer.audit import Filter
from summarizer.audit.database import Database
from summarizer.audit.holds import Hold
from summarizer.audit.ids import EventIds
from summarizer.audit.keystore import Keystore, _unwrapped
from summarizer.audit.origin import CaseTagger
from summarizer.audit.store import SQLAuditStore, keys_url
from summarizer.audit.wrapping import EpochKey, LocalKeyWrapper
from summarizer.errors import AuditUnavailable, ErasureRefused
from tests.audit.logs import Log, event
from tests.audit.postgres import Server

NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
CASES = [f"T-{number}" for number in range(600)]

Open = Callable[..., Keystore]


class Hooked(LocalKeyWrapper):
    """Files, with something that happens before a call."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.before: dict[str, Callable[[], object]] = {}

    def create(self) -> EpochKey:
        self.before.get("create", int)()
        return super().create()

    def open(self, reference: str) -> bytes:
        self.before.get("open", int)()
        return super().open(reference)

    def destroy(self, reference: str) -> None:
        self.before.get("destroy", int)()
        super().destroy(reference)


@pytest.fixture
def epochs(tmp_path: Path) -> Path:
    return tmp_path / "epochs"


@pytest.fixture
def open_keys(empty: Log, epochs: Path) -> Iterator[Open]:
    """Open the keys once more, as another process would."""
    opened = []

    def opening(wrapper: LocalKeyWrapper | None = None, *, busy_seconds: float = 5) -> Keystore:
        database = Database(keys_url(empty.url), forgets=True, busy_seconds=busy_seconds).migrate(
            "keys"
        )
        keystore = Keystore(
            database, tagger=CaseTagger(bytes(32)), wrapper=wrapper or LocalKeyWrapper(epochs)
        )
        opened.append(keystore)
        return keystore

    yield opening
    for keystore in opened:
        keystore.dispose()


def commits(keystore: Keystore, cases: list[str]) -> list[str]:
    found = keystore.keys(cases)
    return [found[case].commit for case in cases]


def stored(keystore: Keystore, query: str, **values: Any) -> list[Any]:
    with keystore.database.reading() as connection:
        return list(connection.execute(text(query), values))


def test_a_key_is_the_same_in_every_process(open_keys: Open) -> None:
    one, other = open_keys(), open_keys()

    assert commits(one, ["T-1", "T-2"]) == commits(other, ["T-1", "T-2"])
    assert len(set(commits(other, ["T-1", "T-2"]))) == 2
    assert one.keys([None])[None].tag is None


def test_two_processes_that_begin_at_once_agree_on_one_epoch(open_keys: Open, epochs: Path) -> None:
    both = threading.Barrier(2)
    wrappers = [Hooked(epochs), Hooked(epochs)]
    for wrapper in wrappers:
        wrapper.before["create"] = both.wait
    stores = [open_keys(wrapper) for wrapper in wrappers]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda keystore: commits(keystore, CASES[:20]), stores))

    assert made[0] == made[1]
    assert commits(open_keys(), CASES[:20]) == made[0]
    assert len(list(epochs.iterdir())) == 1


def test_processes_that_make_the_same_keys_at_once_get_the_same(open_keys: Open) -> None:
    stores = [open_keys() for _ in range(4)]
    stores[0].keys([None])
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda keystore: commits(keystore, CASES[:50]), stores))

    assert made == [made[0]] * 4


def test_a_first_epoch_that_was_not_committed_is_not_used(open_keys: Open, epochs: Path) -> None:
    keystore = open_keys()
    keystore._epochs.begin()  # and a crash
    made = commits(keystore, ["T-1"])
    keystore.rotate()

    assert commits(open_keys(), ["T-1"]) == made
    assert len(list(epochs.iterdir())) == 1


def test_rotation_keeps_every_key_and_destroys_the_old_epoch(open_keys: Open, epochs: Path) -> None:
    keystore, other = open_keys(), open_keys()
    before = commits(keystore, CASES)
    [old] = epochs.iterdir()
    number, count = keystore.rotate()

    assert (number, count) == (2, len(CASES))
    assert not old.exists()
    assert commits(other, CASES) == before
    assert commits(open_keys(), CASES) == before
    assert stored(keystore, "SELECT DISTINCT epoch FROM key_case") == [(2,)]


def test_a_crash_while_keys_are_wrapped_anew_leaves_all_readable(
    open_keys: Open, epochs: Path
) -> None:
    keystore = open_keys()
    before = commits(keystore, CASES)
    fresh = keystore._epochs.begin()
    with keystore.database.writing() as connection:
        epoch = keystore._epochs.adopt(connection, fresh)
        keystore._wrap_anew(connection, epoch, fresh.key)  # one batch, then a crash
    again = open_keys()

    assert commits(again, CASES) == before
    assert again.rotate() == (3, len(CASES))
    assert len(list(epochs.iterdir())) == 1
    assert commits(open_keys(), CASES) == before


def test_a_key_that_could_not_be_destroyed_is_destroyed_at_the_next_rotation(
    open_keys: Open, epochs: Path
) -> None:
    wrapper = Hooked(epochs)

    def fail() -> None:
        msg = "the disk is gone"
        raise AuditUnavailable(msg)

    wrapper.before["destroy"] = fail
    keystore = open_keys(wrapper)
    before = commits(keystore, CASES[:3])
    with pytest.raises(AuditUnavailable, match="disk is gone"):
        keystore.rotate()
    left = len(list(epochs.iterdir()))
    again = open_keys()
    readable = commits(again, CASES[:3])
    again.rotate()

    assert left == 2
    assert readable == before
    assert len(list(epochs.iterdir())) == 1
    assert stored(again, "SELECT * FROM key_retired") == []


def test_a_key_that_another_rotation_destroyed_is_not_put_in_use(open_keys: Open) -> None:
    keystore, other = open_keys(), open_keys()
    before = commits(keystore, CASES[:3])
    fresh = keystore._epochs.begin()
    other.rotate()

    with (
        pytest.raises(AuditUnavailable, match="try again"),
        keystore.database.writing() as connection,
    ):
        keystore._epochs.adopt(connection, fresh)
    assert commits(keystore, CASES[:3]) == before


def test_rotations_at_the_same_time_lose_no_key(open_keys: Open, epochs: Path) -> None:
    stores = [open_keys() for _ in range(3)]
    before = commits(stores[0], CASES)

    def rotate(keystore: Keystore) -> None:
        with suppress(AuditUnavailable):  # "another process rotated …; try again"
            keystore.rotate()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(rotate, stores))
    stores[0].rotate()

    assert commits(open_keys(), CASES) == before
    assert len(list(epochs.iterdir())) == 1


def test_a_reader_whose_epoch_is_rotated_away_reads_again(open_keys: Open, epochs: Path) -> None:
    other = open_keys(busy_seconds=0.01)
    before = commits(other, CASES[:3])
    wrapper = Hooked(epochs)
    reader = open_keys(wrapper)

    def rotate_once() -> None:
        del wrapper.before["open"]
        with suppress(AuditUnavailable):  # the reader keeps SQLite's write-ahead log open
            other.rotate()

    wrapper.before["open"] = rotate_once

    assert commits(reader, CASES[:3]) == before


def test_what_another_process_destroyed_is_in_no_cache(open_keys: Open) -> None:
    one, other = open_keys(), open_keys()
    [before] = commits(one, ["T-1"])
    commits(other, ["T-1"])
    other.destroy("T-1")

    assert one.known("T-1") is None
    assert commits(one, ["T-1"]) != [before]


def test_a_destroyed_key_is_in_no_file_of_sqlite_and_in_no_cache(
    tmp_path: Path, epochs: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'keys.db'}", forgets=True).migrate("keys")
    keystore = Keystore(database, tagger=CaseTagger(bytes(32)), wrapper=LocalKeyWrapper(epochs))
    key = keystore.keys(CASES[:40])["T-7"]
    [(wrapped, lookup)] = stored(
        keystore, "SELECT wrapped, lookup FROM key_case WHERE tag = :tag", tag=key.tag
    )
    files = [path for path in tmp_path.iterdir() if path.name.startswith("keys.db")]
    before = any(wrapped in path.read_bytes() for path in files)
    keystore.destroy("T-7")
    content = b"".join(path.read_bytes() for path in files if path.exists())

    assert before
    assert len(files) == 4
    assert wrapped not in content
    assert wrapped[12:] not in content
    assert lookup.encode() not in content
    assert keystore._cache == {}
    keystore.dispose()


def test_old_copies_cannot_be_unwrapped_after_a_rotation(
    open_keys: Open, on: Server | None, empty: Log, epochs: Path
) -> None:
    keystore = open_keys()
    commits(keystore, CASES[:40])
    [(wrapped,)] = stored(
        keystore,
        "SELECT wrapped FROM key_case WHERE lookup = :lookup",
        lookup=keystore.lookup("T-7"),
    )
    [old] = epochs.iterdir()
    backup, old_key = wrapped, old.read_bytes()
    keystore.destroy("T-7")
    still_opens = _unwrapped(old_key, backup)
    if on is not None:
        with keystore.database.engine.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
        lingering = [
            path
            for path in Path(on.running.pgdata).rglob("*")
            if path.is_file() and wrapped in path.read_bytes()
        ]
        assert lingering, "the write-ahead log keeps what was deleted"
    keystore.rotate()

    assert len(still_opens) == 32
    assert not old.exists()
    for path in epochs.iterdir():
        with pytest.raises(AuditUnavailable):
            _unwrapped(path.read_bytes(), backup)
    left = b"".join(path.read_bytes() for path in epochs.parent.rglob("*") if path.is_file())
    assert old_key not in left


def test_a_backup_from_before_a_rotation_opens_nothing(tmp_path: Path, epochs: Path) -> None:
    def opened(name: str) -> Keystore:
        database = Database(f"sqlite:///{tmp_path / name}", forgets=True).migrate("keys")
        tagger, wrapper = CaseTagger(bytes(32)), LocalKeyWrapper(epochs)
        return Keystore(database, tagger=tagger, wrapper=wrapper)

    keystore = opened("keys.db")
    commits(keystore, ["T-1"])
    keystore.scrub()
    shutil.copy(tmp_path / "keys.db", tmp_path / "backup.db")
    backup = opened("backup.db")
    before = commits(backup, ["T-1"]) == commits(keystore, ["T-1"])
    backup.dispose()
    keystore.rotate()
    restored = opened("backup.db")

    assert before
    with pytest.raises(AuditUnavailable, match="missing"):
        commits(restored, ["T-1"])
    restored.dispose()
    keystore.dispose()


def test_a_case_on_hold_keeps_its_key(open_keys: Open) -> None:
    keystore = open_keys()
    before = commits(keystore, ["T-1"])
    keystore.holds.place("T-1", Hold("e-1", None))

    with pytest.raises(ErasureRefused, match="on hold until it is released, by event e-1"):
        keystore.destroy("T-1", NOW)
    assert commits(keystore, ["T-1"]) == before


def test_a_hold_ends_at_its_moment(open_keys: Open) -> None:
    keystore = open_keys()
    commits(keystore, ["T-1"])
    keystore.holds.place("T-1", Hold("e-1", "2026-03-02T09:14:00.000000Z"))

    assert keystore.holds.of("T-1", NOW - timedelta(microseconds=1)) is not None
    assert keystore.holds.of("T-1", NOW) is None
    assert keystore.destroy("T-1", NOW) is not None


def test_no_hold_is_placed_on_a_case_that_is_being_erased(open_keys: Open) -> None:
    keystore = open_keys()
    commits(keystore, ["T-1"])
    keystore.holds.begin_erasure("T-1", "e-1", NOW)

    with pytest.raises(ErasureRefused, match="too late"):
        keystore.holds.place("T-1", Hold("e-2", None))
    again = keystore.holds.begin_erasure("T-1", "e-3", NOW)
    assert again is not None
    assert again.event_id == "e-1"


def test_no_hold_is_placed_on_a_case_that_was_erased_meanwhile(open_keys: Open) -> None:
    keystore = open_keys()
    commits(keystore, ["T-1"])
    keystore.destroy("T-1", NOW)

    with pytest.raises(ErasureRefused, match="too late"):
        keystore.holds.place("T-1", Hold("e-1", None))
    assert keystore.holds.of("T-1", NOW) is None


def test_destroying_placing_and_rotating_at_once_do_not_block_each_other(open_keys: Open) -> None:
    stores = [open_keys() for _ in range(3)]
    before = commits(stores[0], CASES[:60])

    def destroy() -> None:
        for case in CASES[:30]:
            stores[0].destroy(case)

    def hold() -> None:
        for case in CASES[30:60]:
            stores[1].holds.place(case, Hold("e-1", None))

    def rotate() -> None:
        for _ in range(5):
            stores[2].rotate()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work) for work in (destroy, hold, rotate)]:
            done.result()

    assert commits(open_keys(), CASES[30:60]) == before[30:60]
    assert [open_keys().known(case) for case in CASES[:30:10]] == [None] * 3


def test_a_damaged_key_is_refused_and_not_replaced(open_keys: Open) -> None:
    keystore = open_keys()
    commits(keystore, ["T-1"])
    with keystore.database.writing() as connection:
        connection.execute(text("UPDATE key_case SET sealed_id = wrapped"))

    with pytest.raises(AuditUnavailable, match="damaged; restore"):
        open_keys().keys(["T-1"])


@pytest.mark.anyio
async def test_events_are_appended_and_readable_while_keys_rotate(
    store: SQLAuditStore, empty: Log
) -> None:
    ids = EventIds()

    async def write(first: int) -> None:
        for number in range(first, first + 60):
            await store.append([event(ids, number, f"T-{number}")])

    async def rotate() -> None:
        async with empty.opened() as other:
            for _ in range(3):
                await other.run(other.keystore.rotate)

    async with anyio.create_task_group() as working:
        working.start_soon(rotate)
        for first in (0, 100, 200):
            working.start_soon(write, first)
    records = [record async for record in store.read(Filter(), bodies=True)]

    assert len(records) == 180
    assert {record.state for record in records} == {"readable"}
    assert (await store.verify()).ok
