"""Keys: API keys, of which only a hash is stored -> their callers.

A key is `csk_<id>_<secret>`. The secret has 256 random bits, so that a plain SHA-256 of the key
protects it as well as a slow hash would: there is nothing to guess from. The prefix lets a
scanner of repositories recognise a key that was committed by mistake.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import anyio.to_thread
from sqlalchemy import text

from summarizer.access.caller import Authenticated, Caller, Refused
from summarizer.access.permissions import GRANTED, Permission, Role
from summarizer.audit.database import Database
from summarizer.errors import ConfigurationError

__all__ = ["LONGEST_DAYS", "APIKeys", "IssuedKey", "StoredKey"]

LONGEST_DAYS: Final = 730
_FORM = re.compile(r"csk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[\w.@+-][\w .@+-]{0,99}")
_COLUMNS: Final = "id, name, role, withheld, created, expires, revoked"
_ONE: Final = text(f"SELECT {_COLUMNS}, digest FROM access_key WHERE id = :id")
_ALL: Final = text(f"SELECT {_COLUMNS} FROM access_key ORDER BY created, id")
_INSERT: Final = text(
    "INSERT INTO access_key (id, name, role, withheld, digest, created, expires)"
    " VALUES (:id, :name, :role, :withheld, :digest, :created, :expires)"
)
_REVOKE: Final = text("UPDATE access_key SET revoked = :now WHERE id = :id AND revoked IS NULL")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What is kept of a key; times are aware, UTC."""

    id: str
    name: str
    role: Role
    withheld: frozenset[Permission]
    created: datetime
    expires: datetime
    revoked: datetime | None = None

    def state(self, now: datetime) -> str:
        """Return `active`, `expired` or `revoked`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if now >= self.expires else "active"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key that is not stored yet: the only moment in which it is known whole."""

    stored: StoredKey
    secret: str
    """The key itself, to be shown once."""

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"IssuedKey({self.stored!r})"


class APIKeys:
    """The keys of one service."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        """Take a database whose tables are up to date.

        Args:
            database: is closed by whoever opened it.
            now: aware, UTC.
        """
        self.database = database
        """For what is stored beside the keys."""
        self._now = now

    def issue(
        self,
        *,
        name: str | None,
        role: Role,
        lifetime: timedelta,
        withheld: Iterable[Permission] = (),
    ) -> IssuedKey:
        """Make a key; it opens nothing until it is added.

        Args:
            name: the person or system behind it; by default the role and the key's id.
            role: what it may do.
            lifetime: until it expires.
            withheld: permissions of the role that it does not get.

        Raises:
            ConfigurationError: naming what is wrong and the fix.
        """
        key_id = secrets.token_hex(6)
        name = f"{role}-{key_id}" if name is None else name
        if not _NAME.fullmatch(name):
            msg = "--name: use up to 100 letters, digits, spaces and . _ @ + -"
            raise ConfigurationError(msg)
        if not timedelta() < lifetime <= timedelta(days=LONGEST_DAYS):
            msg = f"--days: give 1 to {LONGEST_DAYS}; a key that never expires is never renewed"
            raise ConfigurationError(msg)
        unknown = sorted(set(withheld) - GRANTED[role])
        if unknown:
            msg = f"--without: {', '.join(unknown)}: the role {role} does not have it"
            raise ConfigurationError(msg)
        now = self._now()
        stored = StoredKey(key_id, name, role, frozenset(withheld), now, now + lifetime)
        return IssuedKey(stored, f"csk_{key_id}_{secrets.token_urlsafe(32)}")

    async def add(self, issued: IssuedKey) -> None:
        """Store the hash of a key: from now on it opens what its role may do.

        Raises:
            AuditUnavailable: if it was not stored durably.
        """
        stored = issued.stored
        await anyio.to_thread.run_sync(
            self._write,
            _INSERT,
            {
                "id": stored.id,
                "name": stored.name,
                "role": str(stored.role),
                "withheld": " ".join(sorted(stored.withheld)),
                "digest": _digest(issued.secret),
                "created": stored.created.isoformat(),
                "expires": stored.expires.isoformat(),
            },
        )

    async def revoke(self, key_id: str) -> bool:
        """Revoke a key at once; say whether there was an active or expired one of this id.

        Raises:
            AuditUnavailable: if that was not stored durably.
        """
        row = {"id": key_id, "now": self._now().isoformat()}
        return await anyio.to_thread.run_sync(self._write, _REVOKE, row) == 1

    async def all(self) -> tuple[StoredKey, ...]:
        """Return every key, oldest first.

        Raises:
            AuditUnavailable: if they cannot be read.
        """
        return tuple(_stored(row) for row in await anyio.to_thread.run_sync(self._read, _ALL, {}))

    def knows(self, token: str) -> bool:
        """Say whether a token has the form of a key."""
        return _FORM.fullmatch(token) is not None

    async def caller(self, token: str) -> Authenticated:
        """Return who brings a key, as it stands in the database this very moment.

        Raises:
            AuditUnavailable: if the keys cannot be read.
        """
        match = _FORM.fullmatch(token)
        if match is None:
            return Refused("unknown", "this is no key; send Authorization: Bearer csk_…")
        rows = await anyio.to_thread.run_sync(self._read, _ONE, {"id": match.group(1)})
        if not rows:
            return Refused("unknown", "there is no such key; ask an admin for one")
        stored = _stored(rows[0])
        if not hmac.compare_digest(_digest(token), rows[0].digest):
            return Refused("wrong_secret", "there is no such key; ask an admin for one", stored.id)
        state = stored.state(self._now())
        if state != "active":
            return Refused(state, f"this key is {state}; ask an admin for a new one", stored.id)
        return Caller(stored.name, stored.role, stored.id, stored.withheld, stored.expires)

    def _read(self, query: Any, row: dict[str, Any]) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(query, row).all())

    def _write(self, statement: Any, row: dict[str, Any]) -> int:
        with self.database.writing() as connection:
            return int(connection.execute(statement, row).rowcount)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stored(row: Any) -> StoredKey:
    return StoredKey(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        withheld=frozenset(Permission(name) for name in row.withheld.split()),
        created=datetime.fromisoformat(row.created),
        expires=datetime.fromisoformat(row.expires),
        revoked=None if row.revoked is None else datetime.fromisoformat(row.revoked),
    )
