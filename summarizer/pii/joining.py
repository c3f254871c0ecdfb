"""Joining: what the ticket model and a general name model found -> what counts.

The ticket model is read at three leanings. A find with a capital counts at the plain one. A find
without any, where most words are ordinary ones, must hold at a firmer one. The general model
learned from news: it knows more names of people and places in well-written prose, and takes
brands, shorthand and words of other languages for names. So a find of it counts only where the
ticket model, asked leniently, sees a name or a place as well. docs/model-card.md has the curve.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from summarizer.pii.ner import Entity

__all__ = ["LEANINGS", "Readings", "joined"]

LEANINGS: Final = (0.0, 2.0, -2.0)
"""Added to the ticket model's score of "no name here" for the plain, firm and lenient reading."""

_NAMED: Final = frozenset({"PERSON", "PLACE", "COUNTRY", "ADDRESS"})


class Readings(NamedTuple):
    """What the ticket model found in one text at each leaning, in order, without overlap."""

    plain: Sequence[Entity]
    firm: Sequence[Entity]
    lenient: Sequence[Entity]


def joined(text: str, own: Readings, general: Sequence[Entity]) -> list[Entity]:
    """Join the finds of one text.

    Args:
        text: what was read.
        own: what the ticket model found.
        general: what the general model found, in order and without overlap.
    """
    capital = [entity for entity in general if _has_capital(text, entity)]
    small = [entity for entity in general if not _has_capital(text, entity)]
    return [
        *(entity for entity in own.plain if _has_capital(text, entity)),
        *(entity for entity in own.firm if not _has_capital(text, entity)),
        *_supported(capital, own.lenient),
        *_supported(small, own.firm),
    ]


def _has_capital(text: str, entity: Entity) -> bool:
    return any(character.isupper() for character in text[entity.start : entity.end])


def _supported(general: Sequence[Entity], own: Sequence[Entity]) -> Iterator[Entity]:
    """Yield the finds of the general model that meet a name or a place of the ticket model."""
    support = [entity for entity in own if entity.label in _NAMED]
    starts = [entity.start for entity in support]
    for entity in general:
        before = bisect_right(starts, entity.end - 1) - 1
        if before >= 0 and support[before].end > entity.start:
            yield entity
