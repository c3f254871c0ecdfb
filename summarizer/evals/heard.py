"""Heard: a detector -> the same detector, with what it last found kept for whoever asks why."""

from collections.abc import Sequence

from summarizer.pii import Detection, Detector

__all__ = ["HeardDetector"]


class HeardDetector:
    """Answers as the detector it stands around, and keeps the last answer.

    Policy drops finds below a threshold before anything is redacted; only here are they still
    there. One detection serves both, so that explaining costs no second pass.
    """

    def __init__(self, detector: Detector) -> None:
        """Stand around a detector."""
        self._detector = detector
        self.last: Sequence[Sequence[Detection]] = ()
        """What was found in each text of the last case, whatever policy makes of it."""

    @property
    def entities(self) -> frozenset[str]:
        """Every entity that the detector can find."""
        return self._detector.entities

    @property
    def version(self) -> str:
        """The detector's own."""
        return self._detector.version

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        """Return what the detector found.

        Raises:
            RedactionError: if any recognizer failed.
        """
        found = self._detector.detect(texts, before)
        self.last = tuple(map(tuple, found))
        return found
