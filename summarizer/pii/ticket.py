"""TicketDetector: texts of a case -> personal data, by recognizers of our own and a name model."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol

from summarizer.errors import RedactionError
from summarizer.pii import Cue, Detection
from summarizer.pii.evidence import Candidate, Evidence, trimmed
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
Ranged = tuple[int, int, str, float]
"""Start, end, the model's label, and by how much it preferred an entity to none (log-odds)."""

_PERSON = "PERSON"
_STREET_ADDRESS = "STREET_ADDRESS"
_MODEL_SCORE = 0.7
"""The most that a model's find is worth: less than one by a cue."""


class EntityModel(Protocol):
    """A named-entity model: texts in, ranges with the model's own labels and margins out."""

    @property
    def version(self) -> str:
        """Names the model and the hash of its weights."""
        ...

    def entities(self, texts: Sequence[str]) -> Sequence[Sequence[Ranged]]:
        """Return start, end (code points), label and margin of each entity of each text."""
        ...


class TicketDetector:
    """Finds personal data in what a person would read, and leads each find back."""

    def __init__(
        self,
        models: Sequence[EntityModel],
        recognizers: Sequence[Recognizer] = RECOGNIZERS,
        *,
        is_wanted: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Take the models whose finds are joined, and the recognizers.

        A recognizer is not run, and costs nothing, if none of its entities is wanted; its
        entities still count among those that can be found.
        """
        self._models = tuple(models)
        self._recognizers = tuple(recognizers)
        self._wanted = tuple(item for item in recognizers if any(map(is_wanted, item.entities)))

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
                _detection(found, readings[text], readings[ahead])
                for found in (*self._recognized(view), *_named(view, ranges))
            ]
            for text, ahead, view, *ranges in zip(texts, before, views, *named, strict=True)
        ]

    def _recognized(self, view: View) -> Iterator[Found]:
        for recognizer in self._wanted:
            if recognizer.needs in view.has:
                yield from recognizer.find(view)


def _named(view: View, ranges: Sequence[Sequence[Ranged]]) -> Iterator[Found]:
    """Weigh each find of each model; the first model is the one trained for tickets."""
    evidence = Evidence(view)
    for number, finds in enumerate(ranges):
        others = [item for other, each in enumerate(ranges) if other != number for item in each]
        agreed = _Overlaps(others)
        for start, end, label, margin in finds:
            entity = _ENTITY_OF_LABEL.get(label)
            if entity is None:
                continue
            if entity == _PERSON:
                start, end = trimmed(view.text, start, end)  # noqa: PLW2901 - narrower is the same find
            elif entity == _STREET_ADDRESS:
                start = evidence.without_rest_of_word(start, end)  # noqa: PLW2901 - as above
            is_agreed = agreed.with_any(start, end, entity)
            candidate = Candidate(start, end, entity, number == 0, is_agreed, margin)
            score = min(_MODEL_SCORE, evidence.likelihood(candidate))
            if score > 0:
                yield Found(start, end, entity, score, f"model.{label.lower()}")


class _Overlaps:
    """Finds of models, to be asked whether any of them meets a range."""

    def __init__(self, finds: Iterable[Ranged]) -> None:
        self._finds = sorted(
            (start, end, _ENTITY_OF_LABEL[label])
            for start, end, label, _ in finds
            if label in _ENTITY_OF_LABEL
        )

    def with_any(self, start: int, end: int, entity: str) -> bool:
        """Say whether a find meets the range: for a person another person, else any name.

        The finds of one model are disjoint, so that only a few can meet a range.
        """
        first = max(0, bisect_left(self._finds, (start,)) - 1)
        for other in islice(self._finds, first, None):
            if other[0] >= end:
                return False
            if other[1] > start and (entity != _PERSON or other[2] == _PERSON):
                return True
        return False


def _detection(found: Found, reading: TextMap, before: TextMap) -> Detection:
    start, end = reading.to_source(found.start, found.end)
    cue = found.cue
    if cue is not None:
        words = (before if cue.is_before else reading).to_source(cue.start, cue.end)
        cue = Cue(*words, cue.is_before)
    return Detection(start, end, found.entity, found.score, found.pattern, cue)
