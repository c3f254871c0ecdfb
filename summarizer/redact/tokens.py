"""Tokens: the `<ENTITY_n>` placeholders, and text that only looks like one."""

import re
from typing import Final

from summarizer.pii import Detection

__all__ = ["LITERAL", "TOKEN", "lookalikes", "token"]

LITERAL: Final = "LITERAL"
"""The entity of ticket text that looks like a placeholder: it is replaced by a real one, so
that it can neither collide with one of ours nor be mistaken for one."""

TOKEN: Final = re.compile(r"<[A-Z][A-Z0-9_]*_[0-9]+>")
"""Exactly the tokens we write."""

_LOOKALIKE = re.compile(r"<\s{0,4}[A-Za-z][\w -]{0,63}[_ -]\d{1,9}\s{0,4}>")


def token(entity: str, number: int) -> str:
    """Write the placeholder for the `number`-th value of an entity."""
    return f"<{entity}_{number}>"


def lookalikes(text: str) -> list[Detection]:
    """Find what a reader or a model could take for a placeholder, in any case and spacing."""
    return [
        Detection(match.start(), match.end(), LITERAL, 1.0, "placeholder_lookalike")
        for pattern in (_LOOKALIKE, TOKEN)
        for match in pattern.finditer(text)
    ]
