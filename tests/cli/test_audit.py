import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from summarizer.audit.origin import CaseTagger
from tests.cli.conftest import Run, lines


@pytest.fixture
def recorded(run: Run, ticket_file: Path) -> Run:
    """A log that holds one summarized case."""
    assert run("summarize", str(ticket_file), "--json").exit_code == 0
    return run


def test_the_list_names_events_and_shows_nothing_they_hold(recorded: Run) -> None:
    events = lines(recorded("audit", "list", "--json").stdout)

    assert [event["seq"] for event in events] == list(range(len(events)))
    assert [event["kind"] for event in events][-1] == "outcome"
    assert set(events[0]) == {
        "seq", "id", "kind", "at", "case", "n", "actor", "facts", "hash"
    }  # fmt: skip


def test_the_list_can_be_narrowed(recorded: Run) -> None:
    of_kind = lines(recorded("audit", "list", "--kind", "prompt", "--json").stdout)
    of_case = lines(recorded("audit", "list", "--case", "T-77", "--json").stdout)
    of_other = lines(recorded("audit", "list", "--case", "T-78", "--json").stdout)
    newest = lines(recorded("audit", "list", "--limit", "2", "--json").stdout)

    assert [event["kind"] for event in of_kind] == ["prompt"]
    assert {event["case"] for event in of_case} == {of_kind[0]["case"]}
    assert of_other == []
    assert [event["kind"] for event in newest] == ["audit_read", "audit_read"]


def test_a_prompt_is_shown_exactly_and_its_reading_is_recorded(recorded: Run) -> None:
    [prompt] = lines(recorded("audit", "list", "--kind", "prompt", "--json").stdout)
    [shown] = lines(recorded("audit", "show", prompt["id"], "--json").stdout)
    pretty = recorded("audit", "show", prompt["id"]).stdout
    reads = lines(recorded("audit", "list", "--kind", "audit_read", "--json").stdout)
    [read] = lines(recorded("audit", "show", reads[1]["id"], "--json").stdout)

    assert "<EMAIL_ADDRESS_1>" in shown["body"]["body"]
    assert "<EMAIL_ADDRESS_1>" in pretty
    assert "system" in pretty
    assert read["body"]["action"] == "audit show"
    assert read["body"]["event"] == prompt["id"]
    assert read["body"]["reader"].startswith("os:")


def test_a_case_that_is_not_known_is_told_so_by_every_command(recorded: Run) -> None:
    for command in (
        ("case", "T-404"),
        ("hold", "T-404", "--reason", "x"),
        ("release", "T-404", "--reason", "x"),
    ):
        result = recorded("audit", *command)

        assert result.exit_code == 2
        assert result.stderr.startswith("UNKNOWN_CASE: ")


def test_a_case_is_shown_with_the_tag_that_names_it_in_the_log_of_the_service(
    recorded: Run, tmp_path: Path
) -> None:
    [origin] = (tmp_path / "data" / "origins").iterdir()
    tag = CaseTagger((origin / "tag.key").read_bytes()).log_tag("T-77")

    shown = recorded("audit", "case", "T-77", "--json")

    assert tag in shown.stderr
    assert tag not in shown.stdout


def test_listing_a_case_that_is_not_known_makes_no_key_for_it(
    recorded: Run, tmp_path: Path
) -> None:
    def keys() -> int:
        with closing(sqlite3.connect(tmp_path / "data" / "keys.db")) as connection:
            count: int = connection.execute("SELECT COUNT(*) FROM key_case").fetchone()[0]
        return count

    before = keys()
    recorded("audit", "list", "--case", "T-404")

    assert keys() == before


def test_an_unknown_event_is_bad_input(recorded: Run) -> None:
    result = recorded("audit", "show", "no-such-event")

    assert result.exit_code == 2
    assert "audit list" in result.stderr


def test_an_intact_log_verifies(recorded: Run) -> None:
    [answer] = lines(recorded("audit", "verify", "--json").stdout)

    assert set(answer) == {"ok", "entries", "root", "checkpoint", "findings"}
    assert answer["ok"] is True
    assert answer["entries"] >= 5
    assert answer["findings"] == []


def test_one_changed_byte_is_found(recorded: Run, tmp_path: Path) -> None:
    database = tmp_path / "data" / "audit.db"
    content = bytearray(database.read_bytes())
    at = content.index(b'"kind":"prompt"') + len(b'"kind":"')
    content[at] ^= 1
    database.write_bytes(content)
    result = recorded("audit", "verify", "--json")
    [answer] = lines(result.stdout)

    assert result.exit_code == 1
    assert answer["ok"] is False
    assert {"kind", "seq", "detail"} == set(answer["findings"][0])
    assert "NOT INTACT" in recorded("audit", "verify").stdout


def test_a_database_that_is_none_is_named_as_such(recorded: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "audit.db").write_bytes(b"nothing of the kind" * 1000)

    result = recorded("audit", "verify")

    assert result.exit_code == 4
    assert "not an SQLite database" in result.stderr


@pytest.mark.parametrize("command", [("list",), ("show", "x"), ("verify",)])
def test_a_mistyped_folder_is_an_error_and_not_an_empty_log(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    result = run("audit", *command, "--data-dir", "typo", "--json")

    assert result.exit_code == 4
    assert json.loads(result.stdout)["error"]["code"] == "AUDIT_UNAVAILABLE"
    assert not (tmp_path / "typo").exists()


def test_a_database_that_is_no_sqlite_file_is_named_as_such(run: Run) -> None:
    result = run("audit", "verify", "--database-url", "mysql://host/db")

    assert result.exit_code == 2
    assert "sqlite:///PATH" in result.stderr
