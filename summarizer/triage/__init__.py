"""Triage: Draft, what decides its labels and what the rules say -> Summary and Review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from summarizer.models import Draft, Finding, RedactedCase, Review, Summary
from summarizer.policy import Policy
from summarizer.policy.models import STOOD_IN_FOR
from summarizer.policy.sections import ReviewRules
from summarizer.taxonomy import MANUAL_REVIEW, UNCLASSIFIED, Taxonomy
from summarizer.triage.doubt import decide_beside
from summarizer.triage.engine import CaseRules, Ruling
from summarizer.triage.floors import at_least
from summarizer.triage.labelling import (
    EXTRACTIVE,
    AllChances,
    Decision,
    LabelField,
    Labeller,
    Opinion,
    case_words,
)

__all__ = ["Triaged", "decide_review", "decided", "to_summary", "triage"]


@dataclass(frozen=True, slots=True)
class Triaged:
    """What came of a draft."""

    summary: Summary
    review: Review
    findings: tuple[Finding, ...]
    """What the rules noticed."""
    opinions: Mapping[LabelField, Opinion]
    """Field -> what was known of it when its label was decided."""


def triage(
    draft: Draft,
    case: RedactedCase,
    *,
    policy: Policy,
    labeller: Labeller,
    rules: CaseRules,
    said: AllChances,
    of_nothing: AllChances,
    model: str,
    repairs: int,
    findings: tuple[Finding, ...],
    now: datetime,
    believed: str | None = None,
) -> Triaged:
    """Decide labels by all evidence, apply the rules, and say whether a person must look.

    Args:
        draft: the model's accepted answer.
        case: what it is about.
        policy: its taxonomy and when it asks for a person.
        labeller: decides labels.
        rules: deadlines and urgency floors.
        said: field -> code -> probability, as far as the model weighed labels.
        of_nothing: the same of a case without content.
        model: the model string that was asked.
        repairs: how often the answer was sent back.
        findings: what checks noticed so far.
        now: aware.
        believed: the words of the case without what tries to steer the answer, if anything does.
    """
    taxonomy = policy.taxonomy
    words = case_words((text.where, text.text) for text in case.texts)
    opinions = labeller.opinions(
        draft, words, taxonomy, model=model, said=said, of_nothing=of_nothing
    )
    decisions = labeller.decide(opinions, taxonomy, model=model, findings=bool(findings))
    if believed is not None:
        decisions |= decide_beside(labeller, decisions, believed, taxonomy, model=model)
    labelled = decided(draft, decisions, taxonomy)
    ruling = rules.judge(case, labelled.issue_type, now)
    summary = to_summary(labelled, taxonomy, ruling, decisions)
    review = decide_review(
        summary,
        model=model,
        repairs=repairs,
        rules=policy.review,
        findings=(*findings, *ruling.findings),
    )
    return Triaged(summary, review, ruling.findings, opinions)


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
    draft: Draft,
    taxonomy: Taxonomy,
    ruling: Ruling,
    decisions: Mapping[LabelField, Decision],
) -> Summary:
    """Add what follows from labels and rules: team, deadlines, least urgency, how sure it is."""
    chances = {name: round(each.confidence, 4) for name, each in decisions.items()}
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
    """Say whether a person must look, with a reason for each rule that asks for it.

    What a model's summary had to be stood in for is a reason whatever the rules are.
    """
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
    reasons += [
        finding.code
        for finding in findings
        if finding.code in STOOD_IN_FOR or rules.asks_for(finding.code)
    ]
    return Review(required=bool(reasons), reasons=tuple(dict.fromkeys(reasons)))
