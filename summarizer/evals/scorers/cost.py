"""Cost: how long does an agent wait for the model, and what does it cost?"""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Metric, Quantile, Total
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS"]


def _latency(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> float | None:
    del case, taxonomy
    return answer.llm_ms


def _cost(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> float | None:
    del case, taxonomy
    return answer.cost_usd


METRICS: Final[tuple[Metric, ...]] = (
    Quantile("latency_ms.p50", "lower", 0.5, _latency),
    Quantile("latency_ms.p95", "lower", 0.95, _latency),
    Total("cost_usd.total", "lower", _cost),
)
