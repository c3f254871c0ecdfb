"""The error tree and the stable codes that callers script against.

    SummarizerError             anything this product reports on purpose
    ├── TicketError             the ticket cannot be read: INVALID_TICKET, TICKET_TOO_LARGE
    ├── ConfigurationError      a policy, taxonomy, prompt or setting is wrong; names file and fix
    ├── RedactionError          redaction could not be completed: REDACTION_FAILED
    ├── EgressBlocked           the wire found personal data in an outgoing request: EGRESS_BLOCKED
    ├── AuditUnavailable        the audit store did not take the record: AUDIT_UNAVAILABLE
    ├── IssuerUnavailable       the keys of the OIDC issuer cannot be had: ISSUER_UNAVAILABLE
    ├── UnknownCase             nothing is recorded or kept of this case: UNKNOWN_CASE
    ├── ErasureRefused          a hold or a statutory retention covers the case: ERASURE_REFUSED
    └── ProviderError           the model did not answer
        ├── ModelNotAllowed     MODEL_NOT_ALLOWED
        ├── BudgetExceeded      BUDGET_EXCEEDED
        ├── ProviderUnavailable PROVIDER_UNAVAILABLE
        └── ProviderTimeout     PROVIDER_TIMEOUT

No message in this tree ever holds customer text: a message is written from codes, field
names, counts and positions only. Refusals that are part of the route are values
(`models.Outcome`), not exceptions.
"""

from enum import StrEnum
from typing import Self

__all__ = [
    "AuditUnavailable",
    "BudgetExceeded",
    "ConfigurationError",
    "EgressBlocked",
    "ErasureRefused",
    "ErrorCode",
    "IssuerUnavailable",
    "ModelNotAllowed",
    "ProviderError",
    "ProviderTimeout",
    "ProviderUnavailable",
    "RedactionError",
    "SummarizerError",
    "TicketError",
    "UnknownCase",
]


class ErrorCode(StrEnum):
    """A stable failure code, with the HTTP status and the exit code it maps to."""

    http_status: int
    exit_code: int

    def __new__(cls, value: str, http_status: int, exit_code: int) -> Self:
        """Attach the HTTP status and the process exit code to the code."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.http_status = http_status
        member.exit_code = exit_code
        return member

    INVALID_TICKET = "INVALID_TICKET", 422, 2
    TICKET_TOO_LARGE = "TICKET_TOO_LARGE", 413, 2
    INVALID_CONFIGURATION = "INVALID_CONFIGURATION", 500, 2
    UNKNOWN_CASE = "UNKNOWN_CASE", 404, 2
    INSUFFICIENT_CONTENT = "INSUFFICIENT_CONTENT", 422, 3
    UNSUPPORTED_LANGUAGE = "UNSUPPORTED_LANGUAGE", 422, 3
    EGRESS_BLOCKED = "EGRESS_BLOCKED", 422, 3
    MODEL_NOT_ALLOWED = "MODEL_NOT_ALLOWED", 403, 3
    ERASURE_REFUSED = "ERASURE_REFUSED", 409, 3
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED", 429, 3
    INVALID_MODEL_OUTPUT = "INVALID_MODEL_OUTPUT", 502, 4
    PROVIDER_UNAVAILABLE = "PROVIDER_UNAVAILABLE", 503, 4
    AUDIT_UNAVAILABLE = "AUDIT_UNAVAILABLE", 503, 4
    ISSUER_UNAVAILABLE = "ISSUER_UNAVAILABLE", 503, 4
    PROVIDER_TIMEOUT = "PROVIDER_TIMEOUT", 504, 4
    REDACTION_FAILED = "REDACTION_FAILED", 500, 4
    INTERNAL = "INTERNAL", 500, 70


class SummarizerError(Exception):
    """Base of every error this product raises on purpose; `detail` is safe to show anyone."""

    code: ErrorCode = ErrorCode.INTERNAL

    def __init__(self, detail: str, *, code: ErrorCode | None = None) -> None:
        """Keep a detail that names the field and the fix, and never customer text."""
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class TicketError(SummarizerError):
    """The ticket cannot be read; the detail names the field or the line and column."""

    code = ErrorCode.INVALID_TICKET


class ConfigurationError(SummarizerError):
    """A policy, taxonomy, prompt or setting is wrong; the detail names file and fix."""

    code = ErrorCode.INVALID_CONFIGURATION


class RedactionError(SummarizerError):
    """Redaction could not be completed, so nothing was sent."""

    code = ErrorCode.REDACTION_FAILED


class EgressBlocked(SummarizerError):
    """An outgoing request held personal data and was stopped before it left."""

    code = ErrorCode.EGRESS_BLOCKED


class AuditUnavailable(SummarizerError):
    """The audit store did not durably take a record, so nothing was sent or returned."""

    code = ErrorCode.AUDIT_UNAVAILABLE


class IssuerUnavailable(SummarizerError):
    """The keys of the bank's OIDC issuer cannot be had, so that nobody knows whose a token is."""

    code = ErrorCode.ISSUER_UNAVAILABLE


class UnknownCase(SummarizerError):
    """Nothing is recorded of this case, or nothing is kept of it; it may have been erased."""

    code = ErrorCode.UNKNOWN_CASE


class ErasureRefused(SummarizerError):
    """A legal hold or a statutory retention covers the case, so that it was not erased."""

    code = ErrorCode.ERASURE_REFUSED


class ProviderError(SummarizerError):
    """The model did not give an answer that can be used.

    `retryable` says whether another attempt at the same model can help.
    """

    code = ErrorCode.PROVIDER_UNAVAILABLE
    retryable = False


class ModelNotAllowed(ProviderError):
    """Policy does not allow this model, or its route cannot be given our transport."""

    code = ErrorCode.MODEL_NOT_ALLOWED


class BudgetExceeded(ProviderError):
    """The month's budget does not cover another request, so it was not sent."""

    code = ErrorCode.BUDGET_EXCEEDED


class ProviderUnavailable(ProviderError):
    """The provider refused, failed or could not be reached.

    `retry_after` is the number of seconds the provider asked us to wait (RFC 9110,
    10.2.3), and `sent` whether the request may have left: then it may have to be paid for.
    """

    code = ErrorCode.PROVIDER_UNAVAILABLE

    def __init__(
        self,
        detail: str,
        *,
        retryable: bool = True,
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        """Keep what the retry loop and the budget need to decide."""
        super().__init__(detail)
        self.retryable = retryable
        self.retry_after = retry_after
        self.sent = sent


class ProviderTimeout(ProviderError):
    """The provider did not answer within the time policy gives it."""

    code = ErrorCode.PROVIDER_TIMEOUT
    retryable = True
