"""Placeholders: the answer may use the case's tokens, exactly as written, and no others."""

import re
from collections.abc import Iterator

from summarizer.models import Draft, RedactedCase
from summarizer.taxonomy import Taxonomy

__all__ = ["check_placeholders"]

_LIKE_A_TOKEN = re.compile(r"<\s*/?\s*[A-Za-z][\w -]*[_ -]?\d+\s*/?\s*>")


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
        if not case.placeholders.issuperset(_LIKE_A_TOKEN.findall(text)):
            yield f"{name}: uses a placeholder that is not in the case; copy placeholders exactly"
