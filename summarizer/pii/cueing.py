"""Cueing: a view of a text -> values that count only beside the words that announce them.

A four-digit PIN has no form of its own. It is found right after its cue ("my pin is 2580"), as
the answer to the question of the message before, or near strong words of context.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import re2

from summarizer.pii import Cue
from summarizer.pii.recognizing import Expression, Found, Needs, Pattern, View, label, runnable

__all__ = ["GAP", "LINK", "CuedRecognizer", "Place"]

LINK = r"[^0-9A-Za-z]{0,8}"
"""Punctuation and line breaks between a cue and its value; no words."""
GAP = rf"(?:[^0-9A-Za-z\n.!?;$£€₹¥]{{1,3}}[a-z']{{1,12}}\b){{0,4}}{LINK}"
"""Up to four words of one sentence, and punctuation."""

_SHOWN = 160
_QUESTION = 200
_ANSWER = 160


class Place(NamedTuple):
    """A value and what stands around it; all but the value in lower case."""

    ahead: str
    """What stands before the cue, or before the value where there is no cue."""
    cue: str
    """The cue and the gap up to the value; empty where the value was not found by a cue."""
    value: str
    behind: str


@dataclass(frozen=True, kw_only=True)
class CuedRecognizer:
    """A recognizer made of cues in the text, questions before it, and context near a value."""

    name: str
    entity: str
    cued: tuple[Pattern, ...]
    """Cue, gap and value; group 1 is the value."""
    question: str = ""
    """Matches the message before, in lower case, if it asks for such a value."""
    answers: tuple[Pattern, ...] = ()
    """Values that count near the beginning of a text that answers the question."""
    near: str = ""
    """Context, in lower case, in whose neighbourhood the `nearby` values count."""
    nearby: tuple[Pattern, ...] = ()
    window: tuple[int, int] = (60, 25)
    """How many characters before and after a nearby value are searched for context."""
    refuses: Callable[[Place], bool] = lambda _: False
    """Says that a match is not such a value."""
    needs: Needs = "digit"
    examples: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()

    @property
    def entities(self) -> frozenset[str]:
        """The one entity it finds."""
        return frozenset({self.entity})

    def find(self, view: View) -> Iterator[Found]:
        """Yield the values beside their cues, then answers, then those near their context."""
        seen: set[tuple[int, int]] = set()
        for pattern, expression in runnable(self._cued, view):
            for match in expression.search(view):
                start, end = match.span(1)
                words = label(view, match.start(), start) or label(view, end, match.span()[1])
                for found in self._found(pattern, view, match.start(), (start, end), words):
                    seen.add((found.start, found.end))
                    yield found
        if self._question is not None:
            asked = self._question.search(view.before[-_QUESTION:].lower())
            if asked is not None:
                yield from self._answers(view, view.cue_before(asked.span(), _QUESTION))
        if self._near is not None and self._near.search(view.context):
            yield from self._nearby(view, self._near, seen)

    def _answers(self, view: View, asked: Cue | None) -> Iterator[Found]:
        for pattern, expression in runnable(self._answered, view):
            for match in expression.search(view, 2 * _ANSWER):
                start, end = match.span(1)
                if start < _ANSWER:
                    yield from self._found(pattern, view, start, (start, end), asked)

    def _nearby(
        self, view: View, near: "re2._Regexp", seen: set[tuple[int, int]]
    ) -> Iterator[Found]:
        for pattern, expression in runnable(self._near_by, view):
            for match in expression.search(view):
                start, end = match.span(1)
                if (start, end) in seen:
                    continue
                words = near.search(view.around(start, end, *self.window))
                if words is not None:
                    cue = view.cue_around(words.span(), start, end, self.window[0])
                    yield from self._found(pattern, view, start, (start, end), cue)

    def _found(
        self,
        pattern: Pattern,
        view: View,
        cue: int,
        value: tuple[int, int],
        words: Cue | None,
    ) -> Iterator[Found]:
        """Yield a value that begins its cue at `cue`, and counts by `words`, unless refused."""
        start, end = value
        place = Place(
            ahead=view.lower[max(0, cue - _SHOWN) : cue],
            cue=view.lower[cue:start],
            value=view.text[start:end],
            behind=view.lower[end : end + _SHOWN],
        )
        if start < end and not self.refuses(place):
            name = f"{self.name}.{pattern.name}"
            yield Found(start, end, self.entity, pattern.score, name, words)

    @cached_property
    def _cued(self) -> tuple[tuple[Pattern, Expression], ...]:
        return _compiled(self.cued)

    @cached_property
    def _answered(self) -> tuple[tuple[Pattern, Expression], ...]:
        return _compiled(self.answers)

    @cached_property
    def _near_by(self) -> tuple[tuple[Pattern, Expression], ...]:
        return _compiled(self.nearby)

    @cached_property
    def _question(self) -> "re.Pattern[str] | None":
        return re.compile(self.question) if self.question else None

    @cached_property
    def _near(self) -> "re2._Regexp | None":
        return Expression.of(self.near).compiled if self.near else None


def _compiled(patterns: tuple[Pattern, ...]) -> tuple[tuple[Pattern, Expression], ...]:
    return tuple((pattern, Expression.of(pattern.regex)) for pattern in patterns)
