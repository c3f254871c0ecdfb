"""Injection: Case and RedactedCase -> what in a ticket tries to steer its summary, as findings.

The text of a ticket is data, and a model may take it for orders (prompt injection). What looks
like one is neither dropped nor believed: it is a finding, and a person is asked to look.

Source: OWASP Top 10 for LLM Applications (2025), LLM01.
"""

from summarizer.injection.screening import CODES, Screened, screen

__all__ = ["CODES", "Screened", "screen"]
