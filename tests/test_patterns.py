"""Many patterns are looked for at once, and none that stands in a text is missed."""

from hypothesis import given
from hypothesis import strategies as st

from summarizer.patterns import PatternSet, compiled

_PATTERNS = {f"word{number}": rf"\b{word}\b" for number, word in enumerate(["ab", "ba", "bb"])}
_MANY = _PATTERNS | {f"letter{number}": f"a{{{number + 1}}}b" for number in range(20)}


@given(st.text(alphabet="ab \n", max_size=40))
def test_a_set_names_exactly_the_patterns_that_stand_in_a_text(text: str) -> None:
    data = text.encode()
    alone = {name for name, pattern in _MANY.items() if compiled(pattern).search(data)}

    assert PatternSet(_MANY).names_in(data) == (alone if data else frozenset(_MANY))
