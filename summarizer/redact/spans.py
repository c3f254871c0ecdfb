"""Spans: overlapping detections -> disjoint ranges that cover every one of them."""

from collections.abc import Callable, Iterable

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
    return detection.at(start, end)


def disjoint(
    detections: Iterable[Detection], *, severity: Callable[[str], int] = lambda _: 0
) -> list[Detection]:
    """Join overlapping detections, so that no detected character is left uncovered.

    A joined range takes its entity from the detection whose entity is the most severe under
    policy; of equals, from the one with the highest score, then the longer, then the earlier.
    The result is sorted.
    """

    def strength(detection: Detection) -> tuple[int, float, int, int]:
        length = detection.end - detection.start
        return severity(detection.entity), detection.score, length, -detection.start

    merged: list[Detection] = []
    best: list[Detection] = []
    for detection in sorted(detections, key=lambda item: (item.start, -item.end, item.entity)):
        if merged and detection.start < merged[-1].end:
            winner = max(best[-1], detection, key=strength)
            best[-1] = winner
            last = merged[-1]
            merged[-1] = winner.at(last.start, max(last.end, detection.end))
        else:
            merged.append(detection)
            best.append(detection)
    return merged
