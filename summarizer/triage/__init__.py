"""Triage: Draft and what the rules say -> Summary and Review. No model."""

from collections.abc import Iterable

from summarizer.models import Draft, Finding, Review, Summary
from summarizer.taxonomy import MANUAL_REVIEW, UNCLASSIFIED, Taxonomy
from summarizer.triage.deadlines import DEADLINE_UNDATED, JURISDICTION_UNKNOWN
from summarizer.triage.engine import Ruling
from summarizer.triage.floors import at_least

__all__ = ["decide_review", "to_summary"]


_ASKING = frozenset({DEADLINE_UNDATED, JURISDICTION_UNKNOWN})
"""Findings for which a person must look."""


def to_summary(draft: Draft, taxonomy: Taxonomy, ruling: Ruling) -> Summary:
    """Add what follows from labels and rules: the team, deadlines, the least urgency."""
    return Summary(
        headline=draft.headline,
        narrative=draft.narrative,
        issue_type=draft.issue_type,
        team=taxonomy.issue_type(draft.issue_type).team,
        urgency=at_least(draft.urgency, ruling.reasons),
        next_action=draft.next_action.model_copy(update={"due": ruling.next_due}),
        key_facts=draft.key_facts,
        deadlines=ruling.deadlines,
        urgency_reasons=ruling.reasons,
    )


def decide_review(
    draft: Draft, *, model: str, repairs: int, findings: Iterable[Finding] = ()
) -> Review:
    """Say whether a person must look, with a reason for each rule that asks for it."""
    reasons = [
        reason
        for reason, holds in (
            ("UNCLASSIFIED", draft.issue_type == UNCLASSIFIED),
            ("MANUAL_REVIEW_PROPOSED", draft.next_action.code == MANUAL_REVIEW),
            ("EXTRACTIVE_SUMMARY", model == "extractive"),
            ("ANSWER_REPAIRED", repairs > 0),
        )
        if holds
    ]
    reasons += sorted({finding.code for finding in findings} & _ASKING)
    return Review(required=bool(reasons), reasons=tuple(reasons))
