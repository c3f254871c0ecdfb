"""Outcome: what is recorded of it in clear, and what of it is for the caller."""

from collections.abc import Callable, Mapping

from summarizer.audit import Fact
from summarizer.models import Case, Outcome, Summary

__all__ = ["facts", "for_caller"]


def facts(outcome: Outcome) -> Mapping[str, Fact]:
    """Return what the header of an outcome says in clear."""
    found: dict[str, Fact] = {
        "outcome": outcome.status,
        "model": outcome.provenance.model,
        "prompt": outcome.provenance.prompt,
        "policy": outcome.provenance.policy,
        "taxonomy": outcome.provenance.taxonomy,
        "attempts": outcome.provenance.attempts,
        "entities": outcome.redaction.entities,
        "prompt_tokens": outcome.usage.prompt_tokens,
        "completion_tokens": outcome.usage.completion_tokens,
    }
    if outcome.error is not None:
        found["code"] = str(outcome.error.code)
    return found


def for_caller(summary: Summary, case: Case, reveal: Callable[[str], str]) -> Summary:
    """Name messages by the ticket's own ids, and put each text through `reveal`.

    Args:
        summary: names messages by their aliases.
        case: of the same ticket.
        reveal: puts original values back, or changes nothing.
    """
    aliases = (message.id for message in case.messages)
    source_ids = dict(zip(aliases, case.source_message_ids, strict=True))
    facts = tuple(
        fact.model_copy(
            update={
                "text": reveal(fact.text),
                "messages": tuple(source_ids[message] for message in fact.messages),
            }
        )
        for fact in summary.key_facts
    )
    action = summary.next_action
    return summary.model_copy(
        update={
            "headline": reveal(summary.headline),
            "narrative": reveal(summary.narrative),
            "key_facts": facts,
            "next_action": action.model_copy(update={"detail": reveal(action.detail)}),
        }
    )
