"""Development: a service on a developer's machine -> a key per role, good for half a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from summarizer.access.keys import APIKeys, IssuedKey
from summarizer.access.permissions import Role
from summarizer.access.records import create_key, revoke_key
from summarizer.audit import AuditStore

__all__ = ["PEOPLE", "TASKS", "renew_development_keys"]

PEOPLE: Final = (
    ("development-agent", Role.AGENT),
    ("development-risk", Role.RISK),
    ("development-risk-second", Role.RISK),
    ("development-engineer", Role.ENGINEER),
    ("development-admin", Role.ADMIN),
)
"""Two risk officers, since some of what one asks for needs the other."""
TASKS: Final[Mapping[str, str]] = {
    "development-agent": "has cases summarized, checks and decides",
    "development-risk": "reads the log, verifies it, exports evidence",
    "development-risk-second": "the second person that an erasure needs",
    "development-engineer": "tries redaction, compares versions and evaluations",
    "development-admin": "makes and revokes keys, sees what is in force",
}
"""What each of them is there for."""
_LIFETIME: Final = timedelta(hours=12)


async def renew_development_keys(
    keys: APIKeys, store: AuditStore, *, actor: str, now: datetime
) -> tuple[IssuedKey, ...]:
    """Revoke the development keys of the run before, and make new ones.

    Raises:
        AuditUnavailable: if that was not recorded or not stored.
    """
    names = {name for name, _ in PEOPLE}
    for key in await keys.all():
        if key.name in names and key.state(now) == "active":
            await revoke_key(keys, store, key.id, actor=actor, now=now)
    issued = tuple(keys.issue(name=name, role=role, lifetime=_LIFETIME) for name, role in PEOPLE)
    for fresh in issued:
        await create_key(keys, store, fresh, actor=actor, now=now)
    return issued
