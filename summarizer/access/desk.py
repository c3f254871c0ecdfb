"""Desk: where a caller shows a token -> who they are, or a refusal that is on record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from summarizer.access.caller import Authenticated, Authenticator, Caller, Refused
from summarizer.access.keys import APIKeys
from summarizer.access.permissions import Permission
from summarizer.access.records import Denials
from summarizer.access.sessions import Sessions
from summarizer.access.signin import IssuerSignIn
from summarizer.audit import AuditStore

__all__ = ["Arrival", "Desk"]

_NOBODY: Final = "oidc-sign-in"
"""Stands on the record for whoever came back from the issuer without a token of theirs."""
_UNBEGUN: Final = "not_begun"
"""Of what anyone can send without having asked us before, nothing is on record."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Someone who came back from the issuer and is signed in."""

    session: str
    """The cookie of their session."""
    back: str
    """The path that they asked for before."""

    def __repr__(self) -> str:
        """Leave the cookie out."""
        return f"Arrival({self.back!r})"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Knows every kind of token, and records what it denies."""

    keys: APIKeys
    sessions: Sessions
    """Those who are signed in at the pages."""
    others: Sequence[Authenticator] = ()
    """Asked about tokens that have not the form of a key."""
    at_issuer: IssuerSignIn | None = None
    """Signs people in at the bank's issuer; None if that is not set up."""
    denials: Denials

    @classmethod
    def of(
        cls,
        keys: APIKeys,
        store: AuditStore,
        *,
        now: Callable[[], datetime],
        others: Sequence[Authenticator] = (),
        at_issuer: IssuerSignIn | None = None,
    ) -> "Desk":
        """Put a desk together that records its denials in a log."""
        return cls(
            keys=keys,
            sessions=Sessions(keys.database, now=now),
            others=others,
            at_issuer=at_issuer,
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

    async def arrive(
        self,
        at_issuer: IssuerSignIn,
        cookie: str,
        answer: Mapping[str, str],
        *,
        instead_of: str = "",
    ) -> Arrival | Refused:
        """Sign in whoever came back from the issuer, or say why not; that is recorded.

        Args:
            at_issuer: who sent them there.
            cookie: that they had from it.
            answer: what the issuer sent with them.
            instead_of: the cookie of the session that ends when the new one begins; empty if
                there is none.

        Raises:
            AuditUnavailable: if the session is not stored, or the denial is not on record.
            IssuerUnavailable: if the issuer cannot be asked.
        """
        found = await at_issuer.finish(cookie, answer)
        if not isinstance(found, Refused):
            session = await self.sessions.begin_once(
                found.caller, found.attempt, instead_of=instead_of
            )
            if not isinstance(session, Refused):
                return Arrival(session, found.attempt.back)
            found = session
        if found.reason != _UNBEGUN:
            await self.denials.record(
                credential=found.credential or _NOBODY,
                actor=found.actor,
                reason=found.reason,
                what="sign_in",
            )
        return found

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
