"""Screening: an answer is plain text and brings no personal data that was not in the prompt."""

from collections.abc import Callable, Iterator, Sequence

from summarizer.models import Draft, RedactedCase
from summarizer.plaintext import faults
from summarizer.taxonomy import Taxonomy

__all__ = ["FindPersonal", "check_personal", "check_screening"]

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
    texts = draft.texts
    shown = "\n".join(text.text for text in case.texts).casefold()
    for name, values in zip(texts, personal_in([*texts.values()]), strict=True):
        if any(value.casefold() not in shown for value in values):
            yield f"{name}: has personal data that is not in the case; leave it out"
