"""The OpenAPI document: true to the service, with every error and valid examples."""

import json
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from pydantic import TypeAdapter
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from summarizer.access.permissions import Role
from summarizer.api import openapi
from summarizer.api.problems import TITLES, Problem
from summarizer.api.redactions import RedactedTextBody, RedactedTicketBody, TextBody
from summarizer.errors import ErrorCode
from summarizer.models import Outcome, Ticket
from summarizer.policy import Policy
from tests.api.services import badge
from tests.routes import default_policy

OPERATIONS = [
    ("/v1/summaries", "post", Role.AGENT),
    ("/v1/redactions", "post", Role.AGENT),
    ("/v1/tickets/{source}", "post", Role.AGENT),
    ("/v1/summaries", "get", Role.AGENT),
    ("/v1/summaries/{id}", "get", Role.AGENT),
    ("/v1/summaries/{id}/restore", "post", Role.AGENT),
    ("/v1/summaries/{id}/review", "post", Role.AGENT),
    ("/v1/audit/events", "get", Role.RISK),
    ("/v1/audit/events/{id}", "get", Role.RISK),
    ("/v1/audit/cases/{case}", "get", Role.RISK),
    ("/v1/audit/checkpoint", "get", Role.RISK),
    ("/v1/audit/proofs/inclusion", "get", Role.RISK),
    ("/v1/audit/proofs/consistency", "get", Role.RISK),
    ("/v1/audit/verify", "post", Role.RISK),
    ("/v1/audit/subject", "post", Role.RISK),
    ("/v1/audit/findings", "post", Role.RISK),
    ("/v1/audit/erasures", "post", Role.RISK),
    ("/v1/audit/holds", "post", Role.RISK),
    ("/v1/audit/holds/{case}", "delete", Role.RISK),
    ("/v1/policies", "get", Role.ENGINEER),
    ("/v1/prompts", "get", Role.ENGINEER),
    ("/v1/evals", "get", Role.ENGINEER),
    ("/v1/keys", "get", Role.ADMIN),
    ("/v1/keys", "post", Role.ADMIN),
    ("/v1/keys/{id}", "delete", Role.ADMIN),
    ("/healthz", "get", Role.AGENT),
    ("/readyz", "get", Role.AGENT),
    ("/metrics", "get", Role.ENGINEER),
]
"""Each with a role that may use it."""
TAKES_NOTHING = {
    "/v1/audit/checkpoint", "/v1/audit/verify", "/v1/policies", "/v1/prompts",
    "/healthz", "/readyz", "/metrics",
}  # fmt: skip
GENERATED = [
    (*operation, mode)
    for operation in OPERATIONS
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    # There is nothing that could be wrong with a request that takes nothing.
    if mode is schemathesis.GenerationMode.POSITIVE
    or not (operation[0] in TAKES_NOTHING or operation[:2] == ("/v1/keys", "get"))
]
HEALTH = list(HealthCheck)
# Whether a ticket is accepted also hangs on what no schema says, such as words in a message.
_NOT_CHECKED: list[Any] = [positive_data_acceptance, negative_data_rejection]


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    content: dict[str, Any] = client.get("/openapi.json").json()
    return content


def test_every_operation_is_tried(document: dict[str, Any]) -> None:
    described = {(path, method) for path, item in document["paths"].items() for method in item}

    assert {(path, method) for path, method, _ in OPERATIONS} == described


@pytest.mark.parametrize(("path", "method", "role", "mode"), GENERATED)
def test_whatever_is_sent_is_answered_as_documented(
    client: httpx.Client, path: str, method: str, role: Role, mode: schemathesis.GenerationMode
) -> None:
    """No 500, no status, media type or form of body that the document does not name."""
    schema = schemathesis.openapi.from_url(f"{client.base_url}/openapi.json")

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=HEALTH)
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def answered_as_documented(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=badge(role), excluded_checks=_NOT_CHECKED)

    answered_as_documented()


def test_every_error_code_is_documented_under_its_status(document: dict[str, Any]) -> None:
    responses = document["paths"]["/v1/summaries"]["post"]["responses"]

    elsewhere = {ErrorCode.UNKNOWN_CASE, ErrorCode.ERASURE_REFUSED}
    for code in set(ErrorCode) - {ErrorCode.INVALID_CONFIGURATION} - elsewhere:
        media = responses[str(code.http_status)]["content"]["application/problem+json"]
        assert media["examples"][code]["value"]["code"] == code
        assert media["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert names <= schemas.keys()
    assert "HTTPValidationError" not in schemas
    assert "#/$defs/" not in text


@pytest.mark.parametrize(("path", "method"), [operation[:2] for operation in OPERATIONS])
def test_every_error_example_is_a_problem(document: dict[str, Any], path: str, method: str) -> None:
    responses = document["paths"][path][method]["responses"]
    errors = {status: item for status, item in responses.items() if status >= "400"}

    assert {"403", "421", "500"} <= errors.keys()
    for status, item in errors.items():
        for name, example in item["content"]["application/problem+json"]["examples"].items():
            problem = Problem.model_validate(example["value"])
            assert (str(problem.status), problem.code) == (status, name)


@pytest.mark.parametrize(("path", "method"), [operation[:2] for operation in OPERATIONS])
def test_every_operation_takes_a_request_id_and_every_response_has_one(
    document: dict[str, Any], path: str, method: str
) -> None:
    operation = document["paths"][path][method]
    parameter = document["components"]["parameters"]["RequestId"]

    assert {"$ref": "#/components/parameters/RequestId"} in operation["parameters"]
    assert (parameter["name"], parameter["in"]) == ("X-Request-Id", "header")
    for response in operation["responses"].values():
        assert response["headers"] == {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}


def test_the_request_examples_are_accepted(client: httpx.Client) -> None:
    Ticket.model_validate_json(json.dumps(openapi.TICKET), strict=True)
    TextBody.model_validate(openapi.TEXT)

    assert client.post("/v1/summaries", json=openapi.TICKET).status_code == 200
    assert client.post("/v1/redactions", json=openapi.TICKET).status_code == 200
    assert client.post("/v1/redactions", json=openapi.TEXT).status_code == 200


def test_the_response_examples_have_the_form_of_responses() -> None:
    outcome = TypeAdapter(Outcome).validate_json(json.dumps(openapi.OUTCOME))
    RedactedTicketBody.model_validate_json(json.dumps(openapi.REDACTED_TICKET))
    text = RedactedTextBody.model_validate(openapi.REDACTED_TEXT)

    (span,) = text.spans
    source = openapi.TEXT["text"]
    assert text.redacted == source[: span.start] + span.placeholder + source[span.end :]
    assert outcome.summary is not None
    _assert_codes_exist(outcome, default_policy())


def _assert_codes_exist(outcome: Outcome, policy: Policy) -> None:
    summary = outcome.summary
    assert summary is not None
    teams = {item.code: item.team for item in policy.taxonomy.issue_types}
    assert teams[summary.issue_type] == summary.team
    assert summary.next_action.code in {item.code for item in policy.taxonomy.next_actions}


def test_every_code_has_a_title() -> None:
    assert set(ErrorCode) <= TITLES.keys()
