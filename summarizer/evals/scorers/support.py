"""Support: does the case say what the summary says?"""

from collections.abc import Iterator, Sequence
from typing import Final

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.evals.metrics import Metric, Ratio
from summarizer.mentions import Mentions, mentions
from summarizer.taxonomy import Taxonomy

__all__ = ["METRICS", "unsupported"]

_SHARE_OF_WORDS: Final = 0.5


def unsupported(case: EvalCase, answer: Answer) -> list[str]:
    """Return the statements that the case does not support.

    A statement needs every number, date and placeholder of it in the case, and half of its
    content words; a key fact needs them in the messages that it names.
    """
    whole = mentions("\n".join(_texts(case, answer, None)))
    cited = {
        fact.text: mentions("\n".join(_texts(case, answer, fact.messages)))
        for fact in answer.key_facts
    }
    return [
        statement
        for statement in answer.statements
        if not _supports(cited.get(statement, whole), mentions(statement))
    ]


def _supports(source: Mentions, said: Mentions) -> bool:
    return not source.lacks(said) and source.share_of_words(said) >= _SHARE_OF_WORDS


def _texts(case: EvalCase, answer: Answer, messages: Sequence[str] | None) -> Iterator[str]:
    """Yield what the task could read: of the whole case, or of some messages by their ids."""
    read = answer.texts
    for at, message in enumerate(case.ticket.messages):
        if messages is not None and (message.id or f"m{at + 1}") not in messages:
            continue
        where = f"messages[{at}].body"
        yield message.body if read is None else read.get(where, "")
        if message.at is not None:
            yield message.at.date().isoformat()
    if messages is None:
        parts = read or {}
        yield case.ticket.subject if read is None else ""
        yield from (text for where, text in parts.items() if not where.endswith(".body"))


def _rate(case: EvalCase, answer: Answer, taxonomy: Taxonomy) -> tuple[float, float] | None:
    del taxonomy
    if not answer.statements:
        return None
    return float(len(unsupported(case, answer))), float(len(answer.statements))


METRICS: Final[tuple[Metric, ...]] = (Ratio("summary.unsupported_rate", "lower", _rate),)
