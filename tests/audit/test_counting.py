"""What headers say, by their numbers, on both databases."""

from datetime import UTC, datetime

import pytest

from summarizer.audit import Event
from summarizer.audit.counting import numbered, told_before, told_between
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable
from tests.audit.logs import Log

pytestmark = pytest.mark.anyio

_IDS = EventIds()
_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def _fill(store: SQLAuditStore) -> None:
    """Append ten events, of which every second one is an outcome, and number them."""
    for number in range(10):
        kind = "outcome" if number % 2 else "received"
        facts = {"outcome": f"o-{number}"} if number % 2 else {}
        event = Event(_IDS.new(), kind, _NOON, case="T-1", facts=facts)  # type: ignore[arg-type]
        await store.append([event])
    await store.number()


async def test_what_lies_between_two_numbers_is_told_in_its_order(store: SQLAuditStore) -> None:
    await _fill(store)

    told = told_between(store, ["outcome", "review"], first=2, before=8)

    assert numbered(store) == 10
    assert [each.facts["outcome"] for each in told] == ["o-3", "o-5", "o-7"]
    assert {(each.kind, each.day) for each in told} == {("outcome", _NOON.date())}


async def test_the_newest_of_a_kind_are_told_page_by_page_up_to_a_number(
    store: SQLAuditStore,
) -> None:
    await _fill(store)

    first = told_before(store, "outcome", before=8, after=None, limit=2)
    second = told_before(store, "outcome", before=8, after=first.next, limit=2)

    assert [each.facts["outcome"] for each in first.told] == ["o-7", "o-5"]
    assert [each.facts["outcome"] for each in second.told] == ["o-3", "o-1"]
    assert second.next is None


async def test_an_empty_log_has_nothing_to_tell(store: SQLAuditStore) -> None:
    assert numbered(store) == 0
    assert told_between(store, ["outcome"], first=0, before=0) == ()
    assert told_before(store, "outcome", before=0, after=None, limit=5) == ((), None)


async def test_a_damaged_header_is_counted_by_nobody(log: Log) -> None:
    with log.tampering() as tamper:
        event_id = tamper.id_of(7)
        tamper("UPDATE audit_entry SET header = leaf WHERE event_id = :id", id=event_id)

    async with log.opened() as store:
        with pytest.raises(AuditUnavailable, match=event_id):
            told_between(store, ["outcome"], first=0, before=20)
