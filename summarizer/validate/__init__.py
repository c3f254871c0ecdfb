"""Validate: a model's answer -> Verdict. Each check is one module named after what it holds."""

from collections.abc import Callable, Iterator
from typing import Final

from summarizer.models import Draft, RedactedCase, Verdict
from summarizer.policy.sections import GroundingRules
from summarizer.taxonomy import Taxonomy
from summarizer.validate.evidence import check_evidence
from summarizer.validate.form import read_draft
from summarizer.validate.grounding import ground
from summarizer.validate.labels import check_labels
from summarizer.validate.placeholders import check_placeholders
from summarizer.validate.screening import FindPersonal, check_personal, check_screening

__all__ = ["CHECKS", "Check", "validate"]

Check = Callable[[Draft, RedactedCase, Taxonomy], Iterator[str]]

CHECKS: Final[tuple[Check, ...]] = (
    check_labels,
    check_evidence,
    check_placeholders,
    check_screening,
)


def validate(
    text: str,
    case: RedactedCase,
    taxonomy: Taxonomy,
    *,
    personal_in: FindPersonal,
    grounding: GroundingRules,
    may_mend: bool,
) -> Verdict:
    """Check an answer's form, everything that `CHECKS` lists, and whether the case supports it.

    Args:
        text: the model's answer.
        case: what it is about.
        taxonomy: has the labels.
        personal_in: finds personal data in texts.
        grounding: what becomes of statements that the case does not support.
        may_mend: an answer may be sent back for what the case does not support.

    Raises:
        RedactionError: if the answer could not be searched for personal data.
    """
    draft, problems = read_draft(text, taxonomy)
    if draft is None:
        return Verdict(None, problems, well_formed=False)
    problems = tuple(problem for check in CHECKS for problem in check(draft, case, taxonomy))
    problems = problems or tuple(check_personal(draft, case, personal_in))
    if problems:
        return Verdict(None, problems, well_formed=False)
    grounded = ground(draft, case, remove=grounding.unsupported == "remove")
    is_sent_back = may_mend and bool(grounded.problems)
    if is_sent_back or grounded.draft is None:
        return Verdict(None, grounded.problems, grounded.findings)
    return Verdict(grounded.draft, (), grounded.findings)
