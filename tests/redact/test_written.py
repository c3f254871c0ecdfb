"""What people write about a case, redacted."""

import pytest

from summarizer.errors import RedactionError
from summarizer.pii import Detector
from summarizer.redact.redactor import Redactor
from summarizer.redact.written import redact_written
from tests.fakes import FailingDetector, FakeDetector, SpliceAnonymizer
from tests.routes import default_policy

NAME = "Mira Castellan"
OTHER = "Jonas Albrecht"


def _redactor(detector: Detector | None = None) -> Redactor:
    detector = detector or FakeDetector({"PERSON": [NAME, OTHER]})
    return Redactor(detector=detector, anonymizer=SpliceAnonymizer(), policy=default_policy())


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Nothing personal.", "Nothing personal."),
        ("", ""),
        (f"{NAME} lost it.", "<PERSON_1> lost it."),
        (f"{OTHER} lost it.", "[PERSON] lost it."),
        ("<PERSON_1> lost it, not <PERSON_2>.", "<PERSON_1> lost it, not <PERSON_2>."),
        (
            f"<PERSON_2> wrote to {OTHER} and {NAME}.",
            "<PERSON_2> wrote to [PERSON] and <PERSON_1>.",
        ),
        (f"{NAME}s are many: {OTHER}.", f"{NAME}s are many: [PERSON]."),
        ("Card 4111 1111 1111 1111 is lost.", "Card [**** **** **** 1111] is lost."),
    ],
)
def test_known_values_get_their_placeholder_and_others_the_name_of_their_kind(
    text: str, redacted: str
) -> None:
    known = {"<PERSON_1>": NAME}

    assert redact_written(_redactor(), {"a": text}, known) == {"a": redacted}


def test_every_text_keeps_its_name() -> None:
    texts = {"reason": f"{OTHER} called.", "headline": "A card"}

    found = redact_written(_redactor(), texts, {})

    assert found == {"reason": "[PERSON] called.", "headline": "A card"}


def test_a_value_that_is_part_of_another_does_not_split_it() -> None:
    known = {"<PERSON_1>": "Mira", "<PERSON_2>": NAME}

    assert redact_written(_redactor(), {"a": f"{NAME}, or Mira"}, known) == {
        "a": "<PERSON_2>, or <PERSON_1>"
    }


def test_a_name_that_is_also_a_word_is_left_to_the_detector() -> None:
    known = {"<PERSON_1>": "May"}

    assert redact_written(_redactor(), {"a": "Due on 3 May."}, known) == {"a": "Due on 3 May."}


def test_a_detector_that_fails_lets_nothing_through() -> None:
    with pytest.raises(RedactionError):
        redact_written(_redactor(FailingDetector()), {"a": NAME}, {})
