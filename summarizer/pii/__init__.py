"""What personal data is: the `Detector` protocol and what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

__all__ = ["Anonymizer", "Cue", "Detection", "Detector", "Replacement"]


class Cue(NamedTuple):
    """Where the words stand that made a find count; offsets are code points, end exclusive."""

    start: int
    end: int
    is_before: bool = False
    """They stand in what was said before the text."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A range of a text that is personal data; offsets are code points, end exclusive."""

    start: int
    end: int
    entity: str
    score: float
    """0 to 1."""
    recognizer: str
    """Which recognizer made it."""
    cue: Cue | None = None
    """The words of context or the label by which it counts; None if it counts by itself."""

    def at(self, start: int, end: int) -> "Detection":
        """Return the detection of another range."""
        return Detection(start, end, self.entity, self.score, self.recognizer, self.cue)


class Detector(Protocol):
    """Finds personal data in texts."""

    @property
    def entities(self) -> frozenset[str]:
        """Every entity this detector can return."""
        ...

    @property
    def version(self) -> str:
        """Names what detects: libraries, model and its hash."""
        ...

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        """Return the detections of each text; they may overlap.

        Args:
            texts: all texts of a case.
            before: for each text what was said just before it, or an empty string: the
                question that the text may answer.

        Raises:
            RedactionError: if any recognizer failed. A partial result is never returned.
        """
        ...


class Replacement(NamedTuple):
    """What shall stand for a range of a text."""

    start: int
    end: int
    text: str


class Anonymizer(Protocol):
    """Puts replacements into a text."""

    def replace(self, text: str, replacements: Sequence[Replacement]) -> str:
        """Return the text with each of the disjoint, sorted ranges replaced.

        Raises:
            RedactionError: if any replacement did not come out exactly as asked.
        """
        ...
