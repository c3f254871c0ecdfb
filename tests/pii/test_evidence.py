"""Evidence: what a find's words, writing and surroundings make of it."""

import pytest

from summarizer.pii.evidence import Candidate, Evidence, trimmed
from summarizer.pii.recognizing import View

_DEFAULT, _STRICT = 0.35, 0.05
"""Thresholds of the policies that ship."""


_SURE = 6.0
"""The usual margin of a find that is right."""

_DOUBTFUL = 1.0
"""The usual margin of a find that is wrong."""


def _likelihood(
    marked: str, entity: str = "PERSON", *, agreed: bool = False, margin: float = _SURE
) -> float:
    """Weigh what stands between `[[` and `]]`, as a find of the model trained for tickets."""
    start, end = marked.index("[["), marked.index("]]") - 2
    text = marked.replace("[[", "").replace("]]", "")
    found = Candidate(start, end, entity, is_own=True, is_agreed=agreed, margin=margin)
    return Evidence(View(text)).likelihood(found)


@pytest.mark.parametrize(
    "marked",
    [
        "the account of [[Siobhan Adebayo]] is blocked",
        "spoke to [[Grace]] at the branch",
        "i sent it to [[deepak]] last week",
    ],
)
def test_a_name_counts_under_the_default_policy(marked: str) -> None:
    assert _likelihood(marked) >= _DEFAULT


@pytest.mark.parametrize(
    "marked",
    [
        "I paid at [[Harvey Nichols]] twice",
        "Hallo, [[die Schreibmaschine]] hat ein schmales Blatt und ist nicht da",
        "the [[brochure]] I signed",
        "the fee of [[August]] was high",
    ],
)
def test_brands_foreign_words_and_ordinary_words_are_no_names_under_the_default_policy(
    marked: str,
) -> None:
    assert _likelihood(marked, margin=_DOUBTFUL) < _DEFAULT


def test_a_doubtful_find_still_counts_under_the_strict_policy() -> None:
    assert _STRICT <= _likelihood("he said [[Blatt]] hat ein und ist nicht", margin=_DOUBTFUL) < 1


@pytest.mark.parametrize("country", ["Spain", "germany", "Saudi Arabia", "Wales"])
def test_a_country_alone_is_not_personal_under_the_default_policy(country: str) -> None:
    likely = _likelihood(f"I was in [[{country}]] last week", "LOCATION")
    assert _STRICT <= likely < _DEFAULT


def test_a_town_counts_beside_a_country() -> None:
    assert _likelihood("I live in [[Cardiff, Wales]] now", "LOCATION") >= _DEFAULT


@pytest.mark.parametrize("entity", ["PERSON", "LOCATION", "STREET_ADDRESS"])
def test_a_find_is_likelier_if_the_model_is_surer_or_another_agrees(entity: str) -> None:
    text = "nobody told [[Brennholt]] about it"
    doubtful = _likelihood(text, entity, margin=_DOUBTFUL)

    assert doubtful < _likelihood(text, entity)
    assert doubtful < _likelihood(text, entity, margin=_DOUBTFUL, agreed=True)


def test_a_find_without_a_letter_is_nothing() -> None:
    assert _likelihood("it was [[12.00]] then") == 0.0


def test_words_that_are_no_names_are_cut_off_the_ends_of_a_name() -> None:
    text = "konto na nazwisko Zdzisława jest zablokowane"
    assert text[slice(*trimmed(text, 6, 32))] == "Zdzisława"


def test_the_number_and_the_word_of_a_list_are_no_house_and_street() -> None:
    assert _likelihood("1. Yes, I have it. [[2. No,]] nobody.", "STREET_ADDRESS") < _DEFAULT
    assert _likelihood("1. Yes, I have it. [[2. Arbat]]", "STREET_ADDRESS") >= _DEFAULT
    assert _likelihood("1. Yes. 2. It is [[14 High Street]]", "STREET_ADDRESS") >= _DEFAULT


@pytest.mark.parametrize(
    "text",
    [
        "the app asks me to [[aprove 18,400]] now",
        "withdrawals of [[AED 1,200]] each",
        "withdrawals of [[Amount 1,200]] each",
    ],
)
def test_a_word_with_a_sum_is_no_address(text: str) -> None:
    assert _likelihood(text, "STREET_ADDRESS") < _DEFAULT


@pytest.mark.parametrize(
    "text",
    [
        "home[[High Street 14]]",
        "住在[[北京市朝阳区 14]]",
        "I live at [[Laugavegur 12,101]]",
        "Ship to:\n[[Maseru 12,101]]",
    ],
)
def test_an_address_may_be_glued_to_what_is_before_it_or_end_with_a_postcode(text: str) -> None:
    assert _likelihood(text, "STREET_ADDRESS") >= _DEFAULT
