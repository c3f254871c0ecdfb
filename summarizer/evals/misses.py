"""Misses: a value that was not held back whole, and what was found around it -> why.

Two questions are asked. What did the recognizers find there that policy then dropped, or that
ended too early? And if nothing: would one of them find the value in a sentence of its own
examples? Then the value's form is known, and the words around it were missing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from summarizer.evals.labelled import Label, LabelledText
from summarizer.evals.redaction import left_of
from summarizer.evals.shapes import shape
from summarizer.models import RedactionSpan
from summarizer.pii import Detection
from summarizer.pii.recognizing import PatternRecognizer, Recognizer, View
from summarizer.policy import Policy
from summarizer.redact.numbers import checksummed

__all__ = ["Missed", "Nearest", "Observed", "Reason", "Why"]

Reason = Literal[
    "below_threshold", "switched_off", "allowed", "other_entity", "wrong_boundary",
    "checksum_failed", "no_cue", "no_match", "unknown_entity",
]  # fmt: skip
_ADJACENT: Final = 3
"""Characters between a value and a find that still belongs to it: a space, a colon, a tag."""
_MOST_EXAMPLES: Final = 12
"""Examples of a recognizer that are tried; further ones hardly bring another kind of cue."""
_BY_MODEL: Final = frozenset({"PERSON", "LOCATION", "STREET_ADDRESS"})
_MODEL: Final = "model"
_PROVEN: Final = frozenset({"CREDIT_CARD", "IBAN_CODE"})
"""Their recognizers count check digits themselves; redaction counts them once more."""
_MARK: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Observed:
    """A labelled text, what was held back of it, and all that was found in it."""

    text: LabelledText = field(repr=False)
    spans: Sequence[RedactionSpan]
    found: Sequence[Detection]
    """Before policy and its lists decided."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The find that came closest to holding a value back."""

    relation: Literal["overlapping", "adjacent", "elsewhere"]
    """`elsewhere`: of the same value at another place of the conversation."""
    entity: str
    score: float
    recognizer: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Missed:
    """A labelled value of which something was left, and why."""

    id: str
    entity: str
    start: int
    end: int
    shape: str
    value: str = field(repr=False)
    recognizers: tuple[str, ...]
    """Those of its entity, by name: what should have found it."""
    nearest: Nearest | None
    reason: Reason


class Why:
    """Says of missed values why they were missed, under one policy."""

    def __init__(
        self, policy: Policy, recognizers: Sequence[Recognizer], entities: frozenset[str]
    ) -> None:
        """Take the policy in force, the recognizers and every entity that can be found."""
        self._policy = policy
        self._recognizers = recognizers
        self._entities = entities
        self._known: dict[tuple[str, str, str], bool] = {}

    def missed(self, conversation: Sequence[Observed], ignore: frozenset[str]) -> Iterator[Missed]:
        """Yield each value of a conversation of which a letter or a digit was left."""
        for observed in conversation:
            for label in observed.text.spans:
                left = left_of(observed.text.text, label, observed.spans)
                if left and label.entity not in ignore:
                    yield self._missed(observed, label, left, conversation)

    def _missed(
        self,
        observed: Observed,
        label: Label,
        left: Sequence[int],
        conversation: Sequence[Observed],
    ) -> Missed:
        value = observed.text.text[label.start : label.end]
        dropped = self._dropped(observed, label, left)
        near = dropped or _cut_short(observed, label)
        reason = self._reason(label, near, is_dropped=dropped is not None)
        if reason is None:
            reason = self._unfound(label.entity, value)
        nearest = None if near is None else _nearest("overlapping", near)
        return Missed(
            id=observed.text.id,
            entity=label.entity,
            start=label.start,
            end=label.end,
            shape=shape(value),
            value=value,
            recognizers=self._names(label.entity),
            nearest=nearest or _adjacent(observed, label) or _elsewhere(value, conversation),
            reason=reason,
        )

    def _dropped(self, observed: Observed, label: Label, left: Sequence[int]) -> Detection | None:
        """Return the best find that would have held back what was left, had policy kept it."""
        first, last = left[0], left[-1]
        whole = [item for item in observed.found if item.start <= first and last < item.end]
        return max(whole, key=lambda item: (item.entity == label.entity, item.score), default=None)

    def _reason(self, label: Label, near: Detection | None, *, is_dropped: bool) -> Reason | None:
        if near is None:
            return None
        if near.entity != label.entity:
            return "other_entity"
        return self._fate(near) if is_dropped else "wrong_boundary"

    def _fate(self, dropped: Detection) -> Reason:
        rule = self._policy.rule(dropped.entity)
        if not rule.detect:
            return "switched_off"
        return "below_threshold" if dropped.score < rule.threshold else "allowed"

    def _unfound(self, entity: str, value: str) -> Reason:
        if entity not in self._entities:
            return "unknown_entity"
        known = [each for each in self._of(entity) if self._is_known(each, entity, value)]
        if not known:
            return "no_match"
        is_refuted = all(_is_refuted(each, entity, value) for each in known)
        return "checksum_failed" if is_refuted else "no_cue"

    def _is_known(self, recognizer: Recognizer, entity: str, value: str) -> bool:
        key = recognizer.name, entity, value
        if key not in self._known:
            self._known[key] = _knows(recognizer, entity, value)
        return self._known[key]

    def _of(self, entity: str) -> list[Recognizer]:
        return [each for each in self._recognizers if entity in each.entities]

    def _names(self, entity: str) -> tuple[str, ...]:
        names = [each.name for each in self._of(entity)]
        return (*names, *((_MODEL,) if entity in _BY_MODEL else ()))


