"""Issue type: is the case filed under the right label?"""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.costs import Costs
from summarizer.evals.metrics import Confusion, Metric, Ratio
from summarizer.evals.scorers.tables import macro_f1
from summarizer.taxonomy import Taxonomy

__all__ = ["labels", "metrics"]

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


def metrics(costs: Costs) -> tuple[Metric, ...]:
    """Return the figures of issue types; a cost only if errors of some cost more than of others."""

    def cost(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
        del taxonomy
        expected = case.expected.issue_type
        if expected is None or answer.skips("issue_type") or not costs.issue_types:
            return None
        return costs.of_issue_type(expected, answer.issue_type), 1

    return (
        Ratio("issue_type.accuracy", "higher", _is_right),
        Confusion("issue_type.macro_f1", "higher", labels, macro_f1),
        Ratio("issue_type.cost", "lower", cost),
    )
