"""Plain text: what in a text is a link, markup or hides, and the text without it."""

import re
import unicodedata
from collections.abc import Iterator
from string import whitespace
from typing import Final

__all__ = ["GAP", "faults", "looks_like_token", "plain", "visible"]

GAP: Final = "…"
"""Stands for what was left out of a quotation."""
_LINK: Final = re.compile(
    r"\b(?:https?|ftp|mailto|tel|data|javascript|file):\S+|\bwww\.\w\S*|\]\(\s*\S+\s*\)",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<!--|```|!\[|&#?\w{1,8};")
_HIDING: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Unicode categories: controls, formats such as bidi marks, private use, halves, unassigned."""
_LINES: Final = str.maketrans("", "", "\n\t")
_LIKE_A_NAME: Final = re.compile(r"[A-Za-z][\w -]*\d")


def faults(text: str) -> Iterator[str]:
    """Name each kind of thing for which a text is not plain."""
    if _LINK.search(text):
        yield "a link"
    if _MARKUP.search(text) or not all(map(looks_like_token, _TAG.findall(text))):
        yield "markup"
    if any(map(_hides, text)):
        yield "a control or invisible character"


def visible(text: str) -> str:
    """Return a text without controls and characters that nobody sees, as an answer writes it."""
    if text.translate(_LINES).isprintable():
        return text
    return "".join(char for char in text if not _hides(char))


def plain(text: str) -> str:
    """Return a text without them, with a gap where a link or markup was."""
    shown = visible(text)
    for pattern in (_LINK, _MARKUP):
        shown = pattern.sub(GAP, shown)
    return _TAG.sub(lambda tag: tag[0] if looks_like_token(tag[0]) else GAP, shown)


def looks_like_token(bracketed: str) -> bool:
    """Say whether `<…>` reads as a placeholder, real or invented: a name, then a number."""
    return _LIKE_A_NAME.fullmatch(bracketed[1:-1].strip("/" + whitespace)) is not None


def _hides(char: str) -> bool:
    return ord(char) not in _LINES and unicodedata.category(char) in _HIDING
