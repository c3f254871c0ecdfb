"""Overlapping detections become disjoint ranges that cover each of them."""

from hypothesis import given
from hypothesis import strategies as st

from summarizer.pii import Detection
from summarizer.redact.spans import disjoint, trimmed

_DETECTIONS = st.lists(
    st.builds(
        lambda start, length, entity, score: Detection(start, start + length, entity, score, "x"),
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from(["A", "B", "C"]),
        st.floats(0, 1),
    ),
    max_size=12,
)


def test_the_most_certain_detection_names_the_joined_range() -> None:
    email = Detection(0, 17, "EMAIL_ADDRESS", 1.0, "email")
    url = Detection(6, 17, "URL", 0.5, "url")
    name = Detection(0, 20, "PERSON", 0.85, "ner")

    assert disjoint([url, name, email]) == [Detection(0, 20, "EMAIL_ADDRESS", 1.0, "email")]


def test_ranges_that_only_touch_stay_apart() -> None:
    first, second = Detection(0, 3, "A", 1.0, "x"), Detection(3, 5, "B", 1.0, "x")

    assert disjoint([second, first]) == [first, second]


@given(_DETECTIONS)
def test_every_detected_character_is_covered_once(detections: list[Detection]) -> None:
    joined = disjoint(detections)

    covered = [at for item in joined for at in range(item.start, item.end)]
    assert len(covered) == len(set(covered))
    assert set(covered) == {at for item in detections for at in range(item.start, item.end)}
    assert covered == sorted(covered)


@given(_DETECTIONS)
def test_the_order_of_detections_does_not_matter(detections: list[Detection]) -> None:
    ends = [(item.start, item.end) for item in disjoint(detections)]

    assert [(item.start, item.end) for item in disjoint(reversed(detections))] == ends


def test_white_space_at_the_ends_is_not_part_of_a_value() -> None:
    assert trimmed(Detection(0, 7, "A", 1.0, "x"), " Maria ") == Detection(1, 6, "A", 1.0, "x")
    assert trimmed(Detection(0, 2, "A", 1.0, "x"), " \n") is None
