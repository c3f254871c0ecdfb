"""Screening: an answer is plain text and brings no personal data that was not in the prompt."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from summarizer.models import Draft, RedactedCase
from summarizer.taxonomy import Taxonomy
from summarizer.validate.placeholders import looks_like_token

__all__ = ["FindPersonal", "check_personal", "check_screening"]

FindPersonal = Callable[[Sequence[str]], Sequence[Sequence[str]]]
"""Returns the personal values in each text that policy holds back."""

_LINK: Final = re.compile(
    r"\b(?:https?|ftp|mailto|tel|data|javascript|file):\S|\bwww\.\w|\]\(\s*\S+\s*\)", re.IGNORECASE
)
_TAG: Final = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<!--|```|!\[|&#?\w{1,8};")
_HIDING: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Unicode categories: controls, formats such as bidi marks, private use, halves, unassigned."""


def check_screening(draft: Draft, case: RedactedCase, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a problem for each field that is more than plain text."""
    del case, taxonomy
    for name, text in draft.texts.items():
        if _LINK.search(text):
            yield f"{name}: holds a link; write plain text without addresses"
        tags = (tag for tag in _TAG.findall(text) if not looks_like_token(tag))
        if _MARKUP.search(text) or any(tags):
            yield f"{name}: holds markup; write plain text"
        if any(unicodedata.category(char) in _HIDING and char not in "\n\t" for char in text):
            yield f"{name}: holds a control or invisible character; write plain text"


def check_personal(draft: Draft, case: RedactedCase, personal_in: FindPersonal) -> Iterator[str]:
    """Yield a problem for each field with personal data that the model was not shown.

    It is invented, or remembered from what the model was trained on or asked before.

    Raises:
        RedactionError: if the texts could not be searched.
    """
    texts = draft.texts
    shown = "\n".join(text.text for text in case.texts).casefold()
    for name, values in zip(texts, personal_in([*texts.values()]), strict=True):
        if any(value.casefold() not in shown for value in values):
            yield f"{name}: has personal data that is not in the case; leave it out"
