"""Header: what the log commits to for each event, in canonical bytes.

Canonical JSON, here: UTF-8, no white space, keys sorted, no null, no floats; keys are ASCII, so
that the bytes are those of RFC 8785. Absent fields are left out. The leaf of an event is
SHA-256(0x00 + header as stored) (RFC 6962, 2.1).
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Self

import orjson

from summarizer.audit import KINDS, Fact

__all__ = ["Header", "are_facts", "canonical_json", "written"]

_VERSION: Final = 2
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_TAG = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_COUNTED = re.compile(r"[A-Za-z0-9_.]{1,64}")
_INTEGER_BITS = 53
_LONGEST_FACT = 512


class Header(NamedTuple):
    """The fields of a header; None is an absent field."""

    id: str
    kind: str
    at: str
    body: str
    """Hex SHA-256 of the stored ciphertext."""
    commit: str
    """Hex commitment to the key of the body."""
    retention: str
    case: str | None = None
    n: int | None = None
    prev: str | None = None
    actor: str | None = None
    facts: Mapping[str, Fact] = {}

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        fields: dict[str, Any] = {
            "v": _VERSION,
            "id": self.id,
            "kind": self.kind,
            "at": self.at,
            "body": self.body,
            "commit": self.commit,
            "class": self.retention,
        }
        if self.case is not None:
            fields["case"] = self.case
        if self.n is not None:
            fields["n"] = self.n
        if self.prev is not None:
            fields["prev"] = self.prev
        if self.actor is not None:
            fields["actor"] = self.actor
        if self.facts:
            fields["facts"] = self.facts
        return orjson.dumps(fields, default=_plain, option=_OPTIONS)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read a stored header.

        Raises:
            ValueError: if these are not the canonical bytes of a header.
        """
        fields = orjson.loads(data)
        if not isinstance(fields, dict) or fields.pop("v", None) != _VERSION:
            msg = "not a header of version 2"
            raise ValueError(msg)
        if "class" in fields:
            fields["retention"] = fields.pop("class")
        try:
            header = cls(**fields)
        except TypeError:
            msg = "not the fields of a header"
            raise ValueError(msg) from None
        header.check()
        if header.encode() != data:
            msg = "not the canonical bytes"
            raise ValueError(msg)
        return header

    def check(self) -> None:
        """Check the form of every field.

        Raises:
            ValueError: naming the field.
        """
        for name, is_right in (
            ("kind", self.kind in KINDS),
            ("id", _is_text(self.id)),
            ("at", _is_time(self.at)),
            ("body", _matches(_HASH, self.body)),
            ("commit", _matches(_HASH, self.commit)),
            ("class", _matches(_NAME, self.retention)),
            ("case", self.case is None or _matches(_TAG, self.case)),
            ("actor", self.actor is None or _matches(_TAG, self.actor)),
            ("n", (self.n is None) == (self.case is None) and _is_count(self.n or 0)),
            ("prev", (self.prev is None) == (not self.n)),
            ("prev", self.prev is None or _matches(_HASH, self.prev)),
            ("facts", are_facts(self.facts)),
        ):
            if not is_right:
                msg = f"header field {name}: not of the form that is ever written"
                raise ValueError(msg)

    def fact(self, name: str) -> str | None:
        """Return a fact that is text."""
        value = self.facts.get(name)
        return value if isinstance(value, str) else None


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a JSON object: sorted keys, no white space, finite numbers.

    Raises:
        ValueError: if JSON cannot hold it; the message does not quote it.
    """
    try:
        data = orjson.dumps(value, default=_plain, option=_OPTIONS)
    except orjson.JSONEncodeError:
        data = b""
    # orjson writes NaN and the infinities as null, which would be another value.
    if not data or (b"null" in data and not _finite(value)):
        msg = "not JSON: needs text keys, finite numbers, valid Unicode"
        raise ValueError(msg)
    return data


def written(at: datetime) -> str:
    """Return a time as headers have it: UTC, microseconds, `Z`.

    Raises:
        ValueError: if the time has no zone.
    """
    if at.tzinfo is None:
        msg = "at: the time has no zone; use an aware datetime"
        raise ValueError(msg)
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_time(value: Any) -> bool:
    try:
        return bool(written(datetime.fromisoformat(value)) == value)
    except (TypeError, ValueError):
        return False


def _is_count(value: object) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return 0 <= value < 1 << _INTEGER_BITS


def are_facts(value: Any) -> bool:
    """Say whether a header can hold these facts."""
    return isinstance(value, Mapping) and all(map(_is_fact, value.items()))


def _is_fact(item: tuple[Any, Any]) -> bool:
    name, value = item
    if not _matches(_NAME, name):
        return False
    if isinstance(value, str):
        return len(value) <= _LONGEST_FACT
    if isinstance(value, Mapping):
        return all(_matches(_COUNTED, key) and _is_count(count) for key, count in value.items())
    return _is_count(value)


def _plain(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(map(_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_finite, value))
    return True
