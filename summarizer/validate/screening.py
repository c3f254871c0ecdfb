"""Screening: an answer is plain text and brings no personal data that was not in the prompt."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from summarizer.models import Draft, RedactedCase
from summarizer.pii.common import english_words, known_names
from summarizer.plaintext import faults
from summarizer.taxonomy import Taxonomy

__all__ = ["FindPersonal", "check_personal", "check_screening"]

_WORD: Final = re.compile(r"[^\W_]+|@")
_SENTENCE: Final = re.compile(r"(?:^|[.!?:;]\s+)")
_NUMERALS: Final = frozenset(
    {"zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
    | {"double", "triple", "nought"}
)
"""A number can be spelled out."""

FindPersonal = Callable[[Sequence[str]], Sequence[Sequence[str]]]
"""Returns the personal values in each text that policy holds back."""


def check_screening(draft: Draft, case: RedactedCase, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a problem for each field that is more than plain text."""
    del case, taxonomy
    for name, text in draft.texts.items():
        for fault in faults(text):
            yield f"{name}: has {fault}; write plain text"


def check_personal(draft: Draft, case: RedactedCase, personal_in: FindPersonal) -> Iterator[str]:
    """Yield a problem for each field with personal data that the model was not shown.

    It is invented, or remembered from what the model was trained on or asked before.

    Raises:
        RedactionError: if the texts could not be searched.
    """
    shown = "\n".join(text.text for text in case.texts).casefold()
    words = frozenset(_WORD.findall(shown))
    texts = {name: text for name, text in draft.texts.items() if _brings_words(text, words)}
    for name, values in zip(texts, personal_in([*texts.values()]), strict=True):
        if any(value.casefold() not in shown for value in values):
            yield f"{name}: has personal data that is not in the case; leave it out"


def _brings_words(text: str, shown: frozenset[str]) -> bool:
    """Say whether a text has a word that can be personal data and was not in the prompt.

    Plain English in lower case cannot, nor can it at the beginning of a sentence unless it is a
    name too. Searching only what is left takes a twentieth of the time.
    """
    sentences = {match.end() for match in _SENTENCE.finditer(text)}
    for match in _WORD.finditer(text):
        word = match[0]
        folded = word.casefold()
        if folded in shown:
            continue
        is_plain = folded in english_words() and folded not in _NUMERALS
        begins = match.start() in sentences and folded not in known_names()
        if not (is_plain and (word.islower() or begins)):
            return True
    return False
