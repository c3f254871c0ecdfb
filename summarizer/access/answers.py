"""Answers: a caller's idempotency key -> the answer it had before, or the lease to make one.

Who asks again under the same key (draft-ietf-httpapi-idempotency-key-header) is given the same
bytes, also by another process and after a restart. Neither key nor request is stored, only keyed
hashes of them, and the answer is sealed under the key of its case: of a case that is erased
nothing can be given again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol

import anyio.to_thread
from sqlalchemy import Connection, text

from summarizer.audit.database import Database
from summarizer.audit.header import written
from summarizer.audit.origin import CaseTagger

__all__ = ["LEASE", "Answers", "Asked", "InUse", "Lease", "Replay", "Reused", "Sealer"]

LEASE: Final = timedelta(seconds=30)
"""How long a lease lasts that is not renewed: after a crash the key is free again that soon."""
_KEPT: Final = timedelta(hours=24)
_FORGET: Final = text("DELETE FROM access_answer WHERE expires <= :now")
_CLAIM: Final = text(
    "INSERT INTO access_answer (id, request, owner, expires) VALUES (:id, :request, :owner,"
    " :expires) ON CONFLICT (id) DO NOTHING"
)
_FOUND: Final = text("SELECT request, sealed FROM access_answer WHERE id = :id")
_RENEW: Final = text(
    "UPDATE access_answer SET expires = :expires WHERE id = :id AND owner = :owner"
)
_KEEP: Final = text(
    "UPDATE access_answer SET expires = :expires, sealed = :sealed"
    " WHERE id = :id AND owner = :owner AND sealed IS NULL"
)
_RELEASE: Final = text("DELETE FROM access_answer WHERE id = :id AND owner = :owner")
_DROP: Final = text("DELETE FROM access_answer WHERE id = :id AND sealed = :sealed")


class Sealer(Protocol):
    """Encrypts what is said of a case under the case's key: `audit.sealing.CaseSealer`."""

    async def seal(self, case_id: str, plain: bytes, *, bound_to: str) -> bytes | None:
        """Return the ciphertext; None if the case was erased."""
        ...

    async def unseal(self, case_id: str, sealed: bytes, *, bound_to: str) -> bytes | None:
        """Return what was sealed; None if the case was erased since."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked under which key. It shows nothing in a repr."""

    caller: str
    key: str
    case_id: str
    request: bytes
    """The request itself, or a hash of it: the key may not be used for another one."""

    def __repr__(self) -> str:
        """Show nothing: a key or case id may name a customer."""
        return "Asked()"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to answer, until it expires; only its owner can renew or end it."""

    id: str
    owner: str
    case_id: str


@dataclass(frozen=True, slots=True)
class Replay:
    """The answer that was given before."""

    answer: bytes


@dataclass(frozen=True, slots=True)
class Reused:
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class InUse:
    """Another process is answering this very request."""


class Answers:
    """The answers that were given under idempotency keys in the last 24 hours."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        *,
        tagger: CaseTagger,
        now: Callable[[], datetime],
    ) -> None:
        """Take a database whose tables are up to date.

        Args:
            database: is closed by whoever opened it.
            sealer: seals answers under the keys of their cases.
            tagger: of the log beside which the database lies.
            now: aware, UTC.
        """
        self._database = database
        self._sealer = sealer
        self._tagger = tagger
        self._now = now

    async def claim(self, asked: Asked) -> Lease | Replay | Reused | InUse:
        """Return the answer of before, the lease to make one, or why there is neither.

        Raises:
            AuditUnavailable: if what is stored cannot be read or changed.
        """
        lease = Lease(self._tag(asked.caller, asked.key), secrets.token_hex(16), asked.case_id)
        request = self._tagger.keyed_hash("request", asked.request)
        while True:
            found = await anyio.to_thread.run_sync(self._claim, lease, request)
            if found is None:
                return lease
            if found.request != request:
                return Reused()
            if found.sealed is None:
                return InUse()
            sealed = bytes(found.sealed)
            answer = await self._sealer.unseal(asked.case_id, sealed, bound_to=lease.id)
            if answer is not None:
                return Replay(answer)
            # The case was erased since: there is no answer any more.
            await self._write(_DROP, id=lease.id, sealed=sealed)

    async def renew(self, lease: Lease) -> None:
        """Make a lease last as long as a new one.

        Raises:
            AuditUnavailable: if that was not stored.
        """
        expires = written(self._now() + LEASE)
        await self._write(_RENEW, id=lease.id, owner=lease.owner, expires=expires)

    async def keep(self, lease: Lease, answer: bytes) -> None:
        """Keep an answer for 24 hours, unless the case was erased meanwhile.

        Raises:
            AuditUnavailable: if it was not stored durably.
        """
        sealed = await self._sealer.seal(lease.case_id, answer, bound_to=lease.id)
        if sealed is None:
            await self.release(lease)
            return
        expires = written(self._now() + _KEPT)
        await self._write(_KEEP, id=lease.id, owner=lease.owner, expires=expires, sealed=sealed)

    async def release(self, lease: Lease) -> None:
        """Free the key for another try.

        Raises:
            AuditUnavailable: if that was not stored; then it is free once the lease expires.
        """
        await self._write(_RELEASE, id=lease.id, owner=lease.owner)

    def _claim(self, lease: Lease, request: str) -> Any:
        """Take the lease and return None, or return what is there."""
        now = self._now()
        row = {"id": lease.id, "request": request, "owner": lease.owner}
        with self._database.writing() as connection:
            connection.execute(_FORGET, {"now": written(now)})
            while not self._took(connection, {**row, "expires": written(now + LEASE)}):
                found = connection.execute(_FOUND, {"id": lease.id}).first()
                # On PostgreSQL another process may have freed the key in between.
                if found is not None:
                    return found
        return None

    @staticmethod
    def _took(connection: Connection, row: dict[str, Any]) -> bool:
        return connection.execute(_CLAIM, row).rowcount == 1

    async def _write(self, statement: Any, **row: Any) -> None:
        await anyio.to_thread.run_sync(partial(self._written, statement, row))

    def _written(self, statement: Any, row: dict[str, Any]) -> None:
        with self._database.writing() as connection:
            connection.execute(statement, row)

    def _tag(self, caller: str, key: str) -> str:
        # With the length, so that no two pairs look the same.
        data = f"{len(caller)} {caller}{key}".encode("utf-8", "surrogatepass")
        return self._tagger.keyed_hash("request", data)
