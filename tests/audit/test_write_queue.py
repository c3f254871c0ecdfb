"""The queue before a SQLite file."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from summarizer.audit.write_queue import WriteQueue


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


def taken(path: Path, seconds: float = 30.0) -> tuple[threading.Thread, threading.Event]:
    """Take a turn on another thread, and give it back at once."""
    had = threading.Event()

    def take() -> None:
        with WriteQueue(path, seconds).turn():
            had.set()

    thread = threading.Thread(target=take)
    thread.start()
    return thread, had


def test_who_comes_second_waits_for_the_first(path: Path) -> None:
    with WriteQueue(path, 30).turn():
        others = [taken(path) for _ in range(3)]
        assert not any(had.is_set() for _, had in others)
    for thread, had in others:
        thread.join(30)
        assert had.is_set()


def test_nobody_waits_longer_than_allowed_and_who_gave_up_keeps_nobody_out(path: Path) -> None:
    with WriteQueue(path, 30).turn(), WriteQueue(path, 0).turn():
        pass
    thread, had = taken(path)
    thread.join(30)

    assert had.is_set()


def test_a_process_that_is_killed_gives_its_turn_back(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from summarizer.audit.write_queue import WriteQueue\n"
        "with WriteQueue(Path(sys.argv[1]), 30).turn():\n"
        "    print('has it', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(  # noqa: S603 - this interpreter
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "has it\n"
        thread, had = taken(path)
        assert not had.is_set()
        process.kill()
        thread.join(30)

    assert had.is_set()


def test_without_a_file_or_a_place_for_it_nobody_waits(tmp_path: Path) -> None:
    for queue in (WriteQueue(None, 30), WriteQueue(tmp_path / "gone" / "audit.db", 30)):
        with queue.turn(), queue.turn():
            pass

    assert list(tmp_path.iterdir()) == []
