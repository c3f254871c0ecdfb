"""A pattern is passed over only on texts in which it cannot match."""

from pathlib import Path

import pytest
import re2

from summarizer.evals.labelled import read_labelled
from summarizer.pii.cueing import CuedRecognizer
from summarizer.pii.prefilter import Outline, demand
from summarizer.pii.recognizers import RECOGNIZERS
from summarizer.pii.recognizers.person_cues import CUES
from summarizer.pii.recognizing import PatternRecognizer

_SET = Path(__file__).parents[2] / "eval_sets" / "pii"


def _meets(text: str, regex: str) -> bool:
    return Outline(text).meets(demand(regex))


@pytest.mark.parametrize(
    ("regex", "text"),
    [
        (r"\b(?:routing|aba)\b ([0-9]{9})", "my rent is 123456789"),
        (r"\b(?:routing|aba)\b ([0-9]{9})", "the routing number is 1234"),
        (r"[0-9]{3}-[0-9]{2}-[0-9]{4}", "on 12-03-2024 at 10:30"),
        (r"(?:пароль|lösenord)[: ]", "the password is weak"),
    ],
)
def test_a_text_without_what_a_pattern_needs_is_passed_over(regex: str, text: str) -> None:
    assert not _meets(text, regex)


@pytest.mark.parametrize(
    ("regex", "text"),
    [
        (r"\b(?:routing|aba)\b ([0-9]{9})", "ROUTING 021000021"),
        (r"(?:ab){2,3}c?", "xABABx"),
        (r"a{0}b?[x-z]{2}\d", "yy7"),
        (r"[\]a]b\.|\x{e9}t\x{e9}", "ÉTÉ"),
        (r"risk", "ri\u017f\u212a"),
        (r"(?-i:[\p{Lu}]+) @", "Ø @"),
        (r"(?P<at>@)|$", ""),
    ],
)
def test_a_text_in_which_a_pattern_matches_is_never_passed_over(regex: str, text: str) -> None:
    assert re2.search(f"(?i){regex}", text)
    assert _meets(text, regex)


def test_no_pattern_of_a_recognizer_is_passed_over_where_it_matches() -> None:
    patterns = [
        pattern.regex
        for recognizer in RECOGNIZERS
        for pattern in (
            recognizer.patterns
            if isinstance(recognizer, PatternRecognizer)
            else (*recognizer.cued, *recognizer.answers, *recognizer.nearby)
            if isinstance(recognizer, CuedRecognizer)
            else ()
        )
    ]
    patterns += [cue.regex for cue in CUES]
    texts = [labelled.text for labelled in read_labelled(_SET)][::4]
    outlines = [Outline(text) for text in texts]
    for regex in patterns:
        wanted, compiled = demand(regex), re2.compile(f"(?i){regex}")
        for text, outline in zip(texts, outlines, strict=True):
            assert outline.meets(wanted) or compiled.search(text) is None, regex
