"""Spans: overlapping detections -> disjoint ranges that cover every one of them."""

from collections.abc import Iterable

from summarizer.pii import Detection

__all__ = ["disjoint", "trimmed"]


def trimmed(detection: Detection, text: str) -> Detection | None:
    """Return the detection without white space at its ends, or None if nothing is left."""
    start, end = detection.start, detection.end
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    return Detection(start, end, detection.entity, detection.score, detection.recognizer)


def disjoint(detections: Iterable[Detection]) -> list[Detection]:
    """Join overlapping detections, so that no detected character is left uncovered.

    A joined range takes its entity from the detection with the highest score; of equals, the
    longer, then the earlier one. The result is sorted.
    """
    merged: list[Detection] = []
    best: list[Detection] = []
    for detection in sorted(detections, key=lambda item: (item.start, -item.end, item.entity)):
        if merged and detection.start < merged[-1].end:
            winner = max(best[-1], detection, key=_strength)
            best[-1] = winner
            last = merged[-1]
            merged[-1] = Detection(
                last.start,
                max(last.end, detection.end),
                winner.entity,
                winner.score,
                winner.recognizer,
            )
        else:
            merged.append(detection)
            best.append(detection)
    return merged


def _strength(detection: Detection) -> tuple[float, int, int]:
    return detection.score, detection.end - detection.start, -detection.start
