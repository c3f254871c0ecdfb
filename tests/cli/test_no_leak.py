"""Unique values are planted, every step is made to fail, and all output is searched."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

NAME = "Zephyrine Quillfeather"
PLANTED = (NAME, "4111 1111 1111 1111", "zq.unique@example.com", "xylophone-gravel-7731")
BODY = " ".join(PLANTED)
MESSAGE = {"author": "customer", "body": BODY}


UNREADABLE = (
    json.dumps({"id": NAME, "messages": [MESSAGE]})[:-3],
    json.dumps({"id": "T-1", "messages": [MESSAGE], NAME: NAME}),
    json.dumps({"id": "T-1", "messages": [{**MESSAGE, "author": NAME}]}),
    json.dumps({"id": "T-1", "messages": [{**MESSAGE, "at": BODY}]}),
    json.dumps({"id": "T-1", "messages": BODY}),
    json.dumps({"id": "T-1", "messages": [{**MESSAGE, "body": BODY * 3000}]}),
    json.dumps({"id": "T-1", "fields": {BODY: BODY}, "messages": [MESSAGE]}),
    json.dumps(BODY),
    json.dumps(MESSAGE) + "\x00",
)


@pytest.mark.parametrize("content", UNREADABLE)
@pytest.mark.parametrize("flag", ["--explain", "--json"])
def test_a_ticket_that_cannot_be_read_is_not_quoted(
    run: Run, tmp_path: Path, content: str, flag: str
) -> None:
    (tmp_path / "ticket.json").write_text(content)
    result = run("redact", flag, "ticket.json")

    assert result.exit_code == 2
    _assert_clean(result.output)


def test_a_line_that_cannot_be_read_is_not_quoted(run: Run) -> None:
    result = run("redact", "--format", "jsonl", text="\n".join(UNREADABLE))

    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == len(UNREADABLE)
    _assert_clean(result.output)


def test_no_unreadable_ticket_is_quoted_in_an_outcome(run: Run, tmp_path: Path) -> None:
    contents: list[Mapping[str, Any]] = [
        {"id": "T-1", "messages": [MESSAGE], NAME: NAME},
        {"id": "T-1", "messages": BODY},
    ]
    (tmp_path / "bad.jsonl").write_text("".join(json.dumps(item) + "\n" for item in contents))
    for arguments in ((), ("--json",)):
        result = run("summarize", "bad.jsonl", *arguments)

        assert result.exit_code == 2
        _assert_clean(result.output)


def test_a_full_run_shows_and_stores_placeholders_alone(run: Run, tmp_path: Path) -> None:
    """The last planted value is no personal data in form, so it may stay."""
    ticket = {"id": "T-1", "requester": {"name": NAME}, "messages": [MESSAGE]}
    (tmp_path / "ticket.json").write_text(json.dumps(ticket))
    shown = run("summarize", "ticket.json")
    listed = run("audit", "list", "--json").stdout.splitlines()
    events = [run("audit", "show", json.loads(line)["id"]) for line in listed]

    assert shown.exit_code == 0
    assert len(events) >= 5
    for output in (shown.output, *(event.output for event in events)):
        _assert_clean(output, PLANTED[:-1])
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert [value for value in PLANTED[:-1] if value.encode() in content] == []


def test_a_store_that_cannot_be_opened_stops_everything(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ticket.json").write_text(json.dumps({"id": "T-1", "messages": [MESSAGE]}))
    (tmp_path / "data").write_text("a file where a folder should be")
    result = run("summarize", "ticket.json")

    assert result.exit_code == 4
    assert result.stderr.startswith("AUDIT_UNAVAILABLE: ")
    _assert_clean(result.output)


def _assert_clean(output: str, planted: tuple[str, ...] = PLANTED) -> None:
    flat = " ".join(output.split())
    assert [value for value in planted if value in flat] == []
    assert "Traceback" not in flat
