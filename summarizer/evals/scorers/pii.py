"""PII: was every personal value of the case held back, and nothing else?"""

from collections.abc import Iterable
from typing import Final

from summarizer.evals.answers import Answer, FoundSpan
from summarizer.evals.cases import EvalCase, PiiSpan, raw_values
from summarizer.evals.metrics import Metric, Ratio
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS", "left"]


def left(case: EvalCase, answer: Answer) -> list[PiiSpan]:
    """Return the labelled values of which a letter or a digit was not held back."""
    values = dict(raw_values(case.ticket))
    return [
        span
        for span in case.expected.pii or ()
        if any(
            values[span.where][at].isalnum() and not _covers(answer.spans or (), span.where, at)
            for at in range(span.start, span.end)
        )
    ]


def _covers(spans: Iterable[FoundSpan], where: str, at: int) -> bool:
    return any(span.where == where and span.start <= at < span.end for span in spans)


def _is_measured(case: EvalCase, answer: Answer) -> bool:
    return case.expected.pii is not None and answer.spans is not None


def _recall(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    if not _is_measured(case, answer) or not case.expected.pii:
        return None
    count = len(case.expected.pii)
    return float(count - len(left(case, answer))), float(count)


def _precision(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    if not _is_measured(case, answer) or not answer.spans:
        return None
    right = sum(
        any(
            label.where == span.where and label.start < span.end and span.start < label.end
            for label in case.expected.pii or ()
        )
        for span in answer.spans
    )
    return float(right), float(len(answer.spans))


def _leaks(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    return (float(bool(left(case, answer))), 1) if _is_measured(case, answer) else None


METRICS: Final[tuple[Metric, ...]] = (
    Ratio("pii.recall", "higher", _recall),
    Ratio("pii.precision", "higher", _precision),
    Ratio("pii.leak_rate", "lower", _leaks),
)
