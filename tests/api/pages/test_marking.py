"""Redacted text as markup: placeholders stand out, and nothing else becomes markup."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from summarizer.api.pages.countdown import countdown
from summarizer.api.pages.marking import entity_group, entity_words, marked
from summarizer.redact.tokens import TOKEN


def test_a_placeholder_gets_an_element_in_the_colour_of_its_entity() -> None:
    text = marked("Call <PERSON_1> & <b>now</b>")

    assert text == (
        'Call <span class="held held-person">&lt;PERSON_1&gt;</span> &amp; &lt;b&gt;now&lt;/b&gt;'
    )


@given(st.text())
def test_a_text_without_placeholders_is_only_escaped(text: str) -> None:
    if not TOKEN.search(text):
        assert marked(text) == escape(text)


@pytest.mark.parametrize(
    ("entity", "group"),
    [
        ("PERSON", "person"),
        ("CREDIT_CARD", "card"),
        ("IBAN_CODE", "account"),
        ("EMAIL_ADDRESS", "contact"),
        ("STREET_ADDRESS", "place"),
        ("US_SSN", "number"),
        ("DATE_TIME", "other"),
    ],
)
def test_an_entity_has_one_of_a_few_colours(entity: str, group: str) -> None:
    assert entity_group(entity) == group


def test_an_entity_is_written_as_words_but_an_abbreviation_stays() -> None:
    assert entity_words("PHONE_NUMBER") == "Phone number"
    assert entity_words("IBAN") == "IBAN"
    assert entity_words("high") == "High"


@pytest.mark.parametrize(
    ("due", "words", "sign"),
    [
        (date(2026, 11, 29), "1 day over", "bad"),
        (date(2026, 11, 12), "18 days over", "bad"),
        (date(2026, 11, 30), "due today", "bad"),
        (date(2026, 12, 1), "in 1 day", "warn"),
        (date(2026, 12, 3), "in 3 days", "warn"),
        (date(2026, 12, 4), "in 4 days", ""),
    ],
)
def test_a_deadline_says_how_long_there_is_left(due: date, words: str, sign: str) -> None:
    assert countdown(due, date(2026, 11, 30)) == (words, sign)
