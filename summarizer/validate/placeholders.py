"""Placeholders: the answer may use the case's tokens, exactly as written, and no others."""

import re
from collections.abc import Iterator

from summarizer.models import Draft, RedactedCase
from summarizer.plaintext import looks_like_token
from summarizer.taxonomy import Taxonomy

__all__ = ["check_placeholders"]

_BRACKETED = re.compile(r"<[^<>]*>")


def check_placeholders(draft: Draft, case: RedactedCase, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a problem for each field with an invented or altered placeholder."""
    del taxonomy
    for name, text in draft.texts.items():
        if not case.placeholders.issuperset(_like_tokens(text)):
            yield f"{name}: uses a placeholder that is not in the case; copy placeholders exactly"


def _like_tokens(text: str) -> Iterator[str]:
    return (match[0] for match in _BRACKETED.finditer(text) if looks_like_token(match[0]))
