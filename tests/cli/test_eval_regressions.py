"""Regressions that were put in on purpose, without a model: `eval compare` finds and names them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from summarizer.evals.answers import Answer, FoundSpan
from summarizer.evals.cases import EvalCase
from summarizer.evals.costs import Costs
from summarizer.evals.records import case_records, write_run
from summarizer.evals.run import Run
from summarizer.evals.scoring import score
from summarizer.ingest.case import to_case
from summarizer.policy.sections import Limits
from summarizer.redact.redactor import Redactor
from tests.cli.conftest import Run as Command
from tests.evals.builders import SHIPPED, answer, case
from tests.redact.cases import redactor

Answers = Mapping[str, Answer]

_COUNT = 40
_NAME, _EMAIL = "Zephyrine Quill", "quill@example.com"
_CASES = tuple(
    case(
        f"c{at:02}",
        f"I am {_NAME}, write to {_EMAIL}. A fee of £{at + 10} was charged.",
        pii=[(_NAME, "PERSON"), (_EMAIL, "EMAIL_ADDRESS")],
        expected={"urgency": "high"},
    )
    for at in range(_COUNT)
)


def stored(
    folder: Path, answers: Answers, costs: Costs | None = None, labels: str | None = None
) -> Path:
    """Score answers and write the folder of their run."""
    scored = score(_CASES, answers, SHIPPED)
    about = Run(
        set="small", version="1", set_hash="small@sha256:0", model="recorded", prompt="p",
        policy="q", taxonomy="t", code="c", n=len(answers), metrics={}, costs=costs or Costs(),
        labels=labels,
    )  # fmt: skip
    write_run(folder, about, case_records(_CASES, answers, scored))
    return folder


def urgent(low: int) -> Answers:
    """Answer all cases as they should be, but for the urgency of the first `low`."""
    return {
        each.id: answer(each.id, urgency="low" if at < low else "high")
        for at, each in enumerate(_CASES)
    }


def redacted(by: Redactor) -> Answers:
    return {each.id: answer(each.id, spans=_spans(by, each)) for each in _CASES}


def _spans(by: Redactor, each: EvalCase) -> list[FoundSpan]:
    spans = by.redact(to_case(each.ticket, Limits())).case.spans
    return [
        FoundSpan(where=span.where, start=span.start, end=span.end, entity=span.entity)
        for span in spans
    ]


def found(run: Command, base: Path, new: Path) -> tuple[int, dict[str, Any]]:
    result = run("eval", "compare", str(base), str(new), "--json")
    return result.exit_code, json.loads(result.stdout)


def test_what_decided_labels_beside_the_model_is_named_as_a_difference(
    run: Command, tmp_path: Path
) -> None:
    base = stored(tmp_path / "base", urgent(0), labels="labels@sha256:0")
    new = stored(tmp_path / "new", urgent(0), labels="labels@sha256:1")

    assert "differs in: labels\n" in run("eval", "compare", str(base), str(new)).stdout
    assert "differs in: nothing\n" in run("eval", "compare", str(base), str(base)).stdout


def test_urgency_lowered_on_a_share_of_cases_is_named(run: Command, tmp_path: Path) -> None:
    base, new = stored(tmp_path / "base", urgent(0)), stored(tmp_path / "new", urgent(12))

    code, compared = found(run, base, new)

    assert code == 1
    assert {"urgency.accuracy", "urgency.undertriage_rate", "urgency.cost"} <= {*compared["worse"]}
    assert not {"issue_type.accuracy", "next_action.accuracy"} & {*compared["worse"]}


def test_the_cases_that_were_lost_and_won_are_named(run: Command, tmp_path: Path) -> None:
    base, new = stored(tmp_path / "base", urgent(2)), stored(tmp_path / "new", urgent(0))
    _, compared = found(run, base, new)
    shown = run("eval", "compare", str(new), str(base), "--html", "changed.html").stdout
    page = (tmp_path / "changed.html").read_text()

    moved = {each["metric"]: (each["won"], each["lost"]) for each in compared["differences"]}
    assert moved["urgency.accuracy"] == (["c00", "c01"], [])
    assert moved["urgency.undertriage_rate"] == (["c00", "c01"], [])
    assert moved["issue_type.accuracy"] == ([], [])
    assert "2: c00, c01" in shown
    assert "<li>urgency: high before, low now, high expected</li>" in page


def test_an_entity_switched_off_in_policy_is_named(run: Command, tmp_path: Path) -> None:
    values = {"PERSON": [_NAME], "EMAIL_ADDRESS": [_EMAIL]}
    base = stored(tmp_path / "base", redacted(redactor(values)))
    off = redactor(values, PERSON={"detect": False})
    new = stored(tmp_path / "new", redacted(off))

    code, compared = found(run, base, new)

    assert code == 1
    assert compared["worse"] == ["pii.recall", "pii.leak_rate"]


def test_a_regression_too_small_to_be_noticed_shows_what_would_have_been(
    run: Command, tmp_path: Path
) -> None:
    base, new = stored(tmp_path / "base", urgent(0)), stored(tmp_path / "new", urgent(2))
    code, compared = found(run, base, new)
    shown = run("eval", "compare", str(base), str(new))
    (accuracy,) = [e for e in compared["differences"] if e["metric"] == "urgency.accuracy"]

    assert (code, shown.exit_code, compared["worse"]) == (0, 0, [])
    assert accuracy["new"] - accuracy["base"] == pytest.approx(-2 / _COUNT)
    assert accuracy["detectable"] > 2 / _COUNT
    line = next(each for each in shown.stdout.splitlines() if "urgency.accuracy" in each)
    assert f"{accuracy['detectable']:.3f}" in line.split()


def test_a_rerun_without_any_error_does_not_claim_that_it_would_notice_the_least_one(
    run: Command, tmp_path: Path
) -> None:
    base = stored(tmp_path / "base", urgent(0))
    code, compared = found(run, base, base)
    (accuracy,) = [e for e in compared["differences"] if e["metric"] == "urgency.accuracy"]

    assert code == 0
    assert accuracy["detectable"] > 0.05


def test_costs_by_different_matrices_are_not_compared(run: Command, tmp_path: Path) -> None:
    base = stored(tmp_path / "base", urgent(0))
    new = stored(tmp_path / "new", urgent(12), Costs(review=9))
    _, compared = found(run, base, new)
    names = {each["metric"] for each in compared["differences"]}

    assert "urgency.cost" not in names
    assert "urgency.accuracy" in names
