"""Texts and labels -> weights that give the same probabilities without the library."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import ConfigurationError
from summarizer.triage.classifier import FittedWeights, LabelClassifier, features
from summarizer.triage.fitting import fit_classifier

_TEXTS = [
    *(f"my card was charged {n} dollars by a shop" for n in range(9)),
    *(f"the transfer to <PERSON_{n}> went astray" for n in range(9)),
    *(f"locked out of the app after {n} codes" for n in range(9)),
]
_LABELS = ["card"] * 9 + ["transfer"] * 9 + ["login"] * 9


def fitted() -> LabelClassifier:
    return fit_classifier(_TEXTS, _LABELS, fitted_on="test")


def test_numbers_and_people_are_words_without_identity() -> None:
    assert features("Pay <PERSON_12> 4,000 now")[:4] == ["pay", "<person>", "#", "#"]
    assert "pay <person>" in features("Pay <PERSON_12>")


def test_a_text_like_those_it_learned_gets_their_label() -> None:
    classifier = fitted()

    assert classifier.label("a shop charged the card") == "card"
    assert classifier.label("transfer astray") == "transfer"
    assert classifier.label("app locked") == "login"


@given(st.text(max_size=60))
def test_probabilities_add_up_to_one_for_any_text(text: str) -> None:
    found = _CLASSIFIER.probabilities(text)

    assert set(found) == {"card", "transfer", "login"}
    assert sum(found.values()) == pytest.approx(1)
    assert all(value >= 0 for value in found.values())


_CLASSIFIER = fitted()


def test_kept_weights_give_the_same_probabilities() -> None:
    again = LabelClassifier.of(FittedWeights.model_validate(_CLASSIFIER.fitted.model_dump()))

    for text in _TEXTS:
        assert np.allclose(
            list(again.probabilities(text).values()),
            list(_CLASSIFIER.probabilities(text).values()),
            atol=1e-2,
        )
    assert again.fitted_on == "test"


def test_two_labels_are_told_apart_like_three() -> None:
    classifier = fit_classifier(_TEXTS[:18], _LABELS[:18], fitted_on="test")

    assert classifier.probabilities("a shop charged the card")["card"] > 0.6
    assert classifier.probabilities("transfer went astray")["transfer"] > 0.6


def test_one_label_cannot_be_learned() -> None:
    with pytest.raises(ConfigurationError, match="at least two different labels"):
        fit_classifier(_TEXTS[:3], _LABELS[:3], fitted_on="test")
