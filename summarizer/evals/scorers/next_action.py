"""Next action: is the agent told the right thing to do?"""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Metric, Ratio
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS"]


def _is_right(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    expected = case.expected.next_action
    if expected is None or answer.skips("next_action"):
        return None
    return float(expected == answer.next_action), 1


METRICS: Final[tuple[Metric, ...]] = (Ratio("next_action.accuracy", "higher", _is_right),)
