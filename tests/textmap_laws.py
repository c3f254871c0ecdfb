"""What holds for every TextMap, whoever made it."""

from hypothesis import strategies as st

from summarizer.textmap import TextMap, TextMapBuilder

__all__ = ["assert_laws", "text_maps"]


def assert_laws(derived: TextMap, source: str) -> None:
    """Check every segment, and the way back of a sample of ranges."""
    assert derived.source_length == len(source)
    position, before = 0, (0, 0)
    for segment in derived.segments:
        assert segment.start == position < segment.end
        assert segment.source_start <= segment.source_end <= len(source)
        assert before[0] <= segment.source_start
        assert before[1] <= segment.source_end
        if segment.verbatim:
            kept = source[segment.source_start : segment.source_end]
            assert derived.text[segment.start : segment.end] == kept
        position, before = segment.end, (segment.source_start, segment.source_end)
    assert position == len(derived.text)
    length = len(derived.text)
    step = max(length // 40, 1)
    before = (0, 0)
    for start in range(0, length, step):
        end = min(start + step, length)
        found = derived.to_source(start, end)
        assert 0 <= found[0] <= found[1] <= len(source)
        assert before[0] <= found[0]
        assert before[1] <= found[1]
        whole = derived.to_source(start, length)
        assert whole[0] == found[0]
        assert whole[1] >= found[1]
        before = found


@st.composite
def text_maps(draw: st.DrawFn, source: str) -> TextMap:
    """Draw a map made from a source by any run of keep, replace and skip."""
    builder = TextMapBuilder(source)
    position = 0
    while position < len(source):
        end = draw(st.integers(position, len(source)))
        action = draw(st.sampled_from(["keep", "replace", "skip", "insert"]))
        if action == "keep":
            builder.keep(position, end)
        elif action == "replace":
            builder.replace(position, end, draw(st.text(alphabet="xyz", max_size=3)))
        elif action == "insert":
            builder.replace(position, position, draw(st.text(alphabet="xyz", max_size=3)))
        position = max(end, position + (end == position))
    return builder.build()
