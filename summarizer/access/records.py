"""Records: what happens to keys, and what was denied to whom -> events of the audit log."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from summarizer.access.keys import APIKeys, IssuedKey
from summarizer.audit import AuditStore, Event, Fact
from summarizer.audit.ids import EventIds
from summarizer.errors import ConfigurationError

__all__ = ["Denials", "create_key", "revoke_key"]

_COALESCED: Final = timedelta(minutes=1)
_MOST_REMEMBERED: Final = 10_000


async def create_key(
    keys: APIKeys, store: AuditStore, issued: IssuedKey, *, actor: str, now: datetime
) -> str:
    """Record a key and then store it: a key that is not on record opens nothing.

    Returns:
        The id of the event.

    Raises:
        AuditUnavailable: if it was not recorded or not stored.
    """
    key = issued.stored
    facts: dict[str, Fact] = {"key": key.id, "role": str(key.role)}
    body = {
        "name": key.name,
        "withheld": sorted(key.withheld),
        "expires": key.expires.isoformat(),
        "actor": actor,
    }
    event = Event(EventIds().new(), "key_created", now, actor=actor, facts=facts, body=body)
    await store.append([event])
    await keys.add(issued)
    return event.id


async def revoke_key(
    keys: APIKeys, store: AuditStore, key_id: str, *, actor: str, now: datetime
) -> str:
    """Revoke a key and then record it: a log that is down keeps no door open.

    Returns:
        The id of the event.

    Raises:
        ConfigurationError: if there is no key of this id that is not revoked yet.
        AuditUnavailable: if it was not revoked, or was and is not on record.
    """
    if not await keys.revoke(key_id):
        msg = "there is no key of this id that could be revoked; see `summarizer keys list`"
        raise ConfigurationError(msg)
    facts: dict[str, Fact] = {"key": key_id}
    event = Event(
        EventIds().new(), "key_revoked", now, actor=actor, facts=facts, body={"actor": actor}
    )
    await store.append([event])
    return event.id


class Denials:
    """Records what was denied, but not each try of a program that asks again and again."""

    def __init__(self, store: AuditStore, *, now: Callable[[], datetime]) -> None:
        """Take the log, and a clock: aware, UTC."""
        self._store = store
        self._now = now
        self._ids = EventIds()
        self._last: dict[tuple[str, str, str], datetime] = {}

    async def record(self, *, credential: str, actor: str | None, reason: str, what: str) -> None:
        """Record that a token was denied something, at most once a minute for the same.

        Args:
            credential: the id of the token.
            actor: whose it is, if that is known for sure.
            reason: a word such as `expired` or `not_permitted`.
            what: the permission or the route that was asked for.

        Raises:
            AuditUnavailable: if the store did not take it.
        """
        now, same = self._now(), (credential, reason, what)
        last = self._last.get(same)
        if last is not None and now - last < _COALESCED:
            return
        if len(self._last) >= _MOST_REMEMBERED:
            self._last.clear()
        facts: dict[str, Fact] = {"credential": credential, "reason": reason, "what": what}
        event = Event(self._ids.new(), "access_denied", now, actor=actor, facts=facts)
        await self._store.append([event])
        self._last[same] = now
