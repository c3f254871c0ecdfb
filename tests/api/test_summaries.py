"""Stored summaries over HTTP: lists, single ones, restored values, reviews."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.policy import Policy
from tests.api.services import assert_problem, badge, detector, recorded, service
from tests.fakes import AnsweringLLM
from tests.routes import REPOSITORY, answer

NAME = "Mira Castellan"
OTHER = "Jonas Albrecht"
TICKET = {
    "id": "T-1",
    "subject": "A lost card",
    "messages": [{"author": "customer", "body": f"I am {NAME} and lost my card."}],
}
TOLD = answer(headline="<PERSON_1> lost a card")


def _summarized(client: httpx.Client, ticket: dict[str, Any] = TICKET) -> str:
    """Have a ticket summarized; return the id of the summary."""
    response = client.post("/v1/summaries", json=ticket)
    assert response.status_code == 200, response.text
    event_id: str = response.json()["audit"]["event_ids"][-1]
    return event_id


def _parts(*answers: str) -> dict[str, Any]:
    return {"llm": AnsweringLLM(*answers), "finds": detector(PERSON=[NAME, OTHER])}


def test_a_summary_is_listed_read_and_reviewed(tmp_path: Path) -> None:
    with service(tmp_path, **_parts(TOLD)) as client:
        summary_id = _summarized(client)

        (line,) = client.get("/v1/summaries").json()["summaries"]
        assert (line["id"], line["case_id"], line["state"]) == (summary_id, "T-1", "open")
        assert line["headline"] == "<PERSON_1> lost a card"

        found = client.get(f"/v1/summaries/{summary_id}").json()
        assert found["outcome"]["summary"]["headline"] == "<PERSON_1> lost a card"
        assert found["thread"]["messages"][0]["body"] == "I am <PERSON_1> and lost my card."

        done = client.post(f"/v1/summaries/{summary_id}/review", json={"decision": "accept"})
        assert done.status_code == 200, done.text
        (line,) = client.get("/v1/summaries", params={"state": "accepted"}).json()["summaries"]
        assert line["id"] == summary_id
        assert client.get("/v1/summaries", params={"state": "open"}).json()["summaries"] == []

    records, verification = recorded(tmp_path)
    assert verification.ok
    reads = [record.facts["action"] for record in records if record.kind == "audit_read"]
    assert reads == ["summaries", "summary", "summaries", "summaries"]
    (review,) = (record for record in records if record.kind == "review")
    assert review.facts == {"decision": "accept", "outcome": summary_id}
    assert NAME not in str(records)


def test_values_are_restored_once_that_is_on_record(tmp_path: Path) -> None:
    with service(tmp_path, **_parts(TOLD)) as client:
        summary_id = _summarized(client)
        response = client.post(f"/v1/summaries/{summary_id}/restore")

    assert response.status_code == 200, response.text
    assert response.json()["summary"]["headline"] == f"{NAME} lost a card"
    assert response.json()["thread"]["messages"][0]["body"] == f"I am {NAME} and lost my card."
    records, _ = recorded(tmp_path)
    (restored,) = (record for record in records if record.kind == "restored")
    assert restored.body is not None
    assert restored.body["actor"] == "agent"
    assert restored.body["placeholders"] == ["<PERSON_1>"]


def test_each_run_of_a_case_is_restored_with_its_own_values(tmp_path: Path) -> None:
    again = {**TICKET, "messages": [{"author": "agent", "body": f"{OTHER} here. Call {NAME}."}]}
    with service(tmp_path, **_parts(TOLD, TOLD)) as client:
        first, second = _summarized(client), _summarized(client, again)
        shown = [
            client.post(f"/v1/summaries/{each}/restore").json()["summary"]["headline"]
            for each in (first, second)
        ]

    assert shown == [f"{NAME} lost a card", f"{OTHER} lost a card"]


def test_where_policy_keeps_nothing_there_is_nothing_to_restore(tmp_path: Path) -> None:
    policy = Policy.read(REPOSITORY / "policies" / "strict")
    with service(tmp_path, policy=policy, **_parts(TOLD)) as client:
        summary_id = _summarized(client)
        response = client.post(f"/v1/summaries/{summary_id}/restore")

    content = assert_problem(response, 404, "UNKNOWN_CASE")
    assert "retention.retain_case" in content["detail"]
    assert "restored" not in {record.kind for record in recorded(tmp_path)[0]}


@pytest.mark.parametrize("role", [Role.RISK, Role.ENGINEER, Role.ADMIN])
def test_only_who_may_restore_gets_values_with_a_new_summary(tmp_path: Path, role: Role) -> None:
    with service(tmp_path, **_parts(TOLD)) as client:
        refused = client.post("/v1/summaries?restore=true", json=TICKET, headers=badge(role))
        assert_problem(refused, 403, "FORBIDDEN")

        response = client.post("/v1/summaries?restore=true", json=TICKET)
        assert response.json()["summary"]["headline"] == f"{NAME} lost a card"

    records, _ = recorded(tmp_path)
    assert [record.kind for record in records if record.kind in {"restored", "outcome"}] == [
        "restored",
        "outcome",
    ]


def test_what_an_agent_writes_is_redacted_before_it_is_stored(tmp_path: Path) -> None:
    edited = {
        "decision": "edit",
        "reason": f"{OTHER} called about it.",
        "summary": {
            "headline": f"{NAME} lost a card",
            "narrative": "<PERSON_1> lost a card.",
            "key_facts": [f"{OTHER} called.", "A card was lost."],
            "urgency": "high",
        },
    }
    with service(tmp_path, **_parts(TOLD)) as client:
        summary_id = _summarized(client)
        response = client.post(f"/v1/summaries/{summary_id}/review", json=edited)
        (stored,) = client.get(f"/v1/summaries/{summary_id}").json()["reviews"]
        shown = client.post(f"/v1/summaries/{summary_id}/restore").json()

    assert response.json() == stored
    assert stored["reason"] == "[PERSON] called about it."
    assert stored["summary"] == {
        "headline": "<PERSON_1> lost a card",
        "narrative": "<PERSON_1> lost a card.",
        "next_action": None,
        "key_facts": ["[PERSON] called.", "A card was lost."],
        "issue_type": None,
        "urgency": "high",
        "next_action_code": None,
    }
    assert shown["final"]["narrative"] == f"{NAME} lost a card."
    records, _ = recorded(tmp_path)
    assert NAME not in str(records)
    assert OTHER not in str(records)


def test_a_later_review_supersedes_and_the_same_again_is_one(tmp_path: Path) -> None:
    reject = {"decision": "reject", "reason": "It is about a transfer."}
    with service(tmp_path, **_parts(TOLD)) as client:
        path = f"/v1/summaries/{_summarized(client)}"
        first = client.post(f"{path}/review", json={"decision": "accept"}).json()
        again = client.post(f"{path}/review", json={"decision": "accept"}).json()
        later = client.post(f"{path}/review", json=reject).json()
        found = client.get(path).json()

    assert first == again
    assert [each["id"] for each in found["reviews"]] == [first["id"], later["id"]]
    assert found["state"] == "rejected"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"decision": "reject"}, "reason"),
        ({"decision": "reject", "reason": "  "}, "reason"),
        ({"decision": "edit"}, "summary"),
        ({"decision": "accept", "summary": {"headline": "x"}}, "summary"),
        ({"decision": "maybe"}, "decision"),
        ({"decision": "edit", "summary": {"issue_type": "Zanzibar-7731"}}, "issue_type"),
        (
            {"decision": "edit", "summary": {"next_action_code": "Zanzibar-7731"}},
            "next_action_code",
        ),
        ({"decision": "edit", "summary": {"urgency": "Zanzibar-7731"}}, "urgency"),
    ],
)
def test_a_review_that_is_not_complete_is_refused_and_nothing_is_quoted(
    client: httpx.Client, body: dict[str, Any], names: str
) -> None:
    response = client.post("/v1/summaries/019a7c52-7d3e-7b60-9f43-0a1b2c3d4e5f/review", json=body)

    content = assert_problem(response, 422, "INVALID_REQUEST")
    assert names in content["detail"]
    assert "Zanzibar" not in response.text


@pytest.mark.parametrize(
    "summary_id", ["019a7c52-7d3e-7b60-9f43-0a1b2c3d4e5f", "x", "%00", "..%2f"]
)
def test_what_is_no_summary_is_not_found(client: httpx.Client, summary_id: str) -> None:
    path = f"/v1/summaries/{summary_id}"
    responses = [
        client.get(path),
        client.post(f"{path}/restore"),
        client.post(f"{path}/review", json={"decision": "accept"}),
    ]

    for response in responses:
        assert response.status_code == 404
        assert response.json()["code"] in {"UNKNOWN_SUMMARY", "NOT_FOUND"}


def test_bad_queries_are_refused_by_their_name(client: httpx.Client) -> None:
    for query in ("limit=0", "limit=9999", "state=x", "after=x"):
        name, _, _ = query.partition("=")
        response = client.get(f"/v1/summaries?{query}")
        assert name in assert_problem(response, 422, "INVALID_REQUEST")["detail"]
