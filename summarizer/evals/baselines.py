"""Baselines: what a run must beat: the commonest label, keywords, word statistics, the lead.

Each answers the same cases and is scored by the same metrics. They read a case with its labelled
values replaced by their kind, and learn from cases they are not asked about.
"""

import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase, raw_values
from summarizer.mentions import mentions
from summarizer.models import KeyFact
from summarizer.taxonomy import MANUAL_REVIEW, UNCLASSIFIED, Taxonomy

__all__ = ["BASELINES", "Baseline", "Fit", "Predict", "baseline_answers", "masked_text"]

Predict = Callable[[str], Mapping[str, float]]
"""What a text is -> a probability for each label."""
Fit = Callable[[Sequence[str], Sequence[str]], Predict]
"""Texts and labels -> what was learned; passed in, since fitting needs a heavy library."""

_FOLDS: Final = 5
_LEAD: Final = 3
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_HASTE: Final = re.compile(
    r"\b(?:right now|on the phone|scam|fraud(?:ster)?|hacked|urgent(?:ly)?|tomorrow|tonight"
    r"|rent|wages|medicine|food|hospital|suicid\w*|evict\w*|deadline|due)\b",
    re.IGNORECASE,
)
_NOW: Final = re.compile(r"\b(?:right now|on the phone|hacked|suicid\w*)\b", re.IGNORECASE)
_ASKING: Final = re.compile(
    r"\b(?:how (?:do|can)|what is|could you|please send|wondering)\b", re.IGNORECASE
)


class Baseline(Protocol):
    """Learns from cases and answers others."""

    def __call__(
        self, learned: Sequence[EvalCase], asked: Sequence[EvalCase], taxonomy: Taxonomy, fit: Fit
    ) -> list[Answer]:
        """Return an answer for each case asked."""
        ...


def masked_text(case: EvalCase) -> str:
    """Return the subject and bodies of a case with labelled values replaced by their kind."""
    parts = []
    spans = case.expected.pii or ()
    for where, text in raw_values(case.ticket):
        if where != "subject" and not where.endswith(".body"):
            continue
        masked = text
        for span in sorted(spans, key=lambda span: -span.start):
            if span.where == where:
                masked = f"{masked[: span.start]}<{span.entity}>{masked[span.end :]}"
        parts.append(masked)
    return "\n".join(parts)


def majority(
    learned: Sequence[EvalCase], asked: Sequence[EvalCase], taxonomy: Taxonomy, fit: Fit
) -> list[Answer]:
    """Give every case the commonest labels, with their share as confidence."""
    del fit
    issue_types = Counter(c.expected.issue_type for c in learned if c.expected.issue_type)
    urgencies = Counter(c.expected.urgency for c in learned if c.expected.urgency)
    actions = Counter(c.expected.next_action for c in learned if c.expected.next_action)
    issue_type, count = (issue_types.most_common(1) or [(UNCLASSIFIED, 0)])[0]
    return [
        Answer(
            case=case.id,
            status="summarized",
            issue_type=issue_type,
            team=_team(taxonomy, issue_type),
            urgency=(urgencies.most_common(1) or [("normal", 0)])[0][0],
            next_action=(actions.most_common(1) or [(MANUAL_REVIEW, 0)])[0][0],
            confidence=count / max(1, issue_types.total()),
        )
        for case in asked
    ]


def keywords(
    learned: Sequence[EvalCase], asked: Sequence[EvalCase], taxonomy: Taxonomy, fit: Fit
) -> list[Answer]:
    """Take the label whose description and examples share most words with the case."""
    del learned, fit
    issue_types = {
        entry.code: mentions(" ".join((entry.title, entry.description, *entry.examples))).words
        for entry in taxonomy.issue_types
    }
    actions = {
        entry.code: mentions(f"{entry.title} {entry.description}").words
        for entry in taxonomy.next_actions
    }
    answers = []
    for case in asked:
        text = masked_text(case)
        words = mentions(text).words
        issue_type = _closest(words, issue_types)
        answers.append(
            Answer(
                case=case.id,
                status="summarized",
                issue_type=issue_type,
                team=_team(taxonomy, issue_type),
                urgency=_urgency_by_keyword(text),
                next_action=_closest(words, actions),
            )
        )
    return answers


def word_statistics(
    learned: Sequence[EvalCase], asked: Sequence[EvalCase], taxonomy: Taxonomy, fit: Fit
) -> list[Answer]:
    """Learn each label from TF-IDF by logistic regression."""
    texts = [masked_text(case) for case in learned]
    predicted = [
        fit(
            [text for text, label in zip(texts, labels, strict=True) if label is not None],
            [label for label in labels if label is not None],
        )
        for labels in (
            [case.expected.issue_type for case in learned],
            [case.expected.urgency for case in learned],
            [case.expected.next_action for case in learned],
        )
    ]
    answers = []
    for case in asked:
        found = [predict(masked_text(case)) for predict in predicted]
        issue_type, urgency, action = (max(each, key=each.__getitem__) for each in found)
        answers.append(
            Answer(
                case=case.id,
                status="summarized",
                issue_type=issue_type,
                team=_team(taxonomy, issue_type),
                urgency=urgency,
                next_action=action,
                confidence=found[0][issue_type],
            )
        )
    return answers


def lead(
    learned: Sequence[EvalCase], asked: Sequence[EvalCase], taxonomy: Taxonomy, fit: Fit
) -> list[Answer]:
    """Quote the first three sentences of the case; no label."""
    del learned, taxonomy, fit
    answers = []
    for case in asked:
        text = masked_text(case)
        sentences = [each for each in _SENTENCE_END.split(text) if each.strip()][:_LEAD]
        answers.append(
            Answer(
                case=case.id,
                status="summarized",
                key_facts=tuple(KeyFact(text=each, messages=("m1",)) for each in sentences),
            )
        )
    return answers


BASELINES: Final[Mapping[str, Baseline]] = {
    "majority": majority,
    "keywords": keywords,
    "tfidf": word_statistics,
    "lead3": lead,
}


def baseline_answers(
    baseline: Baseline,
    every: Sequence[EvalCase],
    asked: Sequence[EvalCase],
    taxonomy: Taxonomy,
    fit: Fit,
) -> dict[str, Answer]:
    """Answer the cases asked by what was learned from others of the set.

    If none of them is in the split `train`, that split is learned from; otherwise each fifth of
    the cases by what the other four teach. A pair of near misses stays together.
    """
    train = [case for case in every if case.split == "train"]
    if train and not {case.id for case in train} & {case.id for case in asked}:
        return {each.case: each for each in baseline(train, asked, taxonomy, fit)}
    answers: dict[str, Answer] = {}
    for number in range(_FOLDS):
        held = [case for case in asked if _fold(case) == number]
        others = [case for case in every if _fold(case) != number]
        if held and others:
            answers.update((each.case, each) for each in baseline(others, held, taxonomy, fit))
    return answers


def _fold(case: EvalCase) -> int:
    return zlib.crc32(min(case.id, case.pair or case.id).encode()) % _FOLDS


def _closest(words: frozenset[str], labels: Mapping[str, frozenset[str]]) -> str:
    return max(labels, key=lambda code: len(words & labels[code]) / (len(labels[code]) + 5))


def _urgency_by_keyword(text: str) -> str:
    if _NOW.search(text):
        return "critical"
    if _HASTE.search(text):
        return "high"
    return "low" if _ASKING.search(text) else "normal"


def _team(taxonomy: Taxonomy, code: str | None) -> str | None:
    return {entry.code: entry.team for entry in taxonomy.issue_types}.get(code or "")
