"""Values: finding known personal values again, however they are spaced or capitalised.

A value of six or more digits or eight or more letters is searched without spaces and
punctuation and in any case; a shorter one as whole words. A single word that is also a common
word ("May"), and anything under three characters, is weak: it counts only where the detector
finds it again.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple
from unicodedata import normalize

__all__ = ["Finder", "Value", "ValueMatch", "compact", "is_weak"]

_WORD = re.compile(r"\w+")
_LONG_DIGITS = 6
_LONG_LETTERS = 8
_WEAK_LENGTH = 3


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """A personal value of a case and where it was found first."""

    text: str
    entity: str
    where: str
    score: float


class ValueMatch(NamedTuple):
    """Where a known value stands in a text."""

    start: int
    end: int
    value: Value


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    words = files("summarizer.pii").joinpath("common_words.txt").read_text(encoding="utf-8")
    return frozenset(words.split())


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()


def compact(text: str) -> str:
    """Return the letters and digits of a text, in compatibility form and folded case."""
    return "".join(character for character in _folded(text) if character.isalnum())


def is_weak(text: str) -> bool:
    """Say whether a value also stands for an ordinary word."""
    words = _WORD.findall(_folded(text))
    return len(compact(text)) < _WEAK_LENGTH or (len(words) == 1 and words[0] in _common_words())


def _is_long(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    return digits >= _LONG_DIGITS or letters >= _LONG_LETTERS


class Finder:
    """A text prepared once, in which many values are then searched."""

    def __init__(self, text: str) -> None:
        """Keep the text; its forms are derived on first use."""
        self._text = text

    def find(self, values: Sequence[Value]) -> Iterator[ValueMatch]:
        """Yield every occurrence of every value, weak ones as whole words."""
        for value in values:
            search = self._compacted if _is_long(value.text) else self._as_words
            for start, end in search(value.text):
                yield ValueMatch(start, end, value)

    @cached_property
    def _characters(self) -> tuple[str, list[int]]:
        """Letters and digits in folded case, and the position each came from."""
        characters: list[str] = []
        positions: list[int] = []
        if self._text.isascii():
            for position, character in enumerate(self._text.lower()):
                if character.isalnum():
                    characters.append(character)
                    positions.append(position)
            return "".join(characters), positions
        for position, character in enumerate(self._text):
            for folded in compact(character):
                characters.append(folded)
                positions.append(position)
        return "".join(characters), positions

    @cached_property
    def _words(self) -> tuple[list[str], list[tuple[int, int]], dict[str, list[int]]]:
        """Words in folded case, their ranges, and where each word stands in the list."""
        words: list[str] = []
        ranges: list[tuple[int, int]] = []
        index: dict[str, list[int]] = defaultdict(list)
        for match in _WORD.finditer(self._text):
            word = _folded(match.group())
            index[word].append(len(words))
            words.append(word)
            ranges.append(match.span())
        return words, ranges, index

    def _compacted(self, value: str) -> Iterator[tuple[int, int]]:
        needle = compact(value)
        haystack, positions = self._characters
        at = haystack.find(needle) if needle else -1
        while at >= 0:
            yield positions[at], positions[at + len(needle) - 1] + 1
            at = haystack.find(needle, at + len(needle))

    def _as_words(self, value: str) -> Iterator[tuple[int, int]]:
        wanted = [_folded(match.group()) for match in _WORD.finditer(value)]
        if not wanted:
            yield from self._as_written(value)
            return
        words, ranges, index = self._words
        for first in index.get(wanted[0], ()):
            if words[first : first + len(wanted)] == wanted:
                yield ranges[first][0], ranges[first + len(wanted) - 1][1]

    def _as_written(self, value: str) -> Iterator[tuple[int, int]]:
        at = self._text.find(value) if value else -1
        while at >= 0:
            yield at, at + len(value)
            at = self._text.find(value, at + len(value))


def overlaps(ranges: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Say whether `start:end` meets any of the sorted, disjoint ranges."""
    at = bisect_right(ranges, (end, -1)) - 1
    return at >= 0 and ranges[at][1] > start
