"""Values: finding known personal values again, however they are spaced, spelled or capitalised.

Text and values are compared as folded letters and digits: compatibility forms, case, accents
and invisible characters make no difference. A value of six or more digits or eight or more
letters is found anywhere, also inside longer runs; a shorter one only as whole words. A single
word that is also a common word ("May"), and anything under three characters, is weak: it
counts only where the detector finds it again.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import ahocorasick

from summarizer.pii.common import common_words
from summarizer.pii.words import word_kind
from summarizer.textfold import compact, fold, is_invisible

__all__ = ["Value", "ValueMatch", "find_values", "is_weak"]

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
    """Where a known value stands: which text, which range of it."""

    text: int
    start: int
    end: int
    value: Value


class _Folded:
    """Letters and digits of some texts; where each came from is worked out where it is asked."""

    __slots__ = ("_places", "_starts", "_texts", "characters")

    def __init__(self, texts: Sequence[str]) -> None:
        forms = [compact(text) for text in texts]
        # Nothing is found across the border of two texts.
        self.characters = "".join(f"{form}\x00" for form in forms)
        self._texts = texts
        self._starts = [0, *accumulate(len(form) + 1 for form in forms)]
        self._places: dict[int, list[int]] = {}

    def place(self, at: int) -> tuple[int, int]:
        """Return the text, and the position in it, of a character."""
        number = bisect_right(self._starts, at) - 1
        return number, self._in_text(number)[at - self._starts[number]]

    def begins(self, at: int) -> bool:
        """Say whether a word begins here, or the text ends.

        One begins after anything but a letter or digit, and between a letter and a digit.
        """
        number = bisect_right(self._starts, at) - 1
        if at == self._starts[number] or at == self._starts[number + 1] - 1:
            return True
        if self.characters[at - 1].isdigit() != self.characters[at].isdigit():
            return True
        places = self._in_text(number)
        before, here = (places[each - self._starts[number]] for each in (at - 1, at))
        return not all(map(is_invisible, self._texts[number][before + 1 : here]))

    def _in_text(self, number: int) -> list[int]:
        places = self._places.get(number)
        if places is None:
            text = self._texts[number]
            places = [at for at, character in enumerate(text) for _ in fold(character)]
            self._places[number] = [*places, len(text)]
        return self._places[number]


def is_weak(text: str) -> bool:
    """Say whether a value also stands for an ordinary word."""
    folded = compact(text)
    if len(folded) < _WEAK_LENGTH:
        return True
    if any(character.isspace() for character in text.strip()):
        return False
    return folded in common_words() or word_kind(text.strip()).is_no_name


def _is_long(folded: str) -> bool:
    digits = sum(character.isdigit() for character in folded)
    return digits >= _LONG_DIGITS or len(folded) - digits >= _LONG_LETTERS


class _Needle(NamedTuple):
    folded: str
    values: list[tuple[Value, frozenset[int]]]
    """Each with where its words begin: the same letters may be one word or two."""


def find_values(texts: Sequence[str], values: Sequence[Value]) -> Iterator[ValueMatch]:
    """Yield every occurrence of every value, weak ones as whole words; linear in the texts."""
    needles: dict[str, _Needle] = {}
    for value in values:
        form = _Folded([value.text])
        folded = form.characters[:-1]
        if folded:
            breaks = frozenset(at for at in range(1, len(folded)) if form.begins(at))
            needles.setdefault(folded, _Needle(folded, [])).values.append((value, breaks))
        else:
            yield from _as_written(texts, value)
    if not needles:
        return
    automaton = ahocorasick.Automaton()
    for folded, needle in needles.items():
        automaton.add_word(folded, needle)
    automaton.make_automaton()
    haystack = _Folded(texts)
    for last, needle in automaton.iter(haystack.characters):
        first = last - len(needle.folded) + 1
        for value in _standing(haystack, first, last, needle):
            number, start = haystack.place(first)
            yield ValueMatch(number, start, haystack.place(last)[1] + 1, value)


def _standing(haystack: _Folded, first: int, last: int, needle: _Needle) -> list[Value]:
    """Return the values of the needle that stand here.

    A short one begins and ends with a word, and is not put together of more words than it has.
    """
    if _is_long(needle.folded):
        return [value for value, _ in needle.values]
    if not (haystack.begins(first) and haystack.begins(last + 1)):
        return []
    inner = {at - first for at in range(first + 1, last + 1) if haystack.begins(at)}
    return [value for value, breaks in needle.values if inner <= breaks]


def _as_written(texts: Sequence[str], value: Value) -> Iterator[ValueMatch]:
    """Find a value without any letter or digit exactly as it is."""
    for number, text in enumerate(texts):
        at = text.find(value.text) if value.text else -1
        while at >= 0:
            yield ValueMatch(number, at, at + len(value.text), value)
            at = text.find(value.text, at + len(value.text))
