"""What is shown of a run is what the log names: nothing changed, nothing from elsewhere."""

import hashlib
import os
from pathlib import Path

import pytest

from summarizer.evals.archive import Absent, KeptRun, RunArchive
from summarizer.evals.records import CASES_FILE, RUN_FILE
from tests.evals.runs import CASES, keep, right


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def opened(runs: Path, files: dict[str, str]) -> KeptRun:
    found = RunArchive(runs).find(files)
    assert isinstance(found, KeptRun), found
    return found


def test_a_run_is_found_by_the_hashes_on_record_whatever_its_folder_is_called(runs: Path) -> None:
    keep(runs / "other", right(urgency="low"))
    files = keep(runs / "one", right()).files
    (runs / "one").rename(runs / "moved here")

    found = opened(runs, files)

    assert [line.id for line in found.lines] == [case.id for case in CASES]
    assert {line.labels["urgency"].got for line in found.lines} == {"normal"}
    line = found.line(CASES[1].id)
    assert line is not None
    record = found.read(line)
    assert record is not None
    assert (record.id, record.answer.texts) == (CASES[1].id, right()[CASES[1].id].texts)
    assert found.line("../one") is None


def test_what_the_log_does_not_name_is_not_shown(runs: Path) -> None:
    files = keep(runs / "one", right()).files

    assert RunArchive(runs).find(None) is Absent.UNNAMED
    assert RunArchive(runs).find({RUN_FILE: "sha256:0", CASES_FILE: "sha256:0"}) is Absent.GONE
    assert RunArchive(runs / "nowhere").find(files) is Absent.GONE


def test_a_run_that_was_written_over_is_gone(runs: Path) -> None:
    files = keep(runs / "one", right()).files
    opened(runs, files)
    keep(runs / "one", right(urgency="low"))

    assert RunArchive(runs).find(files) is Absent.GONE


def test_cases_that_were_changed_or_removed_are_not_shown(runs: Path) -> None:
    files = keep(runs / "one", right()).files
    path = runs / "one" / CASES_FILE
    whole = path.read_bytes()

    path.write_bytes(whole.replace(b"normal", b"urgent", 1))
    assert RunArchive(runs).find(files) is Absent.CHANGED
    path.write_bytes(whole[: len(whole) // 2])
    assert RunArchive(runs).find(files) is Absent.CHANGED
    path.unlink()
    assert RunArchive(runs).find(files) is Absent.CHANGED
    path.write_bytes(whole)
    assert isinstance(RunArchive(runs).find(files), KeptRun)


def test_a_case_that_is_changed_after_its_run_was_opened_is_not_shown(runs: Path) -> None:
    files = keep(runs / "one", right()).files
    found = opened(runs, files)
    path = runs / "one" / CASES_FILE
    path.write_bytes(path.read_bytes().replace(b"normal", b"urgent"))

    assert [found.read(line) for line in found.lines] == [None] * len(CASES)


def test_files_of_another_version_are_named_as_such(runs: Path) -> None:
    files = keep(runs / "one", right()).files
    data = b'{"id": "c00", "invented": 1}\n'
    (runs / "one" / CASES_FILE).write_bytes(data)
    files[CASES_FILE] = f"sha256:{hashlib.sha256(data).hexdigest()}"

    assert RunArchive(runs).find(files) is Absent.UNREADABLE


def test_cases_too_large_for_a_page_are_not_read(runs: Path) -> None:
    files = keep(runs / "one", right()).files
    os.truncate(runs / "one" / CASES_FILE, 64_000_001)

    assert RunArchive(runs).find(files) is Absent.TOO_LARGE


@pytest.mark.parametrize("linked", ["folder", CASES_FILE, RUN_FILE])
def test_no_link_leads_out_of_the_folder(runs: Path, tmp_path: Path, linked: str) -> None:
    files = keep(tmp_path / "outside", right()).files
    runs.mkdir()
    if linked == "folder":
        (runs / "one").symlink_to(tmp_path / "outside")
    else:
        keep(runs / "one", right())
        (runs / "one" / linked).unlink()
        (runs / "one" / linked).symlink_to(tmp_path / "outside" / linked)

    found = RunArchive(runs).find(files)

    assert found is (Absent.CHANGED if linked == CASES_FILE else Absent.GONE)


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(runs: Path) -> None:
    files = keep(runs / "one", right()).files
    (runs / "one" / CASES_FILE).unlink()
    os.mkfifo(runs / "one" / CASES_FILE)
    (runs / "two").mkdir()
    os.mkfifo(runs / "two" / RUN_FILE)

    assert RunArchive(runs).find(files) is Absent.CHANGED
