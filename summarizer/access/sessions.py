"""Sessions: someone who showed a token once -> a cookie that stands for it for some hours.

A session opens no more than its token, and not for longer: what became of a key is looked up at
each use. Only a hash of the cookie is stored (NIST SP 800-63B, 7.1).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import anyio.to_thread
from sqlalchemy import Connection, text

from summarizer.access.attempts import Attempt
from summarizer.access.caller import Authenticated, Caller, Refused
from summarizer.access.permissions import Permission, Role
from summarizer.audit.database import Database

__all__ = ["LONGEST", "Sessions", "form_token"]

LONGEST: Final = timedelta(hours=8)
"""A working day; then one signs in again."""
_OVER: Final = Refused("expired", "the session is over; sign in again")
_INSERT: Final = text(
    "INSERT INTO access_session (digest, credential, is_key, name, role, withheld, expires)"
    " VALUES (:digest, :credential, :is_key, :name, :role, :withheld, :expires)"
)
_FORGET: Final = (
    text("DELETE FROM access_session WHERE expires <= :now"),
    text("DELETE FROM access_sign_in WHERE expires <= :now"),
)
_USE: Final = text(
    "INSERT INTO access_sign_in (digest, expires) VALUES (:digest, :expires)"
    " ON CONFLICT (digest) DO NOTHING"
)
_END: Final = text("DELETE FROM access_session WHERE digest = :digest RETURNING is_key")
_ONE: Final = text(
    "SELECT s.credential, s.is_key, s.name, s.role, s.withheld, s.expires,"
    " k.expires AS key_expires, k.revoked"
    " FROM access_session AS s LEFT JOIN access_key AS k ON k.id = s.credential"
    " WHERE s.digest = :digest"
)


class Sessions:
    """Those who are signed in at one service."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        """Take the database of the keys.

        Args:
            database: is closed by whoever opened it.
            now: aware, UTC.
        """
        self._database = database
        self._now = now

    async def begin(self, caller: Caller, *, by_key: bool, instead_of: str = "") -> str:
        """Return the cookie of a new session; sessions that are over are forgotten.

        Args:
            caller: whose token was found good this moment.
            by_key: whether the credential is a key, so that the session ends with it.
            instead_of: the cookie that came with the request, if any: its session ends in the
                same moment, so that a browser has one session and no older cookie opens it.

        Raises:
            AuditUnavailable: if it was not stored.
        """
        token, row = self._new(caller, by_key=by_key)

        def begun() -> None:
            with self._database.writing() as connection:
                self._forget(connection)
                _ended(connection, instead_of)
                connection.execute(_INSERT, row)

        await anyio.to_thread.run_sync(begun)
        return token

    async def begin_once(
        self, caller: Caller, attempt: Attempt, *, instead_of: str = ""
    ) -> str | Refused:
        """Return the cookie of a new session, unless the sign-in at the issuer was used before.

        Args:
            caller: whom the issuer has just signed in.
            attempt: the sign-in; whoever else has its cookie and its answer begins nothing.
            instead_of: the cookie of the session that ends in the same moment, if any.

        Raises:
            AuditUnavailable: if it was not stored.
        """
        token, row = self._new(caller, by_key=False)
        used = {"digest": _digest(attempt.secret), "expires": attempt.ends.isoformat()}

        def begun() -> bool:
            with self._database.writing() as connection:
                self._forget(connection)
                if not connection.execute(_USE, used).rowcount:
                    return False
                _ended(connection, instead_of)
                connection.execute(_INSERT, row)
                return True

        if await anyio.to_thread.run_sync(begun):
            return token
        return Refused(
            "replayed",
            "this sign-in was used before; sign in again",
            caller.credential,
            caller.name,
        )

    async def caller(self, token: str) -> Authenticated:
        """Return who is signed in with a cookie, as the key stands this very moment.

        Raises:
            AuditUnavailable: if that cannot be looked up.
        """

        def read() -> Any:
            with self._database.reading() as connection:
                return connection.execute(_ONE, {"digest": _digest(token)}).one_or_none()

        row = await anyio.to_thread.run_sync(read)
        now = self._now().isoformat()
        if row is None or row.expires <= now:
            return _OVER
        if row.is_key and (row.key_expires is None or row.key_expires <= now or row.revoked):
            return Refused("revoked", "the key of this session is no good any more; sign in again")
        return Caller(
            name=row.name,
            role=Role(row.role),
            credential=row.credential,
            withheld=frozenset(Permission(name) for name in row.withheld.split()),
            expires=datetime.fromisoformat(row.expires),
        )

    async def end(self, token: str) -> bool:
        """Forget a session: its cookie opens nothing any more.

        Returns:
            Whether it began with a token of the issuer, where its person may still be signed in.

        Raises:
            AuditUnavailable: if that was not stored.
        """

        def ended() -> bool:
            with self._database.writing() as connection:
                row = _ended(connection, token)
                return row is not None and not row.is_key

        return await anyio.to_thread.run_sync(ended)

    def _new(self, caller: Caller, *, by_key: bool) -> tuple[str, dict[str, Any]]:
        """Make a cookie, and what is stored of its session."""
        now = self._now()
        token = secrets.token_urlsafe(32)
        ends = min(now + LONGEST, caller.expires or now + LONGEST)
        return token, {
            "digest": _digest(token),
            "credential": caller.credential,
            "is_key": int(by_key),
            "name": caller.name,
            "role": str(caller.role),
            "withheld": " ".join(sorted(caller.withheld)),
            "expires": ends.isoformat(),
        }

    def _forget(self, connection: Connection) -> None:
        for statement in _FORGET:
            connection.execute(statement, {"now": self._now().isoformat()})


def _ended(connection: Connection, token: str) -> Any:
    """Forget a session; return what tells how it began, or None if there was none."""
    return connection.execute(_END, {"digest": _digest(token)}).one_or_none()


def form_token(token: str) -> str:
    """Return what every form of a session carries, which no other site can know.

    It follows from the cookie, and the cookie does not follow from it.
    """
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
