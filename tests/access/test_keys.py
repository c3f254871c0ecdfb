"""Keys: only a hash is stored, and what is revoked or expired opens nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from summarizer.access.caller import Caller, Refused
from summarizer.access.desk import Desk
from summarizer.access.development import PEOPLE, TASKS, renew_development_keys
from summarizer.access.keys import APIKeys, IssuedKey
from summarizer.access.permissions import GRANTED, Permission, Role
from summarizer.access.records import create_key, revoke_key
from summarizer.access.stored import open_stored
from summarizer.errors import AuditUnavailable, ConfigurationError
from tests.fakes import MemoryStore

pytestmark = pytest.mark.anyio
YEAR = timedelta(days=365)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def opened(folder: Path, clock: Clock) -> AsyncIterator[APIKeys]:
    database = await open_stored(f"sqlite:///{folder / 'audit.db'}")
    try:
        yield APIKeys(database, now=clock)
    finally:
        database.dispose()


async def added(keys: APIKeys, **parts: Any) -> IssuedKey:
    issued = keys.issue(**{"name": "crm", "role": Role.AGENT, "lifetime": YEAR, **parts})
    await keys.add(issued)
    return issued


async def test_a_key_names_its_caller_after_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    async with opened(tmp_path, clock) as keys:
        issued = await added(keys, withheld=[Permission.RESTORE])

    async with opened(tmp_path, clock) as keys:
        caller = await keys.caller(issued.secret)

    assert isinstance(caller, Caller)
    assert (caller.name, caller.role, caller.credential) == ("crm", "agent", issued.stored.id)
    assert caller.may(Permission.SUMMARIZE)
    assert not caller.may(Permission.RESTORE)
    assert not caller.may(Permission.ERASE)


async def test_no_file_and_no_representation_holds_the_secret(tmp_path: Path) -> None:
    async with opened(tmp_path, Clock()) as keys:
        issued = await added(keys)
        with keys.database.reading() as connection:
            rows = repr(connection.execute(text("SELECT * FROM access_key")).all())

    secret = issued.secret.rpartition("_")[2]
    assert issued.stored.id in rows
    assert secret not in rows
    assert secret not in repr(issued)
    assert _files(tmp_path)
    for content, mode in _files(tmp_path):
        assert secret.encode() not in content
        assert mode & 0o077 == 0


def _files(folder: Path) -> list[tuple[bytes, int]]:
    return [(file.read_bytes(), file.stat().st_mode) for file in folder.iterdir()]


async def test_a_revoked_key_is_refused_by_every_process_at_once(tmp_path: Path) -> None:
    clock = Clock()
    async with opened(tmp_path, clock) as ours, opened(tmp_path, clock) as theirs:
        issued = await added(ours)
        before = await theirs.caller(issued.secret)
        was_there = await ours.revoke(issued.stored.id)
        after = await theirs.caller(issued.secret)
        again = await theirs.revoke(issued.stored.id)

    assert isinstance(before, Caller)
    assert (was_there, again) == (True, False)
    assert isinstance(after, Refused)
    assert (after.reason, after.credential) == ("revoked", issued.stored.id)


async def test_a_key_opens_nothing_from_the_moment_it_expires(tmp_path: Path) -> None:
    clock = Clock()
    async with opened(tmp_path, clock) as keys:
        issued = await added(keys, lifetime=timedelta(days=1))
        clock.now += timedelta(days=1) - timedelta(microseconds=1)
        before = await keys.caller(issued.secret)
        clock.now += timedelta(microseconds=1)
        after = await keys.caller(issued.secret)

    assert isinstance(before, Caller)
    assert isinstance(after, Refused)
    assert after.reason == "expired"


async def test_another_secret_with_the_id_of_a_key_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path, Clock()) as keys:
        issued, other = await added(keys), await added(keys)
        forged = f"csk_{issued.stored.id}_{other.secret.partition('_')[2][13:]}"
        wrong = await keys.caller(forged)
        unknown = await keys.caller("csk_000000000000_" + "A" * 43)
        formless = await keys.caller("Bearer of good news")

    assert isinstance(wrong, Refused)
    assert (wrong.reason, wrong.credential) == ("wrong_secret", issued.stored.id)
    for each in (unknown, formless):
        assert isinstance(each, Refused)
        assert (each.reason, each.credential) == ("unknown", None)
    assert isinstance(unknown, Refused)
    assert wrong.detail == unknown.detail


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"name": ""}, "--name"),
        ({"name": "a\nb"}, "--name"),
        ({"name": "x" * 101}, "--name"),
        ({"lifetime": timedelta()}, "--days: give 1 to 730"),
        ({"lifetime": timedelta(days=731)}, "--days: give 1 to 730"),
        ({"withheld": [Permission.ERASE]}, "erase: the role agent does not have it"),
    ],
)
async def test_what_a_key_cannot_be_is_refused_with_the_fix(
    tmp_path: Path, parts: dict[str, Any], says: str
) -> None:
    async with opened(tmp_path, Clock()) as keys:
        with pytest.raises(ConfigurationError, match=says):
            await added(keys, **parts)
        stored = await keys.all()

    assert stored == ()


async def test_a_key_that_is_not_on_record_opens_nothing(tmp_path: Path) -> None:
    store = MemoryStore(fail_on="key_created")
    async with opened(tmp_path, Clock()) as keys:
        issued = keys.issue(name="crm", role=Role.AGENT, lifetime=YEAR)
        with pytest.raises(AuditUnavailable):
            await create_key(keys, store, issued, actor="root", now=Clock().now)
        caller = await keys.caller(issued.secret)

    assert isinstance(caller, Refused)


async def test_a_log_that_is_down_does_not_keep_a_key_alive(tmp_path: Path) -> None:
    store = MemoryStore(fail_on="key_revoked")
    async with opened(tmp_path, Clock()) as keys:
        issued = await added(keys)
        with pytest.raises(AuditUnavailable):
            await revoke_key(keys, store, issued.stored.id, actor="root", now=Clock().now)
        caller = await keys.caller(issued.secret)

    assert isinstance(caller, Refused)


async def test_what_happens_to_a_key_is_on_record_without_the_key(tmp_path: Path) -> None:
    store, clock = MemoryStore(), Clock()
    async with opened(tmp_path, clock) as keys:
        issued = keys.issue(name="crm", role=Role.AGENT, lifetime=YEAR)
        await create_key(keys, store, issued, actor="root", now=clock.now)
        await revoke_key(keys, store, issued.stored.id, actor="root", now=clock.now)
        with pytest.raises(ConfigurationError, match="keys list"):
            await revoke_key(keys, store, issued.stored.id, actor="root", now=clock.now)

    assert store.kinds == ["key_created", "key_revoked"]
    assert {event.facts["key"] for event in store.events} == {issued.stored.id}
    assert issued.secret.rpartition("_")[2] not in repr([(e.facts, e.body) for e in store.events])


async def test_a_denial_is_on_record_once_a_minute(tmp_path: Path) -> None:
    store, clock = MemoryStore(), Clock()
    async with opened(tmp_path, clock) as keys:
        desk = Desk.of(keys, store, now=clock)
        issued = await added(keys)
        caller = await desk.caller(issued.secret, what="erase")
        assert isinstance(caller, Caller)
        for _ in range(3):
            await desk.deny(caller, Permission.ERASE)
        await desk.deny(caller, Permission.HOLD)
        clock.now += timedelta(minutes=1)
        await desk.deny(caller, Permission.ERASE)
        await desk.caller("csk_000000000000_" + "A" * 43, what="erase")
        await keys.revoke(issued.stored.id)
        await desk.caller(issued.secret, what="erase")

    told = [(event.actor, event.facts["reason"], event.facts["what"]) for event in store.events]
    assert told == [
        ("crm", "not_permitted", "erase"),
        ("crm", "not_permitted", "hold"),
        ("crm", "not_permitted", "erase"),
        (None, "revoked", "erase"),
    ]


async def test_of_each_development_key_it_is_said_what_it_is_for() -> None:
    assert set(TASKS) == {name for name, _ in PEOPLE}


async def test_development_keys_replace_those_of_the_run_before(tmp_path: Path) -> None:
    store, clock = MemoryStore(), Clock()
    async with opened(tmp_path, clock) as keys:
        kept = await added(keys)
        first = await renew_development_keys(keys, store, actor="serve", now=clock.now)
        second = await renew_development_keys(keys, store, actor="serve", now=clock.now)
        old = [await keys.caller(key.secret) for key in first]
        new = [await keys.caller(key.secret) for key in second]
        other = await keys.caller(kept.secret)

    assert all(isinstance(each, Refused) for each in old)
    assert [(each.name, each.role) for each in new if isinstance(each, Caller)] == list(PEOPLE)
    assert isinstance(other, Caller)


def test_only_agents_see_restored_values_and_only_risk_officers_erase() -> None:
    def having(permission: Permission) -> set[Role]:
        return {role for role in Role if permission in GRANTED[role]}

    assert having(Permission.RESTORE) == having(Permission.SUMMARIZE) == {Role.AGENT}
    assert having(Permission.ERASE) == having(Permission.READ_AUDIT) == {Role.RISK}
    assert having(Permission.MANAGE_KEYS) == having(Permission.READ_SETTINGS) == {Role.ADMIN}
    assert {role for role in Role if Permission.READ_SUMMARIES in GRANTED[role]} == {
        Role.AGENT,
        Role.RISK,
    }
