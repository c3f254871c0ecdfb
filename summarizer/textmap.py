"""TextMap: a derived text together with the way back to the source it came from.

Ingest derives clean text from HTML and e-mail; redaction derives what a person would read
from what was typed. Both keep a `TextMap`, so that a span found in the derived text names
exact offsets in the source. All offsets are Unicode code points, ends exclusive.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple, Self

__all__ = ["Segment", "TextMap", "TextMapBuilder"]


class Segment(NamedTuple):
    """A run of derived text and the source range it stands for.

    A `verbatim` run has the same length on both sides and maps character by character; any
    other run maps as a whole.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    verbatim: bool


@dataclass(frozen=True, slots=True)
class TextMap:
    """A derived text and its segments, in order and without gaps on the derived side."""

    text: str = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    source_length: int

    @classmethod
    def identity(cls, source: str) -> Self:
        """Map a text onto itself."""
        n = len(source)
        return cls(source, (Segment(0, n, 0, n, verbatim=True),) if n else (), n)

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Return the smallest source range that covers `text[start:end]`.

        Raises:
            ValueError: if the range is empty or lies outside the derived text.
        """
        if not 0 <= start < end <= len(self.text):
            msg = f"range {start}:{end} is empty or outside a text of length {len(self.text)}"
            raise ValueError(msg)
        first, last = self._segment_at(start), self._segment_at(end - 1)
        source_start = first.source_start + (start - first.start if first.verbatim else 0)
        source_end = last.source_end - (last.end - end if last.verbatim else 0)
        return source_start, source_end

    def then(self, derived: "TextMap") -> "TextMap":
        """Compose with a map derived from this text: the result leads back to this source.

        Raises:
            ValueError: if `derived` was not made from a text of this length.
        """
        if derived.source_length != len(self.text):
            msg = "the maps do not meet: the second was not derived from the first one's text"
            raise ValueError(msg)
        composed: list[Segment] = []
        for segment in derived.segments:
            composed.extend(self._through(segment))
        return TextMap(derived.text, tuple(composed), self.source_length)

    def _through(self, segment: Segment) -> list[Segment]:
        if segment.source_start == segment.source_end:
            start, end = self._source_around(segment.source_start)
            return [Segment(segment.start, segment.end, start, end, verbatim=False)]
        if not segment.verbatim:
            start, end = self.to_source(segment.source_start, segment.source_end)
            return [Segment(segment.start, segment.end, start, end, verbatim=False)]
        parts: list[Segment] = []
        position, shift = segment.source_start, segment.start - segment.source_start
        while position < segment.source_end:
            under = self._segment_at(position)
            stop = min(under.end, segment.source_end)
            start, end = self.to_source(position, stop)
            parts.append(Segment(position + shift, stop + shift, start, end, under.verbatim))
            position = stop
        return parts

    def _source_around(self, position: int) -> tuple[int, int]:
        """Return where text inserted at a position stands: an empty range unless inside a run."""
        if position == len(self.text):
            at = self.segments[-1].source_end if self.segments else 0
            return at, at
        segment = self._segment_at(position)
        if position > segment.start and not segment.verbatim:
            return segment.source_start, segment.source_end
        at = segment.source_start + position - segment.start
        return at, at

    def _segment_at(self, position: int) -> Segment:
        index = bisect_right(self.segments, position, key=lambda segment: segment.start)
        return self.segments[index - 1]


class TextMapBuilder:
    """Builds a `TextMap` from left to right out of kept, replaced and skipped source runs."""

    def __init__(self, source: str) -> None:
        """Start with an empty derived text."""
        self._source = source
        self._parts: list[str] = []
        self._segments: list[Segment] = []
        self._length = 0

    @property
    def text(self) -> str:
        """The derived text so far; linear in its length."""
        return "".join(self._parts)

    def keep(self, start: int, end: int) -> None:
        """Copy `source[start:end]` unchanged."""
        if start >= end:
            return
        last = self._segments[-1] if self._segments else None
        if last is not None and last.verbatim and last.source_end == start:
            self._segments[-1] = last._replace(end=last.end + end - start, source_end=end)
        else:
            length = self._length
            self._segments.append(Segment(length, length + end - start, start, end, verbatim=True))
        self._append(self._source[start:end])

    def replace(self, start: int, end: int, text: str) -> None:
        """Let `text` stand for `source[start:end]`; an empty `text` skips the range."""
        if not text:
            return
        length = self._length
        self._segments.append(Segment(length, length + len(text), start, end, verbatim=False))
        self._append(text)

    def build(self) -> TextMap:
        """Return the finished map."""
        return TextMap(self.text, tuple(self._segments), len(self._source))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
