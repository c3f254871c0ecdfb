"""Metrics: outcomes, requests and the state of the log -> figures in Prometheus' text format.

A label is a route's template, a code, a kind or a model of policy; never a word of a ticket. What
does not look like one is counted as `other`.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from summarizer.audit import LogFigures, Verification
from summarizer.gate import Used
from summarizer.models import Outcome

__all__ = ["METRICS_MEDIA_TYPE", "Metrics"]

METRICS_MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
"""The text exposition format, version 0.0.4."""

_STEPS: Final = ("redact", "llm", "total")
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
"""Seconds: redaction takes milliseconds, a model on two busy cores minutes."""
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@*-]{0,127}")
_OTHER: Final = "other"


class Metrics:
    """The figures of one application, in a registry of their own."""

    def __init__(self) -> None:
        """Begin with none."""
        # Else each counter has a second series that says when it began.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "summarizer_http_requests",
            "Requests by the template of their route (499: the caller went away).",
            ["method", "route", "status"],
            registry=registry,
        )
        self._outcomes = Counter(
            "summarizer_outcomes",
            "Tickets by what they came to; code is empty for a summary.",
            ["status", "code"],
            registry=registry,
        )
        self._reviews = Counter(
            "summarizer_reviews_required",
            "Summaries that a person must look at.",
            registry=registry,
        )
        self._seconds = Histogram(
            "summarizer_step_seconds",
            "How long a step took, where it was taken.",
            ["step"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._tokens = Counter(
            "summarizer_tokens",
            "Tokens as models counted them, those of failed attempts included.",
            ["model", "kind"],
            registry=registry,
        )
        self._cost = Counter(
            "summarizer_cost_usd",
            "What those tokens cost by the prices of policy.",
            ["model"],
            registry=registry,
        )
        self._redactions = Counter(
            "summarizer_redactions",
            "Values held back in tickets that were to be summarized.",
            ["entity"],
            registry=registry,
        )
        self._findings = Counter(
            "summarizer_findings",
            "What the checks of cases and answers noticed.",
            ["code"],
            registry=registry,
        )
        self._verifications = Counter(
            "summarizer_audit_verifications",
            "How often the whole log was verified while the service runs.",
            ["result"],
            registry=registry,
        )
        for result in ("intact", "failed"):
            # An alert on an increase needs the series before the first failure.
            self._verifications.labels(result)
        self._lines_lost = Gauge(
            "summarizer_log_lines_lost",
            "Log lines that nobody took in time, since the service started.",
            registry=registry,
        )
        self._apart = Gauge(
            "summarizer_redaction_process",
            "1 if there is a process that redacts beside the service, else 0.",
            registry=registry,
        )
        self._readable = Gauge(
            "summarizer_audit_readable",
            "1 if the audit store could be read just now, else 0.",
            registry=registry,
        )
        self._events = Gauge(
            "summarizer_audit_events", "Durable events in the log.", registry=registry
        )
        self._published = Gauge(
            "summarizer_audit_published_events",
            "Events that the newest published checkpoint covers.",
            registry=registry,
        )
        self._age = Gauge(
            "summarizer_checkpoint_age_seconds",
            "For how long the oldest event that no published checkpoint covers has waited.",
            registry=registry,
        )

    def watch_log(self, lost: Callable[[], float]) -> None:
        """Show how many log lines were lost, as asked at each reading."""
        self._lines_lost.set_function(lost)

    def watch_redaction(self, apart: Callable[[], float]) -> None:
        """Show whether a process redacts beside the service, as asked at each reading."""
        self._apart.set_function(apart)

    def requested(self, method: str, route: str, status: int) -> None:
        """Count a request that was answered.

        Args:
            method: one that HTTP knows, or `other`.
            route: the template of its path, or `unmatched`.
            status: what it was answered with.
        """
        self._requests.labels(method, route, str(status)).inc()

    def came_to(self, outcome: Outcome, used: Sequence[Used]) -> None:
        """Count what a ticket came to, and what its models used."""
        code = "" if outcome.error is None else str(outcome.error.code)
        self._outcomes.labels(outcome.status, code).inc()
        if outcome.status == "summarized" and outcome.review.required:
            self._reviews.inc()
        for step in _STEPS:
            milliseconds = getattr(outcome.timings_ms, step)
            if milliseconds > 0:
                self._seconds.labels(step).observe(milliseconds / 1000)
        for entity, count in outcome.redaction.entities.items():
            self._redactions.labels(_label(entity, _CODE)).inc(count)
        for finding in outcome.findings:
            self._findings.labels(_label(finding.code, _CODE)).inc()
        for name, usage in used:
            model = _label(name, _MODEL)
            # A provider may count as it likes; a counter that went back would raise.
            self._tokens.labels(model, "prompt").inc(max(0, usage.prompt_tokens))
            self._tokens.labels(model, "completion").inc(max(0, usage.completion_tokens))
            self._cost.labels(model).inc(max(0.0, usage.cost_usd))

    def verified(self, verification: Verification) -> None:
        """Count a verification of the whole log."""
        self._verifications.labels("intact" if verification.ok else "failed").inc()

    def text(self, log: LogFigures | None) -> bytes:
        """Return all figures as they are now.

        Args:
            log: the state of the log; None if it could not be read.
        """
        self._readable.set(log is not None)
        if log is not None:
            self._events.set(log.events)
            self._published.set(log.published)
            self._age.set(log.waiting_seconds)
        return generate_latest(self._registry)


def _label(value: str, form: re.Pattern[str]) -> str:
    return value if form.fullmatch(value) else _OTHER
