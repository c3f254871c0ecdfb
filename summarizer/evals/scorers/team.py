"""Team: does the case reach the team that owns such cases, whatever the exact label?"""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Metric, Ratio
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS"]


def _is_right(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    teams = {entry.code: entry.team for entry in taxonomy.issue_types}
    expected = teams.get(case.expected.issue_type or "")
    if expected is None or answer.skips("issue_type"):
        return None
    return float(expected == (answer.team or teams.get(answer.issue_type or ""))), 1


METRICS: Final[tuple[Metric, ...]] = (Ratio("team.accuracy", "higher", _is_right),)
