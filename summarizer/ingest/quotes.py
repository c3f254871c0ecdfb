"""Ingest: an e-mail body -> its text without quote marks, and what of it repeats earlier ones."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
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


@dataclass(frozen=True, slots=True, repr=False)
class Unquoted:
    """A body without quote marks."""

    map: TextMap
    """`map.text` is the body without the `>` in front of its lines."""
    quoted: tuple[tuple[int, int], ...]
    """The lines of `map.text` that claim to be quoted: they had a mark, or follow a header such
    as `On … wrote:`, `-----Original Message-----` or `From: … Sent: …`."""


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
    header = _first_header(lines)
    quoted = [line for line in lines if line.start in marked or line.start > header]
    return Unquoted(unmarked, tuple((line.start, line.end) for line in quoted))


def _lines(text: str) -> Iterator[_Line]:
    lines = text.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    for start, line in zip(starts, lines, strict=False):
        yield _Line(start, start + len(line), line)


def _first_header(lines: list[_Line]) -> int:
    """Return where the first header of quoted history starts; the end of the text if nowhere."""
    shown = [line for line in lines if not _RULE.fullmatch(line.text)]
    # Without blank lines and rules, the library's lines are ours: it gives no offsets.
    view = "\n".join(line.text.strip()[:_HEADER_CHARACTERS].rstrip() for line in shown)
    replies = EmailReplyParser(languages=["en"]).read(view).replies
    if replies[0].headers:
        return shown[0].start
    if len(replies) > 1:
        before: str = replies[0].content
        return shown[before.count("\n") + 1].start
    return lines[-1].end


class History:
    """The words of the messages read so far, to tell what a later one repeats."""

    def __init__(self) -> None:
        """Start with no message."""
        self._words: list[str] = []
        self._starts: defaultdict[tuple[str, ...], deque[int]] = defaultdict(
            lambda: deque(maxlen=_CANDIDATES)
        )

    def add(self, text: str) -> None:
        """Take in the clean text of a message."""
        starts: list[int] = []
        for line in _lines(text):
            words = _normal(line.text)
            if words:
                starts.append(len(self._words))
                self._words.extend(words)
        for start in starts:
            longest = tuple(self._words[start : start + _KEY_WORDS])
            for length in range(1, len(longest) + 1):
                self._starts[longest[:length]].append(start)
        self._words.append(_END_OF_TEXT)

    def repeated(self, message: Unquoted) -> tuple[tuple[int, int], ...]:
        """Return the ranges of quoted lines that stand, word for word, in one earlier message.

        Lines are compared without regard to case and spaces. A mail client that wraps a long
        line makes several of it, so a line may also go on where the one before it ended. A
        quoted line that stands nowhere else is not in any range: it must not get lost.
        """
        found: list[tuple[int, int]] = []
        after: int | None = None
        # Where a line must start to belong to the range found last: blank lines may lie between.
        joins: int | None = None
        for start, end in message.quoted:
            words = _normal(message.map.text[start:end])
            if not words:
                joins = end + 1 if joins == start else None
                continue
            after = self._find(words, after)
            if after is None:
                joins = None
                continue
            if joins == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
            joins = end + 1
        return tuple(found)

    def _find(self, words: list[str], expected: int | None) -> int | None:
        """Return the position after these words, looked for first at the expected position."""
        places = self._starts.get(tuple(words[:_KEY_WORDS]), ())
        for place in _in_turn(expected, places):
            if self._words[place : place + len(words)] == words:
                return place + len(words)
        return None


def _in_turn(expected: int | None, places: Iterable[int]) -> Iterator[int]:
    if expected is not None:
        yield expected
    yield from places


def _normal(line: str) -> list[str]:
    return line.casefold().split()
