"""Small runs in their folders, made of answers that are given."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from summarizer.evals.answers import Answer
from summarizer.evals.records import case_records, write_run
from summarizer.evals.run import Run, figures, slice_figures
from summarizer.evals.scoring import score
from tests.evals.builders import SHIPPED, answer, case

__all__ = ["CASES", "Kept", "keep", "right"]

_NAME = "Zephyrine Quill"
_FEE = "A fee of £{} was charged twice."
CASES = tuple(
    case(
        f"c{at:02}",
        f"I am {_NAME}. {_FEE.format(at + 10)}",
        pii=[(_NAME, "PERSON")],
        expected={"facts": [_FEE.format(at + 10)]},
        tags=["angry" if at % 2 else "calm"],
    )
    for at in range(60)
)
"""More than a page of a list shows."""


def right(**changes: Any) -> dict[str, Answer]:
    """Answer every case as it should be, but for what is given."""
    return {
        each.id: answer(
            each.id,
            **{
                "headline": _FEE.format(at + 10),
                "narrative": _FEE.format(at + 10),
                "key_facts": [{"text": _FEE.format(at + 10), "messages": ["m1"]}],
                "texts": {"messages[0].body": f"I am <PERSON_1>. {_FEE.format(at + 10)}"},
                "placeholders": ["<PERSON_1>"],
                "spans": [{"where": "messages[0].body", "start": 5, "end": 20, "entity": "PERSON"}],
                **changes,
            },
        )
        for at, each in enumerate(CASES)
    }


class Kept(NamedTuple):
    """A run, and the hashes of its files by name."""

    run: Run
    files: dict[str, str]


def keep(folder: Path, answers: Mapping[str, Answer], model: str = "recorded") -> Kept:
    """Score answers and write the folder of their run."""
    scored = score(CASES, answers, SHIPPED)
    own = figures(scored.estimates(resampled=50))
    run = Run(
        set="small",
        version="1",
        set_hash="small@sha256:0",
        model=model,
        prompt="case_summary@sha256:1",
        policy="default@sha256:2",
        taxonomy="retail_bank@sha256:3",
        code="sha256:4",
        n=len(answers),
        metrics=own,
        slices=slice_figures(scored),
        baselines={"keywords": own},
        beaten_by={"urgency.accuracy": ("keywords",)},
        gates={"urgency.accuracy": 0.9, "pii.leak_rate": 0.0},
        missed_gates=("pii.leak_rate: high end of the interval 0.060, gate 0.0",),
    )
    files = write_run(folder, run, case_records(CASES, answers, scored))
    return Kept(run, files)
