"""Seal: an event and the key of its case -> header, leaf and encrypted body, and the way back.

Everything a header says of the body it says of the ciphertext, so that it stays true when the
key is destroyed. Keys are derived by HKDF-Expand (RFC 5869, 2.3); bodies are encrypted with
AES-256-GCM (NIST SP 800-38D) under random nonces, bound to the event's id.
"""

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from summarizer.audit import Event
from summarizer.audit.header import Header, canonical_json, written

__all__ = [
    "KEY_BYTES",
    "CaseKey",
    "Encrypted",
    "Link",
    "Sealed",
    "body_bytes",
    "encrypt",
    "seal",
    "unseal",
]

KEY_BYTES: Final = 32
_NONCE_BYTES = 12
_TAG_DIGITS = 32
_CONTEXT = b"summarizer/audit/v2/"


class Link(NamedTuple):
    """The place of an event within its case."""

    n: int
    prev: bytes | None
    """The leaf before; None for the first."""


class CaseKey:
    """The secret of one case, and what is derived from it. It shows nothing in a repr."""

    __slots__ = ("_cipher", "_key", "commit", "tag")

    def __init__(self, key: bytes, case_id: str | None) -> None:
        """Derive from 32 secret bytes; `case_id` is None for the log's own key."""
        if len(key) != KEY_BYTES:
            msg = "a case key has 32 bytes"
            raise ValueError(msg)
        self._key = key
        self._cipher = AESGCM(self.derived("enc"))
        self.commit: str = sha256(_CONTEXT + b"commit\n" + key).hexdigest()
        """Hex commitment, since AES-GCM does not commit to its key."""
        self.tag: str | None = None
        """The tag of the case id that headers carry; None for the log's own key."""
        if case_id is not None:
            data = case_id.encode("utf-8", "surrogatepass")
            self.tag = hmac.digest(self.derived("tag"), data, "sha256").hex()[:_TAG_DIGITS]

    def derived(self, purpose: str) -> bytes:
        """Return the 32-byte key for one purpose (RFC 5869, 2.3, for one block)."""
        return hmac.digest(self._key, _CONTEXT + purpose.encode() + b"\x01", "sha256")

    def encrypt(self, plain: bytes, bound_to: str) -> bytes:
        """Return nonce and ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def decrypt(self, data: bytes, bound_to: str) -> bytes:
        """Return what was encrypted.

        Raises:
            ValueError: if this key did not encrypt it, or it was changed.
        """
        try:
            return self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError):
            msg = "not encrypted under this key for this event, or changed since"
            raise ValueError(msg) from None


class Encrypted(NamedTuple):
    """An event whose body is encrypted, before its place within its case is known."""

    event: Event
    key: CaseKey
    ciphertext: bytes
    body: str
    """Hex SHA-256 of the ciphertext."""


class Sealed(NamedTuple):
    """An event ready to be stored."""

    header: Header
    encoded: bytes
    leaf: bytes
    ciphertext: bytes


def encrypt(event: Event, body: bytes, key: CaseKey) -> Encrypted:
    """Encrypt what an event says.

    Args:
        event: what happened; its body is given as bytes, so that it is serialised once.
        body: the canonical JSON of the event's body.
        key: the key of its case, or the log's own.
    """
    ciphertext = key.encrypt(body, event.id)
    return Encrypted(event, key, ciphertext, sha256(ciphertext).hexdigest())


def seal(encrypted: Encrypted, *, link: Link | None, actor: str | None, retention: str) -> Sealed:
    """Seal an event, whose fields have the form that headers have.

    Args:
        encrypted: the event with its encrypted body.
        link: its place within its case; None for an event of no case.
        actor: keyed tag of the actor.
        retention: the retention class that is in force.
    """
    event, key, ciphertext, body = encrypted
    header = Header(
        id=event.id,
        kind=event.kind,
        at=written(event.at),
        body=body,
        commit=key.commit,
        retention=retention,
        case=None if link is None else key.tag,
        n=None if link is None else link.n,
        prev=link.prev.hex() if link is not None and link.prev is not None else None,
        actor=actor,
        facts=event.facts,
    )
    encoded = header.encode()
    return Sealed(header, encoded, sha256(b"\x00" + encoded).digest(), ciphertext)


def unseal(key: CaseKey, event_id: str, ciphertext: bytes) -> Mapping[str, Any]:
    """Return the body of an event.

    Raises:
        ValueError: if this key did not seal it, or it was changed.
    """
    body = orjson.loads(key.decrypt(ciphertext, event_id))
    if not isinstance(body, dict):
        msg = "a body is a JSON object"
        raise ValueError(msg)  # noqa: TRY004 - one error for whatever is not a body
    return body


def body_bytes(event: Event) -> bytes:
    """Return the canonical bytes of an event's body.

    Raises:
        ValueError: if JSON cannot hold it; the message does not quote it.
    """
    return canonical_json(event.body)
