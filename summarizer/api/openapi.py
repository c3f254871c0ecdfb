"""OpenAPI: what each operation takes and answers, every error code with an example."""

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel

from summarizer.api.asked import BODIES
from summarizer.api.correlation import REQUEST_ID, REQUEST_ID_FORM
from summarizer.api.problems import PROBLEM_MEDIA_TYPE, HTTPCode, Problem, problem_content
from summarizer.api.redactions import TextBody
from summarizer.errors import ErrorCode
from summarizer.models import Ticket

__all__ = [
    "BODY_CODES",
    "CASE_CODES",
    "ERASURE_CODES",
    "GET_CODES",
    "GUARDED_CODES",
    "HOLD_CODES",
    "IDEMPOTENCY_KEY",
    "METRICS",
    "METRICS_CODES",
    "OUTCOME",
    "PAYLOAD",
    "READY",
    "READY_CODES",
    "READ_CODES",
    "RECORD_CODES",
    "REDACTED_TEXT",
    "REDACTED_TICKET",
    "REDACTION_CODES",
    "RESTORE_CODES",
    "REVIEW_CODES",
    "SUMMARY_CODES",
    "SUMMARY_READ_CODES",
    "TEXT",
    "TICKET",
    "TICKET_CODES",
    "WRITTEN_CODES",
    "accepted",
    "add_components",
    "add_request_id",
    "json_body",
    "responses",
    "text_responses",
    "with_events",
]

_REFERENCE: Final = "#/components/schemas/{model}"

TICKET: Final[dict[str, Any]] = {
    "id": "T-1001",
    "channel": "email",
    "subject": "A payment I did not make",
    "jurisdiction": "US",
    "requester": {"name": "Hannah Whitfield", "email": "hannah.whitfield@example.com"},
    "messages": [
        {
            "id": "m1",
            "author": "customer",
            "author_name": "Hannah Whitfield",
            "at": "2026-10-28T20:41:00-04:00",
            "body": "There is a payment of $412.60 on my card 4111 1111 1111 1111 that I did "
            "not make. Please stop the card. Hannah Whitfield",
        }
    ],
    "fields": {"product": "debit card"},
    "tags": ["card"],
}
TEXT: Final[dict[str, Any]] = {"text": "Write to hannah.whitfield@example.com please."}

_SHOWN_SPAN: Final[dict[str, Any]] = {
    "start": 9,
    "end": 37,
    "entity": "EMAIL_ADDRESS",
    "score": 1.0,
    "recognizer": "EmailRecognizer",
    "placeholder": "<EMAIL_ADDRESS_1>",
}
REDACTED_TEXT: Final[dict[str, Any]] = {
    "redacted": "Write to <EMAIL_ADDRESS_1> please.",
    "spans": [_SHOWN_SPAN],
}
REDACTED_TICKET: Final[dict[str, Any]] = {
    "id": "T-1002",
    "subject": "",
    "messages": [
        {
            "id": "m1",
            "author": "customer",
            "body": "Write to <EMAIL_ADDRESS_1> please.",
            "attachments": [],
        }
    ],
    "fields": {},
    "tags": [],
    "spans": {"messages[0].body": [_SHOWN_SPAN]},
}
OUTCOME: Final[dict[str, Any]] = {
    "status": "summarized",
    "case_id": "T-1001",
    "summary": {
        "headline": "Customer disputes a card payment of $412.60",
        "narrative": "<PERSON_1> reports a payment of $412.60 that she did not make and asks "
        "for the card to be stopped.",
        "issue_type": "card_unrecognised",
        "team": "Card Disputes",
        "urgency": "high",
        "next_action": {
            "code": "block_card",
            "detail": "Block the card today.",
            "due": "2026-11-12",
        },
        "key_facts": [
            {"text": "A payment of $412.60 was not made by the customer.", "messages": ["m1"]}
        ],
        "deadlines": [
            {
                "rule": "reg_e_provisional_credit",
                "citation": "12 CFR 1005.11(c)(1)",
                "due": "2026-11-12",
                "because": "Decide on the error, or give provisional credit, within 10 business "
                "days after 28 October 2026 (m1), skipping weekends and 11 November 2026 "
                "(Veterans Day).",
                "trigger": "m1",
            }
        ],
        "urgency_reasons": [
            {
                "rule": "essential_money",
                "level": "high",
                "message": "m1",
                "because": "Money for rent, wages, food, medicine or a home is at stake.",
            }
        ],
        "confidence": None,
    },
    "error": None,
    "review": {"required": False, "reasons": []},
    "redaction": {"entities": {"CREDIT_CARD": 1, "PERSON": 3}, "policy": "default@sha256:0f3c…"},
    "provenance": {
        "model": "embedded",
        "prompt": "case_summary@sha256:9a41…",
        "policy": "default@sha256:0f3c…",
        "taxonomy": "retail_bank@sha256:77d0…",
        "attempts": 1,
    },
    "audit": {"event_ids": ["019a7c52-7d3e-7b60-9f43-0a1b2c3d4e5f"], "seq": 17},
    "attachments_unread": 0,
    "usage": {"prompt_tokens": 1480, "completion_tokens": 212, "cost_usd": 0.0},
    "timings_ms": {"redact": 61.2, "llm": 9120.4, "total": 9214.8},
}
IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "whoever asks again under the same key within 24 hours gets the same answer, "
    "with `Idempotent-Replayed: true`, and nothing is done twice",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    "example": "7f0c2f9e-4c1b-4a55-9d1e-2b7a0e6b1c11",
}
_EVENTS: Final = """\
event: redacted
data: {"after_ms":61.2}

event: outcome
data: {"status":"summarized"}

"""
READY: Final[dict[str, Any]] = {
    "status": "ready",
    "checks": {"detector": "ok", "audit": "ok", "checkpoint": "ok", "model": "ok"},
}

