"""Evidence: every key fact names messages that the case has."""

from collections.abc import Iterator

from summarizer.models import Draft, RedactedCase
from summarizer.taxonomy import Taxonomy

__all__ = ["check_evidence"]


def check_evidence(draft: Draft, case: RedactedCase, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a problem for each key fact that rests on a message that does not exist."""
    del taxonomy
    known = {message.id for message in case.messages}
    for index, fact in enumerate(draft.key_facts):
        if not known.issuperset(fact.messages):
            yield (
                f"key_facts.{index}.messages: names a message that does not exist; "
                f"the messages are m1 to m{len(case.messages)}"
            )
