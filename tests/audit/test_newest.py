"""The newest summary of each case and what stands around it, on both databases."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.event import listen, remove

from summarizer.audit import Event, Fact, Filter
from summarizer.audit.erasure import erase
from summarizer.audit.ids import EventIds
from summarizer.audit.migrations.log_0002 import SQLITE
from summarizer.audit.newest import Standing, around, newest_summaries, reviews_of
from summarizer.audit.pruning import prune
from summarizer.audit.store import SQLAuditStore
from tests.audit.logs import START, Log
from tests.audit.postgres import Server

pytestmark = pytest.mark.anyio

_IDS = EventIds()


async def _append(store: SQLAuditStore, case: str, *kinds: str, **facts: Fact) -> list[str]:
    """Append events of a case; an outcome has a summary unless said otherwise."""
    events = [
        Event(
            _IDS.new(),
            kind,  # type: ignore[arg-type]
            START,
            case=case,
            facts=facts or ({"outcome": "summarized"} if kind == "outcome" else {}),
            body={"case": case},
        )
        for kind in kinds
    ]
    await store.append(events)
    return [event.id for event in events]


async def test_each_case_stands_once_by_its_newest_summary(store: SQLAuditStore) -> None:
    _, first = await _append(store, "T-1", "received", "outcome")
    _, second = await _append(store, "T-2", "received", "outcome")
    _, third = await _append(store, "T-1", "received", "outcome")
    await _append(store, "T-2", "received")
    await _append(store, "T-3", "outcome", outcome="failed")

    page = newest_summaries(store, after=None, limit=10)

    assert [(each.record.id, each.case_id, each.is_stale) for each in page.summaries] == [
        (third, "T-1", False),
        (second, "T-2", True),
    ]
    assert page.summaries[0].record.body == {"case": "T-1"}
    assert page.next is None
    assert around(store, first) == (True, True)
    assert around(store, second) == (False, True)
    assert around(store, third) == (False, False)


async def test_a_page_ends_where_the_next_begins(store: SQLAuditStore) -> None:
    ids = [(await _append(store, f"T-{number}", "outcome"))[0] for number in range(5)]

    first = newest_summaries(store, after=None, limit=2)
    second = newest_summaries(store, after=first.next, limit=2)
    third = newest_summaries(store, after=second.next, limit=2)

    found = [each.record.id for page in (first, second, third) for each in page.summaries]
    assert found == ids[::-1]
    assert third.next is None


async def test_reviews_are_found_by_the_summary_they_are_of(store: SQLAuditStore) -> None:
    (first,) = await _append(store, "T-1", "outcome")
    (second,) = await _append(store, "T-1", "outcome")
    (accepted,) = await _append(store, "T-1", "review", decision="accept", outcome=first)
    (rejected,) = await _append(store, "T-1", "review", decision="reject", outcome=second)
    (edited,) = await _append(store, "T-1", "review", decision="edit", outcome=second)

    await store.number()
    reviews = reviews_of(store, [first, second])
    (newest,) = newest_summaries(store, after=None, limit=10).summaries

    assert [review.id for review in reviews[first]] == [accepted]
    assert [review.id for review in reviews[second]] == [rejected, edited]
    assert newest.reviews == reviews[second]


async def test_what_cannot_be_read_any_more_is_left_out_and_the_cursor_goes_on(
    store: SQLAuditStore,
) -> None:
    for number in range(4):
        await _append(store, f"T-{number}", "outcome")
    for case in ("T-2", "T-3"):
        await erase(store, case, reason="DSR-17", actor="os:officer", now=START)

    first = newest_summaries(store, after=None, limit=2)
    second = newest_summaries(store, after=first.next, limit=2)

    assert first.summaries == ()
    assert [each.case_id for each in second.summaries] == ["T-1", "T-0"]


async def test_a_pruned_summary_is_left_out(store: SQLAuditStore) -> None:
    await _append(store, "T-1", "outcome")
    await prune(store, START + timedelta(days=20 * 366), actor="os:job", dry_run=False)

    assert newest_summaries(store, after=None, limit=2).summaries == ()


async def test_a_page_of_a_log_with_many_events_costs_no_more_than_one_of_few(
    store: SQLAuditStore,
) -> None:
    """Nothing is read but what a page shows; one kind and one case have thousands of events."""
    await _append(store, "T-1", "received", "outcome")
    few = _seconds(store)
    for number in range(40):
        await _append(store, f"old-{number}", *("received", "outcome") * 100)
    await _append(store, "T-2", *("audit_read",) * 2000)

    with store.database.writer.begin() as connection:
        # On PostgreSQL autovacuum does so.
        connection.exec_driver_sql("ANALYZE audit_entry")

    page = newest_summaries(store, after=None, limit=50)

    assert len(page.summaries) == 41
    assert len([each async for each in store.read(Filter(kind="outcome"))]) == 4001
    assert _seconds(store, limit=1) < 20 * few


def _accepted(case: str, summary: str) -> Event:
    facts: dict[str, Fact] = {"decision": "accept", "outcome": summary}
    return Event(_IDS.new(), "review", START, case=case, facts=facts)


async def _decided(store: SQLAuditStore, case: str, *decisions: str) -> str:
    """Append a summary and what agents decided of it, one after the other; return its id."""
    (summary,) = await _append(store, case, "outcome")
    for decision in decisions:
        await _append(store, case, "review", decision=decision, outcome=summary)
    return summary


async def test_summaries_are_found_by_what_the_newest_review_decided(
    store: SQLAuditStore,
) -> None:
    rejected = await _decided(store, "T-1", "accept", "reject")
    await _decided(store, "T-2", "reject", "accept")
    twice = await _decided(store, "T-3", "reject", "reject")
    await _decided(store, "T-4", "edit")
    open_one = await _decided(store, "T-5")
    await _decided(store, "T-6", "reject")
    newer = await _decided(store, "T-6")

    def found(standing: Standing) -> list[str]:
        page = newest_summaries(store, after=None, limit=10, standing=standing)
        assert page.next is None
        return [each.record.id for each in page.summaries]

    assert found("reject") == [twice, rejected]
    assert found("none") == [newer, open_one]
    assert [len(found(each)) for each in ("accept", "edit")] == [1, 1]


@pytest.mark.parametrize("standing", ["reject", "none"])
async def test_pages_of_a_decision_hold_each_once(store: SQLAuditStore, standing: Standing) -> None:
    decisions = {"reject": ("accept", "reject"), "none": ()}[standing]
    ids = []
    for number in range(5):
        ids.append(await _decided(store, f"T-{number}", *decisions))
        await _decided(store, f"other-{number}", "accept")

    found: list[str] = []
    after: str | None = None
    while True:
        page = newest_summaries(store, after=after, limit=2, standing=standing)
        found += [each.record.id for each in page.summaries]
        after = page.next
        if after is None:
            break

    assert found == ids[::-1]


async def test_the_few_of_a_decision_cost_no_more_among_many_of_another(
    store: SQLAuditStore,
) -> None:
    await _decided(store, "T-1", "reject")
    few = _seconds(store, standing="reject")
    for number in range(40):
        case = f"old-{number}"
        summaries = await _append(store, case, *("outcome",) * 75)
        await store.append([_accepted(case, summary) for summary in summaries])
    last = await _decided(store, "T-2", "reject")

    page = newest_summaries(store, after=None, limit=2, standing="reject")

    assert next(each.record.id for each in page.summaries) == last
    assert len(page.summaries) == 2
    assert _seconds(store, standing="reject") < 10 * few


async def test_a_page_of_open_ones_asks_of_no_more_summaries_than_it_shows(
    postgres: Server, tmp_path: Path
) -> None:
    """PostgreSQL answers what looks cheaper so for all summaries of the log, not for a page."""
    url = postgres.migrated()
    asked: list[tuple[str, Any]] = []

    def hear(connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    async with Log(url, tmp_path / "data").opened() as store:
        for number in range(20):
            summaries = await _append(store, f"old-{number}", *("outcome",) * 100)
            await store.append([_accepted(f"old-{number}", summary) for summary in summaries])
        with store.database.writer.begin() as connection:
            connection.exec_driver_sql("ANALYZE audit_entry")
        listen(store.database.engine, "before_cursor_execute", hear)
        newest_summaries(store, after=None, limit=2, standing="none")
        remove(store.database.engine, "before_cursor_execute", hear)
        pages = [(query, values) for query, values in asked if "LIMIT" in query]
        with store.database.engine.connect() as connection:
            plans = [
                row[0]
                for query, values in pages
                for row in connection.exec_driver_sql(f"EXPLAIN (VERBOSE) {query}", values)
            ]
    postgres.drop(url)

    assert [line for line in plans if "SubPlan" in line]
    assert [line for line in plans if "hashed SubPlan" in line] == []


async def test_a_log_of_an_older_release_gets_what_finds_decisions(empty: Log) -> None:
    async with empty.opened() as before:
        rejected = await _decided(before, "T-1", "reject")
    with empty.connected() as connection:
        for name in SQLITE:
            connection.exec_driver_sql(f"DROP INDEX {name}")
        connection.exec_driver_sql("UPDATE log_version SET version_num = 'log0001'")

    async with empty.opened() as after:
        page = newest_summaries(after, after=None, limit=2, standing="reject")
        verified = await after.verify()

    assert [each.record.id for each in page.summaries] == [rejected]
    assert verified.ok


def _seconds(store: SQLAuditStore, limit: int = 1, standing: Standing | None = None) -> float:
    """Return the least time that a page takes."""
    taken = []
    for _ in range(20):
        started = time.perf_counter()
        newest_summaries(store, after=None, limit=limit, standing=standing)
        taken.append(time.perf_counter() - started)
    return min(taken)
