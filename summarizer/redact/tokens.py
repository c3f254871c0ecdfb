"""Tokens: the `<ENTITY_n>` placeholders, and text that only looks like one."""

import re
from typing import Final
from unicodedata import category, normalize

from summarizer.pii import Detection

__all__ = ["LITERAL", "TOKEN", "lookalikes", "token"]

LITERAL: Final = "LITERAL"
"""The entity of ticket text that looks like a placeholder: it is replaced by a real one, so
that it can neither collide with one of ours nor be mistaken for one."""

TOKEN: Final = re.compile(r"<[A-Z][A-Z0-9_]*_[0-9]+>")
"""Exactly the tokens we write."""

_OPEN = r"(?:[<\u2039\u3008\u27e8\u00ab]|&lt;?|&#0?60;?|&#x3c;?)"
_CLOSE = r"(?:[>\u203a\u3009\u27e9\u00bb]|&gt;?|&#0?62;?|&#x3e;?)"
# A letter of any script, since a look-alike letter makes a look-alike token.
_LOOKALIKE = re.compile(
    rf"{_OPEN}[\s/]{{0,8}}[^\W\d_][\w -]{{0,63}}\d[\s/]{{0,8}}{_CLOSE}", re.IGNORECASE
)
_LEAST = 0.01


def token(entity: str, number: int) -> str:
    """Write the placeholder for the `number`-th value of an entity."""
    return f"<{entity}_{number}>"


def lookalikes(text: str) -> list[Detection]:
    """Find what a reader or a model could take for a placeholder.

    Case, spacing, compatibility forms, invisible characters, other brackets and HTML entities
    make no difference. The score is the least, so that personal data inside decides.
    """
    shown, positions = _shown(text)
    return [
        Detection(
            positions[match.start()],
            positions[match.end() - 1] + 1,
            LITERAL,
            _LEAST,
            "placeholder_lookalike",
        )
        for pattern in (_LOOKALIKE, TOKEN)
        for match in pattern.finditer(shown)
    ]


def _shown(text: str) -> tuple[str, range | list[int]]:
    """Return the text as it looks, and where each character came from."""
    if text.isascii():
        return text, range(len(text))
    characters: list[str] = []
    positions: list[int] = []
    for at, character in enumerate(text):
        if category(character) == "Cf":
            continue
        for part in normalize("NFKC", character):
            characters.append(part)
            positions.append(at)
    return "".join(characters), positions
