"""What a person would read, and the way back to what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.pii.reading import read


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("plain text", "plain text"),
        ("４１１１\u30001111", "4111 1111"),
        ("٤١١١ ४१११ ๔๑๑๑", "4111 4111 4111"),
        ("4111\u200b1111\u00ad2222", "411111112222"),
        ("4111\u00a01111\u20091111", "4111 1111 1111"),
        ("41&#49;1&nbsp;1111", "4111 1111"),
        ("4<b>1</b>11", "4111"),
        ("one<br>two", "one\ntwo"),
        ("1234\n> 5678", "1234 5678"),
        ("4l11 11O1 1S11 1I11", "4111 1101 1511 1111"),
        ("it\u2019s 5\u20136", "it's 5-6"),
        ("john&#64;example.com", "john@example.com"),
        ("\U0001d7d2\U0001d7cf\U0001d7cf\U0001d7cf", "4111"),
        ("2l2-SSS-Ol87 I23 4S6 7B2", "212-555-0187 123 456 782"),
        ("4gg1 IB66 S246", "4991 1866 5246"),
        ("l4 March I93I, O3/l7/l968", "14 March 1931, 03/17/1968"),
        ("Leopo1d CDE**P**R", "Leopold CDEPR"),
        ("020 7946 <!-- x -->0958", "020 7946 0958"),
        ("ann=40example=2Ecom=2C yes", "ann@example.com, yes"),
        ('<a href="tel:+61491570157">call</a>', " tel:+61491570157 call"),
        ("BI42 1000 0100 0100 0033 2045 181", "BI42 1000 0100 0100 0033 2045 181"),
        ("AB123456C B12 SO1 4BB", "AB123456C B12 SO1 4BB"),
        ("<PERSON_1> <a@b.com> 3 < 4 & &foo;", "<PERSON_1> <a@b.com> 3 < 4 & &foo;"),
    ],
)
def test_a_text_reads_as_a_person_would_read_it(typed: str, reading: str) -> None:
    assert read(typed).text == reading


def test_a_span_of_the_reading_leads_back_to_exact_offsets() -> None:
    typed = "card 4<b>1</b>11\u200b 11&#49;1 ok"
    reading = read(typed)
    start = reading.text.index("4111")

    begin, end = reading.to_source(start, start + len("4111 1111"))

    assert typed[begin:end] == "4<b>1</b>11\u200b 11&#49;1"


@given(
    st.lists(
        st.one_of(
            st.sampled_from([
                "<b>",
                "</b>",
                "&#49;",
                "&amp;",
                "=20",
                "=\n",
                "\n> ",
                "4",
                "O",
                "\u200b",
            ]),
            st.text(max_size=4),
        ),
        max_size=20,
    ).map("".join)
)
def test_every_range_of_a_reading_has_a_source(typed: str) -> None:
    reading = read(typed)

    last = 0
    for at in range(len(reading.text)):
        start, end = reading.to_source(at, at + 1)
        assert 0 <= start < end <= len(typed)
        assert start >= last
        last = start
