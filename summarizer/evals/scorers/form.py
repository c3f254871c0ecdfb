"""Form: did the model answer in the right shape, at once or after repair?"""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Metric, Ratio
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS"]


def _first_try(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del case, taxonomy
    return None if answer.first_try is None else (float(answer.first_try), 1)


def _repaired(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del case, taxonomy
    return None if answer.first_try is None else (float(answer.repairs > 0), 1)


def _answered(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del case, taxonomy
    return float(answer.status == "summarized"), 1


def _review(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del case, taxonomy
    return float(answer.review), 1


METRICS: Final[tuple[Metric, ...]] = (
    Ratio("schema.first_try_rate", "higher", _first_try),
    Ratio("schema.repair_rate", "lower", _repaired),
    Ratio("summary.answered_rate", "higher", _answered),
    Ratio("summary.review_rate", "neither", _review),
)
