"""Telling: the texts of a case -> its sentences, and how much each of them tells. No model.

A sentence tells more if it has amounts, dates, numbers or placeholders in it, if it speaks of what
a case turns on (a dispute, a promise, a deadline), if it is about what the whole case is about
(TF-IDF, cosine with the case), and if it says something that no message before it said.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from summarizer.models import Author

__all__ = ["Sentence", "sentences_of", "telling_scores"]

_LONGEST: Final = 320
"""Characters; longer sentences are cut into pieces between words, and none is dropped."""
_SHORT: Final = 4
"""Words; less says little without what stands around it."""
_END: Final = re.compile(
    r"(?<=[.!?…])\s+|(?<=[\u3002\uff01\uff1f\u0964])"
)  # full stops of Chinese and Hindi
_BRACKETED: Final = re.compile(r"<[^<>\n]{1,64}>|\[[^\[\]\n]{1,120}\]")
_TERM: Final = re.compile(r"[^\W\d_]{3,}|\d+")
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_AMOUNT: Final = re.compile(
    r"[$€£¥₹]\s?\d|\d[\d.,]*\s?(?:[€£¥₹]|k\b|(?:usd|eur|gbp|inr|aud|cad|dollars?|euros?|pounds?|"
    r"quid|bucks|rupees)\b)",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b"
    rf"|\b{_MONTH}\.?\s\d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b\d{1,2}[:.]\d\d\b",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\d+")
_CUE: Final = re.compile(
    r"\b(?:disput|fraud|scam|stolen|complain|refund|chargeback|reimburs|promis|guarante|confirm"
    r"|deadline|due\b|overdue|by the end of|no later than|within \d+|agree|refus|declin|reject"
    r"|approv|cancel|clos(?:e|ed|ing)\b|block|froz|freez|escalat|ombudsman|solicitor|lawyer"
    r"|court|regulator|evict|bailiff|foreclos|repossess|vulnerab|hospital|died|death|bereave"
    r"|police|unauthori[sz]ed|did(?: not|n['\u2019]t) (?:make|authori[sz]e|recogni[sz]e|receive)"
    r"|not (?:me|mine)\b|wrong|error|mistake|missing|lost|never (?:arrived|came|received)"
    r"|correct(?:ion|ed)|instead|actually|withdr[ae]w|settle|offer|compensat|waive|owe|arrears"
    r"|urgent|today|tomorrow|must\b|will (?:call|send|pay|refund|credit))",
    re.IGNORECASE,
)
_AMOUNTS, _DATES, _NUMBERS, _PLACEHOLDERS, _CUES = 1.2, 0.6, 0.3, 0.3, 1.0
_CENTRAL, _NOVEL = 1.0, 1.5
_MOST: Final = 3
"""Of each kind that count; a list of numbers is not the point of a case."""
_SYSTEM: Final = 0.6
"""What a machine writes repeats itself."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a piece of a long one, on one line."""

    text: str
    terms: tuple[str, ...]
    """Its words of three letters or more and its numbers, without regard to case."""


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences; together they have all its words."""
    return tuple(
        Sentence(piece, tuple(_TERM.findall(piece.casefold())))
        for line in text.splitlines()
        for sentence in _END.split(" ".join(line.split()))
        for piece in _pieces(sentence)
    )


def telling_scores(
    messages: Sequence[Sequence[Sentence]], authors: Sequence[Author]
) -> list[tuple[float, ...]]:
    """Return the score of each sentence of each message, from 0."""
    weights = _weights(messages)
    centre = _centre(messages, weights)
    seen: set[str] = set()
    scores: list[tuple[float, ...]] = []
    for sentences, author in zip(messages, authors, strict=True):
        factor = _SYSTEM if author == "system" else 1.0
        scores.append(
            tuple(factor * _score(sentence, weights, centre, seen) for sentence in sentences)
        )
    return scores


def _pieces(sentence: str) -> Iterator[str]:
    """Cut what is too long between words, and never inside a placeholder or a mask."""
    while len(sentence) > _LONGEST:
        cut = sentence.rfind(" ", _LONGEST // 2, _LONGEST)
        cut = cut if cut > 0 else _LONGEST
        for bracketed in _BRACKETED.finditer(sentence, 0, min(len(sentence), cut + 128)):
            if bracketed.start() < cut < bracketed.end():
                cut = bracketed.start() or bracketed.end()
        yield sentence[:cut].strip()
        sentence = sentence[cut:].strip()
    if sentence:
        yield sentence


def _weights(messages: Sequence[Sequence[Sentence]]) -> Mapping[str, float]:
    """Return how rare each term is among the messages (inverse document frequency)."""
    found = Counter(
        term
        for sentences in messages
        for term in {term for sentence in sentences for term in sentence.terms}
    )
    return {term: math.log((1 + len(messages)) / (1 + n)) + 0.1 for term, n in found.items()}


def _centre(
    messages: Sequence[Sequence[Sentence]], weights: Mapping[str, float]
) -> Mapping[str, float]:
    """Return the case as one vector of unit length."""
    counts = Counter(term for part in messages for one in part for term in one.terms)
    # The logarithm keeps a phrase that every message ends with from being the centre.
    vector = {term: math.log1p(n) * weights[term] for term, n in counts.items()}
    length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
    return {term: value / length for term, value in vector.items()}


def _score(
    sentence: Sentence,
    weights: Mapping[str, float],
    centre: Mapping[str, float],
    seen: set[str],
) -> float:
    """Score a sentence, and take note of what it said."""
    terms = set(sentence.terms)
    total = sum(weights[term] for term in terms) or 1.0
    length = math.sqrt(sum(weights[term] ** 2 for term in terms)) or 1.0
    central = sum(weights[term] * centre[term] for term in terms) / length
    novel = sum(weights[term] for term in terms - seen) / total
    seen |= terms
    return _signs(sentence.text, novel) + _CENTRAL * central


def _signs(text: str, novel: float) -> float:
    """Count what facts are made of; said again it tells half as much."""
    signs = (
        _AMOUNTS * min(_MOST, len(_AMOUNT.findall(text)))
        + _DATES * min(_MOST, len(_DATE.findall(text)))
        + _NUMBERS * min(_MOST, len(_NUMBER.findall(text)))
        + _PLACEHOLDERS * min(_MOST, len(_BRACKETED.findall(text)))
        + _CUES * min(_MOST, len(_CUE.findall(text)))
        + _NOVEL * novel
    )
    few = len(text.split()) < _SHORT
    return signs * (0.5 + 0.5 * novel) * (0.5 if few else 1.0)
