"""From the figures of a run to its cases: which are listed, what is taken for what, what moved."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from summarizer.evals.archive import KeptRun, RunArchive
from summarizer.evals.drill import (
    Chosen,
    Confused,
    Paired,
    Unpaired,
    confusions,
    fault_counts,
    paired,
)
from summarizer.evals.records import CASES_FILE, Wrong
from tests.evals.builders import answer
from tests.evals.runs import CASES, keep, right


def kept(folder: Path, changed: dict[str, dict[str, Any]], model: str = "recorded") -> KeptRun:
    """Keep a run that is right but for some cases."""
    answers = right()
    for case_id, changes in changed.items():
        answers[case_id] = answers[case_id].model_copy(update=changes)
    found = RunArchive(folder.parent).find(keep(folder, answers, model).files)
    assert isinstance(found, KeptRun)
    return found


@pytest.fixture
def run(tmp_path: Path) -> KeptRun:
    return kept(
        tmp_path / "one",
        {
            "c00": {"urgency": "low"},
            "c01": {"urgency": "low", "issue_type": "scam_payment"},
            "c02": {"headline": "A loan of £9,999 was refused."},
            "c03": {"spans": ()},
            "c04": {"narrative": "Nothing.", "headline": "", "key_facts": ()},
            "c05": {"next_action": "answer_question"},
            "c06": dict(answer("c06", status="failed", code="PROVIDER_TIMEOUT"))
            | {"issue_type": None, "urgency": None, "next_action": None, "team": None},
        },
    )


@pytest.mark.parametrize(
    ("wrong", "ids"),
    [
        ("urgency", ["c00", "c01"]),
        ("issue_type", ["c01"]),
        ("next_action", ["c05"]),
        ("leaked", ["c03"]),
        ("unsupported", ["c02", "c04"]),
        ("fact", ["c04"]),
        ("no_summary", ["c06"]),
        ("any", ["c00", "c01", "c02", "c03", "c04", "c05", "c06"]),
    ],
)
def test_cases_are_chosen_by_what_is_wrong_with_them(
    run: KeptRun, wrong: str, ids: list[str]
) -> None:
    assert [line.id for line in Chosen(wrong=wrong).among(run.lines)] == ids


def test_cases_are_chosen_by_slice_and_by_what_was_given_for_what(run: KeptRun) -> None:
    assert len(Chosen().among(run.lines)) == len(CASES)
    assert [each.id for each in Chosen(wrong="urgency", part="angry").among(run.lines)] == ["c01"]
    mistaken = Chosen(label="urgency", expected="normal", got="low")
    assert [each.id for each in mistaken.among(run.lines)] == ["c00", "c01"]
    unanswered = Chosen(label="urgency", expected="normal", got="(none)")
    assert [each.id for each in unanswered.among(run.lines)] == ["c06"]


def test_what_is_taken_for_what_is_counted_the_most_frequent_first(run: KeptRun) -> None:
    issue_type, urgency, next_action = confusions(run.lines)

    assert (urgency.right, urgency.of) == (57, 60)
    assert urgency.confused == (Confused("normal", "low", 2), Confused("normal", "(none)", 1))
    assert [each.got for each in issue_type.confused] == ["scam_payment", "(none)"]
    assert next_action.right == 58


def test_the_kinds_of_fault_are_counted_those_that_did_not_occur_too(run: KeptRun) -> None:
    assert fault_counts(run.lines) == {
        Wrong.NO_SUMMARY: 1,
        Wrong.ISSUE_TYPE: 1,
        Wrong.URGENCY: 2,
        Wrong.NEXT_ACTION: 1,
        Wrong.FACT: 1,
        Wrong.UNSUPPORTED: 2,
        Wrong.LEAKED: 1,
    }


def test_two_runs_name_the_cases_won_and_lost_with_their_labels(
    run: KeptRun, tmp_path: Path
) -> None:
    new = kept(tmp_path / "new", {"c09": {"urgency": "critical"}}, "other")

    found = paired(run, new)

    assert isinstance(found, Paired)
    moved = {each.id: each for each in found.moved}
    assert found.common == len(CASES)
    assert found.moved[0].id == "c09"  # lost most
    assert "urgency.accuracy" in moved["c09"].lost
    assert moved["c09"].labels == (("urgency", "normal", "normal", "critical"),)
    assert "urgency.accuracy" in moved["c00"].won
    assert "pii.leak_rate" in moved["c03"].won
    assert moved["c06"].labels[0] == ("issue_type", "fees_interest", "(none)", "fees_interest")
    assert "c07" not in moved


def test_runs_that_measured_in_different_ways_are_not_compared(
    run: KeptRun, tmp_path: Path
) -> None:
    folder = tmp_path / "older"
    files = keep(folder, right(urgency="high")).files
    data = (
        (folder / CASES_FILE)
        .read_bytes()
        .replace(b'"urgency.accuracy":[', b'"urgency.accuracy":[[],')
    )
    (folder / CASES_FILE).write_bytes(data)
    files[CASES_FILE] = f"sha256:{hashlib.sha256(data).hexdigest()}"
    older = RunArchive(tmp_path).find(files)

    assert isinstance(older, KeptRun)
    assert paired(older, run) is Unpaired.UNLIKE
