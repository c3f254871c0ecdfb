"""Redaction: labelled conversations and a redactor -> recall, precision and leaks.

A value counts as held back if every letter and digit of it is covered; whatever entity it was
taken for, it did not leave. A span counts as right if it meets any labelled value.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from summarizer.evals.intervals import Share, wilson
from summarizer.evals.labelled import Label, LabelledText
from summarizer.models import Case, CaseMessage, CaseText, RedactionSpan
from summarizer.redact.redactor import Redactor
from summarizer.textmap import TextMap

__all__ = ["Miss", "RedactionReport", "Scores", "Seen", "left_of", "score_redaction"]


class Miss(NamedTuple):
    """A labelled value of which something was left, or a span over nothing labelled."""

    id: str
    entity: str
    text: str
    left: str
    """What was left of the value; for a wrong span the recognizer that made it."""


class Seen(NamedTuple):
    """A labelled text and what was held back of it."""

    text: LabelledText
    spans: Sequence[RedactionSpan]


@dataclass(frozen=True, slots=True)
class Scores:
    """Recall and precision of one entity or one tag."""

    recall: Share
    precision: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of recall and precision."""
        total = self.recall.value + self.precision.value
        return 2 * self.recall.value * self.precision.value / total if total else 0.0


@dataclass(frozen=True, slots=True)
class RedactionReport:
    """How well a redactor did on a labelled set."""

    overall: Scores
    leak_rate: Share
    """Share of conversations of which any labelled value was left in any part."""
    entities: Mapping[str, Scores]
    """By labelled entity (recall) and by the entity a span was taken for (precision)."""
    tags: Mapping[str, Share]
    """Recall by tag."""
    wrong_per_1000_words: float
    words: int
    missed: tuple[Miss, ...] = field(repr=False)
    wrong: tuple[Miss, ...] = field(repr=False)


@dataclass(slots=True)
class _Tally:
    found: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    tag_found: Counter[str] = field(default_factory=Counter)
    tag_labelled: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    leaking: int = 0
    words: int = 0
    missed: list[Miss] = field(default_factory=list)
    wrong: list[Miss] = field(default_factory=list)

    def report(self) -> RedactionReport:
        entities = {
            name: Scores(
                wilson(self.found[name], self.labelled[name]),
                wilson(self.right[name], self.made[name]),
            )
            for name in sorted({*self.labelled, *self.made})
        }
        return RedactionReport(
            overall=Scores(
                wilson(self.found.total(), self.labelled.total()),
                wilson(self.right.total(), self.made.total()),
            ),
            leak_rate=wilson(self.leaking, self.cases),
            entities=entities,
            tags={
                tag: wilson(self.tag_found[tag], n) for tag, n in sorted(self.tag_labelled.items())
            },
            wrong_per_1000_words=1000 * len(self.wrong) / self.words if self.words else 0.0,
            words=self.words,
            missed=tuple(self.missed),
            wrong=tuple(self.wrong),
        )


def score_redaction(
    conversations: Iterable[Sequence[LabelledText]],
    redactor: Redactor,
    *,
    ignore: frozenset[str] = frozenset(),
    seen: Callable[[Sequence[Seen]], None] = lambda _: None,
) -> RedactionReport:
    """Redact each conversation as one case and compare with its labels.

    Args:
        conversations: the texts of each are redacted together.
        redactor: what is measured.
        ignore: labelled entities that policy does not target; neither finding nor missing
            them counts.
        seen: is told each conversation right after it was redacted.

    Raises:
        RedactionError: if a conversation could not be redacted.
    """
    tally = _Tally()
    for texts in conversations:
        pairs = list(map(Seen, texts, _spans_by_text(redactor, texts)))
        seen(pairs)
        leaks = [_score(text, found, tally, ignore) for text, found in pairs]
        tally.cases += 1
        tally.leaking += any(leaks)
    return tally.report()


def _spans_by_text(
    redactor: Redactor, texts: Sequence[LabelledText]
) -> Iterator[list[RedactionSpan]]:
    messages = tuple(
        CaseMessage(f"m{number}", text.author, None, 0) for number, text in enumerate(texts, 1)
    )
    case = Case(
        id=texts[0].case or texts[0].id,
        source_message_ids=tuple(message.id for message in messages),
        channel=None,
        jurisdiction=None,
        messages=messages,
        texts=tuple(
            CaseText(f"messages[{index}].body", TextMap.identity(text.text))
            for index, text in enumerate(texts)
        ),
    )
    by_where: dict[str, list[RedactionSpan]] = defaultdict(list)
    for span in redactor.redact(case).case.spans:
        by_where[span.where].append(span)
    return (by_where[text.where] for text in case.texts)


def _score(
    text: LabelledText, spans: Sequence[RedactionSpan], tally: _Tally, ignore: frozenset[str]
) -> bool:
    """Count one text; say whether anything labelled was left."""
    tally.words += len(text.text.split())
    leaked = False
    for label in text.spans:
        if label.entity in ignore:
            continue
        left = "".join(text.text[at] for at in left_of(text.text, label, spans))
        tally.labelled[label.entity] += 1
        tally.found[label.entity] += not left
        for tag in text.tags:
            tally.tag_labelled[tag] += 1
            tally.tag_found[tag] += not left
        if left:
            leaked = True
            value = text.text[label.start : label.end]
            tally.missed.append(Miss(text.id, label.entity, value, left))
    for span in spans:
        _score_span(text, span, tally, ignore)
    return leaked


def _score_span(
    text: LabelledText, span: RedactionSpan, tally: _Tally, ignore: frozenset[str]
) -> None:
    met = {
        label.entity for label in text.spans if label.start < span.end and span.start < label.end
    }
    if met and met <= ignore:
        return
    tally.made[span.entity] += 1
    tally.right[span.entity] += bool(met)
    if not met:
        value = text.text[span.start : span.end]
        tally.wrong.append(Miss(text.id, span.entity, value, span.recognizer))


def left_of(text: str, label: Label, spans: Iterable[RedactionSpan]) -> list[int]:
    """Return where letters and digits of a labelled value were not held back."""
    near = [span for span in spans if span.start < label.end and label.start < span.end]
    return [
        at
        for at in range(label.start, label.end)
        if text[at].isalnum() and not any(span.start <= at < span.end for span in near)
    ]
