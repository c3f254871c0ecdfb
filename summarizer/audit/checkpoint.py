"""A log's origin, size and root <-> a checkpoint, signed or not (C2SP tlog-checkpoint v1.0.0).

A checkpoint is the text of a signed note: the origin, the size in decimal, the root in base64,
each on a line, and lines of extensions, which we read but do not write.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Self

from summarizer.audit.note import NoteError, SignerKey, VerifierKey, decode_base64, sign, verify
from summarizer.audit.tree import HASH_SIZE

__all__ = ["MAX_SIZE", "Checkpoint", "opened", "signed"]

MAX_SIZE = 2**63 - 1
"""The most leaves a checkpoint may speak of: what a database's 64-bit integer holds."""

_FIXED_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one size (Note text); every value is one that can be written.

    Raises:
        NoteError: naming the part that cannot be in a checkpoint.
    """

    origin: str
    """Says which log this is; one line, not empty."""
    size: int
    """Leaves in the tree, 0 to `MAX_SIZE`."""
    root: bytes
    """32 bytes: the root of the RFC 6962 tree of that size."""
    extensions: tuple[str, ...] = ()
    """Further lines, none of them empty; they say nothing about the tree."""

    def __post_init__(self) -> None:
        _check_line("origin", self.origin)
        for line in self.extensions:
            _check_line("extension line", line)
        if not 0 <= self.size <= MAX_SIZE:
            msg = f"the size of a checkpoint must be 0 to {MAX_SIZE}; it is {self.size}"
            raise NoteError(msg)
        if len(self.root) != HASH_SIZE:
            msg = f"the root of a checkpoint must have {HASH_SIZE} bytes; it has {len(self.root)}"
            raise NoteError(msg)

    def encode(self) -> str:
        """Return the text of the checkpoint, which ends in a newline."""
        root = b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read the text of a checkpoint.

        Raises:
            NoteError: if it is not exactly what `encode` writes.
        """
        *lines, end = text.split("\n")
        if len(lines) < _FIXED_LINES or end:
            msg = "a checkpoint must be an origin, a size and a root, each on a line of its own"
            raise NoteError(msg)
        origin, size, root, *extensions = lines
        return cls(origin, _size(size), decode_base64(root), tuple(extensions))


def signed(checkpoint: Checkpoint, signer: SignerKey) -> str:
    """Return the signed note of a checkpoint (Signatures).

    A log must never sign two checkpoints that are inconsistent; the caller sees to it. The key's
    name should be the origin.

    Raises:
        NoteError: if the checkpoint is too long for a note.
    """
    return sign(checkpoint.encode(), signer.name, signer.key)


def opened(note: str, verifier: VerifierKey) -> Checkpoint:
    """Return the checkpoint in a note that the key signed.

    The key may sign for several origins, so compare the origin with the one you expect.

    Raises:
        NoteError: if the note is malformed, not signed by the key, or no checkpoint.
    """
    return Checkpoint.decode(verify(note, verifier))


def _check_line(name: str, line: str) -> None:
    if not line or any(char < " " for char in line):
        msg = f"the {name} of a checkpoint must not be empty nor have control characters"
        raise NoteError(msg)


def _size(text: str) -> int:
    if (
        not text.isascii()
        or not text.isdigit()
        or len(text) > len(str(MAX_SIZE))
        or str(int(text)) != text
    ):
        msg = f"the size of a checkpoint must be 0 to {MAX_SIZE}, in digits without leading zeros"
        raise NoteError(msg)
    return int(text)
