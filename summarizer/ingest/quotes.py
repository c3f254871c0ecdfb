"""Ingest: an e-mail body -> its text without quote marks, and what of it repeats earlier ones."""

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from mailparser_reply import EmailReplyParser

from summarizer.textmap import TextMap, TextMapBuilder

__all__ = ["History", "Unquoted", "unquote"]

_MARKS = re.compile(r"^(?:[ \t]{0,3}>)+ ?", re.MULTILINE)
_RULE = re.compile(r"[-_=\s]*")
# The library's patterns take time in the square of a line's length; no header is longer.
_HEADER_CHARACTERS = 200
_KEY_WORDS = 4
_CANDIDATES = 8
_END_OF_TEXT = "\n"


class _Line(NamedTuple):
    """A line of a text and where it stands."""

    start: int
    end: int
    text: str


class _Quoted(NamedTuple):
    """A line that claims to be quoted, and whether quoted text may begin with it."""

    start: int
    end: int
    opens: bool


@dataclass(frozen=True, slots=True, repr=False)
class Unquoted:
    """A body without quote marks."""

    map: TextMap
    """`map.text` is the body without the `>` in front of its lines."""
    quoted: tuple[_Quoted, ...]
    """The lines of `map.text` that claim to be quoted: they had a mark, or stand between a
    header such as `On … wrote:`, `-----Original Message-----` or `From: … Sent: …` and the next
    line with a mark. Where a header alone makes the claim, only the text just under it may begin
    a quote; what was typed further down must go on from there."""


def unquote(source: str) -> Unquoted:
    """Remove quote marks, so that a name broken over two quoted lines can be read."""
    builder = TextMapBuilder(source)
    position, removed = 0, 0
    marked: set[int] = set()
    for match in _MARKS.finditer(source):
        builder.keep(position, match.start())
        marked.add(match.start() - removed)
        position, removed = match.end(), removed + match.end() - match.start()
    builder.keep(position, len(source))
    unmarked = builder.build()
    lines = list(_lines(unmarked.text))
    return Unquoted(unmarked, tuple(_quoted(lines, marked)))


def _quoted(lines: list[_Line], marked: set[int]) -> Iterator[_Quoted]:
    headers = dict(_headers(lines))
    opens_until: int | None = None
    for line in lines:
        if line.start in marked:
            opens_until = None
            yield _Quoted(line.start, line.end, opens=True)
        else:
            opens_until = headers.get(line.start, opens_until)
            if opens_until is not None:
                yield _Quoted(line.start, line.end, opens=line.start <= opens_until)


def _lines(text: str) -> Iterator[_Line]:
    lines = text.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    for start, line in zip(starts, lines, strict=False):
        yield _Line(start, start + len(line), line)


def _headers(lines: list[_Line]) -> Iterator[tuple[int, int]]:
    """Yield where each header starts, and where the line under it does."""
    shown = [line for line in lines if not _RULE.fullmatch(line.text)]
    # Without blank lines and rules, the library's lines are ours: it gives no offsets.
    view = "\n".join(line.text.strip()[:_HEADER_CHARACTERS].rstrip() for line in shown)
    replies = EmailReplyParser(languages=["en"]).read(view).replies
    if "\n".join(reply.content for reply in replies) != view:
        # It cut within a line, so that only the first part can be placed.
        replies = replies[:2]
    first = 0
    for reply in replies:
        if reply.headers and first < len(shown):
            under = min(first + reply.headers.count("\n") + 1, len(shown) - 1)
            yield shown[first].start, shown[under].start
        first += reply.content.count("\n") + 1


class History:
    """The words of the messages read so far, to tell what a later one repeats."""

    def __init__(self) -> None:
        """Start with no message."""
        self._words: list[str] = []
        self._starts: defaultdict[tuple[str, ...], deque[int]] = defaultdict(
            lambda: deque(maxlen=_CANDIDATES)
        )
        self._ends: set[int] = set()

    def add(self, text: str) -> None:
        """Take in the clean text of a message."""
        starts: list[int] = []
        for line in _lines(text):
            words = _normal(line.text)
            if words:
                starts.append(len(self._words))
                self._words.extend(words)
                self._ends.add(len(self._words))
        for start in starts:
            longest = tuple(self._words[start : start + _KEY_WORDS])
            for length in range(1, len(longest) + 1):
                self._starts[longest[:length]].append(start)
        self._words.append(_END_OF_TEXT)

    def repeated(self, message: Unquoted) -> tuple[tuple[int, int], ...]:
        """Return the ranges of quoted lines that stand, word for word, in one earlier message.

        Lines are compared without regard to case and spaces. A mail client that wraps a long
        line makes several of it, so a line may also go on where the one before it ended; but
        all of them together are whole lines of the earlier message, or none is in any range:
        an answer must not get lost because a line of the question begins with the same word.
        """
        found: list[tuple[int, int]] = []
        pending: list[tuple[int, int]] = []
        blank: dict[int, int] = {}
        places: set[int] = set()
        for start, end, opens in message.quoted:
            words = _normal(message.map.text[start:end])
            if not words:
                blank[start] = end
                continue
            after = self._after(words, places)
            if not after:
                pending.clear()
                after = self._after(words, self._beginnings(words)) if opens else set()
            places = after
            if places:
                pending.append((start, end))
            if places & self._ends:
                found += pending
                pending.clear()
        return tuple(_joined(found, blank))

    def _beginnings(self, words: list[str]) -> set[int]:
        """Return where lines begin with the first of these words."""
        return set(self._starts.get(tuple(words[:_KEY_WORDS]), ()))

    def _after(self, words: list[str], places: set[int]) -> set[int]:
        """Return the positions behind these words, where they stand at any of the places."""
        size = len(words)
        return {place + size for place in places if self._words[place : place + size] == words}


def _joined(lines: list[tuple[int, int]], blank: Mapping[int, int]) -> list[tuple[int, int]]:
    """Join lines that follow each other, or have only blank lines between them."""
    ranges: list[tuple[int, int]] = []
    joins = -1
    for start, end in lines:
        while joins in blank:
            joins = blank[joins] + 1
        ranges.append((ranges.pop()[0] if joins == start else start, end))
        joins = end + 1
    return ranges


def _normal(line: str) -> list[str]:
    return line.casefold().split()