_ANYTHING: Final[dict[str, Any]] = {"schema": {"type": "string"}}
PAYLOAD: Final[dict[str, Any]] = {
    "required": True,
    "description": "what the tool itself sends or stores: docs/case-tools.md",
    "content": {
        "application/json": {"schema": {"type": "object"}},
        "message/rfc822": _ANYTHING,
        "application/mbox": _ANYTHING,
    },
}
METRICS: Final = """\
# HELP summarizer_outcomes_total Tickets by what they came to; code is empty for a summary.
# TYPE summarizer_outcomes_total counter
summarizer_outcomes_total{code="",status="summarized"} 412.0
summarizer_outcomes_total{code="PROVIDER_TIMEOUT",status="failed"} 2.0
"""

_DETAILS: Final[dict[ErrorCode | HTTPCode, str]] = {
    ErrorCode.INVALID_TICKET: "line 4, column 12: not valid JSON: Expecting ',' delimiter",
    ErrorCode.TICKET_TOO_LARGE: "body: more than 4,000,000 bytes, the policy allows 4,000,000; "
    "split the ticket or raise limits",
    ErrorCode.INSUFFICIENT_CONTENT: "the messages hold no text to summarize; send at least one "
    "with words in it",
    ErrorCode.UNSUPPORTED_LANGUAGE: "the case is in a language that policy does not list",
    ErrorCode.EGRESS_BLOCKED: "the request still held CREDIT_CARD; nothing was sent",
    ErrorCode.MODEL_NOT_ALLOWED: "policy default does not allow this model; add it to models.yaml",
    ErrorCode.BUDGET_EXCEEDED: "the budget of this period is used up",
    ErrorCode.INVALID_MODEL_OUTPUT: "the model's answer was not valid after 2 repairs",
    ErrorCode.PROVIDER_UNAVAILABLE: "the provider could not be reached in 3 attempts",
    ErrorCode.AUDIT_UNAVAILABLE: "the audit store is full; nothing was sent",
    ErrorCode.ISSUER_UNAVAILABLE: "the issuer of tokens did not answer; try again, or use an "
    "API key",
    ErrorCode.PROVIDER_TIMEOUT: "the provider did not answer within 180 seconds",
    ErrorCode.REDACTION_FAILED: "a recognizer failed; nothing was sent",
    ErrorCode.INTERNAL: "an unexpected fault of the service; see its log",
    HTTPCode.UNAUTHENTICATED: "send a key: Authorization: Bearer csk_…; `summarizer keys create` "
    "makes one",
    HTTPCode.WRONG_SIGNATURE: "X-Zendesk-Webhook-Signature: is not that of this body, secret and "
    "time; check the signing secret, the clock, and that nothing changes the body on its way",
    HTTPCode.FORBIDDEN: "this needs the permission summarize, which the caller has not",
    HTTPCode.CROSS_SITE: "a page of another site may not use this service",
    ErrorCode.UNKNOWN_CASE: "nothing is recorded of this case, or it was erased; check the id",
    ErrorCode.ERASURE_REFUSED: "the case is on hold until it is released",
    HTTPCode.NOT_FOUND: "source: there is none of this name; name one of native, zendesk, "
    "servicenow, salesforce, email",
    HTTPCode.UNKNOWN_SUMMARY: "there is no summary of this id, its case was erased, or its "
    "retention has ended",
    HTTPCode.UNKNOWN_RECORD: "there is no event of this id",
    HTTPCode.SECOND_PERSON_NEEDED: "confirms: whoever asked cannot confirm; another person must",
    HTTPCode.INVALID_REQUEST: "reason: Field required",
    HTTPCode.TOO_SLOW: "the body of the request did not arrive in time; send it at once",
    HTTPCode.UNSUPPORTED_MEDIA_TYPE: "send Content-Type: application/json, encoded in UTF-8",
    HTTPCode.BAD_REQUEST: "Idempotency-Key: send one, of 1 to 200 printable ASCII characters",
    HTTPCode.IDEMPOTENCY_CONFLICT: "Idempotency-Key: the request is under way; ask again for its "
    "answer",
    HTTPCode.IDEMPOTENCY_KEY_REUSED: "Idempotency-Key: was used for another request; use a new one "
    "for this",
    HTTPCode.RATE_LIMITED: "a caller has 600 requests a minute; ask again in 3 s",
    HTTPCode.TOO_BUSY: "too many requests wait already; ask again in 12 s",
    HTTPCode.WRONG_HOST: "ask by a name of SUMMARIZER_ALLOWED_HOSTS, or by a loopback name "
    "where the service listens on one",
    HTTPCode.NOT_READY: "not ready: audit",
    HTTPCode.STOPPING: "the service stopped before there was an answer; ask again",
}
_ANY_REQUEST: Final = (HTTPCode.CROSS_SITE, HTTPCode.WRONG_HOST, ErrorCode.INTERNAL)
GUARDED_CODES: Final = (
    *_ANY_REQUEST,
    HTTPCode.UNAUTHENTICATED,
    HTTPCode.FORBIDDEN,
    HTTPCode.RATE_LIMITED,
    ErrorCode.AUDIT_UNAVAILABLE,
    ErrorCode.ISSUER_UNAVAILABLE,
)
_ANY_BODY: Final = (
    ErrorCode.INVALID_TICKET,
    ErrorCode.TICKET_TOO_LARGE,
    ErrorCode.REDACTION_FAILED,
    HTTPCode.TOO_SLOW,
    HTTPCode.UNSUPPORTED_MEDIA_TYPE,
    HTTPCode.STOPPING,
)
GET_CODES: Final = _ANY_REQUEST
METRICS_CODES: Final = GUARDED_CODES
READY_CODES: Final = (*_ANY_REQUEST, HTTPCode.NOT_READY)
REDACTION_CODES: Final = (*GUARDED_CODES, *_ANY_BODY)
READ_CODES: Final = (*GUARDED_CODES, HTTPCode.INVALID_REQUEST)
RECORD_CODES: Final = (*READ_CODES, HTTPCode.UNKNOWN_RECORD)
CASE_CODES: Final = (*READ_CODES, ErrorCode.UNKNOWN_CASE)
SUMMARY_READ_CODES: Final = (*READ_CODES, HTTPCode.UNKNOWN_SUMMARY)
RESTORE_CODES: Final = (*SUMMARY_READ_CODES, ErrorCode.UNKNOWN_CASE)
BODY_CODES: Final = (
    *READ_CODES,
    ErrorCode.TICKET_TOO_LARGE,
    HTTPCode.TOO_SLOW,
    HTTPCode.UNSUPPORTED_MEDIA_TYPE,
    HTTPCode.STOPPING,
)
REVIEW_CODES: Final = (*BODY_CODES, HTTPCode.UNKNOWN_SUMMARY, ErrorCode.REDACTION_FAILED)
WRITTEN_CODES: Final = (*BODY_CODES, ErrorCode.UNKNOWN_CASE, ErrorCode.REDACTION_FAILED)
HOLD_CODES: Final = (*BODY_CODES, ErrorCode.UNKNOWN_CASE, ErrorCode.ERASURE_REFUSED)
ERASURE_CODES: Final = (*HOLD_CODES, HTTPCode.SECOND_PERSON_NEEDED)
SUMMARY_CODES: Final = (
    *REDACTION_CODES,
    HTTPCode.INVALID_REQUEST,
    ErrorCode.INSUFFICIENT_CONTENT,
    ErrorCode.UNSUPPORTED_LANGUAGE,
    ErrorCode.EGRESS_BLOCKED,
    ErrorCode.MODEL_NOT_ALLOWED,
    ErrorCode.BUDGET_EXCEEDED,
    ErrorCode.INVALID_MODEL_OUTPUT,
    ErrorCode.PROVIDER_UNAVAILABLE,
    ErrorCode.PROVIDER_TIMEOUT,
    HTTPCode.BAD_REQUEST,
    HTTPCode.IDEMPOTENCY_CONFLICT,
    HTTPCode.IDEMPOTENCY_KEY_REUSED,
    HTTPCode.TOO_BUSY,
)
TICKET_CODES: Final = (*SUMMARY_CODES, HTTPCode.WRONG_SIGNATURE, HTTPCode.NOT_FOUND)


