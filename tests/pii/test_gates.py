"""What is passed over for speed finds nothing: gates against the same search without them."""

import json
from collections.abc import Iterator
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from summarizer.pii.reading import read
from summarizer.pii.recognizers import RECOGNIZERS, address_labelled, spelled
from summarizer.pii.recognizers.person import _compiled
from summarizer.pii.recognizing import Expression, PatternRecognizer, View

_SET = Path(__file__).parents[2] / "eval_sets" / "pii"
_PIECES = st.sampled_from([
    "Ana Ruiz", "<a.ruiz@example.com>", "@", "<", ">", ":", "\n", " ", "--", "regards,", "[10:15] ",
    "(agent)", "4111 1111 1111 1111", "ssn 536-90-4399", "é", "٤", "İ", "\u212a", "ſ",
])  # fmt: skip


def _texts() -> Iterator[str]:
    for path in sorted(_SET.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


def _passed_over(text: str) -> list[str]:
    """Return the cues of names that would be passed over although they match."""
    view = View(text)
    return [
        cue.name
        for cue, part, expression in _compiled()
        if not (
            all(character in text for character in cue.requires)
            and (part is None or next(part.matches(view), None) is not None)
        )
        and expression.compiled.search(text) is not None
    ]


def _ranges(text: str, *, directly: bool) -> list[tuple[tuple[int, int], ...]]:
    view = View(text)
    expressions: list[Expression] = [
        expression
        for recognizer in RECOGNIZERS
        if isinstance(recognizer, PatternRecognizer)
        for _, expression in recognizer._expressions
    ]
    return [
        tuple(match.span(group) for group in range(expression.compiled.groups + 1))
        for expression in expressions
        for match in (expression.compiled.finditer(text) if directly else expression.matches(view))
    ]


def test_no_cue_is_passed_over_that_matches_in_the_labelled_set() -> None:
    texts = list(_texts())

    assert texts
    assert [name for text in texts for name in _passed_over(text)] == []


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join))
@example("Ana Ruiz <a.ruiz@example.com>")
@example("[10:15] Ana Ruiz (agent): hello")
@example("regards,\nAna Ruiz")
@example("hello\n-- Ana Ruiz\n")
def test_no_cue_is_passed_over_that_matches(text: str) -> None:
    assert _passed_over(text) == []
    assert _passed_over(text.translate({ord(c): None for c in "<@>:\n"})) == []


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join))
@example("ssn 536-90-4399 é ssn 536-90-4399")
@example("ssn 536-90-4399 and ssn 536-90-4399")
def test_matches_stand_where_the_pattern_itself_finds_them(text: str) -> None:
    assert _ranges(text, directly=False) == _ranges(text, directly=True)


def test_no_label_spelling_or_landmark_is_passed_over_in_the_labelled_set() -> None:
    gates = [
        (address_labelled._HAS_FIELD, address_labelled._FIELD),
        (address_labelled._HAS_SAID, address_labelled._SAID),
        (address_labelled._HAS_LANDMARK, address_labelled._LANDMARK),
        *spelled._PATTERNS,
    ]
    found = [
        (gate.is_in(View(text)), pattern.pattern[:40])
        for text in _texts()
        for gate, pattern in gates
        if pattern.search(text)
    ]

    assert found
    assert [name for is_met, name in found if not is_met] == []


def test_a_line_read_as_it_stands_reads_alike_beside_something_unusual() -> None:
    lines = [line for text in _texts() for line in text.splitlines() if "=" not in line]

    assert lines
    assert [line for line in lines if read(f"{line}\n&amp;").text != f"{read(line).text}\n&"] == []
