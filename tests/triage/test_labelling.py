"""What a model says, what it prefers anyway and a classifier become one distribution."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import ConfigurationError
from summarizer.models import Draft, KeyFact, NextAction
from summarizer.triage.fitting import fit_classifiers, fit_weights
from summarizer.triage.labelling import (
    LabelField,
    Labeller,
    LabelWeights,
    Opinion,
    case_words,
    codes_of,
    distribution,
)
from tests.builders import small_taxonomy
from tests.routes import default_policy

CODES = ("card", "transfer", "login")
TAXONOMY = default_policy().taxonomy

chance = st.floats(0.0, 1.0)
chances = st.fixed_dictionaries(dict.fromkeys(CODES, chance))


def draft(issue_type: str = "scam_payment") -> Draft:
    return Draft(
        headline="A caller took money",
        narrative="It went to a stranger.",
        key_facts=(KeyFact(text="It went.", messages=("m1",)),),
        issue_type=issue_type,
        urgency="normal",
        next_action=NextAction(code="manual_review", detail="Look."),
    )


@given(st.sampled_from(CODES), chances, chances, chances, st.booleans())
def test_every_code_gets_a_probability_and_they_add_up_to_one(
    said: str,
    model: dict[str, float],
    prior: dict[str, float],
    classifier: dict[str, float],
    doubted: bool,  # noqa: FBT001 - drawn by the test
) -> None:
    found = distribution(
        Opinion(said, model, prior, classifier), LabelWeights(), CODES, findings=doubted
    )

    assert set(found) == set(CODES)
    assert sum(found.values()) == pytest.approx(1)


def test_what_a_model_prefers_of_a_case_without_content_is_taken_off() -> None:
    opinion = Opinion("card", {"card": 0.6, "login": 0.4}, {"card": 0.9, "login": 0.1}, {})

    found = distribution(opinion, LabelWeights(model=1, prior=1), CODES, findings=False)

    assert max(found, key=lambda code: found[code]) == "login"


def test_what_a_model_was_not_asked_about_is_no_likelier_than_what_it_thinks_least_of() -> None:
    opinion = Opinion("card", {"card": 0.7, "login": 0.3}, {"card": 0.5, "login": 0.5}, {})

    found = distribution(opinion, LabelWeights(), CODES, findings=False)

    assert found["transfer"] == pytest.approx(found["login"])


def test_a_word_of_a_model_that_gives_no_probabilities_counts_as_its_weight_says() -> None:
    opinion = Opinion("card", {}, {}, {"card": 0.2, "transfer": 0.6, "login": 0.2})

    trusted = distribution(opinion, LabelWeights(said=3.0), CODES, findings=False)
    doubted = distribution(opinion, LabelWeights(said=0.5), CODES, findings=False)

    assert max(trusted, key=lambda code: trusted[code]) == "card"
    assert max(doubted, key=lambda code: doubted[code]) == "transfer"


def test_findings_make_a_label_less_certain_and_leave_it_in_its_place() -> None:
    opinion = Opinion("card", {}, {}, {"card": 0.8, "transfer": 0.1, "login": 0.1})

    sure = distribution(opinion, LabelWeights(doubt=1.0), CODES, findings=False)
    less = distribution(opinion, LabelWeights(doubt=1.0), CODES, findings=True)

    assert less["card"] < sure["card"]
    assert max(less, key=lambda code: less[code]) == "card"


def test_without_a_classifier_or_probabilities_the_models_word_stands_and_nothing_is_known() -> (
    None
):
    labeller = Labeller()
    opinions = labeller.opinions(
        draft(), "words", TAXONOMY, model="openai/x", said={}, of_nothing={}
    )

    assert labeller.decide(opinions, TAXONOMY, model="openai/x", findings=False) == {}


def test_of_an_answer_without_a_model_the_issue_type_alone_is_decided() -> None:
    opinions = fitted().opinions(
        draft("unclassified"), "card stolen", TAXONOMY, model="extractive", said={}, of_nothing={}
    )

    decisions = fitted().decide(opinions, TAXONOMY, model="extractive", findings=False)

    assert {name: each.label for name, each in decisions.items()} == {
        "issue_type": "card_unrecognised"
    }
    assert decisions["issue_type"].confidence > 1 / len(codes_of("issue_type", TAXONOMY))


def test_a_model_weighs_the_likeliest_labels_in_the_order_of_the_taxonomy() -> None:
    listed = fitted().shortlist("the card was stolen", TAXONOMY)

    codes = list(listed["issue_type"].values())
    order = list(codes_of("issue_type", TAXONOMY))
    assert "card_unrecognised" in codes
    assert codes == sorted(codes, key=order.index)
    assert list(listed["issue_type"]) == list("ABCDEF")
    assert len(listed["next_action"]) == len(TAXONOMY.next_actions), "without a classifier, all"


def test_labels_of_a_classifier_that_the_taxonomy_does_not_have_are_left_out() -> None:
    other = small_taxonomy()

    assert fitted().by_words("issue_type", "card", codes_of("issue_type", other)) == {}


def test_a_classifier_reads_subject_and_messages() -> None:
    texts = [("subject", "Lost"), ("requester.name", "<PERSON_1>"), ("messages[0].body", "Help")]

    assert case_words(texts) == "Lost\nHelp"


def test_weights_follow_whichever_part_was_right() -> None:
    right = {"card": 0.9, "transfer": 0.05, "login": 0.05}
    wrong = {"card": 0.05, "transfer": 0.9, "login": 0.05}
    flat = dict.fromkeys(CODES, 1 / 3)
    model_right = [(Opinion("card", right, flat, wrong), "card", False)] * 30
    words_right = [(Opinion("card", wrong, flat, right), "card", False)] * 30

    by_model, by_words = fit_weights(model_right, CODES), fit_weights(words_right, CODES)

    assert by_model.model > by_model.classifier
    assert by_words.classifier > by_words.model


def test_kept_parts_decide_as_before(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    weights: dict[str, dict[LabelField, LabelWeights]] = {
        "embedded": {"issue_type": LabelWeights(model=2.0)}
    }
    labeller = Labeller(fitted().classifiers, weights, weighed_on={"embedded": "set#dev"})
    path.write_bytes(labeller.to_bytes())

    again = Labeller.load(path)

    assert again.weights["embedded"]["issue_type"].model == pytest.approx(2.0)
    assert again.weighed_on == {"embedded": "set#dev"}
    before = labeller.classifiers["issue_type"].probabilities("card stolen")
    after = again.classifiers["issue_type"].probabilities("card stolen")
    assert all(math.isclose(before[code], after[code], abs_tol=0.01) for code in before)


_CROOKED = (
    '{"classifiers": {"urgency": {"labels": ["low"], "vocabulary": {}, "weights": [[1.0]],'
    ' "bias": [0.0], "fitted_on": "x"}}}'
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", r"labels\.json: \(file\): Invalid JSON"),
        ('{"classifiers": {"colour": {}}}', r"labels\.json: classifiers\.colour"),
        (_CROOKED, r"labels\.json: weights: not a row"),
    ],
)
def test_a_file_that_decides_nothing_is_named(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "labels.json"
    path.write_text(content)

    with pytest.raises(ConfigurationError, match=reason):
        Labeller.load(path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Labeller.load(tmp_path / "none.json")


def fitted() -> Labeller:
    return _FITTED


_FITTED = Labeller(
    fit_classifiers(
        [*["my card was stolen"] * 6, *["the transfer went astray"] * 6],
        {"issue_type": ["card_unrecognised"] * 6 + ["transfer_error"] * 6},
        {"issue_type": [("a stolen card", "card_unrecognised")]},
        fitted_on="test",
    )
)
