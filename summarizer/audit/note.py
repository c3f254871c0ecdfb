"""A text and an Ed25519 key <-> a signed note and its key texts (C2SP signed-note v1.0.0).

Section names below are those of that specification; limits it leaves open are those of its
reference implementation, Go's `sumdb/note`, and so is the text form of a signing key.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = [
    "MAX_NOTE_BYTES",
    "NoteError",
    "Signature",
    "SignerKey",
    "VerifierKey",
    "decode_base64",
    "key_id",
    "parse",
    "sign",
    "verify",
]

MAX_NOTE_BYTES = 1_000_000
"""The longest note that is read or written, in bytes of UTF-8."""

_ED25519 = b"\x01"
"""The signature type identifier (Signature types)."""
_KEY_SIZE = 32
_KEY_ID_SIZE = 4
_PRIVATE = "PRIVATE+KEY+"
_DASH = "\N{EM DASH} "
_MAX_SIGNATURES = 100


class NoteError(ValueError):
    """A note, a key or a note's text is malformed or not signed as it must be.

    The message names the part and the line, never what stands there.
    """


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, not yet verified (Signatures)."""

    name: str
    key_id: bytes
    """Four bytes; with the name it says which key signed."""
    signature: bytes
    """At least one byte; its form is up to the key's type."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name and an Ed25519 public key that verify notes (Verifier keys)."""

    name: str
    key: Ed25519PublicKey

    def __post_init__(self) -> None:
        _check_name(self.name)

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        return key_id(self.name, self.key)

    def encode(self) -> str:
        """Return the key as text: name, key id and public key, joined by plus signs."""
        return _encode_key(self.name, self.key_id, self.key.public_bytes_raw())

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read a key's text.

        Raises:
            NoteError: if it is not exactly the text of an Ed25519 verifier key.
        """
        name, identifier, material = _decode_key(text)
        verifier = cls(name, Ed25519PublicKey.from_public_bytes(material))
        if verifier.key_id.hex() != identifier:
            msg = "the key id of a verifier key must be made from its name and key"
            raise NoteError(msg)
        return verifier


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A name and an Ed25519 private key that sign notes."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Return a new key of the system's randomness.

        Raises:
            NoteError: if the name cannot be a key's name.
        """
        return cls(name, Ed25519PrivateKey.generate())

    @property
    def verifier(self) -> VerifierKey:
        """The key that verifies what this one signs."""
        return VerifierKey(self.name, self.key.public_key())

    def encode(self) -> str:
        """Return the key as text, a secret: `PRIVATE+KEY+`, name, key id and RFC 8032 seed."""
        return _PRIVATE + _encode_key(self.name, self.verifier.key_id, self.key.private_bytes_raw())

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read a key's text.

        Raises:
            NoteError: if it is not exactly the text of an Ed25519 signing key.
        """
        if not text.startswith(_PRIVATE):
            msg = f"a signing key must start with {_PRIVATE}"
            raise NoteError(msg)
        name, identifier, material = _decode_key(text.removeprefix(_PRIVATE))
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(material))
        if signer.verifier.key_id.hex() != identifier:
            msg = "the key id of a signing key must be made from its name and public key"
            raise NoteError(msg)
        return signer


def key_id(name: str, key: Ed25519PublicKey) -> bytes:
    """Return SHA-256(name || 0x0A || 0x01 || public key)[:4] (Ed25519 signatures)."""
    return sha256(name.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:_KEY_ID_SIZE]


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return the note of a text with one signature (Format).

    Raises:
        NoteError: if the text does not end in a newline, or text or name may not be in a note.
    """
    signer = SignerKey(name, key)
    if not text.endswith("\n"):
        msg = "the text of a note must end in a newline"
        raise NoteError(msg)
    signature = signer.verifier.key_id + key.sign(_encoded(text))
    note = f"{text}\n{_DASH}{name} {b64encode(signature).decode()}\n"
    _encoded(note)
    return note


