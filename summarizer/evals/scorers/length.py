"""Length: how much must an agent read, and how much does that save?"""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Metric, Quantile, Ratio
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS"]


def _words(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> float | None:
    del case, taxonomy
    return float(answer.words) if answer.statements else None


def _share(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    if not answer.statements:
        return None
    return float(answer.words), float(sum(len(m.body.split()) for m in case.ticket.messages))


METRICS: Final[tuple[Metric, ...]] = (
    Quantile("summary.words", "neither", 0.5, _words),
    Ratio("summary.share_of_case", "neither", _share),
)
