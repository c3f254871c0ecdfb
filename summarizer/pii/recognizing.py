"""Recognizing: a view of a text -> what one recognizer finds in it.

A recognizer is data: patterns in RE2's syntax (linear time whatever the text), words of
context that raise a score, a check such as a checksum, and examples that are its tests.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple, Protocol, Self

import numpy as np
import re2

from summarizer.pii import Cue
from summarizer.pii.prefilter import Outline, demand
from summarizer.pii.words import Words

__all__ = [
    "Expression",
    "Found",
    "Pattern",
    "PatternRecognizer",
    "Ranges",
    "Recognizer",
    "View",
    "label",
    "runnable",
]

Needs = Literal["digit", "at", "letter"]

_BEFORE = 80
_AFTER = 50
_TAIL = 200
# Bytes of the form 10xxxxxx go on with a code point of UTF-8 (RFC 3629).
_IN_POINT_MASK, _IN_POINT = 0xC0, 0x80
_JOINT = 3
"""Characters that `View.around` puts between its parts."""
_WORDS = re.compile(r"\w(?:.*\w)?", re.DOTALL)


class Found(NamedTuple):
    """A range of a view's text that is personal data."""

    start: int
    end: int
    entity: str
    score: float
    pattern: str
    """Recognizer and pattern, such as `card.spaced`."""
    cue: Cue | None = None
    """The words that made it count, in the view's text or in what was said before."""


@dataclass(frozen=True)
class View:
    """What a person reads of one text, and what was said just before it."""

    text: str = field(repr=False)
    before: str = field(default="", repr=False)
    """The reading of the message before in the same case; empty for the first."""

    @cached_property
    def lower(self) -> str:
        """The text in lower case, of the same length."""
        lowered = self.text.lower()
        return lowered if len(lowered) == len(self.text) else self.text

    @cached_property
    def has(self) -> frozenset[Needs]:
        """Which characters the text has at all."""
        present: set[Needs] = {"letter"}
        if re.search(r"\d", self.text):
            present.add("digit")
        if "@" in self.text:
            present.add("at")
        return frozenset(present)

    @cached_property
    def encoded(self) -> bytes:
        """The text in UTF-8, which RE2 searches."""
        return self.text.encode()

    @cached_property
    def points(self) -> memoryview | None:
        """The offset in code points of each byte and of the end; None if they are the same."""
        if self.text.isascii():
            return None
        codes = np.frombuffer(self.encoded, np.uint8)
        begins = (codes & _IN_POINT_MASK) != _IN_POINT
        return memoryview(b"\0" * 8 + begins.cumsum(dtype=np.int64).tobytes()).cast("q")

    @cached_property
    def context(self) -> bytes:
        """All that is said in the text and before it, in lower case, in UTF-8."""
        return f"{self.lower} {self.before.lower()}".encode()

    @cached_property
    def outline(self) -> Outline:
        """What tells at little cost which patterns cannot match."""
        return Outline(self.text)

    @cached_property
    def words(self) -> Words:
        """The words of the text, and what each is."""
        return Words(self.text)

    def around(self, start: int, end: int, before: int = _BEFORE, after: int = _AFTER) -> str:
        """Return the lower-case text near a range, without the range.

        Near the beginning of the text the end of the message before counts too: the question
        that the text answers.
        """
        ahead = self.lower[max(0, start - before) : start]
        if start < before:
            ahead = f"{self.before[-_TAIL:].lower()} \n {ahead}"
        return f"{ahead} \x00 {self.lower[end : end + after]}"

    def cue_around(
        self, found: tuple[int, int], start: int, end: int, before: int = _BEFORE
    ) -> Cue | None:
        """Lead a range of `around(start, end, before, …)` back to where its words stand."""
        first, last = found
        tail = self.before[-_TAIL:].lower() if start < before else ""
        own = len(tail) + _JOINT if start < before else 0
        if last <= len(tail):
            return self.cue_before(found, _TAIL)
        shift = max(0, start - before) - own
        if first >= own and last + shift <= start:
            return Cue(first + shift, last + shift)
        shift += end - start - _JOINT
        return Cue(first + shift, last + shift) if first + shift >= end else None

    def cue_before(self, found: tuple[int, int], tail: int) -> Cue | None:
        """Lead a range of the last characters of what was said before, in lower case, back."""
        said = self.before[-tail:]
        if len(said.lower()) != len(said):
            return None
        shift = len(self.before) - len(said)
        return Cue(found[0] + shift, found[1] + shift, is_before=True)


@dataclass(frozen=True)
class Expression:
    """A pattern that is blind to case, and what a text must hold for it to match."""

    compiled: "re2._Regexp"
    groups: int
    """How many groups it has; asking the compiled pattern takes longer than the answer is worth."""
    demand: int
    """The number of what a text must hold, as an outline knows it."""

    @classmethod
    def of(cls, regex: str, max_mem: int = 8 << 20) -> Self:
        """Compile a pattern in the syntax of RE2, with that many bytes for its states."""
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.max_mem = max_mem
        compiled = re2.compile(regex, options)
        return cls(compiled, compiled.groups, demand(regex))

    def matches(self, view: View, end: int | None = None) -> "Iterator[Ranges]":
        """Return the matches in a view, or in its beginning, of which ranges may be asked for."""
        return self.search(view, end) if view.outline.meets(self.demand) else _NOTHING

    def search(self, view: View, end: int | None = None) -> "Iterator[Ranges]":
        """Return the matches likewise, where it is known that the view may hold any."""
        if end is not None and end < len(view.text):
            view = View(view.text[:end])
        found: Iterator[re2._Match] = self.compiled.finditer(view.encoded)
        points = view.points
        return found if points is None else (_InPoints(match, points) for match in found)

    def is_in(self, view: View) -> bool:
        """Say whether it matches anywhere in a view."""
        return next(self.matches(view), None) is not None


