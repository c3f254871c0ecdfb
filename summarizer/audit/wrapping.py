"""Wrapping: what keeps the keys of epochs, under which the keys of cases are stored.

Rotating to a new epoch and destroying the old one makes every copy of a destroyed case key that
lingers in a write-ahead log or a backup useless (NIST SP 800-88r2, cryptographic erase).
"""

import os
import secrets
from pathlib import Path
from typing import NamedTuple, Protocol

from summarizer.audit.origin import create_private, private_folder
from summarizer.audit.seal import KEY_BYTES
from summarizer.errors import AuditUnavailable

__all__ = ["EpochKey", "KeyWrapper", "LocalKeyWrapper"]


class EpochKey(NamedTuple):
    """The key of an epoch and what finds it again; the reference is stored, the key is not."""

    reference: str
    key: bytes

    def __repr__(self) -> str:
        """Show the reference alone."""
        return f"EpochKey({self.reference!r})"


class KeyWrapper(Protocol):
    """Keeps the keys of epochs."""

    def create(self) -> EpochKey:
        """Make the key of a new epoch, durably.

        Raises:
            AuditUnavailable: if that fails.
        """
        ...

    def open(self, reference: str) -> bytes:
        """Return the key of an epoch: 32 bytes.

        Raises:
            AuditUnavailable: if it is gone or cannot be read.
        """
        ...

    def destroy(self, reference: str) -> None:
        """Destroy the key of an epoch; a key that is gone already is no error.

        Raises:
            AuditUnavailable: if it may still be there.
        """
        ...


class LocalKeyWrapper:
    """Keeps each epoch's key in a file of mode 0600."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made with the first key."""
        self._folder = folder

    def create(self) -> EpochKey:
        """Make a key and its file."""
        reference, key = f"local:{secrets.token_hex(8)}", secrets.token_bytes(KEY_BYTES)
        path = self._path(reference)
        try:
            private_folder(self._folder)
            create_private(path, key)
        except OSError as error:
            raise _unavailable(path, error) from None
        return EpochKey(reference, key)

    def open(self, reference: str) -> bytes:
        """Read a key's file."""
        path = self._path(reference)
        try:
            key = path.read_bytes()
        except OSError as error:
            raise _unavailable(path, error) from None
        if len(key) != KEY_BYTES:
            msg = f"{path}: not a key of 32 bytes; restore it from a backup"
            raise AuditUnavailable(msg)
        return key

    def destroy(self, reference: str) -> None:
        """Overwrite the file in place, then remove it.

        A journalling or copy-on-write file system, or a disk that moves blocks, may keep an
        old copy: where that matters, keep epoch keys in a KMS.
        """
        path = self._path(reference)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unavailable(path, error) from None

    def _path(self, reference: str) -> Path:
        kind, _, name = reference.partition(":")
        if kind != "local" or not name.isalnum():
            msg = f"an epoch key of the kind {kind!a} is not kept in files; check key_wrapper"
            raise AuditUnavailable(msg)
        return self._folder / f"{name}.key"


def _unavailable(path: Path, error: OSError) -> AuditUnavailable:
    reason = (
        "is missing; restore it from a backup"
        if isinstance(error, FileNotFoundError)
        else (f"{type(error).__name__}; check the owner and mode of the folder")
    )
    return AuditUnavailable(f"{path}: {reason}")
