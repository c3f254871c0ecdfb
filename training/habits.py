# ruff: noqa: PLR2004 - the shares of each form are data
"""What hands and keyboards do to a text: clean labelled pieces in, the pieces as typed out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

__all__ = ["Habits", "Pieces"]

Pieces = list[tuple[str, str]]

# lower, upper, title, only the names capitalised; the rest stays as written.
_CASES = {
    "chat": (0.62, 0.05, 0.01, 0.03),
    "speech": (0.70, 0.02, 0.00, 0.05),
    "notes": (0.33, 0.10, 0.02, 0.01),
    "letters": (0.22, 0.07, 0.01, 0.01),
    "forms": (0.28, 0.12, 0.02, 0.00),
    "prose": (0.28, 0.06, 0.01, 0.01),
    "misc": (0.38, 0.10, 0.02, 0.01),
    "lower": (0.86, 0.03, 0.01, 0.03),
    "foreign": (0.30, 0.05, 0.01, 0.02),
    "words": (0.36, 0.08, 0.04, 0.01),
    "debris": (0.06, 0.03, 0.00, 0.00),
    "mail": (0.22, 0.06, 0.01, 0.01),
    "address": (0.42, 0.10, 0.02, 0.02),
    "web": (0.35, 0.05, 0.01, 0.00),
}
_KEYS_NEARBY = {
    "a": "sq", "e": "rw", "i": "uo", "o": "ip", "s": "ad", "t": "ry", "n": "bm", "r": "et",
    "l": "k", "h": "gj", "c": "xv", "d": "sf", "u": "yi", "m": "n", "y": "tu", "p": "o", "g": "fh",
}  # fmt: skip
_SHORTHAND = {
    "you": "u", "your": "ur", "please": "pls", "are": "r", "because": "cuz", "to": "2",
    "for": "4", "with": "w", "thanks": "thx", "and": "n", "the": "da", "tomorrow": "tmrw",
    "account": "acct", "message": "msg", "people": "ppl", "yesterday": "yday",
    "transaction": "txn", "customer": "cust",
}  # fmt: skip


class Habits:
    """Case, typos, shorthand, lost punctuation, stray blanks.

    Args:
        rng: The only source of randomness.
        word: Draws a word that may stand for another outside the labels.
    """

    def __init__(self, rng: random.Random, word: Callable[[], str]) -> None:
        self._rng = rng
        self._word = word

    def apply(self, pieces: Pieces, style: str) -> Pieces:
        """Return the pieces as this style of writer would have typed them.

        Args:
            pieces: Stretches of one text with their labels.
            style: the part of the file's name after `pos_` or `neg_`.
        """
        rng = self._rng
        if rng.random() < 0.25:
            pieces = [
                (self._typos(text, 0.004 if label else 0.03), label) for text, label in pieces
            ]
        if style in {"chat", "lower", "speech", "notes", "misc"} and rng.random() < 0.15:
            pieces = [(text if label else self._shorthand(text), label) for text, label in pieces]
        if rng.random() < 0.3:
            pieces = [(text if label else self._swap_words(text), label) for text, label in pieces]
        if rng.random() < (0.6 if style == "speech" else 0.18):
            gone = rng.choice((r"[,.!?']", r"[,.]", r"[,.;:!?]"))
            pieces = [
                (text if label and rng.random() < 0.4 else re.sub(gone, "", text), label)
                for text, label in pieces
            ]
        if rng.random() < 0.06:
            pieces = [(self._spaces(text), label) for text, label in pieces]
        if rng.random() < 0.04:
            pieces = [
                (text.replace(" ", "\n", 1) if rng.random() < 0.2 else text, label)
                for text, label in pieces
            ]
        if rng.random() < 0.03:
            pieces = [
                (text if label else text.replace(", ", ",").replace(". ", "."), label)
                for text, label in pieces
            ]
        if rng.random() < 0.08:
            pieces = [(text.replace("'", "\u2019"), label) for text, label in pieces]
        return self._recase(pieces, style)

    def _recase(self, pieces: Pieces, style: str) -> Pieces:
        roll = self._rng.random()
        lower, upper, title, names = _CASES[style]
        if roll < lower:
            return [(text.lower(), label) for text, label in pieces]
        if roll < lower + upper:
            return [(text.upper(), label) for text, label in pieces]
        if roll < lower + upper + title:
            return [(text.title(), label) for text, label in pieces]
        if roll < lower + upper + title + names:
            return [(text if label else text.lower(), label) for text, label in pieces]
        if style in {"chat", "lower", "speech"} and roll < 0.93 and pieces:
            at = next((i for i, (text, _) in enumerate(pieces) if text), 0)
            text, label = pieces[at]
            pieces[at] = (text[:1].upper() + text[1:], label)
        elif self._rng.random() < 0.15:  # a person who never capitalises names, or SHOUTS them
            case = str.upper if self._rng.random() < 0.25 else str.lower
            return [(case(text) if label == "PERSON" else text, label) for text, label in pieces]
        return pieces

    def _typos(self, text: str, rate: float) -> str:
        out: list[str] = []
        for char in text:
            if not char.isalpha() or self._rng.random() > rate:
                out.append(char)
                continue
            kind = self._rng.randrange(4)
            if kind == 0:
                out.append(char * 2)
            elif kind == 1:
                out.append(self._rng.choice(_KEYS_NEARBY.get(char, char)))
            elif kind == 2 and out and out[-1].isalpha():
                out.insert(-1, char)
        return "".join(out) or text

    def _shorthand(self, text: str) -> str:
        return re.sub(
            r"[a-z]+",
            lambda m: _SHORTHAND.get(m[0], m[0]) if self._rng.random() < 0.6 else m[0],
            text,
        )

    def _swap_words(self, text: str) -> str:
        return re.sub(
            r"(?<![\w'<{])[a-z]{3,}(?![\w'])",
            lambda m: self._word() if self._rng.random() < 0.12 else m[0],
            text,
        )

    def _spaces(self, text: str) -> str:
        return re.sub(" ", lambda _: "  " if self._rng.random() < 0.2 else " ", text)
