"""The log over HTTP: what a risk officer reads, proves and notes."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.audit.tree import check_consistency, check_inclusion
from tests.api.services import TICKET, assert_problem, badge, detector, recorded, service

RISK = badge(Role.RISK, "rita")
NAME = "Mira Castellan"
NAMED = {
    "id": "T-9/ü",
    "messages": [{"author": "customer", "body": f"I am {NAME} and lost my card."}],
}


def _summarized(client: httpx.Client, ticket: dict[str, Any] = TICKET) -> list[str]:
    response = client.post("/v1/summaries", json=ticket)
    assert response.status_code == 200, response.text
    ids: list[str] = response.json()["audit"]["event_ids"]
    return ids


def _get(client: httpx.Client, path: str, **query: Any) -> Any:
    response = client.get(path, params=query, headers=RISK)
    assert response.status_code == 200, response.text
    return response.json()


def test_events_are_listed_newest_first_and_found_by_what_they_say(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        ids = _summarized(client)
        _summarized(client, TICKET | {"id": "T-2"})

        by_case = _get(client, "/v1/audit/events", case="T-1")["events"]
        by_kind = _get(client, "/v1/audit/events", kind="outcome", outcome="summarized")["events"]
        by_actor = _get(client, "/v1/audit/events", actor="rita")["events"]
        page = _get(client, "/v1/audit/events", case="T-2", limit=2)
        rest = _get(client, "/v1/audit/events", case="T-2", limit=500, after=page["next"])
        none = _get(client, "/v1/audit/events", since="2031-01-01T00:00:00Z")

    assert [event["id"] for event in by_case] == ids[::-1]
    assert {event["kind"] for event in by_kind} == {"outcome"}
    assert len(by_kind) == 2
    # The two searches before it.
    assert [event["kind"] for event in by_actor] == ["audit_read", "audit_read"]
    assert len(page["events"]) == 2
    assert len(rest["events"]) == 4
    assert none == {"events": [], "next": None}


def test_an_event_and_a_case_are_shown_with_what_was_sent_and_that_is_recorded(
    tmp_path: Path,
) -> None:
    with service(tmp_path, finds=detector(PERSON=[NAME])) as client:
        ids = _summarized(client, NAMED)
        sent = next(
            event
            for each in ids
            if (event := _get(client, f"/v1/audit/events/{each}"))["kind"] == "prompt"
        )
        case = _get(client, "/v1/audit/cases/T-9%2F%C3%BC")

    assert "<PERSON_1>" in sent["body"]["body"]
    assert case["case_id"] == "T-9/ü"
    assert [event["id"] for event in case["events"]] == ids
    assert case["events"][2]["body"] == sent["body"]
    records, _ = recorded(tmp_path)
    reads = [record for record in records if record.kind == "audit_read"]
    assert [record.facts["action"] for record in reads] == ["show", "show", "show", "case"]
    assert NAME not in str(records)


def test_what_is_not_on_record_is_not_found_and_a_case_gets_no_key(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        _summarized(client)
        event = client.get("/v1/audit/events/019a7c52-7d3e-7b60-9f43-0a1b2c3d4e5f", headers=RISK)
        case = client.get("/v1/audit/cases/T-404", headers=RISK)
        listed = _get(client, "/v1/audit/events", case="T-404")

    assert_problem(event, 404, "UNKNOWN_RECORD")
    assert_problem(case, 404, "UNKNOWN_CASE")
    assert listed["events"] == []
    records, _ = recorded(tmp_path)
    assert len({record.case for record in records if record.case}) == 1


def test_a_proof_over_http_holds_under_the_checkpoint_over_http(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        ids = _summarized(client)
        verified = client.post("/v1/audit/verify", headers=RISK).json()
        proof = _published(client, ids[0])
        note = client.get("/v1/audit/checkpoint", headers=badge(Role.ENGINEER))
        size = proof["size"]
        both = _get(client, "/v1/audit/proofs/consistency", **{"from": 2, "to": size})
        beyond = client.get(
            "/v1/audit/proofs/consistency", params={"from": 2, "to": size + 9999}, headers=RISK
        )
        backward = client.get(
            "/v1/audit/proofs/consistency", params={"from": 3, "to": 2}, headers=RISK
        )

    assert verified["ok"] is True
    assert verified["findings"] == []
    assert note.headers["content-type"].startswith("text/plain")
    assert note.text.startswith("case-summarizer/")
    root = b64decode(proof["checkpoint"].splitlines()[2])
    path = [b64decode(each) for each in proof["proof"]]
    assert check_inclusion(b64decode(proof["leaf"]), proof["seq"], size, path, root)
    roots = b64decode(both["from_root"]), b64decode(both["to_root"])
    assert roots[1] == root
    path = [b64decode(each) for each in both["proof"]]
    assert check_consistency(2, roots[0], size, root, path)
    assert_problem(beyond, 404, "UNKNOWN_RECORD")
    assert_problem(backward, 404, "UNKNOWN_RECORD")


def _published(client: httpx.Client, event_id: str) -> Any:
    """Ask for a proof until a checkpoint covers the event, as the answer says."""
    for _ in range(200):
        response = client.get("/v1/audit/proofs/inclusion", params={"id": event_id}, headers=RISK)
        if response.status_code == 200:
            return response.json()
        assert_problem(response, 404, "UNKNOWN_RECORD")
    raise AssertionError


def test_a_persons_cases_are_found_by_a_value_in_the_body(tmp_path: Path) -> None:
    with service(tmp_path, finds=detector(PERSON=[NAME])) as client:
        _summarized(client, NAMED)
        found = client.post("/v1/audit/subject", json={"identifier": NAME.lower()}, headers=RISK)
        other = client.post("/v1/audit/subject", json={"identifier": "Ada Quill"}, headers=RISK)

    assert found.json() == {"cases": ["T-9/ü"]}
    assert other.json() == {"cases": []}
    records, _ = recorded(tmp_path)
    assert [r.facts["action"] for r in records if r.kind == "audit_read"] == ["subject"] * 2
    assert NAME.lower() not in str(records).lower()


def test_a_finding_is_redacted_and_belongs_to_its_case(tmp_path: Path) -> None:
    finding = {"case": "T-9/ü", "severity": "high", "text": f"{NAME} was shown <PERSON_1>."}
    with service(tmp_path, finds=detector(PERSON=[NAME])) as client:
        ids = _summarized(client, NAMED)
        elsewhere = _summarized(client)[0]
        body = finding | {"event": ids[2]}
        noted = client.post("/v1/audit/findings", json=body, headers=RISK).json()["event"]
        refused = [
            client.post("/v1/audit/findings", json=finding | change, headers=RISK)
            for change in ({"case": "T-404"}, {"event": elsewhere}, {"event": "x"})
        ]
        shown = _get(client, f"/v1/audit/events/{noted}")

    for response in refused:
        assert_problem(response, 404, "UNKNOWN_CASE")
    assert shown["kind"] == "finding"
    assert shown["facts"] == {"severity": "high", "event": ids[2]}
    assert shown["body"]["text"] == "[PERSON] was shown <PERSON_1>."
    assert NAME not in str(recorded(tmp_path)[0])


@pytest.mark.parametrize(
    "query",
    [
        "kind=x",
        "since=yesterday",
        "since=2026-01-01T00:00:00",
        "limit=0",
        "model=%00",
        "after=1",
        # In another zone these are no times any more.
        "since=9999-12-31T23:59:59-14:00",
        "until=0001-01-01T00:00:00%2B14:00",
    ],
)
def test_a_bad_filter_is_refused_by_its_name(client: httpx.Client, query: str) -> None:
    response = client.get(f"/v1/audit/events?{query}", headers=RISK)

    content = assert_problem(response, 422, "INVALID_REQUEST")
    assert query.partition("=")[0] in content["detail"]
