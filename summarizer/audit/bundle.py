"""Bundle: the log, or some of its cases -> a folder that a third party verifies on its own.

A folder holds `manifest.json` (what this is, and how many), `checkpoint.txt` (the signed head,
a C2SP note) and `entries.jsonl` (one event a line, by number). Lines of a whole log need no
proofs: they are all the leaves. Lines of some cases carry an inclusion proof each. Every file
has mode 0600. `fsck.py` verifies a bundle, and shares no code with this module.
"""

import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import orjson
from sqlalchemy import Connection, text

from summarizer.audit.database import Database
from summarizer.audit.header import Header
from summarizer.audit.keystore import Keystore
from summarizer.audit.origin import private_folder
from summarizer.audit.seal import CaseKey, unseal
from summarizer.audit.sequencer import StoredHashes
from summarizer.audit.tree import inclusion_proof
from summarizer.errors import AuditUnavailable, ConfigurationError

__all__ = ["Bundle", "export"]

_FORMAT: Final = "case-summarizer/audit-bundle/1"
_PAGE: Final = 500
_ROWS: Final = (
    "SELECT l.seq, l.leaf, e.header, b.ciphertext FROM audit_leaf AS l"
    " JOIN audit_entry AS e ON e.event_id = l.event_id"
    " LEFT JOIN audit_body AS b ON b.event_id = l.event_id"
    " WHERE l.seq > :after AND l.seq < :size{only} ORDER BY l.seq LIMIT :limit"
)

Progress = Callable[[int, int], None]


class Bundle(NamedTuple):
    """What was exported."""

    events: int
    size: int
    """Of the checkpoint that the bundle is under."""


class _Row(NamedTuple):
    seq: int
    leaf: bytes
    header: bytes
    ciphertext: bytes | None


def export(
    database: Database,
    keystore: Keystore,
    folder: Path,
    *,
    cases: Sequence[str] | None = None,
    bodies: bool = True,
    plain: bool = False,
    progress: Progress | None = None,
) -> Bundle:
    """Write a bundle under the newest checkpoint.

    Args:
        database: the log.
        keystore: finds cases, and opens bodies for `plain`.
        folder: where it goes; it must not exist or be empty.
        cases: the case tool's ids of the cases wanted; the whole log by default.
        bodies: whether the encrypted bodies come along.
        plain: add what each event says, in clear, as far as it can be read. That is for
            reading: no checkpoint covers it.
        progress: is told how many events are written, and how many there are.

    Raises:
        ConfigurationError: if the folder is not empty, or nothing is known of a case.
        AuditUnavailable: if nothing was signed yet, or the database cannot be read.
    """
    tags = None if cases is None else _tags(keystore, cases)
    _prepare(folder)
    with database.snapshot() as connection:
        size, note = _checkpoint(connection)
        count = 0
        with _created(folder / "entries.jsonl") as file:
            for row in _rows(connection, size, tags):
                file.write(_line(connection, keystore, row, size, tags, bodies=bodies, plain=plain))
                count += 1
                if progress is not None and count % _PAGE == 0:
                    progress(count, max(count, size if tags is None else 0))
    manifest = {
        "format": _FORMAT,
        "whole": tags is None,
        "origin": note.partition("\n")[0],
        "size": size,
        "events": count,
        "cases": [] if tags is None else sorted(tags),
        "plain": plain,
    }
    for name, data in (
        ("checkpoint.txt", note.encode()),
        ("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"),
    ):
        with _created(folder / name) as file:
            file.write(data)
    return Bundle(count, size)


def _tags(keystore: Keystore, cases: Sequence[str]) -> list[str]:
    tags = []
    for case in cases:
        key = keystore.known(case)
        if key is None or key.tag is None:
            msg = "nothing is recorded of a case, or it was erased; check the ids"
            raise ConfigurationError(msg)
        tags.append(key.tag)
    return list(dict.fromkeys(tags))


def _prepare(folder: Path) -> None:
    try:
        private_folder(folder)
        if any(folder.iterdir()):
            msg = f"{folder}: is not empty; give a new folder"
            raise ConfigurationError(msg)
    except OSError as error:
        msg = f"{folder}: {type(error).__name__}; check the owner and mode of the folder"
        raise ConfigurationError(msg) from None


@contextmanager
def _created(path: Path) -> Iterator[BinaryIO]:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except OSError as error:
        msg = f"{path}: {type(error).__name__}; check free space, owner and mode of the folder"
        raise ConfigurationError(msg) from None


def _checkpoint(connection: Connection) -> tuple[int, str]:
    query = text(
        "SELECT size, note FROM audit_checkpoint ORDER BY incarnation DESC, size DESC LIMIT 1"
    )
    row = connection.execute(query).first()
    if row is None:
        msg = "nothing was signed yet; run `summarizer audit checkpoint`"
        raise AuditUnavailable(msg)
    return int(row[0]), str(row[1])


def _rows(connection: Connection, size: int, tags: Sequence[str] | None) -> Iterator[_Row]:
    names = {f"tag{number}": tag for number, tag in enumerate(tags or ())}
    marks = ", ".join(f":{name}" for name in names)
    only = "" if tags is None else f" AND e.case_tag IN ({marks})"
    query = text(_ROWS.format(only=only))
    after = -1
    while True:
        values = {"after": after, "size": size, "limit": _PAGE, **names}
        rows = [_Row(*row) for row in connection.execute(query, values)]
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].seq


def _line(
    connection: Connection,
    keystore: Keystore,
    row: _Row,
    size: int,
    tags: Sequence[str] | None,
    *,
    bodies: bool,
    plain: bool,
) -> bytes:
    line: dict[str, Any] = {
        "seq": row.seq,
        "leaf": _base64(row.leaf),
        "header": row.header.decode("utf-8", "surrogateescape"),
    }
    if bodies and row.ciphertext is not None:
        line["body"] = _base64(row.ciphertext)
    if tags is not None:
        path = inclusion_proof(StoredHashes(connection), row.seq, size)
        line["proof"] = [_base64(value) for value in path]
    if plain and row.ciphertext is not None:
        line["plain"] = _plain(keystore, row.header, row.ciphertext)
    return orjson.dumps(line) + b"\n"


def _plain(keystore: Keystore, data: bytes, ciphertext: bytes) -> Any:
    """Return what an event says; null if its key is gone."""
    header = Header.decode(data)
    key: CaseKey | None = (
        keystore.keys([None])[None]
        if header.case is None
        else keystore.by_tag([header.case]).get(header.case)
    )
    return None if key is None else dict(unseal(key, header.id, ciphertext))


def _base64(value: bytes) -> str:
    return b64encode(value).decode()
