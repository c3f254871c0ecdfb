"""Written: what people write about a case -> the same words without personal data.

Placeholders that they wrote stay as they are. A value that is known by a placeholder gets it. Any
other gets the name of its kind in brackets, `[PERSON]`, and no number: a number could be that of
somebody else in the case.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from summarizer.models import Case, CaseMessage, CaseText, RedactionSpan
from summarizer.redact.redactor import Redactor
from summarizer.redact.tokens import TOKEN
from summarizer.redact.values import is_weak
from summarizer.textmap import TextMap

__all__ = ["redact_written"]

_CASE: Final = "written"


def redact_written(
    redactor: Redactor, texts: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, str]:
    """Redact what somebody wrote about a case.

    Args:
        redactor: under the policy in force.
        texts: name -> text.
        known: placeholder -> the value it stands for, as far as policy keeps values.

    Raises:
        RedactionError: if any part failed; there is no partial result.
    """
    named = {name: _named(text, known) for name, text in texts.items()}
    # What stands for a value already is no text to search.
    blank = {
        name: TOKEN.sub(lambda token: " " * len(token[0]), text) for name, text in named.items()
    }
    message = CaseMessage("m1", "agent", None, 0)
    parts = tuple(CaseText(name, TextMap.identity(text)) for name, text in blank.items())
    found = redactor.redact(Case(_CASE, ("m1",), None, None, (message,), parts))
    return {
        name: _spliced(text, [span for span in found.case.spans if span.where == name])
        for name, text in named.items()
    }


def _named(text: str, known: Mapping[str, str]) -> str:
    """Put a known value's placeholder in its place, the longest values first."""
    tokens: dict[str, str] = {}
    for token, value in known.items():
        tokens.setdefault(value, token)
    # A name that is also a word is left to the detector, which sees what stands around it.
    values = sorted((value for value in tokens if not is_weak(value)), key=len, reverse=True)
    if not values:
        return text
    pattern = "|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in values)
    return re.sub(f"{TOKEN.pattern}|{pattern}", lambda match: tokens.get(match[0], match[0]), text)


def _blanked(text: str) -> str:
    return TOKEN.sub(lambda token: " " * len(token[0]), text)


def _spliced(text: str, spans: Sequence[RedactionSpan]) -> str:
    parts: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda span: span.start):
        is_token = TOKEN.fullmatch(span.placeholder) is not None
        parts += (text[at : span.start], f"[{span.entity}]" if is_token else span.placeholder)
        at = span.end
    return "".join(parts) + text[at:]
