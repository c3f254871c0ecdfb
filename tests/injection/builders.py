"""Tickets as an attacker writes them, screened as the route does it."""

from functools import cache
from typing import Any

from summarizer.ingest.case import to_case
from summarizer.injection import Screened, screen
from summarizer.models import RedactedCase, Ticket
from summarizer.policy import Policy
from summarizer.redact.redactor import Redactor
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.routes import default_policy, ticket

__all__ = ["codes_of", "screened", "screened_ticket"]


@cache
def _policy() -> Policy:
    return default_policy()


def screened_ticket(of: Ticket) -> tuple[RedactedCase, Screened]:
    """Redact a ticket with a detector that finds nothing, and screen it."""
    redactor = Redactor(detector=FakeDetector(), anonymizer=SpliceAnonymizer(), policy=_policy())
    case = to_case(of, _policy().limits)
    redacted = redactor.redact(case).case
    return redacted, screen(case, redacted, _policy().taxonomy)


def screened(*bodies: str, **fields: Any) -> Screened:
    return screened_ticket(ticket(*bodies, **fields))[1]


def codes_of(*bodies: str, **fields: Any) -> set[str]:
    return {finding.code for finding in screened(*bodies, **fields).findings}
