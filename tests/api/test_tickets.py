"""Case tools' own payloads over HTTP: read, signed where the tool signs, and put back."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.ingest.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER
from tests.api.services import assert_problem, badge, recorded, service

FIXTURES = Path(__file__).parent.parent / "ingest" / "fixtures"
EVENT = (FIXTURES / "zendesk_event.json").read_bytes()
MAIL = (FIXTURES / "html_only.eml").read_bytes()
JSON = {"Content-Type": "application/json"}
MAIL_TYPE = {"Content-Type": "message/rfc822"}
SIGNING_SECRET = "dGhpc19pc19pbnZlbnRlZA=="


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service that knows the webhook's signing secret."""
    with service(tmp_path_factory.mktemp("signed"), zendesk_secret=SIGNING_SECRET) as client:
        yield client


def signature(body: bytes, *, secret: str = SIGNING_SECRET, minutes: float = 0) -> dict[str, str]:
    """The headers Zendesk documents for its webhooks."""
    timestamp = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(timespec="seconds")
    digest = hmac.digest(secret.encode(), timestamp.encode() + body, hashlib.sha256)
    return {
        **JSON,
        SIGNATURE_HEADER: base64.b64encode(digest).decode(),
        TIMESTAMP_HEADER: timestamp,
    }


@pytest.mark.parametrize(
    ("source", "name", "media_type"),
    [
        ("zendesk", "zendesk_ticket.json", "application/json"),
        ("zendesk", "zendesk_event.json", "application/json; charset=utf-8"),
        ("servicenow", "servicenow_incident.json", "application/json"),
        ("salesforce", "salesforce_case.json", "application/json"),
        ("email", "html_only.eml", "message/rfc822"),
        ("email", "html_only.eml", "message/rfc822; charset=us-ascii"),
    ],
)
def test_what_a_tool_sends_comes_back_as_a_summary(
    client: httpx.Client, source: str, name: str, media_type: str
) -> None:
    response = client.post(
        f"/v1/tickets/{source}",
        content=(FIXTURES / name).read_bytes(),
        headers={"Content-Type": media_type},
    )

    assert response.status_code == 200, response.text
    assert response.json()["status"] == "summarized"
    assert "post_back" not in response.json()


def test_the_call_that_puts_the_summary_back_stands_beside_it(client: httpx.Client) -> None:
    body = (FIXTURES / "zendesk_ticket.json").read_bytes()

    response = client.post("/v1/tickets/zendesk?post_back=true", content=body, headers=JSON)

    ticket = str(json.loads(body)["ticket"]["id"])
    call = response.json()["post_back"]
    assert (call["method"], call["path"]) == ("PUT", f"/api/v2/tickets/{ticket}.json")
    comment = call["body"]["ticket"]["comment"]
    assert comment["public"] is False
    assert response.json()["summary"]["headline"] in comment["body"]


def test_a_signed_webhook_comes_back_as_a_summary(signed: httpx.Client) -> None:
    response = signed.post("/v1/tickets/zendesk", content=EVENT, headers=signature(EVENT))

    assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    "headers",
    [
        signature(EVENT, secret="another"),
        signature(EVENT + b" "),
        signature(EVENT, minutes=-6),
        {**signature(EVENT), SIGNATURE_HEADER: ""},
        {name: value for name, value in signature(EVENT).items() if name != TIMESTAMP_HEADER},
        {name: value for name, value in signature(EVENT).items() if name != SIGNATURE_HEADER},
    ],
    ids=["secret", "body", "old", "empty", "no time", "no signature"],
)
def test_a_wrong_signature_is_refused_before_anything_is_read(
    signed: httpx.Client, headers: dict[str, str]
) -> None:
    response = signed.post("/v1/tickets/zendesk", content=EVENT, headers=headers)

    assert_problem(response, 401, "WRONG_SIGNATURE")


def test_a_signature_that_cannot_be_checked_is_refused(client: httpx.Client) -> None:
    response = client.post("/v1/tickets/zendesk", content=EVENT, headers=signature(EVENT))

    assert "SUMMARIZER_ZENDESK_SECRET" in assert_problem(response, 401, "WRONG_SIGNATURE")["detail"]


def test_a_signature_is_no_key(signed: httpx.Client) -> None:
    headers = {**signature(EVENT), "Authorization": ""}

    response = signed.post("/v1/tickets/zendesk", content=EVENT, headers=headers)

    assert_problem(response, 401, "UNAUTHENTICATED")


def test_a_tool_that_is_not_known_is_not_found_and_not_quoted(client: httpx.Client) -> None:
    response = client.post("/v1/tickets/zanzibar-7731", content=b"{}", headers=JSON)

    content = assert_problem(response, 404, "NOT_FOUND")
    assert "zendesk" in content["detail"]
    assert "zanzibar" not in response.text


@pytest.mark.parametrize(("source", "headers"), [("email", JSON), ("zendesk", MAIL_TYPE)])
def test_a_body_of_another_kind_is_refused(
    client: httpx.Client, source: str, headers: dict[str, str]
) -> None:
    response = client.post(f"/v1/tickets/{source}", content=MAIL, headers=headers)

    assert_problem(response, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_payload_that_cannot_be_read_names_the_place(client: httpx.Client) -> None:
    response = client.post("/v1/tickets/zendesk", content=b'{"ticket": {}}', headers=JSON)

    assert "ticket" in assert_problem(response, 422, "INVALID_TICKET")["detail"]


def test_the_same_key_gives_the_same_answer_of_a_payload_too(client: httpx.Client) -> None:
    headers = {**JSON, "Idempotency-Key": "zendesk-1"}
    body = (FIXTURES / "zendesk_ticket.json").read_bytes()
    first = client.post("/v1/tickets/zendesk", content=body, headers=headers)
    again = client.post("/v1/tickets/zendesk", content=body, headers=headers)
    other = client.post("/v1/tickets/zendesk?post_back=true", content=body, headers=headers)

    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert_problem(other, 422, "IDEMPOTENCY_KEY_REUSED")


def test_values_are_restored_for_whoever_may_and_never_under_a_key(tmp_path: Path) -> None:
    ticket = {"id": "T-9", "messages": [{"author": "customer", "body": "My card was stolen."}]}
    with service(tmp_path) as client:
        restored = client.post("/v1/tickets/native?restore=true", json=ticket)
        kept = client.post(
            "/v1/summaries?restore=true", json=ticket, headers={"Idempotency-Key": "k"}
        )
        other = client.post(
            "/v1/tickets/native?restore=true", json=ticket, headers=badge(Role.RISK)
        )

    assert restored.status_code == 200
    assert_problem(kept, 400, "BAD_REQUEST")
    assert_problem(other, 403, "FORBIDDEN")
    records, _ = recorded(tmp_path)
    assert [record.kind for record in records].count("restored") == 1
