"""Placeholders: the answer may use the case's tokens, exactly as written, and no others."""

import re
from collections.abc import Iterator
from string import whitespace

from summarizer.models import Draft, RedactedCase
from summarizer.taxonomy import Taxonomy

__all__ = ["check_placeholders"]

_BRACKETED = re.compile(r"<([^<>]*)>")
_LIKE_A_NAME = re.compile(r"[A-Za-z][\w -]*\d")


def check_placeholders(draft: Draft, case: RedactedCase, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a problem for each field with an invented or altered placeholder."""
    del taxonomy
    fields = {
        "headline": draft.headline,
        "narrative": draft.narrative,
        "next_action.detail": draft.next_action.detail,
    }
    fields |= {f"key_facts.{index}.text": fact.text for index, fact in enumerate(draft.key_facts)}
    for name, text in fields.items():
        if not case.placeholders.issuperset(_like_tokens(text)):
            yield f"{name}: uses a placeholder that is not in the case; copy placeholders exactly"


def _like_tokens(text: str) -> Iterator[str]:
    for match in _BRACKETED.finditer(text):
        if _LIKE_A_NAME.fullmatch(match[1].strip("/" + whitespace)):
            yield match[0]
