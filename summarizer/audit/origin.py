"""A data folder and a log's origin id -> its secrets and its database's name.

`<data_dir>/origins/<origin>/` holds what must not lie in the database: `tag.key`, so that a
copy of the database names no case; `sign.key`, with which checkpoints are signed; the keys of
epochs; and `database.json`, so that another log in the database's place is noticed.
"""

import hmac
import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal

import orjson

from summarizer.errors import AuditUnavailable

__all__ = [
    "CaseTagger",
    "OriginFolder",
    "create_private",
    "new_origin",
    "other_logs",
    "private_folder",
]

_KEY_BYTES = 32
_TAG_DIGITS = 32
_ORIGIN = re.compile(r"[0-9a-f]{32}")

Purpose = Literal["case", "actor", "content", "subject", "log", "request", "sign_in"]


class CaseTagger:
    """Turns identifiers into tags that mean nothing without the origin's key.

    HMAC-SHA-256 (RFC 2104) over a purpose and the data, so that equal data under two purposes
    cannot be linked.
    """

    def __init__(self, key: bytes) -> None:
        """Take the 32 secret bytes of an origin."""
        if len(key) != _KEY_BYTES:
            msg = "a tag key has 32 bytes"
            raise ValueError(msg)
        self._key = key

    def tag(self, case_id: str) -> str:
        """Return the tag of a case id: 128 bits in hexadecimal."""
        return self.keyed_hash("case", case_id.encode("utf-8", "surrogatepass"))[:_TAG_DIGITS]

    def log_tag(self, case_id: str) -> str:
        """Return what log lines name a case by: 128 bits in hexadecimal, in no record."""
        return self.keyed_hash("log", case_id.encode("utf-8", "surrogatepass"))[:_TAG_DIGITS]

    def keyed_hash(self, purpose: Purpose, data: bytes) -> str:
        """Return the keyed hash of data under one purpose: 256 bits in hexadecimal."""
        message = b"summarizer/keyed-hash/v1\n" + purpose.encode() + b"\n" + data
        return hmac.digest(self._key, message, "sha256").hex()


class OriginFolder:
    """The folder of one log beside its database; it can be read by its owner alone."""

    def __init__(self, data_dir: Path, origin: str) -> None:
        """Name the folder; nothing is created yet.

        Raises:
            AuditUnavailable: if the origin is none; it comes from the database, and is a path.
        """
        if not _ORIGIN.fullmatch(origin):
            msg = "the origin id in the database is damaged; run `summarizer audit verify`"
            raise AuditUnavailable(msg)
        self.path = data_dir / "origins" / origin
        self._data_dir = data_dir

    def make(self) -> None:
        """Create the secrets of a log that begins; those that are there stay.

        Raises:
            AuditUnavailable: if they cannot be written.
        """
        for name in ("tag.key", "sign.key"):
            path = self.path / name
            try:
                private_folder(self.path)
                if not path.exists():
                    create_private(path, secrets.token_bytes(_KEY_BYTES))
            except OSError as error:
                msg = f"{path}: {type(error).__name__}; check the owner and mode of the folder"
                raise AuditUnavailable(msg) from None

    def tagger(self) -> CaseTagger:
        """Read the tag key.

        Raises:
            AuditUnavailable: if the key is gone, cannot be read, or is damaged.
        """
        return CaseTagger(self._key("tag.key"))

    def sign_key(self) -> bytes:
        """Read the secret seed of the checkpoints' Ed25519 key: 32 bytes (RFC 8032, 5.1.5).

        Raises:
            AuditUnavailable: if it is gone, cannot be read, or is damaged.
        """
        return self._key("sign.key")

    def _key(self, name: str) -> bytes:
        path = self.path / name
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            msg = f"{path}: is missing; check --data-dir or restore the folder from a backup"
            raise AuditUnavailable(msg) from None
        except OSError as error:
            msg = f"{path}: {type(error).__name__}; check the owner and mode of the folder"
            raise AuditUnavailable(msg) from None
        if len(key) != _KEY_BYTES:
            msg = f"{path}: not a key of 32 bytes; restore it from a backup"
            raise AuditUnavailable(msg)
        return key

    def keep_database(self, database: Path) -> None:
        """Remember which file holds the log.

        Raises:
            OSError: if that cannot be written.
        """
        name = _database_name(self._data_dir, database)
        if _known_database(self.path) != name:
            private_folder(self.path)
            temporary = _write(self.path, orjson.dumps({"database": name}), sync=True)
            temporary.replace(self.path / "database.json")

    def other_logs(self, database: Path) -> list[str]:
        """Return the origins of other logs that were last known in this very database."""
        return other_logs(self._data_dir, database, self.path.name)


def other_logs(data_dir: Path, database: Path, origin: str | None) -> list[str]:
    """Return the origins of other logs that were last known in this very database."""
    name = _database_name(data_dir, database)
    known = sorted((data_dir / "origins").glob("*/database.json"))
    return [
        file.parent.name
        for file in known
        if file.parent.name != origin and _known_database(file.parent) == name
    ]


def _database_name(data_dir: Path, database: Path) -> str:
    """Name a file within the data folder relative to it, so that the folder can be moved.

    A link in place of the file keeps the name.
    """
    path, folder = database.absolute().parent.resolve() / database.name, data_dir.resolve()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _known_database(folder: Path) -> str | None:
    with suppress(OSError, ValueError):
        match orjson.loads((folder / "database.json").read_bytes()):
            case {"database": str(name)}:
                return name
    return None


def new_origin() -> str:
    """Return a fresh origin id: 128 random bits in hexadecimal."""
    return secrets.token_hex(16)


def private_folder(path: Path) -> None:
    """Create a folder and what lies above it with mode 0700; what exists stays as it is.

    Raises:
        OSError: if that fails.
    """
    if not path.is_dir():
        private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def create_private(path: Path, data: bytes) -> None:
    """Create a file with its whole content, durably, unless it exists."""
    temporary = _write(path.parent, data, sync=True)
    try:
        # A link, unlike a rename, never replaces the key another process made just now.
        path.hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(folder: Path, data: bytes, *, sync: bool) -> Path:
    """Write a temporary file of mode 0600, which `mkstemp` gives it."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        if sync:
            file.flush()
            os.fsync(descriptor)
    return Path(name)
