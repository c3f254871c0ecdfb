"""Strict: the stored bytes of a header -> its fields, by a grammar of its own.

Verification must not trust the code that writes, so it reads headers by this grammar and not by
`header.py`: the one form that canonical JSON (RFC 8785) allows for the fields a header may have,
each in its form, in their order. One match is also several times faster than to decode, check
and encode again.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, Self

import orjson

from summarizer.audit import KINDS

__all__ = ["Facts", "StrictHeader"]

_STRING: Final = r'"(?:[^"\\]*|[^"\\]*(?:\\.[^"\\]*)+)"'
_GRAMMAR: Final = re.compile(
    r'\{(?:"actor":"(?P<actor>[0-9a-f]{32})",)?'
    r'"at":"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)",'
    r'"body":"(?P<body>[0-9a-f]{64})",'
    r'(?:"case":"(?P<case>[0-9a-f]{32})",)?'
    r'"class":"(?P<retention>[a-z][a-z0-9_]{0,63})",'
    r'"commit":"[0-9a-f]{64}",'
    r'(?:"facts":(?P<facts>\{.+\}),)?'
    rf'"id":(?P<id>{_STRING}),'
    rf'"kind":"(?P<kind>{"|".join(KINDS)})",'
    r'(?:"n":(?P<n>0|[1-9][0-9]{0,15}),)?'
    r'(?:"prev":"(?P<prev>[0-9a-f]{64})",)?'
    r'"v":2\}',
    re.ASCII | re.DOTALL,
)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_COUNTED: Final = re.compile(r"[A-Za-z0-9_.]{1,64}", re.ASCII)
_MOST: Final = 1 << 53
_LONGEST: Final = 512
_INDEXED: Final = ("model", "prompt", "policy", "outcome")
_CACHED: Final = 4_096


class StrictHeader(NamedTuple):
    """What verification compares; every value has the form that is ever written."""

    id: str
    kind: str
    at: str
    case: str | None
    n: int | None
    actor: str | None
    retention: str
    body: str
    """Hex SHA-256 of the stored ciphertext."""
    prev: str | None
    """Hex leaf before it in its case."""
    facts: "Facts"

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a stored header.

        Raises:
            ValueError: if these are not exactly the bytes that are written for some header.
        """
        match = _GRAMMAR.fullmatch(data.decode())
        if match is None:
            msg = "not the canonical bytes of a header of version 2"
            raise ValueError(msg)
        actor, at, body, case, retention, facts, name, kind, digits, prev = match.groups()
        n = None if digits is None else int(digits)
        # A first event names none before it, every other one does; both belong to a case.
        placed = (n is None) == (case is None) and (prev is None) == (not n)
        if not placed or (n or 0) >= _MOST:
            msg = "not the fields of a place within a case"
            raise ValueError(msg)
        datetime.fromisoformat(at)
        known = _NO_FACTS if facts is None else _facts(facts)
        return cls(_string(name), kind, at, case, n, actor, retention, body, prev, known)

    @property
    def columns(self) -> tuple[Any, ...]:
        """What the index columns of an entry repeat, in their order."""
        _, kind, at, case, n, actor, retention, _, _, facts = self
        return (kind, at, case, n, actor, *facts.indexed, retention)


class Facts(NamedTuple):
    """The facts of a header, and those of them that have a column."""

    named: Mapping[str, Any]
    indexed: tuple[str | None, ...]
    """Model, prompt, policy and outcome, where they are text."""

    def text(self, name: str) -> str | None:
        """Return a fact that is text."""
        value = self.named.get(name)
        return value if isinstance(value, str) else None


_NO_FACTS: Final = Facts({}, (None,) * len(_INDEXED))
_known_facts: dict[str, Facts] = {}


def _string(text: str) -> str:
    if "\\" not in text and text.isprintable():
        return text[1:-1]
    value: str = orjson.loads(text)
    if orjson.dumps(value).decode() != text:
        msg = "not the canonical form of a string"
        raise ValueError(msg)
    return value


def _facts(text: str) -> Facts:
    """Read the facts, which repeat: most events have those of many others."""
    known = _known_facts.get(text)
    if known is None:
        value = orjson.loads(text)
        # The form first: orjson reads what is nested deeper than it writes.
        if (
            not _are_facts(value)
            or orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() != text
        ):
            msg = "not the canonical form of facts"
            raise ValueError(msg)
        if len(_known_facts) >= _CACHED:
            _known_facts.clear()
        texts = {name: fact for name, fact in value.items() if isinstance(fact, str)}
        known = Facts(value, tuple(texts.get(name) for name in _INDEXED))
        _known_facts[text] = known
    return known


def _are_facts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _NAME.fullmatch(name) is not None and _is_fact(fact) for name, fact in value.items()
    )


def _is_fact(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST
    if isinstance(value, dict):
        return all(
            _COUNTED.fullmatch(name) is not None and _is_count(count)
            for name, count in value.items()
        )
    return _is_count(value)


def _is_count(value: Any) -> bool:
    return type(value) is int and bool(0 <= value < _MOST)
