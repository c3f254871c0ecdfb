"""Matching: a passage -> whether a rule's patterns say something of this customer."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from summarizer.patterns import compiled
from summarizer.rules import Guards
from summarizer.triage.reading import Passage

__all__ = ["Matcher"]

_REACH = 3
"""Words between a negation and what it denies."""


class Matcher:
    """Finds patterns in a passage, but for what a guard takes back."""

    def __init__(
        self,
        patterns: Sequence[str],
        *,
        guards: Guards | None = None,
        unless: Sequence[str] = (),
        negatable: bool = True,
        in_sentence: bool = False,
    ) -> None:
        """Compile the patterns; without guards every match counts.

        Args:
            patterns: what is looked for.
            guards: the file's own.
            unless: takes back a match in the same sentence.
            negatable: whether the guards' negations do.
            in_sentence: refuses a match that runs into the next sentence.
        """
        guards = guards or Guards()
        self._patterns = _any_of(patterns)
        self._in_sentence = in_sentence
        self._unless = _any_of([*guards.unless, *unless])
        self._boilerplate = _any_of(guards.boilerplate)
        self._denied = (
            compiled(rf"\b(?:{'|'.join(guards.negations)})(?:[^\w']+[\w']+){{0,{_REACH}}}[^\w']*$")
            if negatable and guards.negations
            else None
        )

    def __bool__(self) -> bool:
        """Say whether there is anything to look for."""
        return self._patterns is not None

    def found(self, passage: Passage) -> bool:
        """Say whether a match stands that no guard takes back."""
        return any(self._counts(passage, *span) for span in self._spans(passage.text))

    def found_in_any(self, passages: Iterable[Passage]) -> bool:
        """Say whether any of the passages holds a match that counts."""
        return any(self.found(passage) for passage in passages)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        if self._patterns is not None:
            for match in self._patterns.finditer(text):
                # A match may begin with white space, which is the end of the sentence before.
                yield match.end() - len(match[0].lstrip()), match.end()

    def _counts(self, passage: Passage, position: int, stop: int) -> bool:
        start, end = passage.sentence(position)
        if self._in_sentence and stop > end:
            return False
        sentence = passage.text[start:end]
        if self._unless is not None and self._unless.search(sentence):
            return False
        if not passage.of_customer and self._boilerplate and self._boilerplate.search(sentence):
            return False
        return self._denied is None or not self._denied.search(passage.text[start:position])


def _any_of(patterns: Sequence[str]) -> Any:
    return compiled("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None
