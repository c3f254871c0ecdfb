"""Chances: the log-probabilities of an answer's tokens -> a probability for each option.

Only where the answer is one letter of a few: the probability of a token is then that of an
option. Source: T. Zhao et al., "Calibrate Before Use", ICML (2021).
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

__all__ = ["TOP", "chances"]

TOP: Final = 20
"""How many alternatives of a token are asked for: the most that providers give."""


class _Token(NamedTuple):
    start: int
    text: str
    alternatives: Sequence[tuple[str, float]]


def chances(
    tokens: Sequence[Any], options: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Return field -> option -> probability, for each field whose value is one of its options.

    Args:
        tokens: the tokens of an answer that is a JSON object, in order, each with `token` and
            `top_logprobs`, which have `token` and `logprob` (natural logarithm), as in OpenAI's
            API.
        options: field -> the options the schema allows.
    """
    read = list(_read(tokens))
    text = "".join(token.text for token in read)
    found = {}
    for field, letters in options.items():
        value = re.search(rf'(?<!\\)"{re.escape(field)}"\s*:\s*"', text)
        token = value and next((t for t in read if t.start + len(t.text) > value.end()), None)
        if value and token:
            weights = _weights(token, value.end() - token.start, letters)
            total = sum(weights.values())
            if total > 0:
                found[field] = {letter: weight / total for letter, weight in weights.items()}
    return found


def _read(tokens: Sequence[Any]) -> Iterator[_Token]:
    start = 0
    for token in tokens:
        text = str(token.token)
        alternatives = [(str(one.token), float(one.logprob)) for one in token.top_logprobs]
        yield _Token(start, text, alternatives)
        start += len(text)


def _weights(token: _Token, offset: int, letters: Sequence[str]) -> dict[str, float]:
    """Sum the alternatives by the option with which they go on after `offset` characters."""
    before = token.text[:offset]
    weights = dict.fromkeys(letters, 0.0)
    for text, logprob in token.alternatives:
        letter = text[len(before) :].rstrip('",} \n')
        if text.startswith(before) and letter in weights:
            weights[letter] += math.exp(logprob)
    return weights
