"""Stock Presidio as an oracle: every difference from it stands under a rule with a reason."""

import re
from pathlib import Path

import pytest

from summarizer.evals.declared import RULES
from summarizer.evals.differential import Rule, compare, differences
from summarizer.evals.labelled import read_labelled
from summarizer.pii import Detection
from summarizer.pii.presidio import PresidioDetector
from summarizer.pii.ticket import TicketDetector
from tests.fakes import FakeDetector
from tests.pii.generated import generated

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.mark.timeout(1800)  # three thousand texts through two detectors on a busy machine
def test_every_difference_from_stock_presidio_is_declared(
    presidio: PresidioDetector, detector: TicketDetector
) -> None:
    texts = [text.text for text in read_labelled(REPOSITORY / "eval_sets" / "pii")]
    texts += generated(2_350, seed=7)

    result = compare(texts, stock=presidio, ours=detector, rules=RULES)

    assert result.texts >= 3_000
    assert [(found.kind, found.stock, found.ours, found.value) for found in result.undeclared] == []


def test_the_documentation_lists_the_rules_and_their_reasons() -> None:
    documented = (REPOSITORY / "docs" / "redaction.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.+?) \| [\d,]+ \|$", documented, re.MULTILINE))

    assert rows == {rule.id: rule.reason for rule in RULES}


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def _found(text: str, value: str, entity: str, score: float = 0.85) -> Detection:
    start = text.index(value)
    return Detection(start, start + len(value), entity, score, "r.p")


def _kinds(text: str, stock: list[Detection], ours: list[Detection]) -> list[tuple[str, str]]:
    return [(found.kind, found.value) for found in differences(text, stock, ours)]


@pytest.mark.parametrize(
    ("stock", "ours", "kinds"),
    [
        (("Ann Lee", "PERSON"), ("Ann Lee", "PERSON"), []),
        (("77120934", "US_BANK_NUMBER"), ("77120934", "BANK_ACCOUNT"), []),
        (("Ann Lee", "PERSON"), None, [("missed", "Ann Lee")]),
        (None, ("Ann Lee", "PERSON"), [("added", "Ann Lee")]),
        (("Ann", "PERSON"), ("Ann Lee", "PERSON"), [("moved", "Ann")]),
        (("Ann Lee", "PERSON"), ("Ann", "PERSON"), [("partly", "Ann Lee")]),
        (("77120934", "PHONE_NUMBER"), ("77120934", "CUSTOMER_ID"), [("renamed", "77120934")]),
    ],
)
def test_a_difference_has_a_kind(
    stock: tuple[str, str] | None, ours: tuple[str, str] | None, kinds: list[tuple[str, str]]
) -> None:
    text = "Ann Lee has 77120934."
    theirs = [_found(text, *stock)] if stock else []
    mine = [_found(text, *ours)] if ours else []

    assert _kinds(text, theirs, mine) == kinds


@pytest.mark.parametrize(
    ("text", "stock", "ours"),
    [
        ("card 4111 1111 1111 1111", ("4111 1111 1111 1111", "CREDIT_CARD", 1.0), None),
        ("mail ann@example.com", ("ann@example.com", "EMAIL_ADDRESS", 1.0), None),
        ("Siobhan Okonkwo", ("Siobhan Okonkwo", "PERSON", 0.85), None),
        ("ssn 536-90-4399", ("536-90-4399", "US_SSN", 0.85), ("536", "PIN", 0.9)),
    ],
)
def test_no_rule_excuses_a_value_that_stock_is_sure_of(
    text: str, stock: tuple[str, str, float], ours: tuple[str, str, float] | None
) -> None:
    theirs = [_found(text, *stock)]
    mine = [_found(text, *ours)] if ours else []

    assert [
        rule.id
        for found in differences(text, theirs, mine)
        for rule in RULES
        if rule.declares(found)
    ] == []


def test_a_difference_counts_for_the_first_rule_that_declares_it() -> None:
    rules = [
        Rule("no", frozenset({"added"}), "", lambda _: True),
        Rule("first", frozenset({"missed"}), "", lambda found: found.value == "Ann"),
        Rule("second", frozenset({"missed"}), "", lambda found: found.value == "Ann"),
    ]

    result = compare(
        ["Ann and Bob"],
        stock=FakeDetector({"PERSON": ["Ann", "Bob"]}),
        ours=FakeDetector(),
        rules=rules,
    )

    assert dict(result.counts) == {"no": 0, "first": 1, "second": 0}
    assert [found.value for found in result.undeclared] == ["Bob"]
