"""Reply: an Outcome -> what its record says in clear, and what its caller gets."""

from collections.abc import Callable, Mapping

from summarizer.audit import Fact
from summarizer.models import Deadline, Outcome, Summary

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


def for_caller(
    summary: Summary, source_ids: Mapping[str, str], reveal: Callable[[str], str]
) -> Summary:
    """Name messages by the ticket's own ids and put original values back where `reveal` does.

    Args:
        summary: as it was recorded: messages by their aliases, values by their placeholders.
        source_ids: the ticket's own id of each alias.
        reveal: takes a text with placeholders and returns what the caller may read.
    """
    facts = tuple(
        fact.model_copy(
            update={
                "text": reveal(fact.text),
                "messages": tuple(source_ids[message] for message in fact.messages),
            }
        )
        for fact in summary.key_facts
    )
    reasons = tuple(
        reason.model_copy(update={"message": source_ids[reason.message]})
        for reason in summary.urgency_reasons
    )
    action = summary.next_action
    return summary.model_copy(
        update={
            "headline": reveal(summary.headline),
            "narrative": reveal(summary.narrative),
            "key_facts": facts,
            "next_action": action.model_copy(update={"detail": reveal(action.detail)}),
            "deadlines": tuple(_named(deadline, source_ids) for deadline in summary.deadlines),
            "urgency_reasons": reasons,
        }
    )


def _named(deadline: Deadline, source_ids: Mapping[str, str]) -> Deadline:
    """Put the ticket's own id where the computation names the message in brackets."""
    own = source_ids[deadline.trigger]
    because = deadline.because.replace(f"({deadline.trigger})", f"({own})")
    return deadline.model_copy(update={"trigger": own, "because": because})
