"""Joining: what the ticket model and a general name model found -> what counts.

The ticket model's own finds count. The general model learned from news: it knows more names of
people and places in well-written prose, and takes brands, shorthand and words of other languages
for names. So a find of it counts only where the ticket model, asked leniently, sees a name or a
place as well. The curve that chose this rule is in docs/model-card.md.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from summarizer.pii.ner import Entity

__all__ = ["LENIENCY", "joined"]

LENIENCY: Final = -2.0
"""Added to the ticket model's score of "no name here" when it is asked leniently."""

_NAMED: Final = frozenset({"PERSON", "PLACE", "COUNTRY", "ADDRESS"})


def joined(
    own: Sequence[Entity], lenient: Sequence[Entity], general: Sequence[Entity]
) -> list[Entity]:
    """Join the finds of one text; each sequence is in order and without overlap.

    Args:
        own: what the ticket model found.
        lenient: what the ticket model found when asked leniently.
        general: what the general model found.
    """
    support = [entity for entity in lenient if entity.label in _NAMED]
    return [*own, *_supported(general, support)]


def _supported(general: Sequence[Entity], support: Sequence[Entity]) -> Iterator[Entity]:
    starts = [entity.start for entity in support]
    for entity in general:
        before = bisect_right(starts, entity.end - 1) - 1
        if before >= 0 and support[before].end > entity.start:
            yield entity
