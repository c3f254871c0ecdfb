"""What an agent accepted or edited becomes a candidate case, with placeholders."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from summarizer.casework.reviews import Decision, FinalText, ReviewRecord
from summarizer.casework.thread import Field, Message, Thread
from summarizer.evals.cases import EvalCase, read_cases
from summarizer.evals.harvest import candidate
from summarizer.models import Summary

NOW = datetime(2026, 11, 2, 9, 14, tzinfo=UTC)
THREAD = Thread(
    channel="email",
    jurisdiction="US",
    requester="<PERSON_1>",
    subject="A lost card",
    tags="card, urgent",
    fields=(Field(key="product", value="debit card"),),
    messages=(
        Message(id="m1", author="customer", at=NOW, body="I lost it. <PERSON_1>"),
        Message(id="m2", author="agent", author_name="<PERSON_2>", body="We stop it."),
    ),
)
SUMMARY = Summary.model_validate({
    "headline": "A lost card",
    "narrative": "<PERSON_1> lost a card.",
    "issue_type": "card_lost",
    "team": "Cards",
    "urgency": "normal",
    "next_action": {"code": "block_card", "detail": "Block it."},
    "key_facts": [{"text": "A card was lost.", "messages": ["m1"]}],
})


def _candidate(decision: Decision, **final: Any) -> EvalCase:
    texts = FinalText.model_validate(final) if final else None
    review = ReviewRecord(id="r", at=NOW, by="ada", decision=decision, summary=texts)
    return candidate("s-1", at=NOW.date(), thread=THREAD, summary=SUMMARY, review=review)


def test_an_accepted_summary_is_what_is_expected() -> None:
    case = _candidate("accept")

    assert (case.id, case.at, case.tags) == ("s-1", date(2026, 11, 2), ("harvested", "accept"))
    assert case.expected.model_dump(exclude_none=True) == {
        "issue_type": "card_lost",
        "urgency": "normal",
        "next_action": "block_card",
        "facts": ("A card was lost.",),
    }
    assert [message.body for message in case.ticket.messages] == [
        "I lost it. <PERSON_1>",
        "We stop it.",
    ]
    assert case.ticket.requester is not None
    assert case.ticket.requester.name == "<PERSON_1>"
    assert case.ticket.fields == {"product": "debit card"}
    assert case.ticket.tags == ("card", "urgent")


@pytest.mark.parametrize(
    ("final", "expected"),
    [
        ({"urgency": "high"}, {"urgency": "high"}),
        ({"issue_type": "card_stolen"}, {"issue_type": "card_stolen"}),
        ({"next_action_code": "call_customer"}, {"next_action": "call_customer"}),
        ({"key_facts": ["It was stolen."]}, {"facts": ("It was stolen.",)}),
        ({"key_facts": []}, {"facts": ()}),
        ({"headline": "Another"}, {}),
    ],
)
def test_what_an_agent_changed_is_expected_instead(
    final: dict[str, Any], expected: dict[str, Any]
) -> None:
    accepted = _candidate("accept").expected.model_dump()

    assert _candidate("edit", **final).expected.model_dump() == accepted | expected


def test_candidates_are_read_as_the_cases_of_a_set(tmp_path: Path) -> None:
    case = _candidate("accept")
    (tmp_path / "set.yaml").write_text(
        "{name: harvest, version: '1', description: New., licence: own, taxonomy: retail_bank}"
    )
    (tmp_path / "cases.jsonl").write_text(case.model_dump_json(exclude_none=True) + "\n")

    assert read_cases(tmp_path).cases == (case,)
    assert json.loads((tmp_path / "cases.jsonl").read_text())["tags"] == ["harvested", "accept"]
