"""TextMap: the way back from a derived text to its source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.textmap import Segment, TextMap, TextMapBuilder
from tests.textmap_laws import assert_laws, text_maps

SOURCES = st.text(alphabet="ab <>&\n", max_size=12)


def test_identity_maps_every_range_onto_itself() -> None:
    identity = TextMap.identity("Maria")
    assert identity.to_source(1, 3) == (1, 3)
    assert_laws(identity, "Maria")


def test_identity_of_nothing_has_no_segment() -> None:
    assert TextMap.identity("") == TextMap("", (), 0)


def test_a_range_inside_a_replacement_stands_for_the_whole_of_it() -> None:
    builder = TextMapBuilder("a&amp;b")
    builder.keep(0, 1)
    builder.replace(1, 6, "&")
    builder.keep(6, 7)
    derived = builder.build()
    assert derived.text == "a&b"
    assert derived.to_source(1, 2) == (1, 6)
    assert derived.to_source(0, 3) == (0, 7)
    assert derived.to_source(2, 3) == (6, 7)


def test_a_skipped_range_lies_inside_what_surrounds_it() -> None:
    builder = TextMapBuilder("Ma<b>ria")
    builder.keep(0, 2)
    builder.replace(2, 5, "")
    builder.keep(5, 8)
    derived = builder.build()
    assert derived.text == "Maria"
    assert derived.to_source(0, 5) == (0, 8)


def test_adjoining_kept_runs_become_one_segment() -> None:
    builder = TextMapBuilder("abcd")
    builder.keep(0, 2)
    builder.keep(2, 2)
    builder.keep(2, 4)
    assert builder.text == "abcd"
    assert builder.build().segments == (Segment(0, 4, 0, 4, verbatim=True),)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 1), (0, 4)])
def test_a_range_that_is_empty_or_outside_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"range {start}:{end} is empty or outside"):
        TextMap.identity("abc").to_source(start, end)


def test_maps_that_do_not_meet_are_refused() -> None:
    with pytest.raises(ValueError, match="the maps do not meet"):
        TextMap.identity("abc").then(TextMap.identity("ab"))


def test_the_text_is_not_in_the_repr() -> None:
    assert "Maria" not in repr(TextMap.identity("Maria Lopez"))


def test_text_inserted_into_a_replaced_run_stands_for_the_whole_of_it() -> None:
    """Else a range that ends in it would come out empty, and its source would be missed."""
    replaced, inserted = TextMapBuilder("&"), TextMapBuilder("et")
    replaced.replace(0, 1, "et")
    inserted.keep(0, 1)
    inserted.replace(1, 1, "-")
    inserted.keep(1, 2)
    composed = replaced.build().then(inserted.build())
    assert composed.text == "e-t"
    assert [composed.to_source(0, end) for end in (1, 2, 3)] == [(0, 1)] * 3


def test_text_inserted_after_the_end_of_an_empty_text_maps_to_its_start() -> None:
    builder = TextMapBuilder("")
    builder.replace(0, 0, "x")
    assert TextMap.identity("").then(builder.build()).to_source(0, 1) == (0, 0)


@given(st.data(), SOURCES)
def test_whatever_is_built_obeys_the_laws(data: st.DataObject, source: str) -> None:
    assert_laws(data.draw(text_maps(source)), source)


@given(st.data(), SOURCES)
def test_composition_leads_back_the_same_way_as_two_steps(data: st.DataObject, source: str) -> None:
    first = data.draw(text_maps(source))
    second = data.draw(text_maps(first.text))
    composed = first.then(second)
    assert composed.text == second.text
    inserted = {
        position
        for segment in second.segments
        if segment.source_start == segment.source_end
        for position in range(segment.start, segment.end)
    }
    assert_laws(composed, source)
    for start in range(len(second.text)):
        for end in range(start + 1, len(second.text) + 1):
            middle = second.to_source(start, end)
            if middle[0] == middle[1]:
                continue
            found, expected = composed.to_source(start, end), first.to_source(*middle)
            assert found[0] <= expected[0]
            assert expected[1] <= found[1]
            if not {start, end - 1} & inserted:
                assert found == expected


@given(st.data(), SOURCES)
def test_the_identity_changes_nothing(data: st.DataObject, source: str) -> None:
    derived = data.draw(text_maps(source))
    for composed in (
        TextMap.identity(source).then(derived),
        derived.then(TextMap.identity(derived.text)),
    ):
        assert composed.text == derived.text
        for start in range(len(derived.text)):
            for end in range(start + 1, len(derived.text) + 1):
                assert composed.to_source(start, end) == derived.to_source(start, end)
