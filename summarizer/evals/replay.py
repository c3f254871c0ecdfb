"""Replay: what is on record of summaries -> the same redacted cases once more, and what changes.

A case is read back from the prompt that was sent, so that nothing is needed but the record. What
is compared has no right answer: how often a summary came out, needed a person or said what the
case does not, and which labels moved.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from summarizer.audit import Record
from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.compare import Difference, Rows, compare_rows, mcnemar
from summarizer.evals.metrics import Better, Ratio
from summarizer.models import Outcome, RedactedCase
from summarizer.redact.recorded import read_case
from summarizer.taxonomy import Taxonomy

__all__ = ["LABELS", "Moved", "Recorded", "differences", "moved", "on_record"]

LABELS: Final = ("issue_type", "team", "urgency", "next_action")
_LEVELS: Final = ("low", "normal", "high", "critical")
_UNSUPPORTED: Final = "UNSUPPORTED_"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A summary on record and the redacted case it is of."""

    id: str
    """Of the outcome's event."""
    outcome: Mapping[str, Any] = field(repr=False)
    """What that event says."""
    case: RedactedCase | None = field(repr=False)
    """None if the prompt on record does not show the whole case."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How one label moved between two runs."""

    label: str
    n: int
    changed: int
    pairs: tuple[tuple[str, str, int], ...]
    """Old, new, how often; the most frequent first."""
    raised: int | None = None
    """Of urgency: how often it became graver."""
    lowered: int | None = None
    p: float | None = None
    """Of urgency: how likely chance alone would move it as one-sidedly (sign test)."""


async def on_record(records: AsyncIterator[Record]) -> AsyncIterator[Recorded]:
    """Yield every summary, with the first prompt that was sent for it.

    Args:
        records: prompts and outcomes with their bodies, oldest first.
    """
    prompts: dict[str, RedactedCase | None] = {}
    async for record in records:
        if record.body is None or record.case is None:
            continue
        if record.kind == "prompt":
            if record.case not in prompts:
                prompts[record.case] = read_case(str(record.body.get("body", "")))
        elif record.kind == "outcome":
            case = prompts.pop(record.case, None)
            if record.body.get("status") == "summarized":
                yield Recorded(record.id, record.body, case)


def differences(
    base: Mapping[str, Mapping[str, Any]], new: Mapping[str, Outcome]
) -> list[Difference]:
    """Compare what needs no right answer, case by case.

    Args:
        base: id -> the outcome on record.
        new: id -> the outcome of the replay.
    """
    replayed = {id_: outcome.model_dump(mode="json") for id_, outcome in new.items()}
    return compare_rows(_rows(base), _rows(replayed), _METRICS)


def moved(base: Mapping[str, Mapping[str, Any]], new: Mapping[str, Outcome]) -> list[Moved]:
    """Say which labels moved, and whether urgency moved one way."""
    replayed = {id_: outcome.model_dump(mode="json") for id_, outcome in new.items()}
    both = [id_ for id_ in base if (replayed.get(id_) or {}).get("summary")]
    return [
        _moved(label, [(_label(base[id_], label), _label(replayed[id_], label)) for id_ in both])
        for label in LABELS
    ]


def _moved(label: str, pairs: Sequence[tuple[str, str]]) -> Moved:
    counts: dict[tuple[str, str], int] = {}
    for old, new in pairs:
        if old != new:
            counts[old, new] = counts.get((old, new), 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    told = tuple((old, new, count) for (old, new), count in ordered)
    if label != "urgency":
        return Moved(label, len(pairs), sum(counts.values()), told)
    steps = [_LEVELS.index(new) - _LEVELS.index(old) for old, new in pairs]
    raised, lowered = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    p = mcnemar(raised, lowered)
    return Moved(label, len(pairs), raised + lowered, told, raised, lowered, p)


def _label(outcome: Mapping[str, Any], label: str) -> str:
    value = outcome["summary"][label]
    return str(value["code"] if label == "next_action" else value)


def _rows(outcomes: Mapping[str, Mapping[str, Any]]) -> Rows:
    return {id_: dict(_measured(outcome)) for id_, outcome in outcomes.items()}


def _measured(outcome: Mapping[str, Any]) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield each metric's count of one outcome, and of how much."""
    summary, reasons = outcome["summary"], outcome["review"]["reasons"]
    is_answered = summary is not None and "EXTRACTIVE_SUMMARY" not in reasons
    yield "answered.rate", (float(is_answered), 1.0)
    used = outcome["usage"]
    yield "tokens.mean", (float(used["prompt_tokens"] + used["completion_tokens"]), 1.0)
    yield "cost_usd.mean", (used["cost_usd"], 1.0)
    if summary is None:
        return
    is_unsupported = any(each["code"].startswith(_UNSUPPORTED) for each in outcome["findings"])
    yield "review.rate", (float(outcome["review"]["required"]), 1.0)
    yield "unsupported.rate", (float(is_unsupported), 1.0)
    yield "repaired.rate", (float("ANSWER_REPAIRED" in reasons), 1.0)
    yield "facts.mean", (float(len(summary["key_facts"])), 1.0)
    if summary["confidence"] is not None:
        yield "confidence.mean", (summary["confidence"], 1.0)


def _metric(name: str, better: Better) -> Ratio:
    return Ratio(name, better, _of_no_case)


def _of_no_case(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> None:
    """Measure nothing: rows come from outcomes here, not from labelled cases."""
    del case, answer, taxonomy


_METRICS: Final = (
    _metric("answered.rate", "higher"),
    _metric("review.rate", "lower"),
    _metric("unsupported.rate", "lower"),
    _metric("repaired.rate", "lower"),
    _metric("facts.mean", "neither"),
    _metric("confidence.mean", "neither"),
    _metric("tokens.mean", "neither"),
    _metric("cost_usd.mean", "lower"),
)
