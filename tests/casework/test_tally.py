"""What a log comes to day by day, counted once and then as it grows."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from summarizer.audit import Event
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.tally import MOST_DAYS, DayCount, Tally
from tests.audit.logs import Log
from tests.casework.cases import IDS, NOW

pytestmark = pytest.mark.anyio


def _events(at: datetime, *outcomes: str) -> list[Event]:
    return [
        Event(
            IDS.new(),
            "outcome",
            at,
            case="T-1",
            facts={"outcome": outcome, "model": "m", "entities": {"PERSON": 2}},
        )
        for outcome in outcomes
    ]


async def _totals(tally: Tally, now: datetime = NOW) -> Counter[str]:
    total = DayCount()
    for day in (await tally.counted(now)).days.values():
        total.add(day)
    return total.outcomes


async def test_what_came_since_is_counted_and_nothing_twice(store: SQLAuditStore) -> None:
    tally = Tally(store)
    await store.append(_events(NOW, "summarized", "refused"))
    assert await _totals(tally) == {"summarized": 1, "refused": 1}

    await store.append(_events(NOW, "summarized"))

    assert await _totals(tally) == {"summarized": 2, "refused": 1}
    assert await _totals(tally) == await _totals(Tally(store))
    assert (await tally.counted(NOW)).size == 3


async def test_more_than_a_batch_that_came_since_is_counted(store: SQLAuditStore) -> None:
    tally = Tally(store)
    await store.append(_events(NOW, "refused"))
    await tally.counted(NOW)

    await store.append(_events(NOW, *["summarized"] * 4_500))

    assert await _totals(tally) == {"summarized": 4_500, "refused": 1}
    assert await _totals(Tally(store)) == {"summarized": 4_500, "refused": 1}


async def test_each_day_is_counted_apart_whatever_the_order_in_which_it_came(
    store: SQLAuditStore,
) -> None:
    for before, outcome in ((1, "refused"), (MOST_DAYS - 1, "failed"), (0, "summarized")):
        await store.append(_events(NOW - timedelta(days=before), outcome))

    days = (await Tally(store).counted(NOW)).days

    assert {(NOW.date() - day).days: dict(count.outcomes) for day, count in days.items()} == {
        0: {"summarized": 1},
        1: {"refused": 1},
        MOST_DAYS - 1: {"failed": 1},
    }
    assert days[NOW.date()].entities == {"PERSON": 2}
    assert days[NOW.date()].models == {"m": 1}


async def test_days_that_are_over_for_long_are_forgotten(store: SQLAuditStore) -> None:
    tally = Tally(store)
    await store.append(_events(NOW, "summarized"))
    await tally.counted(NOW)

    assert (await tally.counted(NOW + timedelta(days=MOST_DAYS))).days == {}


async def test_a_log_that_was_restored_from_a_backup_is_counted_anew(tmp_path: Path) -> None:
    log = Log(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path)
    async with log.opened() as store:
        await store.append(_events(NOW, "summarized", "refused", "refused"))
        tally = Tally(store)
        await tally.counted(NOW)
        with log.tampering() as tamper:
            tamper("DELETE FROM audit_leaf WHERE seq > 0")

        assert await _totals(tally) == {"summarized": 1}
