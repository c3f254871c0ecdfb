"""Trace: what came of each step of one run of the route."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from summarizer.models import Case, Completion, Verdict
from summarizer.redact.redactor import Redacted
from summarizer.triage.labelling import AllChances, LabelField, Opinion

__all__ = ["Trace"]


@dataclass(slots=True)
class Trace:
    """What came of each step of one run, for whoever evaluates the route."""

    case: Case | None = None
    redacted: Redacted | None = None
    completions: list[Completion] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    """One for each answer; all but the last were sent back for repair."""
    weighed: AllChances = field(default_factory=dict)
    """Field -> code -> how probable the model says it is, if it was asked to weigh labels."""
    unasked: AllChances = field(default_factory=dict)
    """The same of a case without content: what the model prefers whatever the case."""
    opinions: Mapping[LabelField, Opinion] = field(default_factory=dict)
    """Field -> what was known of it when its label was decided."""
