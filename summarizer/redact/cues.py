"""Cues: ranges of a case and what made each count -> the ranges with those words named.

The words are taken from the redacted text, so that naming them shows nothing more than it does.
"""

from collections.abc import Sequence
from dataclasses import replace

from summarizer.models import CaseText, RedactionSpan, SpanCue
from summarizer.pii import Detection

__all__ = ["with_cues"]


def with_cues(
    texts: Sequence[CaseText],
    before: Sequence[int | None],
    found: Sequence[Sequence[Detection]],
    spans: Sequence[Sequence[RedactionSpan]],
) -> tuple[RedactionSpan, ...]:
    """Return the spans of all texts in order, each with its cue.

    Args:
        texts: the texts of a case.
        before: for each text, which text was said just before it.
        found: the disjoint ranges of each text.
        spans: one for each of those ranges.
    """

    def named(number: int, item: Detection) -> SpanCue | None:
        at = before[number] if item.cue is not None and item.cue.is_before else number
        if item.cue is None or at is None:
            return None
        start, end = texts[at].map.to_source(item.cue.start, item.cue.end)
        words = _shown(texts[at].map.text, item.cue.start, item.cue.end, found[at], spans[at])
        return SpanCue(texts[at].where, start, end, words)

    return tuple(
        replace(span, cue=named(number, item))
        for number, (ranges, of_text) in enumerate(zip(found, spans, strict=True))
        for item, span in zip(ranges, of_text, strict=True)
    )


def _shown(
    text: str,
    start: int,
    end: int,
    found: Sequence[Detection],
    spans: Sequence[RedactionSpan],
) -> str:
    """Return a range of a text with the placeholder of every range that it meets."""
    parts: list[str] = []
    at = start
    for item, span in zip(found, spans, strict=True):
        if item.start < end and start < item.end:
            parts += [text[at : item.start], span.placeholder]
            at = item.end
    return "".join([*parts, text[at:end]])
