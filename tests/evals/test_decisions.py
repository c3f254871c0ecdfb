"""Figures -> where to set review, how far labellers agree, what has drifted."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from summarizer.errors import ConfigurationError
from summarizer.evals.agreement import CaseLabels, LabelFile, agreement
from summarizer.evals.costs import Costs
from summarizer.evals.drift import drift
from summarizer.evals.parts import part_shares
from summarizer.evals.records import CaseRecord
from summarizer.evals.sets import read_set
from summarizer.evals.threshold import choose_threshold
from tests.evals.builders import answer, case, write_set


def record(number: int, confidence: float | None, *, right: bool) -> CaseRecord:
    given = answer(
        str(number), confidence=confidence, issue_type="fees_interest" if right else "x",
        urgency="normal" if right else "low",
    )  # fmt: skip
    return CaseRecord(
        id=str(number), slices=(), expected=case().expected, answer=given, rows={}, wrong=()
    )


def test_review_is_set_where_wrong_labels_end() -> None:
    sure = [record(n, 0.9, right=True) for n in range(20)]
    unsure = [record(20 + n, 0.3, right=False) for n in range(20)]

    choice = choose_threshold([*sure, *unsure], Costs())

    assert 0.3 < choice.best.threshold <= 0.9
    assert choice.best.review == 0.5
    assert choice.best.wrong == 0
    assert choice.best.cost == pytest.approx(1.0)
    assert choice.saved == pytest.approx(1.0)
    assert choice.low <= choice.best.threshold <= choice.high


def test_review_that_costs_more_than_errors_is_not_asked_for() -> None:
    cases = [record(n, 0.5, right=n % 2 == 0) for n in range(40)]

    assert choose_threshold(cases, Costs(review=100)).best.review == 0
    assert choose_threshold(cases, Costs(review=0)).best.review == 1


def test_a_run_without_confidences_has_no_threshold() -> None:
    with pytest.raises(ConfigurationError, match="0 cases of this run have a confidence"):
        choose_threshold([record(n, None, right=True) for n in range(40)], Costs())


def test_a_wrong_issue_type_costs_what_its_cases_are_worth() -> None:
    cases = [record(n, 0.5, right=n % 2 == 0) for n in range(40)]
    dear = Costs(review=3, issue_types={"fees_interest": 50})

    assert choose_threshold(cases, Costs(review=3)).best.review == 0
    assert choose_threshold(cases, dear).best.review == 1
    assert dear.of_issue_type("login_access", "fees_interest") == dear.misrouted


_HIGH = "urgency:\n    high: {low: 1, normal: 1, high: "


@pytest.mark.parametrize(
    ("matrix", "fault"),
    [
        (f"{_HIGH}0}}", r":7: .*urgency\.high\.critical: is missing; add it"),
        (f"{_HIGH}0, critical: -1}}", r":7: .*critical: .*0"),
        (f"{_HIGH}2, critical: 3}}", r":6: .*high: low costs 1 and the right level 2; being right"),
        ("urgency:\n    hihg: {low: 1}", r":7: .*hihg: unknown key"),
        ("review: .inf", r":6: cost_matrix\.review: .*finite"),
    ],
)
def test_a_fault_in_a_cost_matrix_is_named_with_its_line(
    tmp_path: Path, matrix: str, fault: str
) -> None:
    write_set(tmp_path, [], f"cost_matrix:\n  {matrix}\n")

    with pytest.raises(ConfigurationError, match=rf"set\.yaml{fault}"):
        read_set(tmp_path)


def labels(by: str, *codes: str) -> dict[str, CaseLabels]:
    return {
        f"c{n}": CaseLabels(id=f"c{n}", by=by, at=datetime(2026, 1, 1, tzinfo=UTC),
                            issue_type=code, urgency="low", next_action="close_case")
        for n, code in enumerate(codes)
    }  # fmt: skip


def test_two_people_agree_beyond_chance_or_they_do_not() -> None:
    one = labels("ana", *("a", "b") * 10)
    same = agreement(one, labels("ben", *("a", "b") * 10))[0]
    chance = agreement(one, labels("ben", *("a", "a", "b", "b") * 5))[0]

    assert (same.label, same.same, same.kappa.value, same.words) == (
        "issue_type", 1, 1, "almost perfect",
    )  # fmt: skip
    assert chance.same == 0.5
    assert chance.kappa.value == pytest.approx(0)
    assert chance.differing[0] == ("c1", "b", "a")


def test_labels_of_different_cases_cannot_be_compared() -> None:
    with pytest.raises(ConfigurationError, match="fewer than two cases in common"):
        agreement(labels("ana", "a"), labels("ben", "a"))


def test_a_label_file_is_one_persons_and_the_last_label_counts(tmp_path: Path) -> None:
    path = tmp_path / "ana.jsonl"
    file = LabelFile(path, "ana")
    for code in ("a", "b"):
        file.add(labels("ana", code)["c0"])

    assert LabelFile(path, "ana").labels["c0"].issue_type == "b"
    with pytest.raises(ConfigurationError, match=r"ana\.jsonl:1: by: labelled by 'ana'"):
        LabelFile(path, "ben")


def outcome(generator: np.random.Generator, **more: Any) -> dict[str, Any]:
    ms = float(generator.normal(1000, 50))
    return {
        "status": "summarized", "error": None,
        "summary": {"issue_type": str(generator.choice(["a", "b", "c"])), "urgency": "normal",
                    "next_action": {"code": "close_case"}},
        "review": {"required": bool(generator.integers(2))},
        "redaction": {"entities": {"PERSON": int(generator.integers(4))}},
        "provenance": {"attempts": 1}, "usage": {"prompt_tokens": int(ms)},
        "timings_ms": {"llm": ms, "redact": 10.0}, **more,
    }  # fmt: skip


def window(seed: int, count: int = 200, **more: Any) -> list[dict[str, Any]]:
    generator = np.random.default_rng(seed)
    return [outcome(generator, **more) for _ in range(count)]


def test_two_windows_of_one_kind_are_stable() -> None:
    assert {shift.verdict for shift in drift(window(1), window(2))} == {"stable"}


def test_a_shift_is_named_with_its_classes() -> None:
    refused = {"status": "refused", "summary": None, "error": {"code": "UNSUPPORTED_LANGUAGE"}}
    shifts = drift(window(1), [*window(2, 120), *window(3, 80, **refused)])
    by_name = {shift.feature: shift for shift in shifts}

    assert by_name["status"].verdict == "large"
    assert by_name["status"].window["UNSUPPORTED_LANGUAGE"] == pytest.approx(0.4)
    assert by_name["status"].baseline["UNSUPPORTED_LANGUAGE"] == 0
    assert by_name["redacted.PERSON"].verdict == "stable"
    assert shifts[0].psi == max(shift.psi for shift in shifts)


def test_times_are_compared_by_the_tenths_of_the_baseline() -> None:
    slow = window(2, timings_ms={"llm": 3000.0, "redact": 10.0})
    found = {shift.feature: shift for shift in drift(window(1), slow)}

    assert found["llm_ms"].verdict == "large"
    assert len(found["llm_ms"].baseline) == 10
    assert found["redact_ms"].verdict == "stable"


def test_a_window_with_too_little_in_it_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="--window: 3 outcomes"):
        drift(window(1), window(2, 3))


def _heard(number: int, **opinion: Any) -> CaseRecord:
    given = answer(str(number), issue_type="fees_interest", opinions={"issue_type": opinion})
    return CaseRecord(
        id=str(number), slices=(), expected=case().expected, answer=given, rows={}, wrong=()
    )


def test_each_part_of_the_evidence_has_its_own_share_of_right_labels() -> None:
    right = {"fees_interest": 0.6, "other": 0.4}
    wrong = {"fees_interest": 0.4, "other": 0.6}
    cases = [
        _heard(1, said="other", model=wrong, prior={"fees_interest": 0.1, "other": 0.9}),
        _heard(2, said="fees_interest", model=right, prior={}, classifier=wrong),
        _heard(3, said="other", model={}, prior={}, classifier=right),
    ]

    [found] = part_shares(cases)

    assert found.said is not None
    assert found.said.value == pytest.approx(1 / 3)
    assert found.said.n == 3
    assert found.weighed is not None
    assert (found.weighed.value, found.weighed.n) == (1.0, 2)
    assert found.classifier is not None
    assert (found.classifier.value, found.classifier.n) == (0.5, 2)
    assert found.together is not None
    assert found.together.value == 1.0


def test_a_run_without_opinions_has_no_parts() -> None:
    assert part_shares([record(1, None, right=True)]) == []
