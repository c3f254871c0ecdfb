"""Placeholders: does the summary name only people and values that the case has?"""

import re
from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Metric, Ratio
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS"]

_TOKEN: Final = re.compile(r"<[A-Z][A-Z0-9_]*_[0-9]+>")


def _fidelity(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del case, taxonomy
    if answer.texts is None or answer.status != "summarized":
        return None
    used = _TOKEN.findall("\n".join((*answer.statements, answer.action_detail)))
    if not used:
        return None
    return float(sum(token in answer.placeholders for token in used)), float(len(used))


METRICS: Final[tuple[Metric, ...]] = (Ratio("placeholders.fidelity", "higher", _fidelity),)
