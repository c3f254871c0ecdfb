"""A set -> what is wrong with its labels."""

import pytest

from summarizer.evals.cases import EvalCase
from summarizer.evals.lint import lint_cases
from tests.evals.builders import SHIPPED, case

_LONG = "One two three four five six seven eight nine ten eleven twelve"


def problems(*cases: EvalCase) -> list[tuple[str, str]]:
    return [(each.case, each.detail) for each in lint_cases(cases, SHIPPED)]


def test_a_sound_case_has_no_problem() -> None:
    assert problems(case("a", "Ana Lima wrote", pii=[("Ana Lima", "PERSON")])) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (case(expected={"issue_type": "card_lost"}), "'card_lost' is not in the taxonomy"),
        (case(expected={"next_action": "dance"}), "'dance' is not in the taxonomy"),
        (
            case(body="Ana, and Ana again", pii=[("Ana", "PERSON")]),
            "a value marked elsewhere is not at 9",
        ),
        (
            case(body="Ana wrote", pii=[("Ana", "PERSON")], expected={"facts": ["Ana paid"]}),
            "a fact quotes a personal value",
        ),
        (case(body="write to a.b@gmail.com"), "gmail.com is not reserved; use example.com"),
        (case(body="from 8.8.8.8"), "the IP address is not of a documentation range"),
        (case(body="card 4539 1488 0343 6467"), "a valid card number that is not a test number"),
        (
            case(at="2026-01-01", ticket={"messages": [{"author": "customer", "body": "x",
                                                        "at": "2026-01-02T00:00:00Z"}]}),
            "is after the day of the case",
        ),
        (case(pair="nowhere"), "there is no case 'nowhere'"),
    ],
)  # fmt: skip
def test_a_problem_is_named(given: EvalCase, said: str) -> None:
    assert said in [detail for _, detail in problems(given)]


@pytest.mark.parametrize(
    "body",
    ["a@example.com", "b@bank.example", "192.0.2.7", "4111 1111 1111 1111", "1234567890123456"],
)
def test_reserved_and_invalid_identifiers_are_fine(body: str) -> None:
    assert problems(case(body=body)) == []


def test_digits_of_a_marked_value_of_another_kind_are_no_card() -> None:
    iban = "RO49 AAAA 1B31 0075 9384 0000"

    assert problems(case(body=f"to {iban}", pii=[(iban, "IBAN_CODE")])) == []


def test_copied_text_is_found_unless_the_pair_is_declared() -> None:
    copied = [("a", "shares 100% of its text with b; declare a pair")]

    assert problems(case("a", _LONG), case("b", _LONG)) == copied
    assert problems(case("a", _LONG, pair="b"), case("b", _LONG)) == []
    assert problems(case("a", _LONG), case("b", "Other words entirely stand in this body")) == []
