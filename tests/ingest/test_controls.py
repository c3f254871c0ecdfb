"""Control characters go, line ends become one form, and the way back stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.ingest.controls import without_controls
from tests.textmap_laws import assert_laws


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("Ma\x00ria", "Maria"),
        ("M\x00a\x00r\x00i\x00a\x00", "Maria"),
        ("a\x1b[31mb\x7f\x9d", "a[31mb"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x0bb\x0cc\x85d", "a\nb\nc\nd"),
        ("a\tb", "a\tb"),
        (
            "\u202eairaM\u202c \u200f\u200e\u2066x\u2069",
            "\u202eairaM\u202c \u200f\u200e\u2066x\u2069",
        ),
        ("", ""),
        ("\x00", ""),
    ],
)
def test_controls_go_and_marks_of_direction_stay(source: str, clean: str) -> None:
    derived = without_controls(source)
    assert derived.text == clean
    assert_laws(derived, source)


def test_a_name_with_a_control_character_in_it_maps_to_the_whole_of_it() -> None:
    assert without_controls("Hi Ma\x00ria!").to_source(3, 8) == (3, 9)


@given(st.text(alphabet="ab\r\n\t\x00\x1f\x85\x9f\u200f", max_size=30))
def test_nothing_else_changes(source: str) -> None:
    derived = without_controls(source)
    assert_laws(derived, source)
    assert [c for c in derived.text if c != "\n"] == [c for c in source if c in "ab\t\u200f"]
