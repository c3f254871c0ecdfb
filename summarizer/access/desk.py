"""Desk: where a caller shows a token -> who they are, or a refusal that is on record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from summarizer.access.caller import Authenticated, Authenticator, Caller, Refused
from summarizer.access.keys import APIKeys
from summarizer.access.permissions import Permission
from summarizer.access.records import Denials
from summarizer.access.sessions import Sessions
from summarizer.audit import AuditStore

__all__ = ["Desk"]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Knows every kind of token, and records what it denies."""

    keys: APIKeys
    sessions: Sessions
    """Those who are signed in at the pages."""
    others: Sequence[Authenticator] = ()
    """Asked about tokens that have not the form of a key."""
    denials: Denials

    @classmethod
    def of(
        cls,
        keys: APIKeys,
        store: AuditStore,
        *,
        now: Callable[[], datetime],
        others: Sequence[Authenticator] = (),
    ) -> "Desk":
        """Put a desk together that records its denials in a log."""
        return cls(
            keys=keys,
            sessions=Sessions(keys.database, now=now),
            others=others,
            denials=Denials(store, now=now),
        )

    async def caller(self, token: str, *, what: str) -> Authenticated:
        """Return who brings a token, or why it is no good; that is recorded if it is known whose.

        Args:
            token: as it came.
            what: what was asked for, for the record.

        Raises:
            AuditUnavailable: if the keys cannot be read, or the denial is not on record.
            IssuerUnavailable: if whoever signed the token cannot be asked for the key.
        """
        for authenticator in (self.keys, *self.others):
            if authenticator.knows(token):
                found = await authenticator.caller(token)
                break
        else:
            found = Refused("unknown", "this token has no form that is known here")
        if isinstance(found, Refused) and found.credential is not None:
            await self.denials.record(
                credential=found.credential, actor=found.actor, reason=found.reason, what=what
            )
        return found

    async def sign_in(self, token: str, *, instead_of: str = "") -> str | Refused:
        """Return the cookie of a session for whoever brings a token, or why it is no good.

        Args:
            token: as it came.
            instead_of: the cookie of the session that ends when the new one begins; empty if
                there is none.

        Raises:
            AuditUnavailable: if the token cannot be checked, or the session is not stored.
        """
        found = await self.caller(token, what="sign_in")
        if isinstance(found, Refused):
            return found
        return await self.sessions.begin(
            found, by_key=self.keys.knows(token), instead_of=instead_of
        )

    async def deny(self, caller: Caller, permission: Permission) -> None:
        """Record that a caller asked for what they may not do.

        Raises:
            AuditUnavailable: if that is not on record.
        """
        await self.denials.record(
            credential=caller.credential,
            actor=caller.name,
            reason="not_permitted",
            what=str(permission),
        )
