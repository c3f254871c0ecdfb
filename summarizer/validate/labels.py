"""Labels: issue type and next action must be codes of the taxonomy."""

from collections.abc import Iterator

from summarizer.models import Draft, RedactedCase
from summarizer.taxonomy import Taxonomy

__all__ = ["check_labels"]


def check_labels(draft: Draft, case: RedactedCase, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a problem for each label that the taxonomy does not have."""
    del case
    if draft.issue_type not in {entry.code for entry in taxonomy.issue_types}:
        yield "issue_type: is not one of the listed letters"
    if draft.next_action.code not in {entry.code for entry in taxonomy.next_actions}:
        yield "next_action.code: is not one of the listed letters"
