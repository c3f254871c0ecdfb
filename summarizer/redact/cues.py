"""Cues: ranges of a case and what made each count -> those words, as the redacted text has them.

Words that hold personal data show its replacement, so that naming them shows nothing more.
"""

from collections.abc import Sequence

from summarizer.models import CaseText, SpanCue
from summarizer.pii import Detection, Replacement

__all__ = ["named_cues"]


def named_cues(
    texts: Sequence[CaseText],
    before: Sequence[int | None],
    found: Sequence[Sequence[Detection]],
    replacements: Sequence[Sequence[Replacement]],
) -> list[list[SpanCue | None]]:
    """Return the cue of each range of each text; None for one that counts by itself.

    Args:
        texts: the texts of a case.
        before: for each text, which text was said just before it.
        found: the disjoint ranges of each text.
        replacements: what stands for each of those ranges.
    """

    def named(number: int, item: Detection) -> SpanCue | None:
        at = before[number] if item.cue is not None and item.cue.is_before else number
        if item.cue is None or at is None:
            return None
        text, (start, end, _) = texts[at], item.cue
        raw_start, raw_end = text.map.to_source(start, end)
        words = _shown(text.map.text, start, end, replacements[at])
        return SpanCue(text.where, raw_start, raw_end, words)

    return [[named(number, item) for item in ranges] for number, ranges in enumerate(found)]


def _shown(text: str, start: int, end: int, replacements: Sequence[Replacement]) -> str:
    """Return a range of a text with the replacement of every range that it meets."""
    parts: list[str] = []
    at = start
    for item in replacements:
        if item.start < end and start < item.end:
            parts += [text[at : item.start], item.text]
            at = item.end
    return "".join([*parts, text[at:end]])
