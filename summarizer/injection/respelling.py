"""Respelling: words that are spelt for a machine to read -> the same in plain letters.

Letters moved along the alphabet, turned around, parted by spaces or dashes, or written as digits.
Which of several readings is meant is told by the words that the rules are made of.
"""

import codecs
import re
from itertools import product
from typing import Any, Final

from summarizer.injection.guises import GUISES
from summarizer.injection.speech import SPEECH
from summarizer.injection.words import ENGLISH
from summarizer.patterns import compiled

__all__ = [
    "LEET_SIGN",
    "REVERSED_SIGN",
    "ROT13_SIGN",
    "SHIFTED_SIGN",
    "SPACED_SIGN",
    "unleet",
    "unreversed",
    "unrotated",
    "unshifted",
    "unspaced",
    "unspaced_words",
]

_KNOWN: Final = frozenset(
    word
    for pattern in (*ENGLISH.values(), *SPEECH.values(), *GUISES.values())
    for word in re.findall(r"[a-z]{3,}", pattern)
)
"""Words that the rules are made of."""
_LEAST_WORDS: Final = 3
ROT13_SIGN: Final = compiled(
    r"\b(?:gur|naq|lbhe?|vf|bs|gb|vtaber|sbetrg|vafgehpgvbaf?|cebzcg|fhzznel|hetrapl|ybj|frg|fnl|"
    r"jevgr)\b"
)
REVERSED_SIGN: Final = compiled(
    r"\b(?:eht|dna|uoy|erongi|tegrof|snoitcurtsni|suoiverp|tpmorp|yrammus|ycnegru|siht|etirw|tes|"
    r"yas)\b"
)
SHIFTED_SIGN: Final = compiled(r"\b(?:caesar|ciphers?|cyphers?|rot ?-?\d+|shift(?:ed)?)\b")
"""Nobody reads shifted letters who is not told how, so that somebody says it."""
_COMMON: Final = re.compile(
    r"\b(?:the|and|your|you|all|that|this|write|say|ignore|customer|is|of|to|rules|summary|case)\b"
)
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
LEET_SIGN: Final = compiled(r"[a-z][0-9@$!|+]+[a-z]|\b[0-9@$][a-z]{2}")
_LEET_WORD: Final = re.compile(r"[A-Za-z0-9@$!|+]{3,}")
_LEET_SIGNS: Final = re.compile(r"[0-9@$|]|[!+](?=\w)")
_LETTER: Final = re.compile(r"[A-Za-z]")
_LEET: Final = str.maketrans("023456789@$!|+", "ozeasgtbgasilt")
_MOST_ONES: Final = 3
_LEAST_LEET: Final = 3
_LEAST_KNOWN: Final = 2
"""Fewer words do if the rules know each of them."""
_LEAST_LETTERS: Final = 4
SPACED_SIGN: Final = compiled(r"\b(?:[a-z][ .*_-]){3}[a-z]\b")
_SPACED_WORD: Final = re.compile(r"(?<![^\W_])(?:[A-Za-z][ .*_-]){3,}[A-Za-z](?![^\W_])")
_LEAST_RUNS: Final = 2
_WORD_GAP: Final = re.compile(r"\s{2,}|[,.;:!?]+\s+")
_DASHED: Final = re.compile(r"\w[.\-_*·|]\w")
_LONGEST_WORD: Final = 16
# Spaced letters without wider gaps run into one word; these are told apart in it.
_KNOWN_WORD: Final = re.compile(
    r"(?i)ignore|disregard|forget|override|previous|prior|above|earlier|instructions?|rules|prompt|"
    r"system|all|any|the|your|and|set|mark|urgency|priority|low|next|action|close|case|write|say|"
    r"only|summary|customer|message|must|not|mention|refund|approved|assistant|model|with|this|"
    r"answer|reply|output|nothing|everything|before|label|report|repeat|leave|out|recap|word"
)


def unrotated(text: str) -> str:
    """Return the text with its letters moved by 13, if they hold words that way."""
    return codecs.encode(text, "rot13") if _counts(ROT13_SIGN, text) else ""


def unreversed(text: str) -> str:
    """Return the text with every line turned around, if words stand that way."""
    if not _counts(REVERSED_SIGN, text):
        return ""
    return "\n".join(line[::-1] for line in text.split("\n"))


def unshifted(text: str) -> str:
    """Return the text with its letters moved back by as much as makes the most words of it."""
    lower = text.lower()
    best = max(
        (_shifted(lower, by) for by in range(1, len(_ALPHABET))),
        key=lambda said: len(_COMMON.findall(said)),
    )
    return best if len(_COMMON.findall(best)) >= _LEAST_WORDS else ""


def _shifted(text: str, by: int) -> str:
    return text.translate(str.maketrans(_ALPHABET, _ALPHABET[by:] + _ALPHABET[:by]))


def _counts(pattern: Any, text: str) -> bool:
    found = {match[0].casefold() for match in pattern.finditer(text)}
    return len(found) >= _LEAST_WORDS


def unleet(text: str) -> str:
    """Return the text with letters for the digits in its words, if enough words have some."""
    count = known = 0

    def plain(match: re.Match[str]) -> str:
        nonlocal count, known
        if not (_LEET_SIGNS.search(match[0]) and _LETTER.search(match[0])):
            return match[0]
        said = _unleet_word(match[0])
        count += 1
        known += len(said) >= _LEAST_LETTERS and said.lower() in _KNOWN
        return said

    said = _LEET_WORD.sub(plain, text)
    return said if count >= _LEAST_LEET or known >= _LEAST_KNOWN else ""


def _unleet_word(word: str) -> str:
    """Return the word in letters; a 1 is an i or an l, whichever makes a word."""
    said = word.translate(_LEET)
    ones = said.count("1")
    if 0 < ones <= _MOST_ONES:
        for letters in product("il", repeat=ones):
            parts = said.split("1")
            candidate = "".join(map("".join, zip(parts, (*letters, ""), strict=True)))
            if candidate.lower() in _KNOWN:
                return candidate
    return said.replace("1", "i")


def unspaced(run: str) -> str:
    """Return the words of a run of parted letters; where dashes part them, a space parts words."""
    gap = re.compile(r"\s+") if len(_DASHED.findall(run)) > run.count(" ") else _WORD_GAP
    words = (re.sub(r"[^\w]|_", "", word) for word in gap.split(run))
    return " ".join(
        _KNOWN_WORD.sub(r" \g<0> ", word) if len(word) > _LONGEST_WORD else word for word in words
    )


def unspaced_words(text: str) -> str:
    """Return the text with its words of parted letters joined, if there are two or more."""
    said, count = _SPACED_WORD.subn(lambda match: re.sub(r"[^A-Za-z]", "", match[0]), text)
    return said if count >= _LEAST_RUNS else ""
