"""Canary: known personal data that must come out fully redacted before anything is trusted."""

from collections.abc import Iterable
from typing import Final

from summarizer.errors import RedactionError
from summarizer.models import Case, CaseMessage, CaseText
from summarizer.policy import Policy
from summarizer.redact.redactor import Redactor
from summarizer.textfold import compact
from summarizer.textmap import TextMap

__all__ = ["CANARY", "check_canary"]

CANARY: Final[tuple[tuple[str, str, str], ...]] = (
    ("PERSON", "Margaret Whitfield", "Hello, my name is Margaret Whitfield."),
    ("CREDIT_CARD", "4111 1111 1111 1111", "The card is 4111 1111 1111 1111."),
    ("IBAN_CODE", "GB33BUKB20201555555555", "Pay it to GB33BUKB20201555555555 please."),
    ("EMAIL_ADDRESS", "m.whitfield@example.com", "Write to m.whitfield@example.com."),
    ("PHONE_NUMBER", "+1 212-555-0187", "You can call me on +1 212-555-0187."),
    ("US_SSN", "536-90-4399", "My social security number is 536-90-4399."),
)
"""Entity, value (invented, valid in form) and a sentence that holds it."""


def check_canary(redactor: Redactor, policy: Policy) -> tuple[str, ...]:
    """Redact the canary and look for its values; return the entities that were tried.

    Entities that policy does not detect are not tried.

    Raises:
        RedactionError: naming the entities of which anything was left.
    """
    tried = [entry for entry in CANARY if policy.rule(entry[0]).detect]
    redacted = redactor.redact(_case(sentence for _, _, sentence in tried)).case
    left = compact(" ".join(text.text for text in redacted.texts))
    leaked = [entity for entity, value, _ in tried if compact(value) in left]
    if leaked:
        msg = f"the canary was not redacted: {', '.join(leaked)}; nothing is served"
        raise RedactionError(msg)
    return tuple(entity for entity, _, _ in tried)


def _case(sentences: Iterable[str]) -> Case:
    texts = tuple(
        CaseText(f"messages[{index}].body", TextMap.identity(sentence))
        for index, sentence in enumerate(sentences)
    )
    messages = tuple(
        CaseMessage(f"m{index + 1}", "customer", None, 0) for index in range(len(texts))
    )
    ids = tuple(message.id for message in messages)
    return Case("canary", ids, None, None, messages, texts)
