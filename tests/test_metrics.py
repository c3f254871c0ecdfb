"""Figures: what is counted of outcomes, and that no label is a word of a ticket."""

import re
from typing import Any

from summarizer.audit import Finding, LogFigures, Verification
from summarizer.errors import ErrorCode
from summarizer.gate import Used
from summarizer.metrics import Metrics
from summarizer.models import (
    AuditRef,
    Outcome,
    OutcomeError,
    Provenance,
    Redaction,
    Review,
    Timings,
    Usage,
)
from summarizer.models import Finding as Noticed

SECRET = "Quillfeather 7731"


def outcome(**changes: Any) -> Outcome:
    return Outcome.model_validate(
        {
            "status": "summarized",
            "case_id": SECRET,
            "review": Review(required=False),
            "redaction": Redaction(entities={"PERSON": 2, "IBAN_CODE": 1}, policy="p"),
            "provenance": Provenance(model="m", prompt="p", policy="p", taxonomy="t", attempts=1),
            "audit": AuditRef(),
            "timings_ms": Timings(redact=60.0, llm=2_000.0, total=2_100.0),
        }
        | changes
    )


def series(metrics: Metrics, log: LogFigures | None = None) -> dict[str, float]:
    """Read the exposition back: series with its labels -> value."""
    lines = metrics.text(log).decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_an_outcome_is_counted_with_its_redactions_durations_tokens_and_cost() -> None:
    metrics = Metrics()
    used = [
        Used("openai/gpt-4o-mini", Usage(prompt_tokens=10, completion_tokens=2, cost_usd=0.5)),
        Used("openai/gpt-4o-mini", Usage(prompt_tokens=5, completion_tokens=1, cost_usd=0.25)),
        Used("embedded", Usage(prompt_tokens=7, completion_tokens=3)),
    ]
    metrics.came_to(outcome(), used)
    found = series(metrics)

    assert found['summarizer_outcomes_total{code="",status="summarized"}'] == 1
    assert found['summarizer_redactions_total{entity="PERSON"}'] == 2
    assert found['summarizer_redactions_total{entity="IBAN_CODE"}'] == 1
    assert found['summarizer_step_seconds_sum{step="llm"}'] == 2.0
    assert found['summarizer_step_seconds_bucket{le="0.05",step="redact"}'] == 0
    assert found['summarizer_step_seconds_bucket{le="0.1",step="redact"}'] == 1
    assert found['summarizer_tokens_total{kind="prompt",model="openai/gpt-4o-mini"}'] == 15
    assert found['summarizer_tokens_total{kind="completion",model="embedded"}'] == 3
    assert found['summarizer_cost_usd_total{model="openai/gpt-4o-mini"}'] == 0.75
    assert found["summarizer_reviews_required_total"] == 0


def test_a_failure_is_counted_by_its_code_and_a_step_not_taken_is_not_timed() -> None:
    metrics = Metrics()
    error = OutcomeError(code=ErrorCode.REDACTION_FAILED, detail=SECRET)
    metrics.came_to(outcome(status="failed", error=error, timings_ms=Timings(total=5.0)), [])
    found = series(metrics)

    assert found['summarizer_outcomes_total{code="REDACTION_FAILED",status="failed"}'] == 1
    assert found['summarizer_step_seconds_count{step="total"}'] == 1
    assert not any('step="llm"' in name or 'step="redact"' in name for name in found)


def test_reviews_and_findings_are_counted() -> None:
    metrics = Metrics()
    finding = Noticed(code="UNSUPPORTED_AMOUNT", where=SECRET, detail=SECRET)
    metrics.came_to(outcome(review=Review(required=True), findings=(finding, finding)), [])
    found = series(metrics)

    assert found["summarizer_reviews_required_total"] == 1
    assert found['summarizer_findings_total{code="UNSUPPORTED_AMOUNT"}'] == 2


def test_what_does_not_look_like_a_label_is_other() -> None:
    metrics = Metrics()
    entities = {SECRET: 1, "person": 1, "PERSON\nX": 1}
    metrics.came_to(
        outcome(redaction=Redaction(entities=entities, policy="p")),
        [Used(f"model of {SECRET}", Usage(prompt_tokens=1)), Used("a\nb", Usage())],
    )
    text = metrics.text(None).decode()

    assert 'summarizer_redactions_total{entity="other"} 3.0' in text
    assert 'summarizer_tokens_total{kind="prompt",model="other"} 1.0' in text
    assert "uillfeather" not in text


def test_a_count_below_zero_is_none() -> None:
    metrics = Metrics()
    metrics.came_to(outcome(), [Used("m", Usage(prompt_tokens=-7, cost_usd=-1.0))])
    found = series(metrics)

    assert found['summarizer_tokens_total{kind="prompt",model="m"}'] == 0
    assert found['summarizer_cost_usd_total{model="m"}'] == 0


def test_the_state_of_the_log_is_shown_and_that_it_cannot_be_read() -> None:
    metrics = Metrics()
    metrics.verified(Verification(9, "", ()))
    metrics.verified(Verification(9, "", (Finding("missing", 3, "an event is gone"),)))
    readable = series(metrics, LogFigures(events=12, published=9, waiting_seconds=4.5))
    unreadable = series(metrics)

    assert readable["summarizer_audit_readable"] == 1
    assert readable["summarizer_audit_events"] == 12
    assert readable["summarizer_audit_published_events"] == 9
    assert readable["summarizer_checkpoint_age_seconds"] == 4.5
    assert readable['summarizer_audit_verifications_total{result="failed"}'] == 1
    assert readable['summarizer_audit_verifications_total{result="intact"}'] == 1
    assert unreadable["summarizer_audit_readable"] == 0


def test_a_failed_verification_can_be_alerted_on_before_the_first() -> None:
    assert series(Metrics())['summarizer_audit_verifications_total{result="failed"}'] == 0


def test_two_applications_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.requested("GET", "/healthz", 200)

    name = 'summarizer_http_requests_total{method="GET",route="/healthz",status="200"}'
    assert series(first)[name] == 1
    assert name not in series(second)


def test_every_series_has_a_type_and_a_help_that_is_a_sentence() -> None:
    text = Metrics().text(LogFigures(0, 0, 0.0)).decode()
    helps = dict(re.findall(r"^# HELP (summarizer_\S+) (.+)$", text, flags=re.MULTILINE))
    types = dict(re.findall(r"^# TYPE (summarizer_\S+) (\w+)$", text, flags=re.MULTILINE))

    assert helps.keys() == types.keys()
    assert len(helps) == 15
    assert all(sentence.endswith(".") for sentence in helps.values())
    assert "_created" not in text


def test_lost_log_lines_are_shown_as_many_as_there_are_at_each_reading() -> None:
    metrics = Metrics()
    lost = [0, 3]
    assert series(metrics)["summarizer_log_lines_lost"] == 0

    metrics.watch_log(lost.pop)

    assert series(metrics)["summarizer_log_lines_lost"] == 3
    assert series(metrics)["summarizer_log_lines_lost"] == 0
