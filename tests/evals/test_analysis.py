"""Missed values -> why, and which rule would help; shown by their shape alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from summarizer.evals.analysis import Analysis, Analyst
from summarizer.evals.heard import HeardDetector
from summarizer.evals.labelled import Label, LabelledText, conversations
from summarizer.evals.redaction import score_redaction
from summarizer.evals.shapes import pattern_of, shape
from summarizer.pii.recognizers.card import CARD
from summarizer.pii.recognizers.references import CUSTOMER
from summarizer.pii.recognizers.ssn import SSN
from summarizer.policy import Policy
from summarizer.policy.sections import AllowedTerm
from summarizer.redact.redactor import Redactor
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.redact.cases import policy


def labelled(id: str, text: str, *spans: tuple[str, str], **more: Any) -> LabelledText:  # noqa: A002
    marks = [
        Label(start=text.index(value), end=text.index(value) + len(value), entity=entity)
        for entity, value in spans
    ]
    return LabelledText(id=id, text=text, spans=tuple(marks), **more)


def analysed(
    texts: Sequence[LabelledText],
    finds: Mapping[str, Sequence[str]] | None = None,
    *,
    score: float = 0.9,
    by: Policy | None = None,
) -> Analysis:
    """Redact with a detector that finds the given values with that score, and ask why."""
    in_force = policy() if by is None else by
    heard = HeardDetector(FakeDetector(finds, score))
    redactor = Redactor(detector=heard, anonymizer=SpliceAnonymizer(), policy=in_force)
    analyst = Analyst(heard, in_force, [CARD, CUSTOMER, SSN])
    score_redaction(conversations(texts), redactor, seen=analyst.see)
    return analyst.result()


def reason(analysis: Analysis) -> str:
    (miss,) = analysis.missed
    return miss.reason


_ANN = labelled("1", "Ann Lee called", ("PERSON", "Ann Lee"))


def test_a_find_below_the_threshold_is_named_with_its_score() -> None:
    found = analysed([_ANN], {"PERSON": ["Ann Lee"]}, score=0.2)
    (miss,) = found.missed

    assert miss.reason == "below_threshold"
    assert miss.nearest is not None
    assert (miss.nearest.relation, miss.nearest.score, miss.nearest.recognizer) == (
        "overlapping", 0.2, "fake",
    )  # fmt: skip
    assert found.suggestions[0].change == "redaction.entities.PERSON.threshold: 0.2"


def test_a_lower_threshold_is_tried_on_what_is_not_personal() -> None:
    other = labelled("2", "Mark the box, Mark it")

    (suggestion,) = analysed([_ANN, other], {"PERSON": ["Ann Lee", "Mark"]}, score=0.2).suggestions

    assert (suggestion.misses, suggestion.mends, suggestion.breaks) == (1, 1, 2)


def test_policy_that_dropped_a_find_is_named() -> None:
    finds = {"PERSON": ["Ann Lee"]}
    off = analysed([_ANN], finds, by=policy(PERSON={"detect": False}))
    allowed = policy().model_copy(update={"allowed": (AllowedTerm(term="Ann Lee"),)})
    freed = analysed([_ANN], finds, by=allowed)

    assert reason(off) == "switched_off"
    assert off.suggestions[0].change == "redaction.entities.PERSON.detect: true"
    assert reason(freed) == "allowed"
    assert freed.suggestions[0].kind == "unallow"


def test_a_find_that_stops_short_has_the_wrong_boundary() -> None:
    found = analysed([_ANN], {"PERSON": ["Ann"]})

    assert reason(found) == "wrong_boundary"
    assert found.suggestions[0].change.startswith("fake stops short")


def test_a_find_of_another_entity_that_policy_dropped_is_that_entitys_threshold() -> None:
    found = analysed([_ANN], {"USERNAME": ["Ann Lee"]}, score=0.2)

    assert reason(found) == "other_entity"
    assert found.suggestions[0].change == "redaction.entities.USERNAME.threshold: 0.2"


@pytest.mark.parametrize(
    ("entity", "value", "expected"),
    [
        ("US_SSN", "2194567", "no_match"),
        ("US_SSN", "219456789", "no_cue"),
        ("CREDIT_CARD", "4111 1111 1111 1112", "checksum_failed"),
        ("SHOE_SIZE", "219456789", "unknown_entity"),
    ],
)
def test_a_value_that_nothing_finds_lacks_a_cue_a_check_digit_or_a_form(
    entity: str, value: str, expected: str
) -> None:
    found = analysed([labelled("1", f"that is {value} then", (entity, value))])

    assert reason(found) == expected
    assert found.missed[0].nearest is None


def test_what_should_have_found_a_value_is_named() -> None:
    (miss,) = analysed([labelled("1", "and 219456789", ("US_SSN", "219456789"))]).missed
    (name,) = analysed([_ANN]).missed

    assert miss.recognizers == ("ssn",)
    assert name.recognizers == ("model",)


def test_a_neighbour_and_the_same_value_elsewhere_are_near_misses() -> None:
    beside = analysed([_ANN], {"USERNAME": ["called"]}).missed[0].nearest
    elsewhere = analysed(
        [
            labelled("1", "I am Ann Lee", case="c"),
            labelled("2", "ann lee it is", ("PERSON", "ann lee"), case="c"),
        ],
        {"PERSON": ["Ann Lee"]},
        score=0.2,
    ).missed[0]

    assert beside is not None
    assert beside.relation == "adjacent"
    assert elsewhere.nearest is not None
    assert (elsewhere.nearest.relation, elsewhere.nearest.score) == ("elsewhere", 0.2)


_NUMBERS = ["CUS-204417", "CUS-881302", "CUS-550019"]


def test_several_misses_of_one_form_suggest_a_pattern() -> None:
    texts = [
        labelled(str(at), f"regarding {value} again", ("CUSTOMER_ID", value))
        for at, value in enumerate(_NUMBERS)
    ]
    (suggestion,) = analysed([*texts, labelled("9", "our form CUS-000000")]).suggestions

    assert suggestion.kind == "deny"
    assert suggestion.change == (r"redaction.deny: {pattern: '\bCUS-\d{6}\b', entity: CUSTOMER_ID}")
    assert (suggestion.misses, suggestion.mends, suggestion.breaks) == (3, 3, 1)
    assert suggestion.ids == ("0", "1", "2")


def test_a_pattern_that_takes_more_than_it_holds_back_is_not_suggested() -> None:
    texts = [
        labelled(str(at), f"and {value}", ("CUSTOMER_ID", value))
        for at, value in enumerate(["204417", "881302", "550019"])
    ]
    amounts = labelled("9", "invoices 111111, 222222, 333333 and 444444")

    assert {each.kind for each in analysed([*texts, amounts]).suggestions} == {"recognizer"}


def test_a_repeated_wrong_find_suggests_an_allowed_term() -> None:
    texts = [labelled(str(at), "Northgate Plus is late") for at in range(3)]
    personal = labelled("9", "Northgate Plus is my name", ("PERSON", "Northgate Plus"))
    finds = {"PERSON": ["Northgate Plus"]}

    (suggestion,) = analysed(texts, finds).suggestions

    assert suggestion.change == ("redaction.allow: {term: Aaaaaaaaa Aaaa, entities: [PERSON]}")
    assert (suggestion.term, suggestion.misses) == ("Northgate Plus", 3)
    assert analysed([*texts, personal], finds).suggestions == ()
    assert analysed(texts[:2], finds).suggestions == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("CUS-204417", "AAA-999999"),
        ("Zoë O'Neil\n12", "Aaa A'Aaaa 99"),
        ("李 4", "a 9"),
        ("x" * 60, "a" * 47 + "…"),
    ],
)
def test_a_shape_keeps_the_form_and_no_letter_or_digit(value: str, expected: str) -> None:
    assert shape(value) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["AB-12", "CD-345", "EF-67"], r"\b[A-Z]{2}-\d{2,3}\b"),
        (["(0) 1234", "(9) 5678", "(4) 9012"], r"\(\d\)\s\d{4}\b"),
        (["LEE-1234", "LEE-5678", "LEE-9012"], r"\b[A-Z]{3}-\d{4}\b"),
        (["CUS-204417", "CUS-881302", "CUS-881302"], None),
        (["Ann Lee", "Bob Day", "Eve Fox"], None),
        (["A1", "B2", "C3"], None),
    ],
)
def test_a_pattern_says_the_form_and_a_prefix_that_is_no_name(
    values: Sequence[str], expected: str | None
) -> None:
    assert pattern_of(values) == expected
