"""Triage: Draft -> Summary and Review. Rules, no model."""

from summarizer.errors import ErrorCode
from summarizer.models import Draft, Review, Summary
from summarizer.taxonomy import MANUAL_REVIEW, UNCLASSIFIED, Taxonomy

__all__ = ["decide_review", "to_summary"]


def to_summary(draft: Draft, taxonomy: Taxonomy) -> Summary:
    """Add what follows from the labels: the team that owns such cases."""
    return Summary(
        headline=draft.headline,
        narrative=draft.narrative,
        issue_type=draft.issue_type,
        team=taxonomy.issue_type(draft.issue_type).team,
        urgency=draft.urgency,
        next_action=draft.next_action,
        key_facts=draft.key_facts,
    )


def decide_review(
    draft: Draft, *, model: str, repairs: int, fault: ErrorCode | None = None
) -> Review:
    """Say whether a person must look, with a reason for each rule that asks for it.

    Args:
        draft: what is reviewed.
        model: what made it.
        repairs: how often it was sent back.
        fault: why the model that should have made it gave no valid answer.
    """
    reasons = [str(fault)] if fault else []
    reasons += [
        reason
        for reason, holds in (
            ("UNCLASSIFIED", draft.issue_type == UNCLASSIFIED),
            ("MANUAL_REVIEW_PROPOSED", draft.next_action.code == MANUAL_REVIEW),
            ("EXTRACTIVE_SUMMARY", model == "extractive"),
            ("ANSWER_REPAIRED", repairs > 0),
        )
        if holds
    ]
    return Review(required=bool(reasons), reasons=tuple(reasons))
