import json
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from summarizer.models import Outcome
from tests.cli.conftest import CARD, EMAIL, TICKET, Run, Spawn, lines
from tests.ingest.payloads import FIXTURES

BAD = '{"id": "T-1", "messages": [{"author": "customer", "boddy": "Zephyrine Quill"}]}'


def test_a_ticket_gives_an_outcome_that_is_recorded(run: Run, ticket_file: Path) -> None:
    result = run("summarize", str(ticket_file), "--json")
    [answer] = lines(result.stdout)
    outcome = Outcome.model_validate_json(result.stdout)

    assert result.exit_code == 0
    assert result.stderr == ""
    assert outcome.status == "summarized"
    assert answer["case_id"] == "T-77"
    # Before the case stand the prompt, policy and taxonomy in force.
    assert outcome.audit.seq == 3 + len(outcome.audit.event_ids) - 1
    assert CARD not in result.output
    assert EMAIL not in result.output


def test_the_card_shows_what_an_agent_needs(run: Run, ticket_file: Path) -> None:
    result = run("summarize", str(ticket_file))

    assert result.exit_code == 0
    for word in ("T-77", "Team", "Next action", "Key facts", "Held back", "Review", "audit #"):
        assert word in result.stdout
    assert EMAIL not in result.output


def test_original_values_come_back_only_if_asked(run: Run, ticket_file: Path) -> None:
    hidden = run("summarize", str(ticket_file), "--json").stdout
    restored = run("summarize", str(ticket_file), "--json", "--restore").stdout

    assert "<PERSON_1>" in hidden
    assert "<PERSON_1>" not in restored
    assert "Zephyrine Quill" in restored


def test_one_bad_ticket_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    good = json.dumps(TICKET)
    (tmp_path / "tickets.jsonl").write_text(f"{good}\n{BAD}\n{good.replace('T-77', 'T-78')}\n")
    empty = json.dumps({"id": "T-9", "messages": [{"author": "customer", "body": "  "}]})
    (tmp_path / "empty.json").write_text(empty)
    result = run("summarize", "tickets.jsonl", "absent.json", "empty.json", "--json")
    answers = lines(result.stdout)

    assert result.exit_code == 3
    assert [(answer["case_id"], answer["status"]) for answer in answers] == [
        ("T-77", "summarized"),
        ("tickets.jsonl:2", "failed"),
        ("T-78", "summarized"),
        ("absent.json", "failed"),
        ("T-9", "refused"),
    ]
    assert answers[1]["error"]["code"] == "INVALID_TICKET"
    assert "Zephyrine" not in json.dumps(answers[1])


def test_a_failure_says_what_it_means_and_what_to_do(run: Run) -> None:
    result = run("summarize", "absent.json")

    assert result.exit_code == 2
    for word in ("INVALID_TICKET", "It means", "What to do", "not recorded"):
        assert word in result.stdout


@pytest.mark.parametrize("spread", [None, 2])
def test_standard_input_holds_lines_or_one_ticket(spawn: Spawn, spread: int | None) -> None:
    process = spawn("summarize", "-", "--json", stdin=-1)
    output, _ = process.communicate(json.dumps(TICKET, indent=spread).encode())

    assert process.returncode == 0
    assert [answer["case_id"] for answer in lines(output.decode())] == ["T-77"]


