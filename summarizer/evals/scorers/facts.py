"""Facts: does the summary carry what it must, in whatever words?"""

from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Metric, Ratio
from summarizer.mentions import mentions
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS", "carried"]

_SHARE_OF_WORDS: Final = 0.5


def carried(case: EvalCase, answer: Answer) -> list[bool]:
    """Say of each expected fact whether the summary carries it.

    It does if it names every number and date of the fact and at least half of its content
    words.
    """
    said = mentions("\n".join((*answer.statements, answer.action_detail)))
    facts = [mentions(fact) for fact in case.expected.facts or ()]
    return [not said.lacks(fact) and said.share_of_words(fact) >= _SHARE_OF_WORDS for fact in facts]


def _recall(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    if not case.expected.facts or answer.skips("statements"):
        return None
    found = carried(case, answer)
    return float(sum(found)), float(len(found))


METRICS: Final[tuple[Metric, ...]] = (Ratio("facts.recall", "higher", _recall),)
