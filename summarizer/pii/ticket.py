"""TicketDetector: texts of a case -> personal data, by recognizers of our own and a name model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from summarizer.errors import RedactionError
from summarizer.pii import Detection
from summarizer.pii.common import ordinary_words, words_that_are_names
from summarizer.pii.reading import read
from summarizer.pii.recognizers import RECOGNIZERS
from summarizer.pii.recognizing import Found, Recognizer, View
from summarizer.textmap import TextMap

__all__ = ["EntityModel", "TicketDetector"]

_ENTITY_OF_LABEL: Final[Mapping[str, str]] = {
    "PERSON": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "PLACE": "LOCATION",
    "ADDRESS": "STREET_ADDRESS",
}
_MODEL_SCORE = 0.7
_DOUBTFUL_SCORE = 0.4
"""Of a single word in lower case, which is a name about every second time."""


class EntityModel(Protocol):
    """A named-entity model: texts in, ranges with the model's own labels out."""

    @property
    def version(self) -> str:
        """Names the model and the hash of its weights."""
        ...

    def entities(self, texts: Sequence[str]) -> Sequence[Sequence[tuple[int, int, str]]]:
        """Return start, end (code points) and label of each entity of each text."""
        ...


class TicketDetector:
    """Finds personal data in what a person would read, and leads each find back."""

    def __init__(
        self, models: Sequence[EntityModel], recognizers: Sequence[Recognizer] = RECOGNIZERS
    ) -> None:
        """Take the models whose finds are joined, and the recognizers."""
        self._models = tuple(models)
        self._recognizers = tuple(recognizers)

    @property
    def entities(self) -> frozenset[str]:
        """Everything the recognizers and the models can find."""
        found = frozenset().union(*(recognizer.entities for recognizer in self._recognizers))
        return found | frozenset(_ENTITY_OF_LABEL.values())

    @property
    def version(self) -> str:
        """The models; recognizers are versioned with the code."""
        return " ".join(model.version for model in self._models)

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        """Return the detections of each text, in exact offsets of the text as given.

        Raises:
            RedactionError: if a recognizer or a model failed. The cause is not chained: its
                message may hold the text.
        """
        try:
            return self._detect(texts, before or [""] * len(texts))
        except Exception as error:  # noqa: BLE001 - any fault of a recognizer stops the case
            msg = f"a recognizer failed ({type(error).__name__}); nothing was sent"
            raise RedactionError(msg) from None

    def _detect(self, texts: Sequence[str], before: Sequence[str]) -> list[list[Detection]]:
        readings = {text: read(text) for text in {*texts, *before}}
        views = [
            View(readings[text].text, readings[ahead].text)
            for text, ahead in zip(texts, before, strict=True)
        ]
        named = [model.entities([view.text for view in views]) for model in self._models]
        return [
            [
                _detection(found, readings[text])
                for found in (*self._recognized(view), *_named(view.text, ranges))
            ]
            for text, view, *ranges in zip(texts, views, *named, strict=True)
        ]

    def _recognized(self, view: View) -> Iterator[Found]:
        for recognizer in self._recognizers:
            if recognizer.needs in view.has:
                yield from recognizer.find(view)


def _named(text: str, ranges: Sequence[Sequence[tuple[int, int, str]]]) -> Iterator[Found]:
    for start, end, label in (item for each in ranges for item in each):
        entity = _ENTITY_OF_LABEL.get(label)
        if entity is not None and not _is_ordinary(span := text[start:end]):
            is_doubtful = span.islower() and " " not in span
            score = _DOUBTFUL_SCORE if is_doubtful else _MODEL_SCORE
            yield Found(start, end, entity, score, f"model.{label.lower()}")


def _is_ordinary(span: str) -> bool:
    """Say whether a find of a model is made of ordinary words, none of them also a name."""
    words = [word.strip(".,:;!?'\"()").casefold().removesuffix("'s") for word in span.split()]
    return all(
        not any(character.isalpha() for character in word)
        or (word in ordinary_words() and word not in words_that_are_names())
        for word in words
    )


def _detection(found: Found, reading: TextMap) -> Detection:
    start, end = reading.to_source(found.start, found.end)
    return Detection(start, end, found.entity, found.score, found.pattern)
