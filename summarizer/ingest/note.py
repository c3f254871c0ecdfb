"""Ingest: a summary -> the plain text of an internal note, for the tool the case came from."""

from collections.abc import Iterator
from typing import Any

from summarizer.ingest.payload import Received
from summarizer.models import Outcome, Summary
from summarizer.taxonomy import Taxonomy

__all__ = ["call_of", "note_of"]


def note_of(summary: Summary, taxonomy: Taxonomy, *, case_id: str) -> str:
    """Write a summary as a note; placeholders stay what they are in the summary."""
    return "\n".join(_lines(summary, taxonomy, case_id))


def call_of(outcome: Outcome, received: Received, taxonomy: Taxonomy) -> dict[str, Any] | None:
    """Return the call that adds a summary to its case: `method`, `path` and `body`.

    None if there is no summary, or no way back.
    """
    if outcome.summary is None or received.post_back is None:
        return None
    note = note_of(outcome.summary, taxonomy, case_id=outcome.case_id)
    call = received.post_back(note)
    return {"method": call.method, "path": call.path, "body": call.body}


def _lines(summary: Summary, taxonomy: Taxonomy, case_id: str) -> Iterator[str]:
    issues = {entry.code: entry.title for entry in taxonomy.issue_types}
    actions = {entry.code: entry.title for entry in taxonomy.next_actions}
    action = summary.next_action
    due = f" (next deadline {action.due})" if action.due else ""
    yield f"Summary of {case_id}, written by a machine: {summary.headline}"
    yield ""
    yield summary.narrative
    yield ""
    yield f"Issue: {issues.get(summary.issue_type, summary.issue_type)} (team: {summary.team})"
    yield f"Urgency: {summary.urgency}"
    title = actions.get(action.code, action.code)
    detail = f". {action.detail}" if action.detail != title else ""
    yield f"Next action: {title}{due}{detail}"
    for fact in summary.key_facts:
        yield f"- {fact.text} [{', '.join(fact.messages)}]"
    for deadline in summary.deadlines:
        yield f"- Due {deadline.due} ({deadline.citation}): {deadline.because}"
