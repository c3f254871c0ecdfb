"""What is stored of access: an older database is brought up to date as it is opened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from sqlalchemy import text

from summarizer.access.attempts import Attempts
from summarizer.access.caller import Caller, Refused
from summarizer.access.keys import APIKeys
from summarizer.access.permissions import Role
from summarizer.access.sessions import Sessions
from summarizer.access.stored import open_stored

pytestmark = pytest.mark.anyio


def _now() -> datetime:
    return datetime.now(UTC)


async def test_a_database_of_before_sign_ins_keeps_its_keys_and_takes_a_sign_in_once(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'audit.db'}"
    database = await open_stored(url)
    keys = APIKeys(database, now=_now)
    issued = keys.issue(name="ada", role=Role.RISK, lifetime=timedelta(days=1))
    await keys.add(issued)
    with database.writing() as connection:
        connection.execute(text("DROP TABLE access_sign_in"))
        connection.execute(text("UPDATE access_version SET version_num = 'access0001'"))
    database.dispose()

    database = await open_stored(url)
    try:
        caller = await APIKeys(database, now=_now).caller(issued.secret)
        assert isinstance(caller, Caller)
        attempt, _ = Attempts(lambda data: data.hex(), now=_now).begin("/")
        sessions = Sessions(database, now=_now)
        first = await sessions.begin_once(caller, attempt)
        second = await sessions.begin_once(caller, attempt)
    finally:
        database.dispose()

    assert isinstance(first, str)
    assert isinstance(second, Refused)
    assert (second.reason, second.actor) == ("replayed", "ada")


async def test_of_many_who_come_at_once_with_one_sign_in_one_gets_a_session(
    tmp_path: Path,
) -> None:
    database = await open_stored(f"sqlite:///{tmp_path / 'audit.db'}")
    sessions = Sessions(database, now=_now)
    attempt, _ = Attempts(lambda data: data.hex(), now=_now).begin("/")
    found: list[str | Refused] = []

    async def come() -> None:
        found.append(await sessions.begin_once(Caller("ada", Role.RISK, "oidc-1"), attempt))

    try:
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(come)
    finally:
        database.dispose()

    assert sorted(isinstance(each, Refused) for each in found) == [False] + [True] * 7
