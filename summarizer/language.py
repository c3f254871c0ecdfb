"""Language: a redacted case -> what is not in a language that policy lists.

Whoever cannot read a language cannot check a summary of it, and recognizers and rules are written
for some languages only. The naive Bayes classifier of py3langid reads 97 of them from n-grams of
bytes, without a network.

Source: M. Lui and T. Baldwin, "langid.py", ACL (2012).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from summarizer.models import Finding, RedactedCase, RedactedText
from summarizer.policy.sections import LanguageRules

__all__ = ["OTHER", "UNSUPPORTED", "UNSURE", "Identify", "identify", "language_findings"]

Identify = Callable[[str], Mapping[str, float]]
"""Text -> ISO 639-1 code -> how probable it is that the text is in that language."""

UNSUPPORTED: Final = "UNSUPPORTED_LANGUAGE"
UNSURE: Final = "LANGUAGE_UNSURE"
OTHER: Final = "OTHER_LANGUAGE"

_SURE: Final = 0.9
_LEAST_LETTERS: Final = 40
"""Below these, of a message or a case, a guess says nothing."""
_PLACEHOLDER: Final = re.compile(r"<[A-Z0-9_]+>|\[[A-Z][^\]]*\]|https?://\S+|\S+@\S+")


def language_findings(
    case: RedactedCase, rules: LanguageRules, identify: Identify
) -> Iterator[Finding]:
    """Yield what is not in a listed language: the case as a whole, else single messages.

    A case or message with fewer than 40 letters is taken as it is.
    """
    said = {text.where: _own(text) for text in case.texts if text.where.endswith(".body")}
    whole = "\n".join(said.values())
    if _letters(whole) < _LEAST_LETTERS:
        return
    code, sure = _stranger(identify(whole), rules)
    if code not in rules.allow:
        listed = ", ".join(rules.allow)
        yield Finding(
            code=UNSUPPORTED if sure >= _SURE else UNSURE,
            where="messages",
            detail=f"most of the case reads as {code}; policy lists {listed}",
        )
        return
    for where, own in said.items():
        if _letters(own) >= _LEAST_LETTERS:
            code, sure = _stranger(identify(own), rules)
            if code not in rules.allow and sure >= _SURE:
                yield Finding(code=OTHER, where=where, detail=f"this message reads as {code}")


def identify(text: str) -> Mapping[str, float]:
    """Return how probable each language is for a text; they add up to 1."""
    return {str(code): float(chance) for code, chance in _identifier().rank(text)}


def _stranger(chances: Mapping[str, float], rules: LanguageRules) -> tuple[str, float]:
    """Return the likeliest language, and how sure it is that it is none of those listed.

    Neighbours such as Russian and Ukrainian share a probability that neither is sure of alone.
    """
    likeliest = max(chances, key=lambda code: chances[code])
    return likeliest, 1 - sum(chances.get(code, 0.0) for code in rules.allow)


@cache
def _identifier() -> Any:
    # Imported here: it decompresses its model.
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE, norm_probs=True)


def _own(text: RedactedText) -> str:
    """Return what a message says itself, without placeholders, addresses and repeats."""
    parts, at = [], 0
    for start, end in text.repeats:
        parts.append(text.text[at:start])
        at = end
    return _PLACEHOLDER.sub(" ", "\n".join([*parts, text.text[at:]]))


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
