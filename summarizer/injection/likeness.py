"""Likeness: a text -> which of its sentences read like orders to a model, by all of their words.

A second sign beside the rules, for what nobody thought of listing: a logistic regression over the
words of a sentence and the pairs of neighbours, fitted by `training/orders/fit.py` on sentences
that order something of a model and on what customers write, in English. Its weights are data,
`orders.json`; a sentence in another language has hardly a word that it knows.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final, NamedTuple

from summarizer.patterns import compiled

__all__ = ["Feature", "Sentences", "features", "likeness", "sentences", "telling_sentences"]

_SENTENCE_END: Final = re.compile(rb"(?<=[.!?])\s+|[\n\x1e]+")
_LONGEST: Final = 2_000
"""Characters of a sentence that are looked at; no customer writes a longer one."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|[^\w\s]")
_PLACEHOLDER: Final = re.compile(r"<(?!LITERAL)[A-Z_]+_\d+>")
"""One of ours says nothing; a literal is one that the customer typed."""
_START: Final = "^"
Feature = str | tuple[str, str]


class _Weights(NamedTuple):
    bias: float
    telling: Any
    """Finds the words without any of which a sentence is not looked at."""
    of: Mapping[Feature, float]


def telling_sentences(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the sentences stand that hold a word which tells, in bytes of UTF-8."""
    ends = [match.span() for match in _SENTENCE_END.finditer(data)]
    stops = [start for start, _ in ends]
    done = 0
    for match in _weights().telling.finditer(data):
        if match.start() >= done:
            at = bisect_left(stops, match.start())
            start = ends[at - 1][1] if at else 0
            done = stops[at] if at < len(stops) else len(data)
            yield start, done


class Sentences:
    """The sentences of a text and how much each reads like an order, found out when asked for."""

    def __init__(self, data: bytes) -> None:
        """Args: data: the text, in UTF-8."""
        self._data = data
        self._scores: dict[int, float] = {}

    @cached_property
    def _bounds(self) -> tuple[list[int], list[int]]:
        ends = [match.span() for match in _SENTENCE_END.finditer(self._data)]
        starts = [0, *(end for _, end in ends)]
        return starts, [*(start for start, _ in ends), len(self._data)]

    def likest(self, start: int, end: int) -> float:
        """Return the likeness of the sentence that reads most like an order in a range of bytes."""
        starts, _ = self._bounds
        first = bisect_right(starts, start) - 1
        return max(map(self._score, range(first, max(first + 1, bisect_left(starts, end)))))

    def _score(self, number: int) -> float:
        if number not in self._scores:
            starts, stops = self._bounds
            sentence = self._data[starts[number] : stops[number]]
            self._scores[number] = likeness(sentence.decode("utf-8", "replace"))
        return self._scores[number]


def sentences(text: str) -> Iterator[str]:
    """Yield all sentences of a text."""
    for each in _SENTENCE_END.split(text.encode("utf-8", "replace")):
        if each:
            yield each.decode()


def likeness(sentence: str) -> float:
    """Return how much a sentence reads like an order to a model: the logarithm of the odds."""
    weights = _weights()
    of = weights.of
    return weights.bias + sum(of.get(each, 0.0) for each in features(sentence))


def features(sentence: str) -> set[Feature]:
    """Return the words and signs of a sentence and the pairs of neighbours, without numbers."""
    if "<" in sentence:
        sentence = _PLACEHOLDER.sub(" ", sentence)
    words = _WORD.findall(sentence[:_LONGEST].casefold())
    return {*words, *zip((_START, *words), words, strict=False)}


@cache
def _weights() -> _Weights:
    read = json.loads(files("summarizer.injection").joinpath("orders.json").read_bytes())
    of: dict[Feature, float] = {}
    for name, weight in read["weights"].items():
        first, gap, second = name.partition(" ")
        of[(first, second) if gap else name] = weight
    return _Weights(read["bias"], compiled(rf"\b(?:{'|'.join(read['telling'])})\b"), of)