def _cut_short(observed: Observed, label: Label) -> Detection | None:
    """Return the find that covers most of a value without reaching its ends."""
    over = [item for item in observed.found if _common(item, label) > 0]
    return max(
        over,
        key=lambda item: (item.entity == label.entity, _common(item, label), item.score),
        default=None,
    )


def _common(item: Detection, label: Label) -> int:
    return min(item.end, label.end) - max(item.start, label.start)


def _adjacent(observed: Observed, label: Label) -> Nearest | None:
    beside = [item for item in observed.found if -_ADJACENT <= _common(item, label) <= 0]
    best = max(beside, key=lambda item: (_common(item, label), item.score), default=None)
    return None if best is None else _nearest("adjacent", best)


def _elsewhere(value: str, conversation: Sequence[Observed]) -> Nearest | None:
    same = [
        item
        for observed in conversation
        for item in observed.found
        if observed.text.text[item.start : item.end].casefold() == value.casefold()
    ]
    best = max(same, key=lambda item: item.score, default=None)
    return None if best is None else _nearest("elsewhere", best)


def _nearest(relation: Literal["overlapping", "adjacent", "elsewhere"], item: Detection) -> Nearest:
    return Nearest(relation, item.entity, item.score, item.recognizer, item.start, item.end)


def _knows(recognizer: Recognizer, entity: str, value: str) -> bool:
    """Say whether a recognizer finds a value where it stands in one of its own examples."""
    return any(
        found.entity == entity and found.start <= start and start + len(value) <= found.end
        for view, start in _sentences(recognizer.examples[:_MOST_EXAMPLES], value)
        for found in recognizer.find(view)
    )


def _sentences(examples: Iterable[str], value: str) -> Iterator[tuple[View, int]]:
    """Yield each example with the value instead of its first one, and where it then stands."""
    for example in examples:
        before, _, marked = example.rpartition(" ⏎ ")
        own = _MARK.search(marked)
        if own is not None:
            rest = _MARK.sub(r"\1", marked[own.end() :])
            yield View(f"{marked[: own.start()]}{value}{rest}", before), own.start()


def _is_refuted(recognizer: Recognizer, entity: str, value: str) -> bool:
    """Say whether a value fails the check digit that its kind has."""
    if isinstance(recognizer, PatternRecognizer):
        return recognizer.check(value) is False
    proven = any(item.entity == entity for item in checksummed(value))
    return entity in _PROVEN and not proven
