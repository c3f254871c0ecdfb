"""Where the words stand by which a value counts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.pii import Cue
from summarizer.pii.recognizers import RECOGNIZERS
from summarizer.pii.recognizing import Recognizer, View
from summarizer.pii.ticket import TicketDetector

_WORDS = st.text(st.sampled_from("ab İß1\n."), max_size=30)


@pytest.mark.parametrize("recognizer", RECOGNIZERS, ids=lambda recognizer: recognizer.name)
def test_a_cue_is_words_outside_of_its_value(recognizer: Recognizer) -> None:
    for example in recognizer.examples:
        before, _, marked = example.rpartition(" ⏎ ")
        view = View(re.sub(r"\[\[|\]\]", "", marked), before)
        for found in recognizer.find(view):
            cue = found.cue
            if cue is None:
                continue
            text = view.before if cue.is_before else view.text
            assert 0 <= cue.start < cue.end <= len(text), found
            assert re.search(r"\w", text[cue.start : cue.end]), found
            assert cue.is_before or cue.end <= found.start or found.end <= cue.start, found


@given(_WORDS, _WORDS, _WORDS, st.integers(0, 20))
def test_a_word_of_context_is_led_back_to_where_it_stands(
    said: str, ahead: str, behind: str, window: int
) -> None:
    view = View(f"{ahead}2580{behind}", said)
    start, end = len(ahead), len(ahead) + 4
    around = view.around(start, end, window, window)
    for match in re.finditer("[ab]", around):
        cue = view.cue_around(match.span(), start, end, window)
        text = view.before if cue is not None and cue.is_before else view.text
        assert cue is None or text[cue.start : cue.end] == match.group()
        # A letter that is longer in lower case moves all behind it: then no words are named.
        assert cue is not None or "İ" in said


@pytest.mark.parametrize(
    ("text", "before", "recognizer", "cue"),
    [
        ("my pin is 6042", "", "pin.named", "pin is"),
        ("6042 is my pin number", "", "pin.before", "is my pin"),
        ("my c\u200bard 4111 1111 1111 1112", "", "card.context", "c\u200bard"),
        ("it is 55540183", "your account number?", "bank_account.answer", "your account"),
        ("hello, m.whitfield@example.com", "", "email.plain", None),
    ],
)
def test_a_detection_names_its_cue_in_the_text_as_typed(
    text: str, before: str, recognizer: str, cue: str | None, detector: TicketDetector
) -> None:
    [found] = detector.detect([text], [before])

    words = {item.recognizer: _words(item.cue, text, before) for item in found}
    assert words[recognizer] == cue


def _words(cue: Cue | None, text: str, before: str) -> str | None:
    if cue is None:
        return None
    return (before if cue.is_before else text)[cue.start : cue.end]
