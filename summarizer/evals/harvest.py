"""Harvest: a summary that an agent accepted or edited -> a candidate case of an evaluation set.

A candidate is for a person to approve: an agent in a hurry accepts what is good enough, and what
redaction missed would stay in the set for good. Its texts hold placeholders, as the record does.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from summarizer.casework.reviews import ReviewRecord
from summarizer.casework.thread import Message, Thread
from summarizer.evals.cases import EvalCase
from summarizer.models import Summary

__all__ = ["TAG", "candidate"]

TAG: Final = "harvested"
"""On every candidate; whoever approves one takes it off."""


def candidate(
    summary_id: str, *, at: date, thread: Thread, summary: Summary, review: ReviewRecord
) -> EvalCase:
    """Return what a set would have of a reviewed case.

    Args:
        summary_id: names the case; the case tool's own id stays out of the set.
        at: the day it was summarized.
        thread: the case, redacted.
        summary: as it was made.
        review: what the agent made of it; what they changed is what is expected.
    """
    ticket: dict[str, Any] = {
        "id": summary_id,
        "channel": thread.channel,
        "jurisdiction": thread.jurisdiction,
        "subject": thread.subject or "",
        "requester": None if thread.requester is None else {"name": thread.requester},
        "messages": [_message(message) for message in thread.messages],
        "fields": {field.key: field.value for field in thread.fields},
        "tags": thread.tags.split(", ") if thread.tags else [],
    }
    return EvalCase.model_validate({
        "id": summary_id,
        "at": at,
        "tags": [TAG, review.decision],
        "ticket": ticket,
        "expected": dict(_expected(summary, review)),
    })


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": message.author,
        "author_name": message.author_name,
        "at": message.at,
        "body": message.body,
        "attachments": [{"name": name} for name in message.attachments],
    }


def _expected(summary: Summary, review: ReviewRecord) -> Iterator[tuple[str, Any]]:
    final = review.summary
    yield "issue_type", (final and final.issue_type) or summary.issue_type
    yield "urgency", (final and final.urgency) or summary.urgency
    yield "next_action", (final and final.next_action_code) or summary.next_action.code
    left = None if final is None else final.key_facts
    yield "facts", [fact.text for fact in summary.key_facts] if left is None else list(left)
