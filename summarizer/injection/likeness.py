"""Likeness: a text -> which of its sentences read like orders to a model, by all of their words.

A second sign beside the rules, for what nobody thought of listing: a logistic regression over the
words of a sentence and the pairs of neighbours, fitted by `training/orders/fit.py` on sentences
that order something of a model and on what customers write, in English. Its weights are data,
`orders.json`; a sentence in another language has hardly a word that it knows.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from summarizer.patterns import compiled

__all__ = [
    "Feature",
    "features",
    "likeness",
    "sentences",
    "sentences_of",
    "telling_sentences",
]

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


def sentences_of(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the sentences stand that a range touches, in bytes of UTF-8."""
    first = max((match.end() for match in _SENTENCE_END.finditer(data, 0, start)), default=0)
    for match in _SENTENCE_END.finditer(data, start):
        yield first, match.start()
        if match.end() >= end:
            return
        first = match.end()
    yield first, len(data)


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
