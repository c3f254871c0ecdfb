"""Numbers that prove themselves, however they are separated."""

import pytest

from summarizer.redact.numbers import checksummed

CARDS = [
    "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111",
    "4111\u00a01111\u00a01111\u00a01111", "4111–1111–1111–1111", "4111\n1111\n1111\n1111",
    "5555555555554444", "2223003122003222", "378282246310005", "6011111111111117",
    "３７８２８２２４６３１０００５", "6304000000000000000",
]  # fmt: skip
NOT_CARDS = ["4111111111111112", "1234567812345670", "0000000000000000", "41111111111111110000000"]


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_found_by_prefix_length_and_luhn(card: str) -> None:
    text = f"charged on {card} today"

    assert [(text[d.start : d.end], d.entity) for d in checksummed(text)] == [(card, "CREDIT_CARD")]


@pytest.mark.parametrize("number", NOT_CARDS)
def test_other_numbers_are_no_cards(number: str) -> None:
    assert checksummed(f"reference {number}.") == []


@pytest.mark.parametrize(
    "iban",
    ["GB33BUKB20201555555555", "GB33 BUKB 2020 1555 5555 55", "de89370400440532013000",
     "NO93 8601 1117 947", "FR14-2004-1010-0505-0001-3M02-606"],
)  # fmt: skip
def test_an_iban_is_found_by_length_and_mod_97_with_words_after_it(iban: str) -> None:
    text = f"pay {iban} please"

    assert [(text[d.start : d.end], d.entity) for d in checksummed(text)] == [(iban, "IBAN_CODE")]


def test_an_iban_with_a_wrong_check_digit_proves_nothing() -> None:
    assert checksummed("GB34BUKB20201555555555") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("it is 536-90-4399.", "536-90-4399"), ("my SSN is 536904399", "536904399"),
     ("social security number: 536 90 4399", "536 90 4399")],
)  # fmt: skip
def test_a_social_security_number_is_found_by_form_or_context(text: str, value: str) -> None:
    assert [text[d.start : d.end] for d in checksummed(text)] == [value]


@pytest.mark.parametrize("text", ["000-12-3456", "666-12-3456", "912-34-5678", "order 536904399"])
def test_numbers_never_issued_or_without_context_are_left(text: str) -> None:
    assert checksummed(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I paid 1500 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("order 1234 4111-1111-1111-1111", "4111-1111-1111-1111"),
        ("4111\u00a01111\u00a01111\u00a01111 12/27", "4111\u00a01111\u00a01111\u00a01111"),
        ("4111–1111–1111–1111 123", "4111–1111–1111–1111"),
        ("amex 3782.822463.10005 1234", "3782.822463.10005"),
        ("4111  1111  1111  1111", "4111  1111  1111  1111"),
        ("41\u200b11 1111 1111 1111", "41\u200b11 1111 1111 1111"),
        ("ref AB12 DE89370400440532013000", "DE89370400440532013000"),
        ("ref XY99 GB33 BUKB 2020 1555 5555 55", "GB33 BUKB 2020 1555 5555 55"),
        ("ibanGB33BUKB20201555555555", "GB33BUKB20201555555555"),
    ],
)
def test_a_number_beside_it_does_not_hide_one(text: str, value: str) -> None:
    assert value in {text[d.start : d.end] for d in checksummed(text)}
