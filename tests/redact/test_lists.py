"""A policy's own lists: what is never personal here, and what is always held back."""

import pytest

from summarizer.policy import Policy
from summarizer.policy.sections import AllowedTerm, DeniedTerm
from summarizer.redact.redactor import Redacted, Redactor
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.redact.cases import case, policy

FOUND = {"PERSON": ["Northgate Bank", "Ann Lee"], "LOCATION": ["Northgate Bank", "Leeds"]}


def _redacted(
    *bodies: str,
    allow: tuple[AllowedTerm, ...] = (),
    deny: tuple[DeniedTerm, ...] = (),
    **by_place: tuple[str, str],
) -> Redacted:
    rules: Policy = policy(URL={"detect": False}).model_copy(
        update={"allowed": allow, "denied": deny}
    )
    redactor = Redactor(detector=FakeDetector(FOUND), anonymizer=SpliceAnonymizer(), policy=rules)
    return redactor.redact(case(*bodies, **by_place))


def _text(redacted: Redacted) -> str:
    return redacted.case.texts[-1].text


def test_an_allowed_term_stays_however_it_is_written() -> None:
    allow = (AllowedTerm(term="northgate  BANK"),)

    assert _text(_redacted("Northgate Bank wrote to Ann Lee", allow=allow)) == (
        "Northgate Bank wrote to <PERSON_1>"
    )


def test_an_allowed_term_can_be_limited_to_entities() -> None:
    allow = (AllowedTerm(term="Leeds", entities=("PERSON",)),)

    assert _text(_redacted("in Leeds", allow=allow)) == "in <LOCATION_1>"


def test_an_allowed_term_does_not_free_a_find_that_holds_more() -> None:
    assert _text(_redacted("Ann Lee", allow=(AllowedTerm(term="Lee"),))) == "<PERSON_1>"


def test_a_number_that_proves_itself_is_held_back_although_it_is_allowed() -> None:
    allow = (AllowedTerm(term="4111 1111 1111 1111"),)

    assert _text(_redacted("4111 1111 1111 1111", allow=allow)) == "<CREDIT_CARD_1>"


def test_what_the_form_names_is_held_back_although_it_is_allowed() -> None:
    redacted = _redacted(
        "from Acme Stores", allow=(AllowedTerm(term="Acme Stores"),), name=("PERSON", "Acme Stores")
    )

    assert _text(redacted) == "from <PERSON_1>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("about Project Falcon, now", "about <CUSTOMER_ID_1>, now"),
        ("PROJECT  falcon", "<CUSTOMER_ID_1>"),
        ("project falconry", "project falconry"),
        ("file NB-448210.", "file <CUSTOMER_ID_1>."),
        ("nb-448210", "<CUSTOMER_ID_1>"),
    ],
)
def test_a_denied_term_or_pattern_is_always_held_back(text: str, left: str) -> None:
    deny = (
        DeniedTerm(term="Project Falcon", entity="CUSTOMER_ID"),
        DeniedTerm(pattern="NB-[0-9]{6}", entity="CUSTOMER_ID"),
    )
    redacted = _redacted(text, deny=deny)

    assert _text(redacted) == left
    assert {span.recognizer for span in redacted.case.spans} <= {"policy.deny"}


def test_deny_wins_over_allow_and_over_an_entity_that_is_not_looked_for() -> None:
    redacted = _redacted(
        "Falcon",
        allow=(AllowedTerm(term="Falcon"),),
        deny=(DeniedTerm(term="Falcon", entity="URL"),),
    )

    assert _text(redacted) == "<URL_1>"
    assert redacted.case.spans[0].recognizer == "policy.deny"


def test_a_denied_value_is_found_again_in_other_texts() -> None:
    deny = (DeniedTerm(pattern="NB-[0-9]{6}", entity="CUSTOMER_ID"),)

    assert _text(_redacted("NB-448210", "it was nb 448210", deny=deny)) == "it was <CUSTOMER_ID_1>"
