import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.cli.output import coloured, printable, short, write_json


@given(st.text())
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    shown = printable(text)

    assert not any(ord(c) < 0x20 and c not in "\t\n" for c in shown)
    assert not any(c in "\x7f\x9b\u202e\u2066" for c in shown)
    assert printable(shown) == shown


def test_escape_sequences_and_direction_marks_are_shown_by_name() -> None:
    assert printable("a\x1b[31mb\u202ec\n") == "a\\u001b[31mb\\u202ec\n"


def test_placeholders_are_coloured_and_the_text_stays_the_same() -> None:
    text = coloured("Ask <PERSON_1> and <US_SSN_2>, not <b>.")

    assert text.plain == "Ask <PERSON_1> and <US_SSN_2>, not <b>."
    assert [text.plain[span.start : span.end] for span in text.spans] == [
        "<PERSON_1>",
        "<US_SSN_2>",
    ]


def test_given_ranges_are_coloured_instead() -> None:
    text = coloured("card **** 1111", [(5, 14, "CREDIT_CARD")])

    assert [(span.start, span.end) for span in text.spans] == [(5, 14)]


def test_a_version_is_shortened_in_its_hash_alone() -> None:
    assert short(f"default@sha256:{'ab' * 32}") == "default@abababababab"
    assert short("scripted") == "scripted"


def test_json_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    write_json({"text": "two\nlines ü"})
    output = capfd.readouterr().out

    assert output.count("\n") == 1
    assert json.loads(output) == {"text": "two\nlines ü"}
