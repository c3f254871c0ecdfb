"""A data folder and a log's origin id -> its keys, its last known head and its database's name.

`<data_dir>/origins/<origin>/` holds what must not lie in the database: `tag.key`, so that a
copy of the database names no case; `chain.key`, so that nobody can forge a record with the
database alone; `head.json`, so that a shortened database is noticed, and `database.json`, so
that another log in its place is.
"""

import hmac
import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

import orjson

from summarizer.errors import AuditUnavailable

__all__ = [
    "CaseTagger",
    "Head",
    "OriginFolder",
    "new_origin",
    "other_logs",
    "private_folder",
]

_KEY_BYTES = 32
_TAG_DIGITS = 32
_ORIGIN = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SEQ_BITS = 63

Purpose = Literal["case", "actor", "content"]


class Head(NamedTuple):
    """The newest record of a log: its number and its hash in hexadecimal."""

    seq: int
    hash: str


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

    def tagger(self) -> CaseTagger:
        """Read the tag key, or create it if there is none; safe for two processes at once.

        Raises:
            AuditUnavailable: if the key cannot be read or written, or is damaged.
        """
        return CaseTagger(self._key("tag.key", new=True))

    def chain_key(self, *, new: bool = False) -> bytes:
        """Read the key of the hash chain; `new` creates it first, for a log that begins.

        Raises:
            AuditUnavailable: if the key is gone, cannot be read or written, or is damaged.
        """
        return self._key("chain.key", new=new)

    def _key(self, name: str, *, new: bool) -> bytes:
        path = self.path / name
        try:
            if new:
                private_folder(self.path)
                if not path.exists():
                    _create(path, secrets.token_bytes(_KEY_BYTES))
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

    def read_head(self) -> Head | None:
        """Return the last known head, or None if none was kept.

        Raises:
            ValueError: if the file is damaged.
            OSError: if it cannot be read.
        """
        try:
            data = (self.path / "head.json").read_bytes()
        except FileNotFoundError:
            return None
        # It is not synced: after a power failure some file systems leave it blank.
        if not data.strip(b"\0"):
            return None
        match orjson.loads(data):
            case {"seq": int(seq), "hash": str(value)} if _HASH.fullmatch(value):
                if not seq >> _SEQ_BITS:
                    return Head(seq, value)
        msg = "head.json does not hold a seq and a hash"
        raise ValueError(msg)

    def write_head(self, head: Head) -> None:
        """Replace the last known head in one step.

        Raises:
            OSError: if it cannot be written.
        """
        private_folder(self.path)
        temporary = _write(self.path, orjson.dumps(head._asdict()), sync=False)
        temporary.replace(self.path / "head.json")


def other_logs(data_dir: Path, database: Path, origin: str | None) -> list[str]:
    """Return the origins of other logs with records that were last known in this very file."""
    name = _database_name(data_dir, database)
    folders = sorted((data_dir / "origins").glob("*/head.json"))
    return [
        head.parent.name
        for head in folders
        if head.parent.name != origin and _known_database(head.parent) == name
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


def _create(path: Path, data: bytes) -> None:
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
