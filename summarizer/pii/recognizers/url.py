"""URLs that carry an identifier or a token: in the query, the path, or before the host.

Source: RFC 3986. A plain public address is not personal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from summarizer.pii.recognizing import Expression, Found, Needs, View

__all__ = ["URL"]

_URL = (
    r"((?:https?|ftp|file)://[^\s<>\"'`|\\^{}]{4,1000}"
    r"|\b(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}/[^\s<>\"'`|\\^{}]{3,1000})"
)
_TELLING = re.compile(
    r"^(?:uid|u|user(?:_?(?:id|name))?|id|cid|cust(?:omer)?(?:_?id)"
    r"?|mid|client|member|acct|account|"
    r"email|e?mail|phone|token?|tok|t|k|key|sig|code|otp|auth|session(?:_?id)?|sid|ref|case|ticket|"
    r"jwt|access_token|card|pan|iban|name)$",
    re.IGNORECASE,
)
_ADVERTISING = re.compile(
    r"^(?:utm_\w*|lang|locale|page|v|ver|version|q|product|open)$", re.IGNORECASE
)
_LONG_SEGMENT = 8
_TOKEN = 16
_DIGITS = 2
_MANY_DIGITS = 6


def _identifies(value: str, *, least: int) -> bool:
    """Say whether a part of a URL looks like an identifier or a token."""
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    if digits >= _MANY_DIGITS and not re.fullmatch(r"(?:19|20)\d\d-?\d\d(?:-?\d\d)?", value):
        return True
    is_slug = re.fullmatch(r"[a-z]+(?:[-_.][a-z0-9]{1,12})*(?:\.[a-z]{2,5})?", value) is not None
    return digits >= _DIGITS and letters >= _DIGITS and len(value) >= least and not is_slug


def _carries_identifier(url: str) -> bool:
    address, _, fragment = url.partition("#")
    address, _, query = address.partition("?")
    host, _, path = (
        address.partition("://")[2].partition("/") if "://" in address else (address.partition("/"))
    )
    if "@" in host or "@" in path or "%40" in url or "@" in query:
        return True
    if any(_identifies(segment, least=_LONG_SEGMENT) for segment in path.split("/")):
        return True
    for pair in re.split(r"[&;]", f"{query}&{fragment}"):
        name, has_value, value = pair.partition("=")
        if not has_value or not value or _ADVERTISING.match(name):
            continue
        if _TELLING.match(name) or _identifies(value, least=_DIGITS * 2) or len(value) >= _TOKEN:
            return True
    return False


@dataclass(frozen=True)
class _UrlRecognizer:
    """Finds URLs and keeps those that carry an identifier."""

    name: str = "url"
    entities: frozenset[str] = frozenset({"URL"})
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "is this u? [[https://secure-reverify.example/s/login?uid=7740193&t=pQ9x2LmA]] dont",
        "[[https://track.parcelhop.example/p/1ZX99AA10123456784?tok=c0ffee19d2]].",
        "see [[https://maria@files.example/x]]",
        "([[https://secure-verify.example/r/7Hq2kPz9x?mid=sefina.t]])",
        "open [[my.northfield.example/reset?u=88213]], please",
    )
    negatives: tuple[str, ...] = (
        "see https://www.northgate.bank/status for news",
        "https://bank.example/help/how-to-pay?utm_source=mail2024",
        "and/or 24/7",
        "https://news.example/2024/05/11/rates-rise-again",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield each URL that carries an identifier, without the punctuation that follows it."""
        for match in self._compiled.matches(view):
            start, end = match.span(1)
            url = view.text[start:end].rstrip(".,;:!?)]*_")
            if _carries_identifier(url):
                yield Found(start, start + len(url), "URL", 0.9, "url.identifier")

    @cached_property
    def _compiled(self) -> Expression:
        return Expression.of(_URL)


URL = _UrlRecognizer()
