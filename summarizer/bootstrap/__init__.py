"""The composition root: Settings -> objects. With `modelroute.py` all that names adapters."""

from summarizer.bootstrap.application import Application, Bench
from summarizer.bootstrap.issuers import build_client, build_issuer
from summarizer.bootstrap.opening import open_application
from summarizer.bootstrap.redaction import build_redactor
from summarizer.bootstrap.stores import (
    of_evaluations,
    open_audit,
    open_desk,
    open_spending,
)

__all__ = [
    "Application",
    "Bench",
    "build_client",
    "build_issuer",
    "build_redactor",
    "of_evaluations",
    "open_application",
    "open_audit",
    "open_desk",
    "open_spending",
]
