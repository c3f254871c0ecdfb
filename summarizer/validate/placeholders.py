"""Placeholders: the answer may use the case's tokens, exactly as written, and no others."""

import re
from collections.abc import Iterator
from string import whitespace

from summarizer.models import Draft, RedactedCase
from summarizer.taxonomy import Taxonomy

__all__ = ["check_placeholders", "looks_like_token"]

_BRACKETED = re.compile(r"<[^<>]*>")
_LIKE_A_NAME = re.compile(r"[A-Za-z][\w -]*\d")


def check_placeholders(draft: Draft, case: RedactedCase, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a problem for each field with an invented or altered placeholder."""
    del taxonomy
    for name, text in draft.texts.items():
        if not case.placeholders.issuperset(_like_tokens(text)):
            yield f"{name}: uses a placeholder that is not in the case; copy placeholders exactly"


def looks_like_token(bracketed: str) -> bool:
    """Say whether `<…>` reads as a placeholder, of this case or invented: a name, then a number."""
    return _LIKE_A_NAME.fullmatch(bracketed[1:-1].strip("/" + whitespace)) is not None


def _like_tokens(text: str) -> Iterator[str]:
    return (match[0] for match in _BRACKETED.finditer(text) if looks_like_token(match[0]))
