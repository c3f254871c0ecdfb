"""The sets that ship are what their data sheets say."""

from collections import Counter

import pytest

from summarizer.evals.cases import EvalCase, LabelledSet, read_cases
from summarizer.evals.lint import lint_cases
from tests.evals.builders import REPOSITORY, SHIPPED

_SETS = REPOSITORY / "eval_sets"


@pytest.fixture(scope="module")
def golden() -> LabelledSet:
    return read_cases(_SETS / "golden")


@pytest.mark.parametrize("name", ["golden", "smoke"])
def test_no_label_is_wrong_in_form_and_no_identifier_is_real(name: str) -> None:
    assert lint_cases(read_cases(_SETS / name).cases, SHIPPED) == []


def test_every_issue_type_urgency_channel_and_length_is_there(golden: LabelledSet) -> None:
    def counts(of: object) -> Counter[str]:
        return Counter(str(of(case)) for case in golden.cases)  # type: ignore[operator]

    issue_types = counts(lambda case: case.expected.issue_type)
    assert len(golden.cases) >= 300
    assert set(issue_types) == {entry.code for entry in SHIPPED.issue_types}
    assert min(issue_types.values()) >= 10
    assert min(counts(lambda case: case.expected.urgency).values()) >= 15
    assert set(counts(lambda case: case.ticket.channel)) == {
        "chat", "email", "phone", "web", "letter",
    }  # fmt: skip
    assert set(counts(lambda case: case.expected.next_action)) == {
        entry.code for entry in SHIPPED.next_actions
    }
    assert max(len(case.ticket.messages) for case in golden.cases) >= 20


def test_splits_are_whole_and_the_test_split_is_frozen(golden: LabelledSet) -> None:
    sizes = Counter(case.split for case in golden.cases)

    assert set(sizes) == {"train", "dev", "test"}
    assert sizes["dev"] == 60
    assert sizes["test"] >= 120
    assert "test" in golden.about.hashes


def test_near_misses_differ_in_a_label_and_stand_in_one_split(golden: LabelledSet) -> None:
    by_id = {case.id: case for case in golden.cases}

    def labels(case: EvalCase) -> tuple[str | None, ...]:
        expected = case.expected
        return expected.issue_type, expected.urgency, expected.next_action

    pairs = [(case, by_id[case.pair]) for case in golden.cases if case.pair]
    assert len(pairs) >= 40
    for one, other in pairs:
        assert labels(one) != labels(other), one.id
        assert one.split == other.split, one.id


def test_cases_span_eighteen_months(golden: LabelledSet) -> None:
    days = [case.at for case in golden.cases if case.at]

    assert len(days) == len(golden.cases)
    assert (max(days) - min(days)).days > 500


def test_every_smoke_case_is_a_golden_case(golden: LabelledSet) -> None:
    smoke = read_cases(_SETS / "smoke").cases
    by_id = {case.id: case for case in golden.cases}

    assert len(smoke) == 12
    for case in smoke:
        assert case.ticket == by_id[case.id].ticket
        assert case.expected == by_id[case.id].expected
        assert by_id[case.id].split == "dev"