def test_the_output_file_is_private_and_whole(run: Run, ticket_file: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("what was there before")
    result = run("summarize", str(ticket_file), "--output", "out.jsonl", "--json")
    written = tmp_path / "out.jsonl"

    assert result.exit_code == 0
    assert lines(written.read_text()) == lines(result.stdout)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert list(tmp_path.glob("*.partial")) == []


@pytest.mark.parametrize("output", ["absent/out.jsonl", "."])
def test_an_output_file_that_cannot_be_written_is_noticed_first(
    run: Run, ticket_file: Path, tmp_path: Path, output: str
) -> None:
    result = run("summarize", str(ticket_file), "--output", output)

    assert result.exit_code == 2
    assert "--output" in result.stderr
    assert not (tmp_path / "data").exists()


def test_what_was_finished_before_an_interruption_is_kept(
    spawn: Spawn, run: Run, tmp_path: Path
) -> None:
    """The file named is not there; whole lines wait beside it, and the log is intact."""
    (tmp_path / "many.jsonl").write_text(f"{json.dumps(TICKET)}\n" * 500)
    process = spawn("summarize", "many.jsonl", "--json", "--output", "out.jsonl")
    assert process.stdout is not None
    shown = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    rest, errors = process.communicate()
    [partial] = tmp_path.glob("out.jsonl.*.partial")
    kept = lines(partial.read_text())

    assert process.returncode == 130
    assert errors.endswith(b"interrupted\n")
    assert partial.name.encode() in errors
    assert not (tmp_path / "out.jsonl").exists()
    assert 1 <= len(lines((shown + rest).decode())) <= len(kept) < 500
    assert run("audit", "verify").exit_code == 0


def _read_whole(terminal: int) -> Iterator[bytes]:
    """Read what was shown until the other end is closed, which is an error on Linux."""
    with suppress(OSError):
        while part := os.read(terminal, 65536):
            yield part


def test_progress_goes_to_the_terminal_and_not_between_the_results(
    spawn: Spawn, ticket_file: Path
) -> None:
    terminal, end = os.openpty()
    with spawn("summarize", str(ticket_file), "--json", stderr=end) as process:
        os.close(end)
        output, _ = process.communicate()
    shown = b"".join(_read_whole(terminal))
    os.close(terminal)

    assert [answer["case_id"] for answer in lines(output.decode())] == ["T-77"]
    assert b"summarizing" in shown
    assert b"1/1" in shown


def test_a_source_that_is_none_is_refused_and_names_those_there_are(
    run: Run, ticket_file: Path
) -> None:
    result = run("summarize", str(ticket_file), "--source", "other", "--json")

    assert result.exit_code == 2
    assert "native, zendesk, servicenow" in lines(result.stdout)[0]["error"]["detail"]


@pytest.mark.parametrize(
    ("source", "payload", "case_ids"),
    [
        ("zendesk", "zendesk_ticket.json", ["35436"]),
        ("servicenow", "servicenow_incident.json", ["INC0010021"]),
        ("salesforce", "salesforce_case.json", ["00001026"]),
        ("email", "thread.mbox", ["email-5c248ae8254e4b97", "email-37077b7495dfdd18"]),
    ],
)
def test_a_case_tools_own_payload_gives_an_outcome(
    run: Run, source: str, payload: str, case_ids: list[str]
) -> None:
    path = str(FIXTURES / payload)
    result = run("summarize", path, "--source", source, "--json", "--post-back")
    answers = lines(result.stdout)

    assert result.exit_code == 0
    assert [answer["case_id"] for answer in answers] == case_ids
    for answer in answers:
        note = json.dumps(answer["post_back"])
        assert answer["summary"]["headline"] in note
        # The way back carries the placeholders of the summary, unless it is restored.
        assert "Whitfield" not in note


def test_a_mail_is_read_from_standard_input_and_from_a_folder(
    run: Run, spawn: Spawn, tmp_path: Path
) -> None:
    mail = (FIXTURES / "html_only.eml").read_bytes()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "1.eml").write_bytes(mail)
    (tmp_path / "inbox" / "notes.json").write_text("{}")
    process = spawn("summarize", "-", "--source", "email", "--json", stdin=-1)
    output, _ = process.communicate(mail)
    [piped] = lines(output.decode())
    [found] = lines(run("summarize", "inbox", "--source", "email", "--json").stdout)

    assert piped["status"] == found["status"] == "summarized"
    assert piped["case_id"] == found["case_id"]


def test_a_payload_that_is_wrong_is_named_by_its_path_and_not_quoted(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "case.json").write_text('{"ticket": {"id": 1, "subject": ["Zephyrine Quill"]}}')
    result = run("summarize", "case.json", "--source", "zendesk", "--json", "--post-back")
    [answer] = lines(result.stdout)

    assert result.exit_code == 2
    assert answer["error"]["code"] == "INVALID_TICKET"
    assert answer["error"]["detail"] == "ticket.subject: must be a valid string"
    assert answer["post_back"] is None
    assert "Zephyrine" not in result.output


def test_the_way_back_is_shown_as_json_alone(run: Run, ticket_file: Path) -> None:
    result = run("summarize", str(ticket_file), "--post-back")

    assert result.exit_code == 2
    assert "add --json" in result.stderr


def test_a_model_that_policy_does_not_list_is_refused(run: Run, ticket_file: Path) -> None:
    result = run("summarize", str(ticket_file), "--model", "bedrock/other")

    assert result.exit_code == 3
    assert result.stderr.startswith("MODEL_NOT_ALLOWED: ")
