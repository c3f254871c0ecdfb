"""Caller: who asks, as the audit log names them, and what they may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from summarizer.access.permissions import GRANTED, Permission, Role

__all__ = ["Authenticated", "Authenticator", "Caller", "Refused"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone whose token was good when they asked."""

    name: str
    """The person or system behind the token; two tokens of one name are one person, so that
    nobody is the second person to themselves."""
    role: Role
    credential: str
    """Names the token without being one: the id of a key, or a hash of what was signed."""
    withheld: frozenset[Permission] = frozenset()
    """What the role has and this token has not."""
    expires: datetime | None = None
    """Aware, UTC; None if the token has no end."""

    def may(self, permission: Permission) -> bool:
        """Say whether the caller has a permission."""
        return permission in GRANTED[self.role] and permission not in self.withheld


@dataclass(frozen=True, slots=True)
class Refused:
    """A token that is no good."""

    reason: str
    """A word for the record: `unknown`, `wrong_secret`, `expired`, `revoked` …"""
    detail: str
    """What to do about it; never the token."""
    credential: str | None = None
    """The key it claims to be, if there is such a one; or the signed token that it is."""
    actor: str | None = None
    """Whose it is, if that is proven all the same."""
    is_final: bool = False
    """It is genuine and in force, but whose it is may do nothing: another helps them nothing."""


Authenticated = Caller | Refused


class Authenticator(Protocol):
    """Tells who brings a token."""

    def knows(self, token: str) -> bool:
        """Say whether the token has the form of those this one issues."""
        ...

    async def caller(self, token: str) -> Authenticated:
        """Return who brings the token, or why it is no good.

        Raises:
            AuditUnavailable: if what it is checked against cannot be read.
            IssuerUnavailable: if whoever signed it cannot be asked for the key.
        """
        ...
