"""Reading files and folders: a bad item is an item, not the end."""

import io
import json
import os
import tracemalloc
from pathlib import Path

import pytest

from summarizer.errors import ErrorCode
from summarizer.ingest.sources import TicketInput, read_lines, read_tickets
from summarizer.policy.sections import Limits

LIMITS = Limits()


def _ticket(name: str) -> str:
    return json.dumps({"id": name, "messages": [{"author": "customer", "body": "Help"}]})


def _shown(items: list[TicketInput]) -> list[tuple[str, str]]:
    """Return origin and ticket id, or error detail, of each item."""
    shown = []
    for item in items:
        assert (item.ticket is None) is not (item.error is None)
        shown.append((item.origin, item.ticket.id if item.ticket else str(item.error)))
    return shown


def _read(path: Path, limits: Limits = LIMITS) -> list[tuple[str, str]]:
    return _shown(list(read_tickets(path, limits)))


def test_a_json_file_is_one_ticket(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(_ticket("T-1"))
    assert _read(path) == [(str(path), "T-1")]


def test_a_jsonl_file_is_one_ticket_a_line_and_bad_lines_are_items(tmp_path: Path) -> None:
    path = tmp_path / "tickets.jsonl"
    path.write_text(f"\ufeff{_ticket('T-1')}\r\n\n  \n{{bad\n[]\n{_ticket('T-2')}")
    assert _read(path) == [
        (f"{path}:1", "T-1"),
        (
            f"{path}:4",
            "line 4, column 2: not valid JSON: Expecting property name enclosed in double quotes",
        ),
        (f"{path}:5", "the ticket: must be a JSON object"),
        (f"{path}:6", "T-2"),
    ]


def test_an_overlong_line_is_an_item_and_reading_goes_on(tmp_path: Path) -> None:
    good = _ticket("T-1")
    path = tmp_path / "tickets.jsonl"
    path.write_text("\n".join([good, "x" * 200_000, good, "y" * (len(good) + 1), good]) + "\r\n")
    items = list(read_tickets(path, Limits(ticket_bytes=len(good))))
    assert [item.origin.rpartition(":")[2] for item in items] == ["1", "2", "3", "4", "5"]
    assert [item.error and item.error.code for item in items] == [
        None,
        ErrorCode.TICKET_TOO_LARGE,
        None,
        ErrorCode.TICKET_TOO_LARGE,
        None,
    ]


def test_an_overlong_last_line_without_an_end_is_an_item() -> None:
    items = list(read_lines(io.BytesIO(b"x" * 500_000), "-", Limits(ticket_bytes=100)))
    assert _shown(items) == [
        ("-:1", "the ticket: more than 100 bytes; the policy allows 100: split it or raise limits")
    ]


def test_an_overlong_line_takes_no_memory_of_its_length(tmp_path: Path) -> None:
    path = tmp_path / "tickets.jsonl"
    path.write_bytes(b"x" * 20_000_000)
    tracemalloc.start()
    list(read_tickets(path, Limits(ticket_bytes=1_000)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_an_overlong_json_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(_ticket("T-1"))
    (item,) = read_tickets(path, Limits(ticket_bytes=10))
    assert item.error is not None
    assert item.error.code is ErrorCode.TICKET_TOO_LARGE


def test_a_folder_is_its_own_files_in_order(tmp_path: Path) -> None:
    for name in ("b.json", "a.jsonl", "c.json"):
        (tmp_path / name).write_text(_ticket(name))
    (tmp_path / "notes.txt").write_text("not a ticket")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "d.json").write_text(_ticket("d"))
    assert [name for _, name in _read(tmp_path)] == ["a.jsonl", "b.json", "c.json"]


def test_a_bad_file_does_not_end_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\x00\xff")
    (tmp_path / "b.json").mkdir()
    (tmp_path / "c.json").write_text(_ticket("T-3"))
    shown = _read(tmp_path)
    assert shown[0][1].startswith("line 1, byte 2: not UTF-8 text")
    assert "cannot be read (IsADirectoryError)" in shown[1][1]
    assert shown[2][1] == "T-3"


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("none.json", "there is no such file or folder; check the path"),
        ("empty", "the folder has no .json or .jsonl file; name another"),
        ("ticket.txt", "not a ticket file; its name must end in .json or .jsonl"),
        ("empty.jsonl", "no line holds a ticket; write one JSON object a line"),
        ("dangling.json", "there is no such file or folder; check the path"),
    ],
)
def test_a_path_without_tickets_is_named_with_the_fix(
    tmp_path: Path, name: str, detail: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "ticket.txt").write_text(_ticket("T-1"))
    (tmp_path / "empty.jsonl").write_text("\n\n")
    (tmp_path / "dangling.json").symlink_to(tmp_path / "nowhere")
    path = tmp_path / name
    assert _read(path) == [(str(path), f"{path}: {detail}")]


def test_a_path_that_the_system_refuses_is_an_item(tmp_path: Path) -> None:
    ((_, detail),) = _read(tmp_path / ("x" * 5_000))
    assert detail.endswith(": cannot be read (OSError); check the path and its permissions")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("name", ["a.json", "folder"])
def test_what_may_not_be_read_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "folder":
        path.mkdir(mode=0)
    else:
        path.touch(mode=0)
    ((_, detail),) = _read(path)
    assert detail == f"{path}: cannot be read (PermissionError); check the path and its permissions"


def test_an_item_does_not_show_its_ticket(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(_ticket("Maria"))
    (item,) = read_tickets(path, LIMITS)
    assert "Maria" not in repr(item)
    assert "Help" not in repr(item)
