"""Baselines -> answers that learned nothing of the cases they are asked about."""

from collections.abc import Mapping, Sequence

from summarizer.evals.baselines import BASELINES, Predict, baseline_answers, masked_text
from summarizer.evals.cases import EvalCase
from tests.evals.builders import SHIPPED, case


def remember(texts: Sequence[str], labels: Sequence[str]) -> Predict:
    """Learn by heart: the label of a text that was seen, else `unseen`."""
    seen = dict(zip(texts, labels, strict=True))

    def predict(text: str) -> Mapping[str, float]:
        return {seen.get(text, "unseen"): 1.0}

    return predict


def cases(count: int, **more: object) -> list[EvalCase]:
    return [case(f"c{n}", f"body number {n} of many", **more) for n in range(count)]


def test_no_case_is_answered_by_what_was_learned_from_it() -> None:
    every = cases(40)

    answers = baseline_answers(BASELINES["tfidf"], every, every, SHIPPED, remember)

    assert {each.issue_type for each in answers.values()} == {"unseen"}
    assert set(answers) == {each.id for each in every}


def test_a_pair_of_near_misses_is_never_split_between_learning_and_asking() -> None:
    every = [
        case(
            f"c{n:02}", "the same body", pair=f"c{n ^ 1:02}", expected={"issue_type": f"t{n // 2}"}
        )
        for n in range(40)
    ]
    learned: list[Sequence[str]] = []

    def spy(texts: Sequence[str], labels: Sequence[str]) -> Predict:
        learned.append(labels)
        return remember(texts, labels)

    baseline_answers(BASELINES["tfidf"], every, every, SHIPPED, spy)

    assert all(labels.count(label) % 2 == 0 for labels in learned for label in set(labels))


def test_the_training_split_alone_is_learned_from_where_it_is_not_asked() -> None:
    train = cases(4, split="train", expected={"issue_type": "scam_payment"})
    test = [case("t", "body number 1 of many", split="test")]

    answers = baseline_answers(BASELINES["tfidf"], [*train, *test], test, SHIPPED, remember)

    assert answers["t"].issue_type == "scam_payment"


def test_the_majority_is_the_commonest_label_and_knows_its_share() -> None:
    learned = [*cases(3, split="train"),
               case("d", split="train", expected={"issue_type": "scam_payment"})]  # fmt: skip

    answers = baseline_answers(
        BASELINES["majority"], [*learned, case("t", split="test")], [case("t")], SHIPPED, remember
    )

    assert (answers["t"].issue_type, answers["t"].confidence) == ("fees_interest", 0.75)
    assert answers["t"].team == "Account Services"


def test_keywords_find_the_label_whose_description_says_it() -> None:
    asked = [case("t", "my purse was stolen and someone uses my debit card right now")]

    (answer,) = baseline_answers(BASELINES["keywords"], cases(9), asked, SHIPPED, remember).values()

    assert (answer.issue_type, answer.urgency) == ("card_unrecognised", "critical")


def test_the_lead_quotes_and_gives_no_label() -> None:
    asked = [case("t", "One. Two! Three? Four.")]

    (answer,) = baseline_answers(BASELINES["lead3"], cases(9), asked, SHIPPED, remember).values()

    assert [fact.text for fact in answer.key_facts] == ["One.", "Two!", "Three?"]
    assert answer.issue_type is None


def test_baselines_read_labelled_values_as_their_kind() -> None:
    given = case("t", "I am Ana Lima, call Bo", pii=[("Ana Lima", "PERSON"), ("Bo", "PERSON")])

    assert masked_text(given).strip() == "I am <PERSON>, call <PERSON>"
