"""Texts -> what they name, so that two ways to say one thing compare equal."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.mentions import Day, Mentions, mentions


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$1,200.00", "1200"),
        ("1200 dollars", "1200"),
        ("1.2k", "1200"),
        ("EUR 1.234,56", "1234.56"),
        ("Rs 5,00,000", "500000"),
        ("1 234 567", "1234567"),
        ("£0.50", "0.5"),
        ("2 million", "2000000"),
        ("1.234 EUR", "1234"),
    ],
)
def test_an_amount_is_a_number_however_it_is_written(text: str, number: str) -> None:
    assert mentions(text).numbers == {Decimal(number)}


@pytest.mark.parametrize(
    "text", ["3 March 2026", "March 3rd, 2026", "2026-03-03", "the 3rd of March 2026", "03/03/26"]
)
def test_a_date_is_a_day_however_it_is_written(text: str) -> None:
    assert mentions("on 2026-03-03").has_day(mentions(text).days[0])
    assert not mentions(text).numbers


def test_a_date_without_a_year_agrees_with_every_year_and_one_with_it_does_not() -> None:
    (open_year,) = mentions("3 March").days
    (last_year,) = mentions("3 March 2025").days

    assert mentions("2026-03-03").has_day(open_year)
    assert not mentions("2026-03-03").has_day(last_year)


def test_a_date_that_two_countries_read_differently_is_either() -> None:
    (readings,) = mentions("03/04/2026").days

    assert readings == {Day(2026, 3, 4), Day(2026, 4, 3)}


def test_what_is_missing_is_named() -> None:
    said = mentions("<PERSON_1> lost $40 on 3 March at 9:05")
    wanted = mentions("<PERSON_2> lost $41 on 4 March at 9:06")

    assert said.lacks(wanted) == ["41", "????-03-04", "09:06", "<PERSON_2>"]
    assert said.lacks(said) == []


def test_a_count_in_words_stands_for_the_digits() -> None:
    assert mentions("charged three times").lacks(mentions("3 charges")) == []


def test_words_are_compared_without_endings_and_stop_words() -> None:
    assert mentions("refunding the payments").share_of_words(mentions("refund of payment")) == 1
    assert mentions("the card").share_of_words(mentions("card stolen")) == 0.5
    assert mentions("").share_of_words(mentions("the of")) == 1


@given(st.text(max_size=200))
def test_any_text_names_what_itself_names(text: str) -> None:
    found = mentions(text)

    assert found.lacks(found) == []
    assert found.share_of_words(found) == 1


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_with_and_without_thousands_is_the_same(amount: Decimal) -> None:
    assert mentions(f"£{amount:,.2f}").numbers == mentions(f"{amount:.2f} pounds").numbers


def test_several_texts_name_together_what_each_names() -> None:
    texts = ("Two fees of $45.60 on 3 March at 9:05", "<PERSON_1> paid 1200", "")

    together = Mentions.of_all(map(mentions, texts))

    assert together == mentions("\n".join(texts))
    assert Mentions.of_all(()) == mentions("")
