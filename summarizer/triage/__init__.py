"""Triage: Draft -> Summary and Review. Rules, no model."""

from collections.abc import Iterable, Mapping

from summarizer.models import Draft, Finding, Review, Summary
from summarizer.policy import ReviewRules
from summarizer.taxonomy import MANUAL_REVIEW, UNCLASSIFIED, Taxonomy
from summarizer.triage.labelling import EXTRACTIVE, Decision, LabelField

__all__ = ["decide_review", "decided", "to_summary"]


def decided(draft: Draft, decisions: Mapping[LabelField, Decision], taxonomy: Taxonomy) -> Draft:
    """Put the decided labels into a draft; the words of another action are the taxonomy's."""
    labels = {name: decision.label for name, decision in decisions.items()}
    action = draft.next_action
    code = labels.get("next_action", action.code)
    if code != action.code:
        title = {entry.code: entry.title for entry in taxonomy.next_actions}[code]
        action = action.model_copy(update={"code": code, "detail": title})
    return Draft.model_validate({
        **draft.model_dump(),
        "issue_type": labels.get("issue_type", draft.issue_type),
        "urgency": labels.get("urgency", draft.urgency),
        "next_action": action.model_dump(),
    })


def to_summary(
    draft: Draft, taxonomy: Taxonomy, decisions: Mapping[LabelField, Decision]
) -> Summary:
    """Add what follows from the labels: the team that owns such cases, and how sure they are."""
    chances = {name: round(each.confidence, 4) for name, each in decisions.items()}
    return Summary(
        headline=draft.headline,
        narrative=draft.narrative,
        issue_type=draft.issue_type,
        team=taxonomy.issue_type(draft.issue_type).team,
        urgency=draft.urgency,
        next_action=draft.next_action,
        key_facts=draft.key_facts,
        confidence=chances.get("issue_type"),
        chances=chances,
    )


def decide_review(
    summary: Summary,
    *,
    model: str,
    repairs: int,
    rules: ReviewRules,
    findings: Iterable[Finding] = (),
) -> Review:
    """Say whether a person must look, with a reason for each rule that asks for it."""
    sure = summary.confidence
    reasons = [
        reason
        for reason, holds in (
            ("UNCLASSIFIED", summary.issue_type == UNCLASSIFIED),
            ("MANUAL_REVIEW_PROPOSED", summary.next_action.code == MANUAL_REVIEW),
            ("EXTRACTIVE_SUMMARY", model == EXTRACTIVE),
            ("ANSWER_REPAIRED", repairs > 0),
            ("LOW_CONFIDENCE", sure is not None and sure < rules.confidence_below),
        )
        if holds
    ]
    reasons += [finding.code for finding in findings if rules.asks_for(finding.code)]
    return Review(required=bool(reasons), reasons=tuple(dict.fromkeys(reasons)))
