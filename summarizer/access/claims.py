"""Claims: what an issuer says of someone in a token -> their name and their role here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from summarizer.access.permissions import Role

__all__ = ["PRECEDENCE", "ClaimRules"]

PRECEDENCE: Final = (Role.ADMIN, Role.RISK, Role.ENGINEER, Role.AGENT)
"""The first of these that a token has is the caller's role.

A caller has one role, never the union: whoever hands out keys handles no cases, whoever oversees
cases does not work on them, whoever changes prompts reads no customer. Where someone was given
two, the role that oversees stands, and it loses what the other could see."""
_LONGEST_NAME: Final = 255
"""As of a `sub` (OpenID Connect Core 1.0, 2)."""


@dataclass(frozen=True, kw_only=True)
class ClaimRules:
    """How the claims of the bank's issuer are read."""

    role: str = "roles"
    """Where the roles stand; `a.b` is the member `b` of `a`, or a claim of that whole name."""
    roles: Mapping[str, Role] = field(default_factory=lambda: {str(role): role for role in Role})
    """What the issuer calls each role."""
    name: str = "sub"
    """What names the caller, for the record; the same person must not have two."""

    def role_of(self, claims: Mapping[str, Any]) -> Role | None:
        """Return the role of a caller; None if the token gives none that is known here."""
        given = _at(claims, self.role)
        listed = given if isinstance(given, list) else [given]
        known = {self.roles.get(value) for value in listed if isinstance(value, str)}
        return next((role for role in PRECEDENCE if role in known), None)

    def name_of(self, claims: Mapping[str, Any]) -> str | None:
        """Return the name of a caller; None if the token gives none that can be shown."""
        name = _at(claims, self.name)
        is_name = isinstance(name, str) and name.strip() and name.isprintable()
        return name if is_name and len(name) <= _LONGEST_NAME else None


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path; names of claims may have dots themselves, as addresses do."""
    if path in claims:
        return claims[path]
    dots = (at for at, character in enumerate(path) if character == ".")
    inner = ((claims.get(path[:at]), path[at + 1 :]) for at in dots)
    found = (_at(value, rest) for value, rest in inner if isinstance(value, dict))
    return next((value for value in found if value is not None), None)
