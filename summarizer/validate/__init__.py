"""Validate: a model's text -> Verdict. One file per check."""

from collections.abc import Callable, Iterator
from typing import Final

from summarizer.models import Draft, RedactedCase, Verdict
from summarizer.taxonomy import Taxonomy
from summarizer.validate.evidence import check_evidence
from summarizer.validate.form import read_draft
from summarizer.validate.labels import check_labels
from summarizer.validate.placeholders import check_placeholders

__all__ = ["CHECKS", "Check", "validate"]

Check = Callable[[Draft, RedactedCase, Taxonomy], Iterator[str]]

CHECKS: Final[tuple[Check, ...]] = (check_labels, check_evidence, check_placeholders)


def validate(text: str, case: RedactedCase, taxonomy: Taxonomy) -> Verdict:
    """Check the form of an answer, then everything that `CHECKS` lists."""
    draft, problems = read_draft(text, taxonomy)
    if draft is None:
        return Verdict(None, problems)
    problems = tuple(problem for check in CHECKS for problem in check(draft, case, taxonomy))
    return Verdict(None if problems else draft, problems)
