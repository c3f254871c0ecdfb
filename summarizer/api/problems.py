"""Problems: error code, detail and Outcome -> an RFC 9457 `application/problem+json` response."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from summarizer.errors import ErrorCode
from summarizer.models import Outcome

__all__ = [
    "PROBLEM_MEDIA_TYPE",
    "TITLES",
    "HTTPCode",
    "HTTPRefusal",
    "Problem",
    "json_response",
    "problem",
    "problem_content",
]

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"


class HTTPCode(StrEnum):
    """Codes of refusals that only HTTP knows; each carries its status."""

    http_status: int

    def __new__(cls, value: str, http_status: int) -> Self:
        """Attach the HTTP status to the code."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.http_status = http_status
        return member

    BAD_REQUEST = "BAD_REQUEST", 400
    UNAUTHENTICATED = "UNAUTHENTICATED", 401
    WRONG_SIGNATURE = "WRONG_SIGNATURE", 401
    FORBIDDEN = "FORBIDDEN", 403
    CROSS_SITE = "CROSS_SITE", 403
    NOT_FOUND = "NOT_FOUND", 404
    UNKNOWN_SUMMARY = "UNKNOWN_SUMMARY", 404
    UNKNOWN_RECORD = "UNKNOWN_RECORD", 404
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED", 405
    TOO_SLOW = "TOO_SLOW", 408
    SECOND_PERSON_NEEDED = "SECOND_PERSON_NEEDED", 409
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT", 409
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE", 415
    INVALID_REQUEST = "INVALID_REQUEST", 422
    WRONG_HOST = "WRONG_HOST", 421
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED", 422
    RATE_LIMITED = "RATE_LIMITED", 429
    TOO_BUSY = "TOO_BUSY", 429
    NOT_READY = "NOT_READY", 503
    STOPPING = "STOPPING", 503


TITLES: Final[Mapping[ErrorCode | HTTPCode, str]] = {
    ErrorCode.INVALID_TICKET: "The ticket cannot be read",
    ErrorCode.TICKET_TOO_LARGE: "The ticket is too large",
    ErrorCode.INVALID_CONFIGURATION: "The service is configured wrongly",
    ErrorCode.UNKNOWN_CASE: "Nothing is recorded of this case",
    ErrorCode.ERASURE_REFUSED: "A hold or a statutory retention covers the case",
    ErrorCode.INSUFFICIENT_CONTENT: "There is nothing to summarize",
    ErrorCode.UNSUPPORTED_LANGUAGE: "The language is not supported",
    ErrorCode.EGRESS_BLOCKED: "Personal data would have left; nothing was sent",
    ErrorCode.MODEL_NOT_ALLOWED: "Policy does not allow the model",
    ErrorCode.BUDGET_EXCEEDED: "The budget is used up",
    ErrorCode.INVALID_MODEL_OUTPUT: "The model gave no valid answer",
    ErrorCode.PROVIDER_UNAVAILABLE: "The model is not available",
    ErrorCode.AUDIT_UNAVAILABLE: "The audit store is not available",
    ErrorCode.ISSUER_UNAVAILABLE: "The issuer of tokens is not available",
    ErrorCode.PROVIDER_TIMEOUT: "The model did not answer in time",
    ErrorCode.REDACTION_FAILED: "Redaction could not be completed; nothing was sent",
    ErrorCode.INTERNAL: "Internal error",
    HTTPCode.BAD_REQUEST: "The request cannot be understood",
    HTTPCode.UNAUTHENTICATED: "Nobody is signed in",
    HTTPCode.WRONG_SIGNATURE: "The webhook is not signed by the tool",
    HTTPCode.FORBIDDEN: "The caller may not do this",
    HTTPCode.CROSS_SITE: "Requests from other sites are refused",
    HTTPCode.NOT_FOUND: "There is no such resource",
    HTTPCode.UNKNOWN_SUMMARY: "There is no such summary, or it cannot be read any more",
    HTTPCode.UNKNOWN_RECORD: "Nothing of this name is on record",
    HTTPCode.METHOD_NOT_ALLOWED: "The resource does not have this method",
    HTTPCode.TOO_SLOW: "The request did not arrive in time",
    HTTPCode.UNSUPPORTED_MEDIA_TYPE: "The body must be plain JSON",
    HTTPCode.SECOND_PERSON_NEEDED: "A second person must confirm this",
    HTTPCode.INVALID_REQUEST: "The request cannot be read",
    HTTPCode.IDEMPOTENCY_CONFLICT: "A request with this key is under way",
    HTTPCode.IDEMPOTENCY_KEY_REUSED: "The key was used for another request",
    HTTPCode.RATE_LIMITED: "The caller asks too often",
    HTTPCode.TOO_BUSY: "The service has too much to do",
    HTTPCode.WRONG_HOST: "The service does not answer to this name",
    HTTPCode.NOT_READY: "The service is not ready",
    HTTPCode.STOPPING: "The service is stopping",
}


class Problem(BaseModel):
    """A refusal or failure (RFC 9457). Nothing in it quotes the request."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="`urn:case-summarizer:problem:` and the code")
    title: str
    status: int
    detail: str = Field(description="names the field and the fix, never the ticket's own words")
    code: str
    outcome: Outcome | None = Field(
        default=None, description="where the ticket got as far as the route"
    )
    checks: dict[str, str] | None = Field(
        default=None, description="with `NOT_READY`: each check, `ok` or what is wrong"
    )


class HTTPRefusal(Exception):
    """A request is refused for its form, before its content was looked at."""

    def __init__(
        self, code: HTTPCode, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep a detail that does not quote the request."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.headers = headers


def json_response(
    content: Any,
    *,
    status: int = 200,
    media_type: Literal["application/json", "application/problem+json"] = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write JSON in ASCII, so that any string of a ticket can stand in it."""
    body = json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")
    return Response(body, status, dict(headers or {}), media_type)


def problem_content(code: ErrorCode | HTTPCode, detail: str, **members: Any) -> dict[str, Any]:
    """Return the members of a problem."""
    return {
        "type": f"urn:case-summarizer:problem:{code}",
        "title": TITLES[code],
        "status": code.http_status,
        "detail": detail,
        "code": str(code),
        **members,
    }


def problem(
    code: ErrorCode | HTTPCode,
    detail: str,
    *,
    outcome: Outcome | None = None,
    checks: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response for a code; its status is the code's."""
    members: dict[str, Any] = {}
    if outcome is not None:
        members["outcome"] = outcome.model_dump(mode="json")
    if checks is not None:
        members["checks"] = dict(checks)
    return json_response(
        problem_content(code, detail, **members),
        status=code.http_status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=headers,
    )
