"""The shipped redaction set: its form, and the gates that every change must pass."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from summarizer.evals.gates import missed_gates
from summarizer.evals.labelled import read_labelled

SETS = Path(__file__).parent.parent.parent / "eval_sets"


@pytest.mark.parametrize(
    ("name", "least", "values"), [("pii", 600, 1_300), ("pii_blind", 300, 600)]
)
def test_the_set_is_well_formed(name: str, least: int, values: int) -> None:
    texts = read_labelled(SETS / name)

    assert len(texts) >= least
    assert sum(len(text.spans) for text in texts) >= values
    for text in texts:
        for span in text.spans:
            value = text.text[span.start : span.end]
            assert value == value.strip(), text.id
        if "negative" in text.tags:
            assert text.spans == (), text.id


def test_no_text_stands_in_both_sets() -> None:
    known = {" ".join(text.text.split()) for text in read_labelled(SETS / "pii")}

    assert not known & {" ".join(text.text.split()) for text in read_labelled(SETS / "pii_blind")}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["pii", "pii_blind"])
def test_the_gates_of_the_set_are_met(name: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [
            sys.executable,
            "-m",
            "summarizer",
            "eval",
            "redaction",
            "--set",
            str(SETS / name),
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    result = json.loads(done.stdout)
    assert result["missed_gates"] == []
    assert done.returncode == 0
    assert result["n"] == len(read_labelled(SETS / name))


def test_a_missed_gate_names_its_metric_and_the_end_of_the_interval() -> None:
    bounds = {"pii.recall": (0.8, 0.9), "pii.leak_rate": (0.1, 0.3)}

    assert missed_gates({"pii.recall": 0.8, "pii.leak_rate": 0.3}, bounds) == []
    assert missed_gates(
        {"pii.recall": 0.85, "pii.leak_rate": 0.2, "pii.recall.X": 0.1}, bounds
    ) == [
        "pii.recall: low end of the interval 0.800, gate 0.85",
        "pii.leak_rate: high end of the interval 0.300, gate 0.2",
        "pii.recall.X: low end of the interval 0.000, gate 0.1",
    ]