def parse(note: str) -> tuple[str, tuple[Signature, ...]]:
    """Return a note's text and its signatures, none of them verified (Format).

    Raises:
        NoteError: if it is not a note, is above 1,000,000 bytes or has over 100 signatures.
    """
    _encoded(note)
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        msg = "a note must be a text, an empty line, and signature lines that end in a newline"
        raise NoteError(msg)
    lines = tail[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        msg = f"a note must have at most {_MAX_SIGNATURES} signatures; it has {len(lines)}"
        raise NoteError(msg)
    return f"{text}\n", tuple(_signature(line, number) for number, line in enumerate(lines, 1))


def verify(note: str, verifier: VerifierKey) -> str:
    """Return a note's text if the key signed it; signatures of other keys are ignored.

    Raises:
        NoteError: if the note is malformed, has no signature of the key, or one that is wrong.
    """
    text, signatures = parse(note)
    known = (verifier.name, verifier.key_id)
    own = [one.signature for one in signatures if (one.name, one.key_id) == known]
    if not own:
        msg = f"the note has no signature of the key {_shown(verifier)}"
        raise NoteError(msg)
    for signature in own:
        try:
            verifier.key.verify(signature, text.encode())
        except InvalidSignature as error:
            msg = f"the signature of the key {_shown(verifier)} is not of this text"
            raise NoteError(msg) from error
    return text


def decode_base64(text: str) -> bytes:
    """Decode RFC 4648, section 4, in its one canonical form.

    Raises:
        NoteError: if it is anything else: other characters, missing padding, stray bits.
    """
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        msg = "base64 must be that of RFC 4648, section 4, with padding"
        raise NoteError(msg) from error
    if b64encode(data).decode() != text:
        msg = "base64 must be canonical, without stray bits"
        raise NoteError(msg)
    return data


def _encoded(text: str) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        msg = "a note must be valid UTF-8"
        raise NoteError(msg) from error
    if len(data) > MAX_NOTE_BYTES:
        msg = f"a note must have at most {MAX_NOTE_BYTES:,} bytes; it has {len(data):,}"
        raise NoteError(msg)
    if any(byte < ord(" ") for byte in data.replace(b"\n", b"")):
        msg = "a note must have no control characters but newlines"
        raise NoteError(msg)
    return data


def _signature(line: str, number: int) -> Signature:
    dash, name, encoded = line[: len(_DASH)], *_halves(line[len(_DASH) :], " ")
    try:
        _check_name(name)
        data = decode_base64(encoded)
    except NoteError as error:
        msg = f"signature line {number}: {error}"
        raise NoteError(msg) from error
    if dash != _DASH or len(data) <= _KEY_ID_SIZE:
        msg = (
            f"signature line {number} must be an em dash, a space, a key name, a space, and the"
            " base64 of a key id and a signature"
        )
        raise NoteError(msg)
    return Signature(name, data[:_KEY_ID_SIZE], data[_KEY_ID_SIZE:])


def _check_name(name: str) -> None:
    try:
        data = name.encode()
    except UnicodeEncodeError as error:
        msg = "a key name must be valid UTF-8"
        raise NoteError(msg) from error
    if (
        not name
        or "+" in name
        or any(char.isspace() for char in name)
        or any(byte < ord(" ") for byte in data)
    ):
        msg = "a key name must have no space, no plus sign and no control character, nor be empty"
        raise NoteError(msg)


def _encode_key(name: str, identifier: bytes, material: bytes) -> str:
    return f"{name}+{identifier.hex()}+{b64encode(_ED25519 + material).decode()}"


def _decode_key(text: str) -> tuple[str, str, bytes]:
    """Return a key's name, the hex of its id and its 32 bytes."""
    name, rest = _halves(text, "+")
    identifier, encoded = _halves(rest, "+")
    data = decode_base64(encoded)
    if data[:1] != _ED25519 or len(data) != 1 + _KEY_SIZE:
        msg = "a key must be of type Ed25519, the byte 0x01 and 32 bytes"
        raise NoteError(msg)
    return name, identifier, data[1:]


def _halves(text: str, separator: str) -> tuple[str, str]:
    head, _, tail = text.partition(separator)
    return head, tail


def _shown(verifier: VerifierKey) -> str:
    return f"{verifier.name}+{verifier.key_id.hex()}"
