"""Answers under idempotency keys, on both databases: given again, erased, expired, fenced."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from sqlalchemy import text

from summarizer.access.answers import LEASE, Answers, Asked, InUse, Lease, Replay, Reused
from summarizer.access.stored import open_stored
from summarizer.audit.erasure import erase
from summarizer.audit.sealing import CaseSealer
from summarizer.audit.store import SQLAuditStore
from tests.audit.logs import Log, events

pytestmark = pytest.mark.anyio

CASE = "T-1001"
ANSWER = b'200\n{"headline":"Zanzibar-7731"}'
DAY = timedelta(hours=24)
ASKED = Asked("crm", "key-Ottoline", CASE, b"a request")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def opened(log: Log, store: SQLAuditStore, clock: Clock) -> AsyncIterator[Answers]:
    """What one process has open; the case is on record."""
    await store.append(events(10))
    database = await open_stored(log.url)
    try:
        yield Answers(database, CaseSealer(store), tagger=store.tagger, now=clock)
    finally:
        database.dispose()


async def kept(answers: Answers, asked: Asked = ASKED) -> None:
    lease = await answers.claim(asked)
    assert isinstance(lease, Lease)
    await answers.keep(lease, ANSWER)


async def test_an_answer_is_given_again_to_the_byte_also_by_another_process(
    empty: Log, store: SQLAuditStore
) -> None:
    clock = Clock()
    async with opened(empty, store, clock) as one:
        await kept(one)
        assert await one.claim(ASKED) == Replay(ANSWER)
    async with opened(empty, store, clock) as another:
        clock.now += DAY - timedelta(seconds=1)
        assert await another.claim(ASKED) == Replay(ANSWER)


async def test_after_a_day_the_key_is_new(empty: Log, store: SQLAuditStore) -> None:
    clock = Clock()
    async with opened(empty, store, clock) as answers:
        await kept(answers)
        clock.now += DAY
        assert isinstance(await answers.claim(ASKED), Lease)


async def test_a_key_is_for_one_request_of_one_caller(empty: Log, store: SQLAuditStore) -> None:
    other_request = Asked("crm", ASKED.key, CASE, b"another request")
    other_caller = Asked("chat", ASKED.key, CASE, b"a request")
    async with opened(empty, store, Clock()) as answers:
        await kept(answers)

        assert await answers.claim(other_request) == Reused()
        assert isinstance(await answers.claim(other_caller), Lease)


async def test_while_one_answers_nobody_else_gets_the_lease(
    empty: Log, store: SQLAuditStore
) -> None:
    async with opened(empty, store, Clock()) as one, opened(empty, store, Clock()) as another:
        found: list[object] = []

        async def ask(answers: Answers) -> None:
            found.append(await answers.claim(ASKED))

        async with anyio.create_task_group() as group:
            for answers in (one, another) * 4:
                group.start_soon(ask, answers)

        assert [type(each) for each in found].count(Lease) == 1
        assert found.count(InUse()) == 7


async def test_a_lease_that_nobody_renews_is_free_again_and_its_owner_can_keep_nothing(
    empty: Log, store: SQLAuditStore
) -> None:
    clock = Clock()
    async with opened(empty, store, clock) as answers:
        late = await answers.claim(ASKED)
        assert isinstance(late, Lease)
        clock.now += LEASE - timedelta(seconds=1)
        await answers.renew(late)
        clock.now += timedelta(seconds=2)
        assert await answers.claim(ASKED) == InUse()

        clock.now += LEASE
        fresh = await answers.claim(ASKED)
        assert isinstance(fresh, Lease)
        await answers.keep(late, b"200\nlate")
        await answers.release(late)
        assert await answers.claim(ASKED) == InUse()
        await answers.keep(fresh, ANSWER)
        assert await answers.claim(ASKED) == Replay(ANSWER)


async def test_a_released_key_can_be_tried_again(empty: Log, store: SQLAuditStore) -> None:
    async with opened(empty, store, Clock()) as answers:
        lease = await answers.claim(ASKED)
        assert isinstance(lease, Lease)
        await answers.release(lease)
        assert isinstance(await answers.claim(ASKED), Lease)


async def test_of_an_erased_case_nothing_is_given_again(empty: Log, store: SQLAuditStore) -> None:
    clock = Clock()
    async with opened(empty, store, clock) as answers:
        await kept(answers)
        await erase(store, CASE, reason="DSR-17", actor="os:officer", now=clock.now)

        lease = await answers.claim(ASKED)

        assert isinstance(lease, Lease)
        await answers.keep(lease, ANSWER)
        assert isinstance(await answers.claim(ASKED), Lease)


async def test_what_is_stored_names_neither_key_nor_caller_nor_case_nor_answer(
    empty: Log, store: SQLAuditStore
) -> None:
    async with opened(empty, store, Clock()) as answers:
        await kept(answers)
    database = await open_stored(empty.url)
    with database.reading() as connection:
        (row,) = connection.execute(text("SELECT * FROM access_answer")).all()
    database.dispose()

    stored = b"\n".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
    assert len(row.sealed) == 12 + len(ANSWER) + 16
    for word in (b"Zanzibar", b"Ottoline", b"crm", CASE.encode(), b"a request"):
        assert word not in stored
    assert repr(ASKED) == "Asked()"


async def test_an_answer_that_was_changed_in_the_database_is_not_given(
    empty: Log, store: SQLAuditStore
) -> None:
    async with opened(empty, store, Clock()) as answers:
        await kept(answers)
        await kept(answers, other := Asked("chat", "another-key", CASE, b"a request"))
        database = await open_stored(empty.url)
        with database.writing() as connection:
            swapped = "UPDATE access_answer SET sealed = (SELECT MIN(sealed) FROM access_answer)"
            connection.execute(text(swapped))
        database.dispose()

        found = [await answers.claim(each) for each in (ASKED, other)]

        assert [type(each) for each in found].count(Lease) == 1
        assert found.count(Replay(ANSWER)) == 1
