"""Every recognizer finds exactly what its examples mark, and nothing in its negatives."""

import re

import pytest

from summarizer.pii.recognizers import RECOGNIZERS
from summarizer.pii.recognizing import Recognizer, View

_MARK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


def _view(example: str) -> tuple[View, list[tuple[int, int]]]:
    """Read `before ⏎ text` with the values marked in the text."""
    before, _, marked = example.rpartition(" ⏎ ")
    ranges: list[tuple[int, int]] = []
    text, at = "", 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        ranges.append((len(text), len(text) + len(match.group(1))))
        text += match.group(1)
        at = match.end()
    return View(text + marked[at:], before), ranges


def _found(recognizer: Recognizer, view: View) -> list[str]:
    """What is found, overlapping ranges joined as redaction joins them."""
    joined: list[tuple[int, int]] = []
    for found in sorted(recognizer.find(view), key=lambda found: found.start):
        if joined and found.start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], found.end)
        else:
            joined.append((found.start, found.end))
    return [view.text[start:end] for start, end in joined]


_EXAMPLES = [
    pytest.param(recognizer, example, id=f"{recognizer.name}-{number}")
    for recognizer in RECOGNIZERS
    for number, example in enumerate(recognizer.examples)
]
_NEGATIVES = [
    pytest.param(recognizer, text, id=f"{recognizer.name}-{number}")
    for recognizer in RECOGNIZERS
    for number, text in enumerate(recognizer.negatives)
]


@pytest.mark.parametrize(("recognizer", "example"), _EXAMPLES)
def test_an_example_is_found_exactly(recognizer: Recognizer, example: str) -> None:
    view, ranges = _view(example)

    assert _found(recognizer, view) == [view.text[start:end] for start, end in ranges]


@pytest.mark.parametrize(("recognizer", "text"), _NEGATIVES)
def test_nothing_is_found_in_a_negative(recognizer: Recognizer, text: str) -> None:
    view, _ = _view(text)

    assert _found(recognizer, view) == []


@pytest.mark.parametrize("recognizer", RECOGNIZERS, ids=lambda recognizer: recognizer.name)
def test_a_recognizer_has_examples_and_finds_what_it_says(recognizer: Recognizer) -> None:
    found = {
        found.entity
        for example in recognizer.examples
        for found in recognizer.find(_view(example)[0])
    }

    assert recognizer.examples
    assert recognizer.negatives
    assert found <= recognizer.entities


def test_names_are_unique() -> None:
    names = [recognizer.name for recognizer in RECOGNIZERS]

    assert len(names) == len(set(names))
