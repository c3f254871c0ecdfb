"""Lists: a policy's own terms -> what is always held back, and what is never personal data."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from summarizer.patterns import compiled
from summarizer.pii import Detection
from summarizer.policy.sections import AllowedTerm, DeniedTerm
from summarizer.redact.values import Value, find_values
from summarizer.textfold import compact

__all__ = ["DENIED", "Lists"]

DENIED: Final = "policy.deny"
"""The recognizer of what the policy itself holds back."""
_CERTAIN = 1.0


class Lists:
    """Applies a policy's `allow` and `deny`; deny wins over allow."""

    def __init__(self, allow: Sequence[AllowedTerm], deny: Sequence[DeniedTerm]) -> None:
        """Prepare the terms; patterns were checked when the policy was read."""
        self._allowed = {compact(term.term): frozenset(term.entities) for term in allow}
        self._words = [
            Value(entry.term, entry.entity, DENIED, _CERTAIN) for entry in deny if entry.term
        ]
        self._patterns = [
            (entry.entity, compiled(entry.pattern)) for entry in deny if entry.pattern
        ]

    def denied(self, text: str) -> Iterator[Detection]:
        """Yield every place of a denied term, as whole words, or of a denied pattern."""
        for match in find_values([text], self._words):
            if _is_whole_word(text, match.start, match.end):
                yield _detection(match.start, match.end, match.value.entity)
        for entity, pattern in self._patterns:
            for match in pattern.finditer(text):
                if match.start() < match.end():
                    yield _detection(match.start(), match.end(), entity)

    def kept(self, text: str, found: Iterable[Detection]) -> Iterator[Detection]:
        """Yield the finds that no allowed term takes back.

        A find is taken back if it is an allowed term and nothing else. One that proves itself
        by a check digit, or that the ticket's own form names, stays: its score is 1.
        """
        for item in found:
            if item.score >= _CERTAIN or not self._allows(text[item.start : item.end], item.entity):
                yield item

    def _allows(self, value: str, entity: str) -> bool:
        entities = self._allowed.get(compact(value))
        return entities is not None and (not entities or entity in entities)


def _is_whole_word(text: str, start: int, end: int) -> bool:
    return (start == 0 or not text[start - 1].isalnum()) and (
        end == len(text) or not text[end].isalnum()
    )


def _detection(start: int, end: int, entity: str) -> Detection:
    return Detection(start, end, entity, _CERTAIN, DENIED)
