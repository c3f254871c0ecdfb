"""Text -> its folded letters and digits, in which every written form of a value is the same.

Compatibility forms, case, accents, punctuation, spaces and invisible characters make no
difference.
"""

from functools import lru_cache
from typing import Final
from unicodedata import category, normalize

__all__ = ["compact", "fold", "is_invisible", "value_form"]


@lru_cache(maxsize=4096)
def fold(character: str) -> str:
    """Return the letters and digits a character stands for, without accents, in one case."""
    return "".join(
        part
        for part in normalize("NFKD", character).casefold()
        if part.isalnum() and category(part) != "Mn"
    )


def is_invisible(character: str) -> bool:
    """Say whether a character shows nothing of its own: a mark or a format character."""
    return category(character) in {"Mn", "Me", "Cf"}


_ASCII: Final = {at: fold(chr(at)) for at in range(128)}


def compact(text: str) -> str:
    """Return the folded letters and digits of a text."""
    return text.translate(_ASCII) if text.isascii() else "".join(map(fold, text))


def value_form(text: str) -> str:
    """Return the one form that stands for a value; one without letters and digits is itself."""
    return compact(text) or text
