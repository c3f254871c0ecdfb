"""Token count: texts -> how many tokens a model will make of them, estimated and rather too many.

Providers do not publish all their tokenizers, and loading one only to count would cost more than
what it counts. So the estimate is a sum of weights over characters and runs of characters. The
weights are those of the embedded model's tokenizer (Qwen2.5, byte-level BPE; every digit is a
token there) on support cases, rounded up; tokenizers with larger vocabularies make fewer tokens.
"""

import math
import re
from typing import Final

__all__ = ["estimated_tokens", "weight"]

_PER_TEXT: Final = 6
"""What a chat template puts around each message: role, start and end."""
_ASCII: Final = (
    (re.compile(r"[A-Za-z]+"), 0.75),
    (re.compile(r"[A-Za-z]"), 0.13),
    # Long runs of letters are no words but references, hashes and encoded data.
    (re.compile(r"(?<=[A-Za-z]{12})[A-Za-z]"), 0.6),
    (re.compile(r"[A-Z](?=[A-Z])"), 0.2),
    (re.compile(r"[0-9]"), 1.0),
    # A space is part of the word after it, but never of a number.
    (re.compile(r"\s[0-9]"), 1.0),
    # Letters and digits by turns, as in references and hashes, break words into pieces.
    (re.compile(r"[0-9][A-Za-z]"), 0.5),
    (re.compile(r"[!-/:-@\[-`{-~]"), 0.6),
    (re.compile(r"[\t\n\r\f\v]+"), 1.0),
    (re.compile(r"  +"), 1.0),
)
_OTHER: Final = (
    (re.compile(r"[\x80-\u052f]"), 1.0),  # Latin with marks, Greek, Cyrillic
    (re.compile(r"[\u0530-\u10ff]"), 1.25),  # Hebrew, Arabic, India's scripts, Thai, Georgian
    (re.compile(r"[\u1100-\u1fff]"), 1.75),
    (re.compile(r"[\u2000-\u2fff]"), 1.5),  # dashes and quotation marks take 1, symbols up to 3
    (re.compile(r"[\u3000-\ud7ff]"), 1.0),  # Chinese, Japanese, Korean
    (re.compile(r"[\ud800-\U0010ffff]"), 2.5),  # pictures
)


def estimated_tokens(*texts: str) -> int:
    """Return about how many tokens these messages of a prompt have together.

    Prose comes out a tenth too high; `docs/long-cases.md` has what was measured.
    """
    return math.ceil(sum(map(weight, texts)))


def weight(text: str) -> float:
    """Return about how many tokens one message has, not rounded, with what is put around it."""
    found = sum(len(pattern.findall(text)) * each for pattern, each in _ASCII)
    if not text.isascii():
        found += sum(len(pattern.findall(text)) * each for pattern, each in _OTHER)
    return _PER_TEXT + found
