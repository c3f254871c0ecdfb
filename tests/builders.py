"""Small redacted cases, prompts and taxonomies for tests below the route."""

from collections.abc import Sequence
from typing import Any

from summarizer.models import (
    CaseMessage,
    ChatMessage,
    Prompt,
    RedactedCase,
    RedactedText,
    Verdict,
)
from summarizer.policy import GroundingRules
from summarizer.taxonomy import IssueType, NextActionType, Taxonomy, UrgencyLevel
from summarizer.validate import validate

__all__ = ["redacted_case", "redacted_prompt", "small_taxonomy", "verdict_of"]

_SCHEMA = {
    "type": "object",
    "properties": {"headline": {"type": "string"}},
    "required": ["headline"],
    "additionalProperties": False,
}


def redacted_case(
    *bodies: str,
    subject: str = "",
    placeholders: Sequence[str] = (),
    repeats: tuple[tuple[int, int], ...] = (),
) -> RedactedCase:
    """Make a case of customer messages; `repeats` are those of the last one."""
    texts = [RedactedText("subject", subject)] if subject else []
    for index, body in enumerate(bodies):
        last = index == len(bodies) - 1
        texts.append(RedactedText(f"messages[{index}].body", body, repeats if last else ()))
    return RedactedCase(
        channel="email",
        jurisdiction="US",
        messages=tuple(
            CaseMessage(id=f"m{n + 1}", author="customer", at=None, attachments=0)
            for n in range(len(bodies))
        ),
        texts=tuple(texts),
        spans=(),
        placeholders=frozenset(placeholders),
        policy="test@sha256:0",
    )


def redacted_prompt(*bodies: str, case: RedactedCase | None = None) -> Prompt:
    """Make a prompt whose user message is the bodies of its case."""
    case = case or redacted_case(*bodies)
    system = "Summarise the case as JSON."
    return Prompt(
        messages=(
            ChatMessage("system", system),
            ChatMessage("user", "\n".join(text.text for text in case.texts)),
        ),
        response_schema=_SCHEMA,
        case=case,
        version="test@sha256:0",
        fixed=frozenset({system}),
        case_parts={},
        fixed_sha256="0" * 64,
    )


def small_taxonomy() -> Taxonomy:
    """Make a taxonomy with a few labels of each kind."""
    return Taxonomy(
        name="small",
        issue_types=tuple(
            IssueType(code=code, title=code, description=code, team="Support")
            for code in ("card_dispute", "mortgage", "scam", "unclassified")
        ),
        next_actions=tuple(
            NextActionType(code=code, title=code, description=code)
            for code in ("call_back", "freeze_card", "manual_review")
        ),
        urgency=tuple(
            UrgencyLevel(code=code, description=code)
            for code in ("low", "normal", "high", "critical")
        ),
    )


def verdict_of(text: str, case: RedactedCase, taxonomy: Taxonomy, **rules: Any) -> Verdict:
    """Validate a last answer, in which nobody finds personal data, by the default grounding."""
    usual: dict[str, Any] = {
        "personal_in": lambda texts: [()] * len(texts),
        "grounding": GroundingRules(),
        "may_mend": False,
    }
    return validate(text, case, taxonomy, **usual | rules)
