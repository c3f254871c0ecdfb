"""What was summarized can be summarized once more by something else, from the record alone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import CARD, EMAIL, TICKET, Run, lines

TODAY = datetime.now(UTC).date()


@pytest.fixture
def recorded(run: Run, tmp_path: Path) -> Run:
    """Three summaries on record."""
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps({**TICKET, "id": f"T-{at}"}) + "\n" for at in range(3)))
    assert run("summarize", str(path), "--json").exit_code == 0
    return run


def test_what_is_on_record_is_replayed_and_compared(recorded: Run) -> None:
    result = recorded("replay", "--since", str(TODAY), "--model", "extractive", "--json")
    [answer] = lines(result.stdout)

    assert result.exit_code == 0
    assert answer["failed"] == {}
    assert (answer["replayed"], answer["passed_over"]) == (3, 0)
    assert (answer["base"]["model"], answer["new"]["model"]) == (["scripted"], ["extractive"])
    # What was made without a model is no answer of one.
    [answered] = [each for each in answer["differences"] if each["metric"] == "answered.rate"]
    assert (answered["base"], answered["new"]) == (1.0, 0.0)
    assert {each["label"] for each in answer["labels"]} == {
        "issue_type", "team", "urgency", "next_action",
    }  # fmt: skip
    assert CARD not in result.output
    assert EMAIL not in result.output


def test_the_same_model_says_the_same_again(run: Run, ticket_file: Path) -> None:
    for _ in range(3):
        assert run("summarize", str(ticket_file), "--model", "extractive").exit_code == 0
    result = run("replay", "--since", str(TODAY), "--model", "extractive")

    assert result.exit_code == 0
    assert "3 summaries replayed, 0 passed over" in result.stdout
    assert result.stdout.count("0 of 3") == 4


def test_reading_for_a_replay_is_an_event_and_leaves_the_record_as_it_was(recorded: Run) -> None:
    before = lines(recorded("audit", "list", "--json").stdout)
    recorded("replay", "--since", str(TODAY), "--model", "extractive")
    after = lines(recorded("audit", "list", "--json").stdout)

    assert [each["id"] for each in before if each["kind"] == "outcome"] == [
        each["id"] for each in after if each["kind"] == "outcome"
    ]
    assert len([each for each in after if each["kind"] == "audit_read"]) == (
        len([each for each in before if each["kind"] == "audit_read"]) + 2
    )


def test_nothing_of_a_replayed_case_can_be_read_in_the_log_of_evaluations(
    recorded: Run, environment: dict[str, str]
) -> None:
    recorded("replay", "--since", str(TODAY), "--model", "extractive")
    folder = f"{environment['SUMMARIZER_DATA_DIR']}/evaluation"
    events = lines(recorded("audit", "list", "--data-dir", folder, "--json").stdout)
    prompts = [each["id"] for each in events if each["kind"] == "prompt"]
    shown = [
        lines(recorded("audit", "show", id_, "--data-dir", folder, "--json").stdout)[0]
        for id_ in prompts
    ]

    assert len(prompts) == 3
    assert {each["state"] for each in shown} == {"erased"}
    assert recorded("audit", "verify", "--data-dir", folder).exit_code == 0


def test_who_replayed_what_and_with_which_model_is_on_record(recorded: Run) -> None:
    recorded("replay", "--since", str(TODAY), "--model", "extractive")
    events = lines(recorded("audit", "list", "--json").stdout)
    outcomes = {each["id"] for each in events if each["kind"] == "outcome"}
    read = [
        lines(recorded("audit", "show", each["id"], "--json").stdout)[0]["body"]
        for each in events
        if each["kind"] == "audit_read"
    ]
    [replay] = [body for body in read if body["action"] == "audit replay"]

    assert set(replay["outcomes"]) == outcomes
    assert replay["model"] == "extractive"


def test_a_period_without_summaries_is_named(recorded: Run) -> None:
    tomorrow = TODAY + timedelta(days=1)
    result = recorded("replay", "--since", str(tomorrow))

    assert result.exit_code == 2
    assert f"no summary on record since {tomorrow} can be replayed" in result.stderr


def test_a_wrong_day_is_named_with_its_fix(recorded: Run) -> None:
    result = recorded("replay", "--since", "last week")

    assert result.exit_code == 2
    assert "--since: write a day as YYYY-MM-DD" in result.stderr
