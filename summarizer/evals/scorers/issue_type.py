"""Issue type: is the case filed under the right label?"""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Confusion, Metric, Ratio
from summarizer.evals.scorers.tables import macro_f1
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS", "labels"]

NONE: Final = "(none)"


def labels(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[str, str] | None:
    """Return the expected and the given issue type; a case without a summary has none."""
    del taxonomy
    expected = case.expected.issue_type
    if expected is None or answer.skips("issue_type"):
        return None
    return expected, answer.issue_type or NONE


def _is_right(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    pair = labels(case, answer, taxonomy)
    return None if pair is None else (float(pair[0] == pair[1]), 1)


METRICS: Final[tuple[Metric, ...]] = (
    Ratio("issue_type.accuracy", "higher", _is_right),
    Confusion("issue_type.macro_f1", "higher", labels, macro_f1),
)
