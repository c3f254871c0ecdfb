"""How long scoring takes: recorded answers of a run, scored again, with intervals and slices.

Run it by itself: `python -m benchmarks.scoring RUN SET [CASES]`. The answers of the run are
repeated under other ids until there are CASES of them, a thousand by default.
"""

import sys
import time
from pathlib import Path
from typing import Any

from summarizer.evals.cases import read_cases
from summarizer.evals.compare import compare_rows
from summarizer.evals.records import read_run
from summarizer.evals.scoring import score
from summarizer.policy import Policy

__all__ = ["main", "scoring_seconds"]

_TARGET_SECONDS = 10.0


def scoring_seconds(run: Path, folder: Path, count: int) -> dict[str, Any]:
    """Return the seconds of scoring, of its figures, and of a comparison of two such runs."""
    labelled = {case.id: case for case in read_cases(folder).cases}
    stored = [each.answer for each in read_run(run).cases if each.id in labelled]
    taxonomy = Policy.read(Path("policies/default")).taxonomy
    cases, answers = [], {}
    for number in range(count):
        answer = stored[number % len(stored)]
        name = f"{answer.case}#{number}"
        cases.append(labelled[answer.case].model_copy(update={"id": name}))
        answers[name] = answer.model_copy(update={"case": name})
    started = time.perf_counter()
    scored = score(cases, answers, taxonomy)
    at_rows = time.perf_counter()
    scored.estimates()
    scored.by_slice()
    at_figures = time.perf_counter()
    compare_rows(scored.rows, scored.rows)
    ended = time.perf_counter()
    return {
        "cases": count,
        "rows_seconds": round(at_rows - started, 2),
        "figures_seconds": round(at_figures - at_rows, 2),
        "scoring_seconds": round(at_figures - started, 2),
        "target_seconds": _TARGET_SECONDS,
        "comparison_seconds": round(ended - at_figures, 2),
    }


def main(run: str, folder: str, count: str = "1000") -> None:
    """Print the seconds."""
    for name, value in scoring_seconds(Path(run), Path(folder), int(count)).items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main(*sys.argv[1:])
