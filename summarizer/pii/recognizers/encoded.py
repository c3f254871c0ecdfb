"""Encoded values: base64 (RFC 4648, sections 4 and 5) -> what other recognizers find inside.

The whole encoded word is held back if what it decodes to holds personal data.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pii.recognizers.card import CARD
from summarizer.pii.recognizers.email import EMAIL
from summarizer.pii.recognizers.iban import IBAN
from summarizer.pii.recognizers.ssn import SSN
from summarizer.pii.recognizing import Found, Needs, Recognizer, View

__all__ = ["ENCODED", "Encoded"]

_WORD = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")


def _decoded(word: str) -> str:
    """Return the printable text that a word encodes; empty if it encodes none."""
    plain = word.rstrip("=").translate(_URL_SAFE)
    try:
        text = b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("utf-8")
    except (Error, UnicodeDecodeError):
        return ""
    return text if all(c.isprintable() or c.isspace() for c in text) else ""


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """Runs other recognizers on what words decode to."""

    recognizers: tuple[Recognizer, ...]
    name: str = "encoded"
    needs: Needs = "letter"
    examples: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()

    @property
    def entities(self) -> frozenset[str]:
        """Whatever its recognizers find."""
        return frozenset().union(*(recognizer.entities for recognizer in self.recognizers))

    def find(self, view: View) -> Iterator[Found]:
        """Yield each word that decodes to something personal."""
        for match in _WORD.finditer(view.text):
            text = _decoded(match.group())
            if text:
                yield from self._inside(text, match.span())

    def _inside(self, text: str, span: tuple[int, int]) -> Iterator[Found]:
        inside = View(text)
        for recognizer in self.recognizers:
            for found in recognizer.find(inside):
                start, end = span
                yield found._replace(start=start, end=end, pattern=f"encoded.{found.pattern}")


ENCODED = Encoded(
    recognizers=(CARD, IBAN, EMAIL, SSN),
    examples=(
        '{"payload":"[[NDExMTExMTExMTExMTExMQ==]]","status":402}',
        "debug line `cc_b64=[[NTU1NSA1NTU1IDU1NTUgNDQ0NA==]]` under the button",
        'value="[[REU4OTM3MDQwMDQ0MDUzMjAxMzAwMA==]]">',
        "I encoded it: [[Y2FyZCAzNzE0IDQ5NjM1MyA5ODQzMQ==]] please decode",
        'body="[[eyJwYW4iOiI2MDExMTExMTExMTExMTE3IiwiZXhwIjoiMDkyOSJ9]]"',
        "[[amFuZS5kb2VAZXhhbXBsZS5jb20=]] is my address",
        "[[NTM2LTkwLTQzOTk]]",
    ),
    negatives=(
        "internationalisation of the authentication",
        "aGVsbG8gd29ybGQsIGhvdyBhcmUgeW91",
        "https://www.northgate.bank/status/4a5b6c7d8e9f0a1b2c3d",
    ),
)
