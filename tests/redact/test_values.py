"""Known values are found again however they are written, and nothing else is."""

import pytest

from summarizer.redact.values import Value, find_values, is_weak
from summarizer.textfold import compact


def found(value: str, text: str) -> list[str]:
    known = Value(value, "PERSON", "", 1.0)
    return [text[match.start : match.end] for match in find_values([text], [known])]


@pytest.mark.parametrize(
    ("value", "text", "match"),
    [
        ("Lopez", "Lopez_passport.pdf", "Lopez"),
        ("Lopez", "Lopez536-90-4399", "Lopez"),
        ("Muñoz", "munoz called", "munoz"),
        ("Muñoz", "Mun\u0303oz called", "Mun\u0303oz"),
        ("Mun\u0303oz", "Muñoz", "Muñoz"),
        ("Anna", "An\u00adna", "An\u00adna"),
        ("Anna", "An\u200cna", "An\u200cna"),
        ("İnci", "inci", "inci"),
        ("O'Brien", "OBRIEN", "OBRIEN"),
        ("AB-12-34", "AB1234", "AB1234"),
        ("Weiß", "WEISS", "WEISS"),
        ("4821", "(4821)", "4821"),
        ("123456", "12 34 56", "12 34 56"),
        ("Isabella", "xisabella1", "isabella"),
        ("fig", "a\ufb01 \ufb01g tree", "\ufb01g"),
        ("Ann", "Weiß-ann", "ann"),
    ],
)
def test_a_value_is_found_in_another_spelling(value: str, text: str, match: str) -> None:
    assert found(value, text) == [match]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ann", "Annual"),
        ("Ann", "an n-th"),
        ("4821", "$4,821.00"),
        ("4821", "14821"),
        ("Lopez", "Lo pez"),
        ("Ian", "I an"),
    ],
)
def test_a_short_value_is_not_put_together_of_other_words(value: str, text: str) -> None:
    assert found(value, text) == []


@pytest.mark.parametrize("values", [("Loan", "Lo An"), ("Lo An", "Loan"), ("Anna", "An Na")])
def test_values_of_the_same_letters_are_each_found_as_the_words_they_are(
    values: tuple[str, str],
) -> None:
    known = [Value(value, "PERSON", "", 1.0) for value in values]
    apart = max(values, key=len)

    matches = list(find_values([f"ask {apart} about"], known))

    assert [match.value.text for match in matches] == [apart]


def test_occurrences_that_overlap_are_all_found() -> None:
    known = Value("1212121", "X", "", 1.0)

    ranges = [(match.start, match.end) for match in find_values(["12121212121"], [known])]

    assert ranges == [(0, 7), (2, 9), (4, 11)]


def test_nothing_is_found_across_two_texts() -> None:
    assert list(find_values(["12345", "67890"], [Value("34567", "X", "", 1.0)])) == []


def test_a_value_without_letters_or_digits_is_found_as_it_is() -> None:
    assert found("😀", "hi 😀😀") == ["😀", "😀"]


@pytest.mark.parametrize(("word", "weak"), [("May", True), ("x", True), ("Lopez", False)])
def test_words_that_are_also_ordinary_are_weak(word: str, *, weak: bool) -> None:
    assert is_weak(word) is weak


def test_letters_are_compared_without_accents_and_case() -> None:
    assert compact("É-ﬁ Ⅷ ٤") == "efiviii4" or compact("É-ﬁ Ⅷ ٤") == "efiviii٤"