def responses(
    codes: Iterable[ErrorCode | HTTPCode], *, ok: int = 200, **examples: dict[str, Any]
) -> dict[int | str, dict[str, Any]]:
    """Describe the responses of an operation: success with examples, and one per error status."""
    named = {name: {"value": value} for name, value in examples.items()}
    described: dict[int | str, dict[str, Any]] = {
        ok: {"content": {"application/json": {"examples": named}}}
    }
    for code in sorted(codes, key=lambda code: code.http_status):
        content = described.setdefault(
            code.http_status,
            {"description": "", "content": {PROBLEM_MEDIA_TYPE: {"examples": {}}}},
        )
        media = content["content"][PROBLEM_MEDIA_TYPE]
        media["schema"] = {"$ref": _REFERENCE.format(model=Problem.__name__)}
        media["examples"][str(code)] = {"value": problem_content(code, _DETAILS[code])}
        content["description"] = ", ".join(media["examples"])
    return described


def accepted(model: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    """Describe a 202: what is asked for is on record and waits."""
    return {
        "model": model,
        "description": "recorded; it waits for a second person",
        "content": {"application/json": {"examples": {"pending": {"value": example}}}},
    }


def text_responses(
    codes: Iterable[ErrorCode | HTTPCode], example: str
) -> dict[int | str, dict[str, Any]]:
    """Describe an operation that gives plain text."""
    described = responses(codes)
    described[200] = {
        "description": "a text",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": example}},
    }
    return described


def with_events(described: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    """Say that a success is also given as a stream of events, if that is what is accepted."""
    content = described[200]["content"]
    content["text/event-stream"] = {"schema": {"type": "string"}, "example": _EVENTS}
    return described


def json_body(models: Iterable[type[BaseModel]], **examples: dict[str, Any]) -> dict[str, Any]:
    """Describe a JSON request body that is one of the models."""
    references = [{"$ref": _REFERENCE.format(model=model.__name__)} for model in models]
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": references[0] if len(references) == 1 else {"oneOf": references},
                    "examples": {name: {"value": value} for name, value in examples.items()},
                }
            },
        }
    }


def add_components(document: dict[str, Any]) -> None:
    """Add the schemas that operations refer to by name alone."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in (Ticket, TextBody, Problem, *BODIES):
        schema = model.model_json_schema(ref_template=_REFERENCE)
        for name, definition in schema.pop("$defs", {}).items():
            schemas.setdefault(name, definition)
        schemas[model.__name__] = schema


def add_request_id(document: dict[str, Any]) -> None:
    """Say of every operation that it takes a request id, and of every response that it has one."""
    components = document.setdefault("components", {})
    schema = {"type": "string", "pattern": f"^{REQUEST_ID_FORM}$"}
    components["parameters"] = {
        "RequestId": {
            "name": REQUEST_ID,
            "in": "header",
            "required": False,
            "description": "Names the request in the log. One of another form is replaced.",
            "schema": schema,
        }
    }
    components["headers"] = {
        "RequestId": {
            "description": "The id that names this request in the log.",
            "required": True,
            "schema": schema,
        }
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            parameters = operation.setdefault("parameters", [])
            parameters.append({"$ref": "#/components/parameters/RequestId"})
            for response in operation["responses"].values():
                headers = response.setdefault("headers", {})
                headers[REQUEST_ID] = {"$ref": "#/components/headers/RequestId"}