_NOTHING: "Iterator[Ranges]" = iter(())


class Ranges(Protocol):
    """A match, of which the offsets may be asked for, in code points."""

    def span(self, group: int = 0) -> tuple[int, int]:
        """Return start and end of a group, -1 both if it has no part in the match."""
        ...

    def start(self, group: int = 0) -> int:
        """Return the start of a group, likewise."""
        ...


class _InPoints:
    """A match in bytes, asked for in code points."""

    __slots__ = ("_match", "_points")

    def __init__(self, match: "re2._Match", points: memoryview) -> None:
        self._match, self._points = match, points

    def span(self, group: int = 0) -> tuple[int, int]:
        start, end = self._match.span(group)
        return (start, end) if start < 0 else (self._points[start], self._points[end])

    def start(self, group: int = 0) -> int:
        return self.span(group)[0]


class Recognizer(Protocol):
    """Finds one kind of data, or a few that belong together."""

    @property
    def name(self) -> str:
        """Names it in what it finds."""
        ...

    @property
    def entities(self) -> frozenset[str]:
        """Every entity it can find."""
        ...

    @property
    def needs(self) -> Needs:
        """The recognizer is not run on a text without such a character."""
        ...

    @property
    def examples(self) -> tuple[str, ...]:
        """Texts with each value to be found in `[[` and `]]`; `before ⏎ text` gives context."""
        ...

    @property
    def negatives(self) -> tuple[str, ...]:
        """Texts in which nothing must be found."""
        ...

    def find(self, view: View) -> Iterator[Found]:
        """Yield what is found; ranges may overlap."""
        ...


class Pattern(NamedTuple):
    """One way a value is written; group 1, if there is one, is the value."""

    name: str
    regex: str
    score: float
    """Without context; 0 means that it counts only beside its context."""
    with_context: float = 0.9


@dataclass(frozen=True, kw_only=True)
class PatternRecognizer:
    """A recognizer made of patterns, context words and a check."""

    name: str
    entity: str
    patterns: tuple[Pattern, ...]
    context: tuple[str, ...] = ()
    """Words or phrases in lower case; a regular expression each, matched as whole words."""
    check: Callable[[str], bool | None] = field(default=lambda _: None)
    """True: proven, the score is 1. False: refuted, so that it counts only beside its context.
    None: no opinion."""
    needs: Needs = "digit"
    window: tuple[int, int] = (_BEFORE, _AFTER)
    """How many characters before and after a value are searched for context."""
    examples: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()

    @property
    def entities(self) -> frozenset[str]:
        """The one entity it finds."""
        return frozenset({self.entity})

    def find(self, view: View) -> Iterator[Found]:
        """Yield every match that its check, its score or its context lets count."""
        for pattern, expression in runnable(self._expressions, view):
            group = 1 if expression.groups else 0
            for match in expression.search(view):
                start, end = match.span(group)
                if start == end:
                    continue
                score, cue = self._weighed(pattern, view, match.span(), (start, end))
                if score > 0:
                    name = f"{self.name}.{pattern.name}"
                    yield Found(start, end, self.entity, score, name, cue)

    def _weighed(
        self, pattern: Pattern, view: View, whole: tuple[int, int], value: tuple[int, int]
    ) -> tuple[float, Cue | None]:
        """Return the score of a value in the range of its match, and the words that gave it."""
        start, end = value
        proven = self.check(view.text[start:end])
        if proven:
            return 1.0, None
        if self._context is not None:
            near = self._context.search(view.around(start, end, *self.window))
            if near is not None:
                cue = view.cue_around(near.span(), start, end, self.window[0])
                return pattern.with_context, cue
        score = 0.0 if proven is False else pattern.score
        return score, label(view, whole[0], start) or label(view, end, whole[1])

    @cached_property
    def _expressions(self) -> tuple[tuple[Pattern, Expression], ...]:
        return tuple((pattern, Expression.of(pattern.regex)) for pattern in self.patterns)

    @cached_property
    def _context(self) -> "re.Pattern[str] | None":
        if not self.context:
            return None
        return re.compile(rf"(?<!\w)(?:{'|'.join(self.context)})(?!\w)")


def runnable(
    patterns: Sequence[tuple[Pattern, Expression]], view: View
) -> Iterable[tuple[Pattern, Expression]]:
    """Return the patterns that can match in a view."""
    if not patterns:
        return ()
    met = view.outline.met(patterns[-1][1].demand)
    return [each for each in patterns if each[1].demand in met]


def label(view: View, start: int, end: int) -> Cue | None:
    """Return the words of a range, which say what stands beside it; None without any."""
    words = _WORDS.search(view.text, start, end)
    return None if words is None else Cue(*words.span())
