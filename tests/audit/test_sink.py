import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from summarizer.audit.sink import (
    CheckpointConflict,
    CheckpointSink,
    FolderSink,
    checkpoint_key,
    checkpoint_size,
)
from summarizer.errors import AuditUnavailable
from tests.audit.sink_contract import ORIGIN, SinkContract, note

FIRST = f"{ORIGIN}/0000/0000/0000/0000"
"""The folder of the sizes below 10,000."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "far" / "checkpoints"


@pytest.fixture
def sink(folder: Path) -> FolderSink:
    return FolderSink(folder)


class TestFolderSink(SinkContract):
    """The contract, on files."""


def test_of_many_at_once_one_is_kept_and_the_others_are_told(sink: FolderSink) -> None:
    notes = [note(7, str(number)) for number in range(8)]

    def publish(one: str) -> bool:
        try:
            sink.publish(ORIGIN, 7, one)
        except CheckpointConflict:
            return False
        return True

    with ThreadPoolExecutor(len(notes)) as pool:
        kept = [one for one, done in zip(notes, pool.map(publish, notes), strict=True) if done]

    assert [sink.newest(ORIGIN)] == kept


def test_keys_are_in_the_order_of_sizes() -> None:
    keys = [checkpoint_key(ORIGIN, size) for size in (0, 9, 10, 2**62, 2**63 - 1)]

    assert keys == sorted(keys)
    assert [checkpoint_size(key) for key in keys] == [0, 9, 10, 2**62, 2**63 - 1]
    assert max(keys) < f"{ORIGIN}/1"


@pytest.mark.parametrize("name", ["", "7", f"{ORIGIN}/7", f"{7:021}", f"{7:020}x", f".{7:020}"])
def test_other_names_have_no_size(name: str) -> None:
    assert checkpoint_size(name) is None


def test_a_checkpoint_is_a_file_that_only_its_owner_reads(folder: Path, sink: FolderSink) -> None:
    sink.publish(ORIGIN, 7, note(7))
    path = folder / FIRST / "00000000000000000007"

    assert path.read_text(encoding="utf-8") == note(7)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    made = (folder.parent, folder, folder / "case-summarizer", folder / ORIGIN)
    assert {stat.S_IMODE(one.stat().st_mode) for one in made} == {0o700}


def test_only_checkpoints_are_left_and_other_names_are_no_checkpoints(
    folder: Path, sink: FolderSink
) -> None:
    sink.publish(ORIGIN, 7, note(7))
    with pytest.raises(AuditUnavailable):
        sink.publish(ORIGIN, 7, note(7, "forged"))

    assert [path.name for path in (folder / FIRST).iterdir()] == ["00000000000000000007"]
    (folder / FIRST / ".new-left").write_text("half")
    (folder / ORIGIN / "zz").write_text("notes of an operator")
    assert sink.newest(ORIGIN) == note(7)


def test_a_link_in_place_of_a_checkpoint_is_not_followed(
    folder: Path, sink: FolderSink, tmp_path: Path
) -> None:
    sink.publish(ORIGIN, 7, note(7))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(note(8))
    (folder / FIRST / f"{8:020}").symlink_to(elsewhere)

    with pytest.raises(AuditUnavailable, match="cannot be used"):
        sink.newest(ORIGIN)
    with pytest.raises(AuditUnavailable, match="cannot be used"):
        sink.publish(ORIGIN, 8, note(8))


def test_no_folder_holds_more_than_ten_thousand_names(folder: Path, sink: FolderSink) -> None:
    for size in (9_999, 10_000, 123_456_789):
        sink.publish(ORIGIN, size, note(size))

    files = {
        path.relative_to(folder / ORIGIN).parent for path in folder.rglob("0000*") if path.is_file()
    }
    assert len(files) == 3
    assert all(len(step) == 4 for parent in files for step in parent.parts)


def test_a_folder_that_a_crash_left_empty_is_passed_over(folder: Path, sink: FolderSink) -> None:
    sink.publish(ORIGIN, 7, note(7))
    (folder / ORIGIN / "0000" / "0001" / "0000").mkdir(parents=True)

    assert sink.newest(ORIGIN) == note(7)


def test_an_incarnation_is_not_taken_for_digits_of_a_size(sink: FolderSink) -> None:
    sink.publish(ORIGIN, 7, note(7))
    sink.publish(f"{ORIGIN}/1000", 9, note(9))

    assert sink.newest(ORIGIN) == note(7)


def test_a_damaged_checkpoint_is_named(folder: Path, sink: FolderSink) -> None:
    sink.publish(ORIGIN, 7, note(7))
    (folder / FIRST / f"{7:020}").write_bytes(b"\xff")

    with pytest.raises(AuditUnavailable, match="00000000000000000007 in the sink is damaged"):
        sink.newest(ORIGIN)


def test_a_folder_that_is_a_file_is_unavailable(folder: Path, sink: CheckpointSink) -> None:
    folder.parent.mkdir()
    folder.write_text("not a folder")

    with pytest.raises(AuditUnavailable, match="Not a directory; it must be a folder"):
        sink.newest(ORIGIN)
    with pytest.raises(AuditUnavailable, match="it must be a folder"):
        sink.publish(ORIGIN, 7, note(7))
