"""Labelled values: what may stand between a label such as `ref no.` and the value it announces.

The pieces are RE2 syntax for the patterns of other recognizers; `StrictRecognizer` adds a test
that a value must pass even beside its context.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import re2

from summarizer.pii.recognizing import Found, PatternRecognizer, View

__all__ = ["ANSWER", "LINK", "NEAR", "StrictRecognizer"]

_TAIL = 200
_ANSWERED = 0.85
_GAP = r"[^a-z0-9$£€₹¥%]"
# Not a hyphen first: in "case ID-1234" the word belongs to the value.
_PAUSE = r"[^a-z0-9$£€₹¥%/-]"
_FILLERS = (
    "numbers?|nummer|numéro|número|num|no|nos|nr|n|id|code|card|is|was|are|as|it's|its|it|on|file|"
    "the|my|our|your|this|that|will|be|given|quoted|provided|here|called|reads?|says?|i|think|"
    "believe|which|um|uh|erm|er|now|again|still|today|just|so|s|a|ref|reference|x|value|name|"
    "you|gave|me|us|have|sent"
)
LINK = rf"{_GAP}{{0,40}}(?:(?:{_FILLERS}){_PAUSE}{_GAP}{{0,5}}){{0,6}}"
"""Punctuation and words such as "number is" between a label and a value of any form."""
NEAR = r"[^0-9]{0,50}?"
"""Any short stretch without digits, between a label and a value that is known by its form."""
ANSWER = r"^[^0-9]{0,40}?"
"""The beginning of a message that answers a question."""


@dataclass(frozen=True, kw_only=True)
class StrictRecognizer(PatternRecognizer):
    """A pattern recognizer with a test for every value, and with questions and their answers."""

    accepts: Callable[[str, int, int], bool] = field(default=lambda *_: True)
    """Given a text and a range of it: whether the range can be such a value at all."""
    question: str = ""
    """What the message before asks; lower case, the last 200 characters are searched."""
    answer: str = ""
    """The value, group 1, in a text that answers the question."""

    def find(self, view: View) -> Iterator[Found]:
        """Yield what the patterns and the answer find and the test accepts."""
        accepted: dict[tuple[int, int], bool] = {}
        for found in chain(super().find(view), self._answers(view)):
            span = found.start, found.end
            if span not in accepted:
                accepted[span] = self.accepts(view.text, *span)
            if accepted[span]:
                yield found

    def _answers(self, view: View) -> Iterator[Found]:
        if not self.question or not view.before:
            return
        asked = self._question.search(view.before[-_TAIL:].lower())
        if asked is None:
            return
        match = self._answer.search(view.text)
        if match is not None:
            start, end = match.span(1)
            cue = view.cue_before(asked.span(), _TAIL)
            yield Found(start, end, self.entity, _ANSWERED, f"{self.name}.answer", cue)

    @cached_property
    def _question(self) -> "re.Pattern[str]":
        return re.compile(self.question)

    @cached_property
    def _answer(self) -> "re2._Regexp":
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        return re2.compile(self.answer, options)
