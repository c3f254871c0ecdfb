r"""Events -> canonical bytes -> the keyed hash of a record and every one before it.

Canonical JSON, here: UTF-8, no white space, object keys sorted by their UTF-8 bytes, strings
with the shortest escapes, integers of at most 64 bits, floats in their shortest round-trip
form, no NaN and no infinities. A record is two such texts, hashed as stored:

    header  {"at","case","id","kind","seq","v"}; `at` is UTC with microseconds and `Z`
    body    what the event says

    genesis      = SHA-256("summarizer/audit/genesis/v1\n" + origin)
    body_sha256  = SHA-256(body)
    hash         = HMAC-SHA-256(chain key,
                       "summarizer/audit/record/v1\n" + previous hash + body_sha256 + header)

The body enters by its hash alone, so that the chain still verifies without it. The chain key
(RFC 2104) lies in the origin's folder: whoever has only the database can neither extend the
chain nor build it anew. Whoever has the data folder as well can do both.
"""

import hmac
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple, Self, cast

import orjson

from summarizer.audit import Event, EventKind, Record

__all__ = [
    "Header",
    "Sealed",
    "canonical_json",
    "follows",
    "genesis",
    "read_record",
    "record_hash",
]

_HASH_BYTES = 32
_SEQ_BITS = 63
_VERSION = 1
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


class Header(NamedTuple):
    """What the chain commits to beside the body."""

    seq: int
    id: str
    kind: str
    at: str
    case: str | None

    @classmethod
    def of(cls, event: Event, seq: int) -> Self:
        """Describe an event at its place in the log.

        Raises:
            ValueError: if the event's time has no time zone.
        """
        if event.at.tzinfo is None:
            msg = "at: the time has no zone; use an aware datetime"
            raise ValueError(msg)
        return cls(seq, event.id, event.kind, _written(event.at), event.case)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read a stored header.

        Raises:
            ValueError: if these are not the canonical bytes of a header.
        """
        fields = orjson.loads(data)
        if not isinstance(fields, dict) or fields.pop("v", None) != _VERSION:
            msg = "not a header of version 1"
            raise ValueError(msg)
        if set(fields) != set(cls._fields):
            msg = "not the fields of a header"
            raise ValueError(msg)
        header = cls(**fields)
        texts = (header.id, header.kind, header.at, "" if header.case is None else header.case)
        if type(header.seq) is not int or not all(isinstance(text, str) for text in texts):
            msg = "a field has the wrong type"
            raise ValueError(msg)
        if header.seq >> _SEQ_BITS or not header.at.endswith("Z"):
            msg = "not a number or a time that was ever written"
            raise ValueError(msg)
        if _written(header.time) != header.at or header.encode() != data:
            msg = "not the canonical bytes"
            raise ValueError(msg)
        return header

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return canonical_json({**self._asdict(), "v": _VERSION})

    @property
    def time(self) -> datetime:
        """The event's time, aware."""
        return datetime.fromisoformat(self.at)


class Sealed(NamedTuple):
    """An event in its canonical bytes, before it has a number."""

    event: Event
    body: bytes
    body_sha256: bytes

    @classmethod
    def of(cls, event: Event) -> Self:
        """Seal an event.

        Raises:
            ValueError: if it has no canonical bytes; the message does not quote it.
        """
        Header.of(event, 0).encode()
        body = canonical_json(event.body)
        return cls(event, body, sha256(body).digest())


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a JSON object.

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


def genesis(origin: str) -> bytes:
    """Return the hash that stands before the first record of a log."""
    return sha256(b"summarizer/audit/genesis/v1\n" + origin.encode()).digest()


def record_hash(key: bytes, previous: bytes, header: bytes, body_sha256: bytes) -> bytes:
    """Return the hash of a record under the log's chain key, 32 bytes.

    Raises:
        ValueError: if `previous` or `body_sha256` is not 32 bytes long.
    """
    if len(previous) != _HASH_BYTES or len(body_sha256) != _HASH_BYTES:
        msg = "a SHA-256 hash has 32 bytes"
        raise ValueError(msg)
    message = b"summarizer/audit/record/v1\n" + previous + body_sha256 + header
    return hmac.digest(key, message, "sha256")


def follows(key: bytes, previous: Any, header: Any, body_sha256: Any, value: Any) -> bool:
    """Say whether a stored hash was made under this key; stored values may have any type."""
    try:
        return hmac.compare_digest(record_hash(key, previous, header, body_sha256), value)
    except (TypeError, ValueError):
        return False


def read_record(seq: int, header: Any, body: Any, value: Any) -> Record:
    """Read a stored record; that it was made under the log's key is not checked.

    Raises:
        TypeError, ValueError: if it is damaged.
    """
    head, content = Header.decode(header), orjson.loads(body)
    if not isinstance(content, dict):
        msg = "a body is a JSON object"
        raise TypeError(msg)
    event = Event(head.id, cast("EventKind", head.kind), head.time, head.case, content)
    return Record(seq, event, bytes.hex(value))


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


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
