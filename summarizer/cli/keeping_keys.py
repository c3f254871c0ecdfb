"""Keeping keys: settings -> keys made, listed and revoked, told to people and machines."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from summarizer.access.permissions import Permission, Role
from summarizer.bootstrap import open_audit, open_desk
from summarizer.cli.audit_reading import open_existing, os_user
from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.errors import ConfigurationError
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.access.keys import APIKeys, StoredKey
    from summarizer.audit.store import SQLAuditStore

__all__ = ["create", "revoke", "show"]

E = TypeVar("E", bound=StrEnum)
_STYLES = {"active": "green", "expired": "yellow", "revoked": "dim"}


async def create(
    settings: Settings,
    *,
    role: str,
    name: str | None,
    days: int,
    without: Sequence[str],
    json: bool,
) -> None:
    """Make a key, record it, and print it."""
    from summarizer.access.records import create_key

    of_role = _one(Role, role, "--role")
    withheld = [_one(Permission, each, "--without") for each in without]
    async with open_audit(settings) as store, open_desk(settings, store) as desk:
        issued = desk.keys.issue(
            name=name, role=of_role, lifetime=timedelta(days=days), withheld=withheld
        )
        event = await create_key(desk.keys, store, issued, actor=os_user(), now=_now())
    if json:
        write_json({**_as_json(issued.stored), "key": issued.secret, "event": event})
        return
    pretty().print(Text(issued.secret), soft_wrap=True)
    key = issued.stored
    told = f"{key.role} {key.name}, until {key.expires:%Y-%m-%d}; it is not shown again"
    notes().print(Text.assemble(("key", "green"), f" {key.id}: {printable(told)}"), soft_wrap=True)


async def show(settings: Settings, *, json: bool) -> None:
    """Print what is stored of every key, oldest first."""
    async with _existing(settings) as (_, keys):
        stored = await keys.all()
    if json:
        for key in stored:
            write_json(_as_json(key))
        return
    table = Table("id", "name", "role", "without", "expires", "state", box=SIMPLE)
    for key in stored:
        state = key.state(_now())
        table.add_row(
            key.id,
            printable(key.name),
            key.role,
            ", ".join(sorted(key.withheld)),
            f"{key.expires:%Y-%m-%d}",
            Text(state, style=_STYLES[state]),
        )
    pretty().print(table if stored else Text("no keys yet: summarizer keys create --role agent"))


async def revoke(settings: Settings, *, key_id: str, json: bool) -> None:
    """Revoke a key and record that."""
    from summarizer.access.records import revoke_key

    async with _existing(settings) as (store, keys):
        event = await revoke_key(keys, store, key_id, actor=os_user(), now=_now())
    if json:
        write_json({"id": key_id, "revoked": True, "event": event})
    else:
        pretty().print(Text.assemble(("revoked", "magenta"), f": {printable(key_id)}"))


@asynccontextmanager
async def _existing(settings: Settings) -> AsyncIterator["tuple[SQLAuditStore, APIKeys]"]:
    async with open_existing(settings) as store, open_desk(settings, store) as desk:
        yield store, desk.keys


def _as_json(key: "StoredKey") -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "without": sorted(key.withheld),
        "created": key.created.isoformat(),
        "expires": key.expires.isoformat(),
        "state": key.state(_now()),
    }


def _one(kind: type[E], value: str, flag: str) -> E:
    try:
        return kind(value)
    except ValueError:
        msg = f"{flag}: there is no {printable(value)!r}; use one of: {', '.join(kind)}"
        raise ConfigurationError(msg) from None


def _now() -> datetime:
    return datetime.now(UTC)
